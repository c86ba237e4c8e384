"""Feature images: known answers, agreement with librosa, shapes and ranges."""

import dataclasses

import numpy as np
import pytest

from albumlib.errors import InputError
from albumlib.features.image import feature_image, load_image, main_tempo, save_image
from albumlib.features.rhythm import onset_strength, tempogram, windowed_autocorrelation
from albumlib.features.settings import PRESETS, FeatureSettings
from albumlib.features.slices import cut_slices
from albumlib.features.spectral import spectrogram

SR = 22050
BOTH = pytest.mark.parametrize("settings", PRESETS.values(), ids=PRESETS)


def sine(hertz, *, seconds=3):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(seconds * SR) / SR).astype(np.float32)


def clicks(bpm, *, seconds=20):
    y = np.zeros(seconds * SR, np.float32)
    for start in (np.arange(0, seconds - 0.1, 60 / bpm) * SR).astype(int):
        y[start : start + 400] = np.hanning(400) * np.sin(0.3 * np.arange(400))
    return y


@pytest.fixture(scope="module")
def song():
    """Clicks, a moving tone and noise: something in every row."""
    rng = np.random.default_rng(440)
    t = np.arange(12 * SR) / SR
    return (clicks(97, seconds=12) + 0.2 * np.sin(900 * t**1.5) + 0.02 * rng.normal(size=t.size)).astype(np.float32)


