"""Every song its own noise."""

import numpy as np
import pytest

from albumlib.covers.noise import sample_noise, song_noise
from albumlib.errors import InputError


@pytest.fixture
def songs():
    """Embeddings of 200 songs about as far from each other as those of one genre are."""
    return np.random.default_rng(0).normal(0.2, 0.36, (200, 400))


def distance(a, b):
    return np.sqrt(((a - b) ** 2).mean())


@pytest.mark.parametrize("kind", ["uniform", "normal"])
def test_noise_is_a_songs_own_and_lasts(songs, kind):
    first, again = (song_noise(songs[0], 64, n=3, seed=1, kind=kind) for _ in range(2))
    assert first.shape == (3, 64)
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[:2], song_noise(songs[0], 64, n=2, seed=1, kind=kind))
    independent = np.sqrt(2) * first.std()
    for other in (first[1], song_noise(songs[1], 64, seed=1, kind=kind)[0], song_noise(songs[0], 64, seed=2)[0]):
        assert distance(first[0], other) > 0.6 * independent


@pytest.mark.parametrize("kind", ["uniform", "normal"])
def test_no_noise_at_all_has_a_shape_too(songs, kind):
    assert song_noise(songs[0], 64, n=0, kind=kind).shape == (0, 64)


@pytest.mark.parametrize("kind", ["uniform", "normal"])
def test_a_like_recording_gets_like_noise(songs, kind):
    rng = np.random.default_rng(1)
    noise = [song_noise(song, 64, kind=kind)[0] for song in songs[:40]]
    # as far from the song as the same at another bit rate
    close = [song_noise(song + rng.normal(0, 0.03, 400), 64, kind=kind)[0] for song in songs[:40]]
    between = np.mean([distance(noise[i], noise[j]) for i in range(40) for j in range(i)])
    assert np.mean([distance(a, b) for a, b in zip(noise, close, strict=True)]) < between / 5


def test_noise_is_spread_evenly(songs):
    """Over songs and seeds, and over seeds for one song."""
    normal = np.concatenate([song_noise(song, 16, seed=seed, kind="normal") for seed, song in enumerate(songs[:100])])
    np.testing.assert_allclose([normal.mean(), normal.std()], [0, 1], atol=0.1)
    uniform = np.concatenate([song_noise(songs[0], 16, seed=seed) for seed in range(100)])
    assert abs(uniform).max() <= 1
    assert np.histogram(uniform, bins=8, range=(-1, 1))[0].min() > 0.8 * uniform.size / 8


def test_noise_is_as_far_apart_as_songs_are(songs):
    """As a share of the embeddings' length, which alone makes no difference."""
    unit = [song / np.linalg.norm(song) for song in songs[:2]]
    noise = [song_noise(song, 20_000, kind="normal")[0] for song in songs[:2]]
    assert distance(*noise) == pytest.approx(np.linalg.norm(unit[0] - unit[1]), rel=0.02)
    np.testing.assert_allclose(song_noise(3 * songs[0], 64), song_noise(songs[0], 64), atol=1e-6)


def test_no_song_is_told(songs):
    with pytest.raises(InputError, match="no embedding"):
        song_noise(songs, 8)
    with pytest.raises(InputError, match="no embedding"):
        song_noise([np.nan], 8)
    with pytest.raises(InputError, match="not all 0"):
        song_noise(np.zeros(400), 8)
    with pytest.raises(InputError, match="no such kind"):
        song_noise(songs[0], 8, kind="pink")


def test_noise_is_drawn_as_it_says():
    uniform, normal = (sample_noise(np.random.default_rng(0), 2000, 8, kind=kind) for kind in ("uniform", "normal"))
    assert (uniform.dtype, normal.dtype) == (np.float32, np.float32)
    assert (abs(uniform).max() <= 1, abs(normal).max() > 3) == (True, True)
    assert (uniform.std(), normal.std()) == pytest.approx((3**-0.5, 1), abs=0.02)
    half = sample_noise(np.random.default_rng(0), 2000, 8, truncation=0.5, kind="normal")
    np.testing.assert_array_equal(half, 0.5 * normal)
    with pytest.raises(InputError, match="no such kind of noise; expected uniform or normal; got 'pink'"):
        sample_noise(np.random.default_rng(0), 1, 8, kind="pink")
