"""Your own genres from few songs: a small classifier on what the pretrained networks say.

The networks have learned from 200,000 tracks what matters in music, so a few hundred songs are enough to learn what
sets one genre from another in their terms: a logistic regression on standardized features, trained in seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from albumlib.backend import load_keras
from albumlib.errors import InputError

STRENGTHS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1)  # C of the logistic regression, from stiff to free
INNER_FOLDS = 5
N_FEATURES = 500  # of a song: 100 tags and 400 hidden units


@dataclass(frozen=True)
class Head:
    """A trained head.

    Attributes
    ----------
    network : keras.Model
        From features (batch, d) to probabilities (batch, n_genres).
    strength : float
        C that was chosen.
    scores : dict of float
        By strength: mean log-likelihood on artists that were left out.
    """

    network: object
    strength: float
    scores: dict


def head_features(tags: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Features that a head learns from: of a song, or of one patch.

    Parameters
    ----------
    tags : float array, shape (n, 100)
        Probabilities from `albumlib.genre.pretrained.embedding.embed`.
    units : float array, shape (n, 400)

    Returns
    -------
    float32 array, shape (n, 500)
        Log-odds of the tags, and the units. A song's are the means over its patches, and lie among its patches', so a
        head that was trained on songs also answers for patches.
    """
    tags = np.clip(np.asarray(tags, np.float32), 1e-4, 1 - 1e-4)
    return np.concatenate([np.log(tags / (1 - tags)), np.asarray(units, np.float32)], axis=1)


def fit_head(
    features: np.ndarray,
    labels: np.ndarray,
    artists: Sequence[str],
    *,
    n_genres: int,
    strengths: Sequence[float] = STRENGTHS,
    seed: int = 0,
) -> Head:
    """Train a head; how stiff it is, is chosen by cross-validation in which no artist is in both splits.

    The kept head is then trained on all songs given.

    Parameters
    ----------
    features : float array, shape (n_songs, d)
    labels : int array, shape (n_songs,)
        Genres, 0 to ``n_genres - 1``; each occurs.
    artists : array_like, shape (n_songs,)
        Who is heard, as from `albumlib.data.splits.artist_key`.
    n_genres : int
    strengths : sequence of float
        Inverse weights of the penalty to choose from.
    seed : int
        Of the deal of artists.

    Returns
    -------
    Head

    Raises
    ------
    InputError
        If a genre has no song, or there are fewer than two artists.
    """
    features, labels = np.asarray(features, np.float64), np.asarray(labels)
    missing = sorted(set(range(n_genres)) - set(labels.tolist()))
    if missing or n_genres < 2:
        raise InputError("genre without songs", got=f"none of number {missing}", todo="add songs, or leave it out")
    scores = {strength: 0.0 for strength in strengths}
    for train, test in _deals(labels, artists, n_genres=n_genres, seed=seed):
        for strength in strengths:
            weights, bias = _fit(features[train], labels[train], strength, n_genres)
            scores[strength] += _log_likelihood(features[test] @ weights + bias, labels[test]) / len(labels)
    best = max(scores, key=scores.get)
    return Head(_network(*_fit(features, labels, best, n_genres)), best, scores)


def _deals(labels, artists, *, n_genres, seed):
    """Yield songs to train and to test on, without those deals in which a genre would have no song to train on."""
    from sklearn.model_selection import StratifiedGroupKFold

    n_artists, fewest = len(set(artists)), np.bincount(labels, minlength=n_genres).min()
    if n_artists < 2:
        got = str(n_artists)
        raise InputError("too few artists", expected="at least 2", got=got, todo="add music of other artists")
    if fewest < 2:  # no song of some genre can be left out: the stiffest is taken
        return []
    n_folds = min(INNER_FOLDS, n_artists, fewest)
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed).split(labels, labels, artists)
    return [(train, test) for train, test in folds if len(set(labels[train])) == n_genres]


def _fit(features, labels, strength, n_genres):
    """Fit a logistic regression on standardized features; weights (d, n_genres) and bias for features as they are."""
    from sklearn.linear_model import LogisticRegression

    mean, sd = features.mean(axis=0), features.std(axis=0)
    sd = np.where(sd > 1e-6, sd, 1.0)
    # each genre counts alike, however many songs it has
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000).fit((features - mean) / sd, labels)
    weights, bias = model.coef_.T, model.intercept_
    if n_genres == 2:  # scikit-learn keeps one column, for the second class
        weights, bias = np.hstack([0 * weights, weights]), np.append(0.0, bias)
    weights = weights / sd[:, None]
    return weights, bias - mean @ weights


def _log_likelihood(scores, labels):
    """Sum over songs of the logarithm of the probability of the true genre."""
    scores = scores - scores.max(axis=1, keepdims=True)
    return (scores[np.arange(len(labels)), labels] - np.log(np.exp(scores).sum(axis=1))).sum()


def _network(weights, bias):
    """Build the head as a network of one layer."""
    keras = load_keras()
    inputs = keras.Input((len(weights),), name="features")
    layer = keras.layers.Dense(weights.shape[1], activation="softmax", name="genres")
    model = keras.Model(inputs, layer(inputs), name="head")
    layer.set_weights([weights, bias])
    return model