@BOTH
@pytest.mark.parametrize("hertz", [220, 440, 3000])
def test_a_sine_peaks_in_the_row_nearest_to_it(settings, hertz):
    S_db, freqs, _ = spectrogram(sine(hertz), settings)
    middle = S_db[:, S_db.shape[1] // 4 : -S_db.shape[1] // 4]
    assert (middle.argmax(axis=0) == np.abs(freqs - hertz).argmin()).all()


@pytest.mark.parametrize("bpm", [90, 120, 150])
def test_the_main_tempo_is_that_of_the_clicks(bpm):
    assert main_tempo(feature_image(clicks(bpm))) == pytest.approx(bpm, rel=0.03)


@pytest.mark.parametrize("bpm", [60, 90, 120, 128, 150, 174])
def test_a_click_track_peaks_at_its_tempo(bpm):
    TG, rows, _ = tempogram(clicks(bpm))
    strength = TG[:, TG.shape[1] // 4 : -TG.shape[1] // 4].mean(axis=1)
    # The window's taper weakens two beats against one, so half the tempo stays below; and nothing sounds at twice.
    assert abs(rows[strength.argmax()] / bpm - 1) < 0.02
    assert strength.max() > 0.8


def test_rows_of_the_lag_axis_are_means_of_whole_lags():
    onset = np.random.default_rng(0).random(400).astype(np.float32)
    whole = windowed_autocorrelation(onset, np.arange(90), window=90)
    rows = windowed_autocorrelation(onset, 3 * np.arange(30) + 1, window=90, width=3.0, whole=True)
    np.testing.assert_allclose(rows, whole.reshape(30, 3, -1).mean(axis=1), atol=1e-5)


def test_the_report_tempogram_shows_the_tempo_as_lag():
    TG, bpm, _ = tempogram(clicks(120), PRESETS["report"])
    strength = TG.mean(axis=1)[bpm < 480]  # past that lie the rows of lag 0
    assert 107 < bpm[strength.argmax()] < 126  # a row there is 7 lags


@BOTH
def test_silence_is_a_black_image(settings):
    assert not feature_image(np.zeros(2 * SR), settings).values.any()


@BOTH
def test_shapes_axes_and_ranges(song, settings):
    image = feature_image(song, settings)
    columns = 1 + len(song) // settings.hop_length
    assert image.values.shape == (258, columns)
    assert image.values.dtype == np.uint8
    assert image.times.shape == (columns,)
    assert np.isclose(image.times[-1], 12, atol=0.03)
    for axis in (image.freqs, image.bpm):
        assert axis.shape == (129,)
        assert (np.diff(axis) < 0).all(), "top row first: the highest frequency, the fastest tempo"
    assert image.values[:129].max() > 200


def test_default_tempo_rows_are_a_geometric_series():
    _, bpm, _ = tempogram(clicks(120, seconds=2))
    np.testing.assert_allclose([bpm[0], bpm[-1]], [30, 480], rtol=1e-3)
    np.testing.assert_allclose(np.diff(np.log(bpm)), np.log(16) / 128, rtol=1e-6)


def test_image_is_upright():
    values = feature_image(sine(8000)).values
    assert values[:64].mean() > values[64:129].mean()


def test_loudness_of_the_copy_does_not_matter_by_default(song):
    np.testing.assert_array_equal(feature_image(song).values, feature_image(song / 4).values)
    report = PRESETS["report"]
    assert feature_image(song / 4, report).values[:129].mean() < feature_image(song, report).values[:129].mean()


@pytest.mark.parametrize("settings", [*PRESETS.values(), dataclasses.replace(PRESETS["report"], ref="peak")])
def test_an_offset_of_the_signal_does_not_matter(song, settings):
    """It would be the loudest point of a quiet song, and a click where the song begins and ends."""
    quiet = song / 4
    with_offset = feature_image(quiet + np.float32(0.3), settings).values
    assert np.abs(with_offset.astype(int) - feature_image(quiet, settings).values).max() <= 1


def test_full_scale_sine_is_0_db():
    bin_frequency = 20 * SR / 256
    S_db, _, _ = spectrogram(2 * sine(bin_frequency), PRESETS["report"])
    assert abs(S_db[20, 100]) < 0.05


@pytest.mark.parametrize("norm", [None, "slaney"])
def test_spectrogram_agrees_with_librosa(song, norm):
    librosa = pytest.importorskip("librosa")
    S_db, _, _ = spectrogram(song, dataclasses.replace(PRESETS["default"], norm=norm))
    mel = librosa.feature.melspectrogram(y=song - song.mean(), sr=SR, n_mels=129, fmin=20, norm=norm)
    np.testing.assert_allclose(S_db, librosa.power_to_db(mel, ref=np.max), atol=0.01)


def test_tempogram_agrees_with_librosa(song):
    librosa = pytest.importorskip("librosa")
    S_db, _, _ = spectrogram(song)
    onset = onset_strength(S_db)
    np.testing.assert_allclose(onset, librosa.onset.onset_strength(S=S_db, sr=SR), atol=1e-3)
    expected = librosa.feature.tempogram(onset_envelope=onset, sr=SR, hop_length=512)
    ours = windowed_autocorrelation(onset, np.arange(384), window=384)
    np.testing.assert_allclose(ours, expected, atol=1e-4)

    from_samples = librosa.feature.tempogram(y=song, sr=SR, hop_length=512)
    assert np.corrcoef(ours.ravel(), from_samples.ravel())[0, 1] > 0.999


def test_long_songs_are_drawn_in_pieces_without_a_seam(song, monkeypatch):
    whole = feature_image(song).values
    for module in ("spectral", "rhythm"):
        monkeypatch.setattr(f"albumlib.features.{module}.CHUNK", 37)
    assert np.abs(whole.astype(int) - feature_image(song).values).max() <= 1


def test_same_song_same_image(song):
    np.testing.assert_array_equal(feature_image(song).values, feature_image(song).values)


@pytest.mark.parametrize("y", [np.zeros((2, 100)), np.zeros(0), np.array([0.0, np.nan]), np.array([np.inf])])
def test_what_is_no_signal_is_refused(y):
    with pytest.raises(InputError, match="signal"):
        feature_image(y)


def test_a_few_samples_are_a_column():
    assert feature_image(np.ones(10)).values.shape == (258, 1)


def test_slices_do_not_overlap_and_drop_the_tail():
    values = np.arange(258 * 300, dtype=np.uint32).reshape(258, 300).astype(np.uint8)
    cut = cut_slices(values)
    assert cut.shape == (2, 258, 128)
    np.testing.assert_array_equal(cut[1], values[:, 128:256])
    assert cut_slices(values, width=100, step=50).shape == (5, 258, 100)
    assert cut_slices(values[:, :128]).shape == (1, 258, 128)


def test_half_a_second_is_too_short_for_a_slice():
    values = feature_image(sine(440)[: SR // 2]).values
    with pytest.raises(InputError, match=r"expected 2\.97 s .*got 0\.51 s"):
        cut_slices(values)


def test_digest_names_the_settings():
    settings = PRESETS["default"]
    assert FeatureSettings.from_dict(settings.to_dict()) == settings
    digests = {preset.digest for preset in PRESETS.values()}
    digests |= {dataclasses.replace(settings, **change).digest for change in ({"top_db": 60.0}, {"bpm_max": 400.0})}
    assert len(digests) == 4
    assert settings.digest == FeatureSettings().digest


@pytest.mark.parametrize(
    "wrong", [{"scale": "log"}, {"scale": "linear"}, {"fmax": 20000.0}, {"tempo_axis": "s"}, {"nfft": 3}]
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(InputError):
        FeatureSettings.from_dict(FeatureSettings().to_dict() | wrong)


def test_image_file_gives_back_what_was_saved(tmp_path, song):
    image = feature_image(song)
    save_image(image, tmp_path / "a.png", source="here")
    save_image(image.values, tmp_path / "b.png")
    for name in ("a.png", "b.png"):
        np.testing.assert_array_equal(load_image(tmp_path / name), image.values)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]


def test_interrupted_writing_leaves_the_old_image(tmp_path, monkeypatch):
    from PIL import Image

    save_image(np.zeros((258, 5), np.uint8), tmp_path / "a.png")

    def stop(self, file, **options):
        file.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(Image.Image, "save", stop)
    with pytest.raises(KeyboardInterrupt):
        save_image(np.ones((258, 5), np.uint8), tmp_path / "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert not load_image(tmp_path / "a.png").any()


def test_damaged_and_foreign_images_are_refused(tmp_path):
    from PIL import Image

    path = tmp_path / "a.png"
    with pytest.raises(InputError, match="unreadable"):
        load_image(path)
    save_image(np.random.default_rng(0).integers(0, 256, (258, 300), dtype=np.uint8), path)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(InputError, match="unreadable"):
        load_image(path)
    Image.new("RGB", (5, 5)).save(path)
    with pytest.raises(InputError, match="grayscale"):
        load_image(path)
    Image.new("L", (5, 5)).save(path, "WEBP")
    with pytest.raises(InputError, match="unreadable"):
        load_image(path)


@pytest.mark.real
def test_real_music_agrees_with_librosa(real_data):
    librosa = pytest.importorskip("librosa")
    from albumlib.data.audio import load_audio

    for path in sorted((real_data / "emotify").glob("*/*.mp3"))[::100]:
        y = load_audio(path)
        ours = windowed_autocorrelation(onset_strength(spectrogram(y)[0]), np.arange(384), window=384)
        librosas = librosa.feature.tempogram(y=y, sr=SR, hop_length=512)
        assert np.corrcoef(ours.ravel(), librosas.ravel())[0, 1] > 0.999
