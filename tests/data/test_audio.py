"""Decoding: what comes out of good files, and the one error that bad ones give."""

import re
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from test_joined_sound import AAC, MP2, hear
from test_whole_song import MP3, without_table

from albumlib.data.audio import load_audio
from albumlib.errors import InputError

RATE = 44100


def sine(seconds, *, hertz=440, rate=RATE):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


@pytest.fixture
def mp3(tmp_path):
    path = tmp_path / "song.mp3"
    soundfile.write(path, np.stack([sine(4), sine(4)], axis=1), RATE)
    return path


def test_is_mono_float32_at_the_rate_asked_for(mp3):
    y = load_audio(mp3, sr=16000)
    assert y.shape == (4 * 16000,)
    assert y.dtype == np.float32
    assert np.abs(np.fft.rfft(y)).argmax() == 4 * 440


def test_channels_are_averaged(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.stack([sine(1), -0.5 * sine(1)], axis=1), RATE)
    assert np.abs(load_audio(tmp_path / "a.wav")).max() == pytest.approx(0.125, abs=1e-3)


def test_blocks_join_without_a_seam(tmp_path):
    soxr = pytest.importorskip("soxr")
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 5 * RATE).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", noise, RATE, subtype="FLOAT")
    np.testing.assert_allclose(load_audio(tmp_path / "a.wav"), soxr.resample(noise, RATE, 22050), atol=1e-5)


def test_an_mp3_read_in_blocks_has_no_gaps(mp3):
    at_once = soundfile.read(mp3, dtype="float32")[0].mean(axis=1)
    np.testing.assert_array_equal(load_audio(mp3, sr=RATE), at_once)


def test_a_span_is_the_same_stretch_of_the_song(mp3):
    whole, span = load_audio(mp3), load_audio(mp3, offset=1, duration=2)
    assert span.shape == (2 * 22050,)
    inside = slice(1000, -1000)  # the resampler's filter reaches past the cuts
    np.testing.assert_allclose(span[inside], whole[22050 : 3 * 22050][inside], atol=1e-3)


@pytest.mark.parametrize("suffix", ["mp3", "flac", "ogg", "wav"])
def test_names_with_spaces_and_unicode(tmp_path, suffix):
    path = tmp_path / f"Ærlig talt – 日本 1.{suffix}"
    soundfile.write(path, sine(1), RATE)
    assert abs(len(load_audio(path)) - 22050) < 2500  # mp3 may keep the encoder's padding


def test_silence_is_audio(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(RATE), RATE)
    assert not load_audio(tmp_path / "a.wav").any()


def test_truncated_mp3_gives_what_decodes(mp3):
    mp3.write_bytes(mp3.read_bytes()[: mp3.stat().st_size // 2])
    assert 1.5 < len(load_audio(mp3)) / 22050 < 2.5


def test_damage_in_the_middle_keeps_the_beginning(mp3):
    data = bytearray(mp3.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = bytes(20_000)
    mp3.write_bytes(data)
    assert len(load_audio(mp3)) > 22050


def empty(path):
    path.write_bytes(b"")


def text(path):
    path.write_text("This is no music. " * 500)


def noise_bytes(path):
    path.write_bytes(np.random.default_rng(0).integers(0, 256, 100_000, dtype=np.uint8).tobytes())


def cut_to_a_stump(path):
    soundfile.write(path, sine(2), RATE)
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize("fault", [empty, text, noise_bytes, cut_to_a_stump])
def test_bad_file_raises_one_error_that_names_it(tmp_path, fault):
    fault(tmp_path / "bad.mp3")
    with pytest.raises(InputError, match=r"bad\.mp3"):
        load_audio(tmp_path / "bad.mp3")


def test_missing_file_folder_and_span_past_the_end(tmp_path, mp3):
    with pytest.raises(InputError, match="no such file"):
        load_audio(tmp_path / "none.mp3")
    with pytest.raises(InputError, match="folder"):
        load_audio(tmp_path)
    with pytest.raises(InputError, match=r"from 60 s on"):
        load_audio(mp3, offset=60)
    with pytest.raises(InputError, match="offset >= 0"):
        load_audio(mp3, offset=-1)


def test_decoder_is_silent_and_needs_no_librosa(mp3):
    data = bytearray(mp3.read_bytes())
    data[5000:5400] = bytes(range(200)) * 2
    mp3.write_bytes(data)
    code = (
        "import sys, albumlib, albumlib.features.image\n"
        "from albumlib.data.audio import load_audio\n"
        "assert not {'librosa', 'tensorflow', 'keras', 'torch'} & set(sys.modules)\n"
        "assert len(load_audio(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", code, mp3], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


FRAMES = {"aac": AAC, "mp2": MP2, "mp3": without_table(MP3)}


@pytest.mark.parametrize("suffix", FRAMES)
def test_frames_that_break_off_are_told(tmp_path, suffix):
    data = FRAMES[suffix]
    assert hear(tmp_path, suffix, data).remarks == ()
    said = "breaks off before its end: how much is missing cannot be told"
    for count in (len(data) // 2 + 100, len(data) - 10):
        assert hear(tmp_path, suffix, data[:count]).remarks == (said,)


@pytest.mark.parametrize("suffix", FRAMES)
def test_zeros_behind_what_does_not_know_its_length_are_told(tmp_path, suffix):
    heard = hear(tmp_path, suffix, FRAMES[suffix] + bytes(20_000))
    assert heard.remarks == ("20 kB of zeros behind its last frame: it may be incomplete",)
    assert len(heard.signal) / 22050 == pytest.approx(6, abs=0.1)


def test_noise_before_the_first_frame_is_told(tmp_path):
    data = without_table(MP3)
    noise = np.random.default_rng(0).integers(0, 250, 50_000).astype("uint8").tobytes()
    remark = hear(tmp_path, "mp3", noise + data[50_000:]).remarks[0]
    assert re.fullmatch(r"\d\d kB before its first frame, 4.% of the file, are not heard", remark)
