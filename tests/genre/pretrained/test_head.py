"""A head on few songs."""

import numpy as np
import pytest

from albumlib.backend import load_model
from albumlib.errors import InputError
from albumlib.genre.pretrained.head import fit_head, head_features


def songs(n_genres=3, n_artists=30, seed=0):
    """Features in which the genre and, more loudly, the artist can be heard."""
    rng = np.random.default_rng(seed)
    artists = np.repeat(np.arange(n_artists), 4)
    labels = artists % n_genres
    genre, artist = rng.normal(size=(n_genres, 40)), rng.normal(size=(n_artists, 40))
    return 5 + genre[labels] + 1.5 * artist[artists] + 0.3 * rng.normal(size=(len(labels), 40)), labels, artists


@pytest.mark.parametrize("n_genres", [2, 3])
def test_head_learns_and_is_a_network(tmp_path, n_genres):
    features, labels, artists = songs(n_genres)
    head = fit_head(features, labels, artists, n_genres=n_genres)
    told = head.network.predict(features.astype("float32"), verbose=0)
    assert told.shape == (len(labels), n_genres)
    np.testing.assert_allclose(told.sum(axis=1), 1, rtol=1e-5)
    assert (told.argmax(axis=1) == labels).mean() > 0.9
    head.network.save(tmp_path / "head.keras")
    again = load_model(tmp_path / "head.keras").predict(features.astype("float32"), verbose=0)
    np.testing.assert_array_equal(told, again)


def test_strength_is_chosen_by_artists_left_out():
    features, labels, artists = songs()
    by_artist = fit_head(features, labels, artists, n_genres=3, strengths=(1e-3, 1e-2, 1.0))
    by_song = fit_head(features, labels, np.arange(len(labels)), n_genres=3, strengths=(1e-3, 1e-2, 1.0))
    # songs of an artist on both sides make a free head look good
    assert by_artist.strength <= by_song.strength
    assert by_artist.scores[1.0] < by_song.scores[1.0]


def test_features_join_tags_and_units():
    features = head_features(np.full((2, 100), 0.5), np.ones((2, 400)))
    assert features.shape == (2, 500)
    np.testing.assert_array_equal(features[0, :100], 0)
    assert np.isfinite(head_features(np.array([[0.0] * 50 + [1.0] * 50]), np.zeros((1, 400)))).all()


def test_too_little_is_told():
    features, labels, artists = songs()
    with pytest.raises(InputError, match="genre without songs"):
        fit_head(features, labels, artists, n_genres=4)
    with pytest.raises(InputError, match="too few artists"):
        fit_head(features, labels, np.zeros(len(labels)), n_genres=3)


@pytest.mark.parametrize("each", [1, 2, 4])
def test_one_song_a_genre_is_enough_to_begin_with(each):
    features, labels, artists = songs()
    few = np.concatenate([np.flatnonzero(labels == genre)[::4][:each] for genre in range(3)])
    head = fit_head(features[few], labels[few], artists[few], n_genres=3)
    told = head.network.predict(features[few].astype("float32"), verbose=0)
    np.testing.assert_array_equal(told.argmax(axis=1), labels[few])
