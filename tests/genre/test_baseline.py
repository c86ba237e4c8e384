"""The classical baseline and its scores: known answers, leakage, intervals."""

import os

import numpy as np
import pytest
import soundfile
from scipy import stats
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from albumlib.data.catalog import COLUMNS, make_catalog
from albumlib.data.folder import load_folder
from albumlib.data.splits import folds_by_artist
from albumlib.errors import InputError
from albumlib.genre.baseline import catalog_statistics, frame_features, make_baseline, statistics
from albumlib.genre.metrics import accuracy_interval

SR = 22050


def test_features_of_a_sine():
    y = 0.5 * np.sin(2 * np.pi * 440 * np.arange(3 * SR) / SR).astype(np.float32)
    frames = frame_features(y)
    assert frames.shape == (43, 1 + len(y) // 512)
    middle = frames[:, 10:-10].mean(axis=1)
    assert abs(middle[27] - 440) < 30  # centroid
    assert middle[29:41].argmax() == 9  # pitch class A
    assert abs(middle[41] - 880 / SR) < 0.002  # zero crossings
    assert abs(middle[42] - 0.5 / np.sqrt(2)) < 0.01  # level


def test_statistics_agree_with_scipy():
    frames = np.random.default_rng(0).gamma(2, size=(43, 500)).astype(np.float32)
    moments = [frames.mean(1), frames.std(1), stats.skew(frames, axis=1), stats.kurtosis(frames, axis=1)]
    expected = np.concatenate([*moments, np.median(frames, 1), frames.min(1), frames.max(1)])
    np.testing.assert_allclose(statistics(frames), expected, rtol=1e-3, atol=1e-3)


def test_statistics_of_what_does_not_change():
    assert np.isfinite(statistics(np.ones((43, 50), np.float32))).all()


@pytest.fixture
def catalog(tmp_path):
    """Two songs of 4 and 7 s, and a file that is none."""
    rows = []
    for number, seconds in enumerate((4, 7)):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, np.random.default_rng(number).uniform(-0.5, 0.5, seconds * SR), SR)
        rows.append(dict.fromkeys(COLUMNS, "") | {"track_id": f"t{number}", "path": path, "duration": seconds})
    (tmp_path / "bad.mp3").write_text("no music")
    return make_catalog([*rows, rows[0] | {"track_id": "bad", "path": tmp_path / "bad.mp3"}])


def test_songs_and_slices_know_where_they_come_from(catalog, tmp_path):
    options = {"folder": tmp_path / "cache", "n_jobs": 1, "progress": False}
    X, songs, report = catalog_statistics(catalog, **options)
    assert X.shape == (2, 301)
    assert catalog["track_id"].iloc[songs].tolist() == ["t0", "t1"]
    assert report["reason"].str.contains("not audio").tolist() == [True]
    X, songs, _ = catalog_statistics(catalog, width=128, **options)
    assert catalog["track_id"].iloc[songs].tolist() == ["t0"] + ["t1"] * 2
    with pytest.raises(InputError, match="no usable song; got 3 failures"):
        catalog_statistics(catalog, width=1000, **options)


def test_another_song_of_the_same_size_and_time_is_heard_anew(catalog, tmp_path):
    options = {"folder": tmp_path / "cache", "n_jobs": 1, "progress": False}
    songs, path = catalog[catalog["track_id"] != "bad"], tmp_path / "0.wav"
    before, *_ = catalog_statistics(songs, **options)
    stamp = path.stat()
    soundfile.write(path, np.random.default_rng(9).uniform(-0.1, 0.1, 4 * SR), SR)
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert path.stat().st_size == stamp.st_size
    after, *_ = catalog_statistics(songs, **options)
    assert (before == after).all(axis=1).tolist() == [False, True]


def test_the_interval_knows_that_songs_of_an_artist_go_together():
    rng = np.random.default_rng(0)
    artists = np.repeat(np.arange(50), 20)
    correct = (rng.random(50) < 0.6)[artists]  # each artist all right or all wrong
    low, high = accuracy_interval(correct, artists)
    exact = 1.96 * np.sqrt(correct.mean() * (1 - correct.mean()) / 50)
    assert abs((high - low) / 2 - exact) < 0.02
    alone = accuracy_interval(correct, np.arange(1000))
    assert alone[1] - alone[0] < 0.5 * (high - low)


@pytest.mark.real
@pytest.mark.slow
def test_real_music_leaks(real_data, tmp_path):
    catalog, _ = load_folder(real_data / "emotify")
    X, songs, _ = catalog_statistics(catalog, folder=tmp_path, progress=False)
    assert len(songs) == len(catalog)
    genres, rng = catalog["genre"].to_numpy(), np.random.default_rng(0)
    by_artist, by_song = (
        cross_val_predict(make_baseline(), X, genres, cv=PredefinedSplit(folds))
        for folds in (folds_by_artist(catalog), rng.permutation(len(catalog)) % 5)
    )
    assert 0.60 < (by_artist == genres).mean() < 0.72
    assert (by_song == genres).mean() > (by_artist == genres).mean() + 0.05
