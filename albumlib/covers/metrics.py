"""Judging generated covers without downloading a network: how real, how recognizable, how varied, how original.

A measure means nothing alone. So each stands beside the same measure with unseen real covers in the generated ones'
place.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from albumlib.covers.copies import nearest_training
from albumlib.covers.judge import judge_features, judge_probabilities
from albumlib.covers.palette import curve_distance, palette_curves
from albumlib.errors import InputError

LEVEL = 0.95
DRAWS = 200


class Estimate(NamedTuple):
    """A measure and the interval that holds it in 95 of 100 repetitions."""

    value: float
    low: float
    high: float


def kid(one, other, *, subsets=50, subset_size=None, seed=0):
    """Kernel inception distance: how far apart two samples lie, 0 on average if they come from the same source.

    The squared maximum mean discrepancy under the polynomial kernel ``(x·y / d + 1)^3``, without its bias: so it may be
    a little below 0.

    Parameters
    ----------
    one, other : float array, shape (n, d)
        Features, such as `albumlib.covers.judge.judge_features`.
    subsets : int
        How many random subsets are compared.
    subset_size : int, optional
        Of each subset, less than either sample; by default half of the smaller sample, so that the spread of the
        subsets is the error of the whole (delete-half jackknife).
    seed : int

    Returns
    -------
    Estimate
        Mean over the subsets, and 1.96 standard errors to either side.

    Raises
    ------
    InputError
        If a subset would hold less than two, or not less than a whole sample.

    References
    ----------
    Bińkowski, Sutherland, Arbel, Gretton: *Demystifying MMD GANs*, 2018.

    Notes
    -----
    Notebook: 10_gallery
    """
    n = min(len(one), len(other))
    size = n // 2 if subset_size is None else subset_size
    if not 2 <= size < n:
        raise InputError("unfit size of subsets", expected=f"2 to {n - 1}", got=str(size))
    kernel, rng = polynomial_kernel(np.concatenate([one, other])), np.random.default_rng(seed)
    values = [
        squared_mmd(
            kernel,
            rng.choice(len(one), size, replace=False),
            len(one) + rng.choice(len(other), size, replace=False),
        )
        for _ in range(subsets)
    ]
    error = np.std(values, ddof=1) * np.sqrt(size / (n - size))
    return Estimate(float(np.mean(values)), *(np.mean(values) + 1.96 * error * np.array([-1, 1])).tolist())


def polynomial_kernel(features):
    """The kernel of `kid` between all pairs.

    Parameters
    ----------
    features : float array, shape (n, d)

    Returns
    -------
    float64 array, shape (n, n)
    """
    features = np.asarray(features, "float64")
    return (features @ features.T / features.shape[1] + 1) ** 3


def squared_mmd(kernel, one, other):
    """Unbiased squared maximum mean discrepancy of two samples.

    Parameters
    ----------
    kernel : float array, shape (n, n)
    one, other : int array
        Which rows are in each sample, at least two.

    Returns
    -------
    float
    """
    return _within(kernel, one) + _within(kernel, other) - 2 * kernel[np.ix_(one, other)].mean()


def recognisability(probabilities, labels, *, seed=0):
    """How often the judge tells the genre that was asked for, each genre counting alike.

    Parameters
    ----------
    probabilities : float array, shape (n, n_genres)
        From `albumlib.covers.judge.judge_probabilities`.
    labels : int array, shape (n,)
    seed : int
        Of the interval.

    Returns
    -------
    Estimate
        0 to 1; with as many covers of each genre it is the judge's accuracy. The interval draws covers anew within each
        genre.

    Notes
    -----
    Notebook: 10_gallery
    """
    right, size = _right_of(probabilities, labels)
    drawn = np.random.default_rng(seed).binomial(size, right / size, (2000, len(size))) / size
    return Estimate(float((right / size).mean()), *_middle(drawn.mean(axis=1)))


def diversity(features, labels):
    """Mean distance between two covers of one genre.

    Parameters
    ----------
    features : float array, shape (n, d)
    labels : int array, shape (n,)
        At least two covers of each genre.

    Returns
    -------
    pandas.Series
        Distance by label; 0 where all covers are copies of each other. Its ratio to that of real covers tells whether a
        generator has collapsed.

    Notes
    -----
    Notebook: 10_gallery
    """
    distances = _pairwise(features)
    return pd.Series({k: _within(distances, np.flatnonzero(labels == k)) for k in np.unique(labels).tolist()})


def evaluate_covers(generated, labels, real_train, real_test, judge, *, genres, draws=DRAWS, seed=0):
    """Measure generated covers, and in their place unseen real ones.

    Parameters
    ----------
    generated : uint8 array, shape (n, 100, 100, 3)
    labels : int array, shape (n,)
        The genre that was asked for, as index into ``genres``.
    real_train, real_test : tuple of (uint8 array (n, 100, 100, 3), int array (n,))
        What generator and judge have learned from, and what neither has seen, with their genres.
    judge : keras.Model
        From `albumlib.covers.judge.train_judge`.
    genres : list of str
        Class order of all labels and of the judge.
    draws : int
        How often halves are drawn for the intervals.
    seed : int

    Returns
    -------
    pandas.DataFrame
        Columns ``metric``, ``genre`` (``"all"``: the mean over genres, or all covers together), ``value``, ``low``,
        ``high`` for the generated covers, ``real``, ``real_low``, ``real_high`` for the unseen real ones. For ``KID``,
        ``diversity`` (a ratio) and ``palette distance`` these compare two halves of the unseen real covers, so
        ``real_low`` to ``real_high`` is what chance alone gives, and values inside it cannot be told from real. For
        ``recognisability``, ``nearest distance`` (the median) and ``near-copies`` (their share) both sides are
        measured whole.
    copies : pandas.DataFrame
        `albumlib.covers.copies.nearest_training` of the generated covers.

    Raises
    ------
    InputError
        If a genre has fewer than four generated or unseen real covers.

    Notes
    -----
    Notebook: 10_gallery
    """
    tested, test_labels = real_test
    for name, side in (("generated", labels), ("real_test", test_labels)):
        counts = np.bincount(side, minlength=len(genres))
        if counts.min() < 4:
            where, got = f"{name}, {genres[counts.argmin()]}", str(counts.min())
            raise InputError("too few covers", where=where, expected="at least 4 a genre, for halves of 2", got=got)
    copies, real_copies = (nearest_training(images, real_train[0]) for images in (generated, tested))
    rows = _compared_halves(generated, labels, tested, test_labels, judge, genres, draws=draws, seed=seed)
    rows += _recognised(
        (judge_probabilities(judge, generated), labels), (judge_probabilities(judge, tested), test_labels)
    )
    for metric, column, statistic in (
        ("nearest distance", "distance", np.median),
        ("near-copies", "near_copy", np.mean),
    ):
        sides = (_bootstrap(table[column].to_numpy(), statistic, seed=seed) for table in (copies, real_copies))
        rows.append((metric, -1, *sides))
    return _table(rows, genres), copies


def _compared_halves(generated, labels, tested, test_labels, judge, genres, *, draws, seed):
    """Rows of the measures that compare two sets: generated with one half of the real covers, and that with the other.

    All sets of a draw hold as many covers of a genre, since distances of palettes shrink as the sets grow.
    """
    images, everyone = np.concatenate([generated, tested]), np.concatenate([labels, test_labels])
    features = judge_features(judge, images)
    kernel, distances, curves = polynomial_kernel(features), _pairwise(features), palette_curves(images)

    def compare(one, other):
        pairs = [(one[everyone[one] == k], other[everyone[other] == k]) for k in range(len(genres))]
        spread = [_within(distances, a) / _within(distances, b) for a, b in pairs]
        moved = [curve_distance(curves[a].mean(axis=0), curves[b].mean(axis=0)) for a, b in pairs]
        return [squared_mmd(kernel, one, other), np.mean(spread), *spread, np.mean(moved), *moved]

    rng, found = np.random.default_rng(seed), []
    for _ in range(draws):
        parts = [_three_sets(labels, test_labels, k, rng) for k in range(len(genres))]
        ours, half, other_half = (np.concatenate(part) for part in zip(*parts, strict=True))
        found.append((compare(ours, half), compare(other_half, half)))
    by_genre = range(-1, len(genres))
    names = [("KID", -1), *(("diversity", k) for k in by_genre), *(("palette distance", k) for k in by_genre)]
    return [
        (*name, *(Estimate(side.mean(), *_middle(side)) for side in sides))
        for name, sides in zip(names, np.array(found).transpose(2, 1, 0), strict=True)
    ]


def _three_sets(labels, test_labels, k, rng):
    """Three sets of as many covers of a genre: generated, real, and other real ones (counted after the generated)."""
    ours = rng.permutation(np.flatnonzero(labels == k))
    real = rng.permutation(np.flatnonzero(test_labels == k)) + len(labels)
    size = min(len(ours), len(real)) // 2
    return ours[:size], real[:size], real[size : 2 * size]


def _recognised(*sides):
    """Rows of recognisability; each side is probabilities and labels."""
    rows = [("recognisability", -1, *(recognisability(*side) for side in sides))]
    for k in range(sides[0][0].shape[1]):
        chosen = [(probabilities[labels == k], labels[labels == k]) for probabilities, labels in sides]
        rows.append(("recognisability", k, *(recognisability(*side) for side in chosen)))
    return rows


def _right_of(probabilities, labels):
    """How many of each genre the judge tells, and how many there are of it."""
    _, genre = np.unique(labels, return_inverse=True)
    return np.bincount(genre, weights=probabilities.argmax(axis=1) == labels), np.bincount(genre)


def _within(matrix, chosen):
    """Mean of a symmetric matrix over pairs of two different members of a sample."""
    part, n = matrix[np.ix_(chosen, chosen)], len(chosen)
    return float((part.sum() - np.trace(part)) / (n * (n - 1)))


def _pairwise(features):
    from scipy.spatial.distance import cdist

    return cdist(features, features)


def _bootstrap(values, statistic, *, seed):
    drawn = np.random.default_rng(seed).integers(len(values), size=(2000, len(values)))
    return Estimate(float(statistic(values)), *_middle(statistic(values[drawn], axis=1)))


def _middle(values):
    return [float(bound) for bound in np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])]


def _table(rows, genres):
    columns = ["metric", "genre", "value", "low", "high", "real", "real_low", "real_high"]
    return pd.DataFrame(
        [(metric, "all" if k < 0 else genres[k], *ours, *real) for metric, k, ours, real in rows], columns=columns
    )
