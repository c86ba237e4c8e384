"""Measures of generated covers that need no download: how near to real ones, how recognisable, how varied."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from albumlib.errors import InputError

LEVEL = 0.95


class Estimate(NamedTuple):
    """A measure and the interval that holds it in 95 of 100 repetitions."""

    value: float
    low: float
    high: float


def kid(
    one: np.ndarray, other: np.ndarray, *, subsets: int = 50, subset_size: int | None = None, seed: int = 0
) -> Estimate:
    """Kernel inception distance: how far apart two samples lie, 0 on average if they come from the same source.

    The squared maximum mean discrepancy under the polynomial kernel ``(x·y / d + 1)^3``, without its bias: so it may be
    a little below 0.

    Parameters
    ----------
    one, other : float, shape (n, d)
        Features of covers drawn at random, such as `albumlib.evaluation.judge.judge_features`.
    subsets
        How many random subsets are compared.
    subset_size
        Of each subset, less than either sample; by default half of the smaller sample, so that the spread of the
        subsets is the error of the whole (delete-half jackknife).

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

    Examples
    --------
    >>> value, low, high = kid(judge_features(judge, covers), judge_features(judge, unseen))
    """
    n = min(len(one), len(other))
    size = n // 2 if subset_size is None else subset_size
    if not 2 <= size < n:
        raise InputError("unfit size of subsets", expected=f"2 to {n - 1}", got=str(size))
    kernel, rng = kid_kernel(np.concatenate([one, other])), np.random.default_rng(seed)
    values = [
        squared_mmd(
            kernel,
            [rng.choice(len(one), size, replace=False)],
            [len(one) + rng.choice(len(other), size, replace=False)],
        )
        for _ in range(subsets)
    ]
    error = np.std(values, ddof=1) * np.sqrt(size / (n - size))
    return Estimate(float(np.mean(values)), *(np.mean(values) + 1.96 * error * np.array([-1, 1])).tolist())


def kid_kernel(features: ArrayLike) -> np.ndarray:
    """The kernel of `kid` between all pairs: from shape (n, d) to float64, shape (n, n)."""
    from sklearn.metrics.pairwise import polynomial_kernel

    return polynomial_kernel(np.asarray(features, "float64"), degree=3, coef0=1)


def squared_mmd(kernel: np.ndarray, one: Sequence[ArrayLike], other: Sequence[ArrayLike]) -> float:
    """Unbiased squared maximum mean discrepancy of two samples.

    Where a sample holds a fixed number of each genre, chance has not dealt the genres, and two members are of one genre
    less often than two strangers: with the genres named, each as a part, that does not bias the result.

    Parameters
    ----------
    kernel : float, shape (n, n)
    one, other
        The parts of each sample, which count alike: which rows are in each, at least two.

    Examples
    --------
    Two samples of two, each a single part, and two of four in two parts:

    >>> kernel = kid_kernel([[0.0], [1.0], [2.0], [3.0]])
    >>> squared_mmd(kernel, [[0, 1]], [[2, 3]])
    297.5
    >>> kernel = kid_kernel(np.arange(8.0)[:, None])
    >>> squared_mmd(kernel, [[0, 1], [2, 3]], [[4, 5], [6, 7]]) > 0
    True
    """
    parts, n = [*one, *other], len(one)
    sizes, rows = np.array([len(part) for part in parts]), np.concatenate(parts)
    starts, block = np.cumsum(sizes) - sizes, kernel[np.ix_(rows, rows)]
    sums = np.add.reduceat(np.add.reduceat(block, starts, axis=0), starts, axis=1)
    # Inside a part, none is compared with itself.
    sums -= np.diag(np.add.reduceat(block.diagonal(), starts))
    means = sums / (np.outer(sizes, sizes) - np.diag(sizes))
    return float(means[:n, :n].mean() + means[n:, n:].mean() - 2 * means[:n, n:].mean())


def recognisability(probabilities: np.ndarray, labels: np.ndarray) -> Estimate:
    """How often the judge recognises the genre that was asked for, each genre counting alike.

    Parameters
    ----------
    probabilities : float, shape (n, n_genres)
        From `albumlib.evaluation.judge.judge_probabilities`.
    labels : int, shape (n,)

    Returns
    -------
    Estimate
        0 to 1; with as many covers of each genre it is the judge's accuracy.

    Notes
    -----
    Notebook: 11_gallery
    """
    _, genre = np.unique(labels, return_inverse=True)
    right, size = np.bincount(genre, weights=probabilities.argmax(axis=1) == labels), np.bincount(genre)
    # As many covers as would, genre aside, make the mean over genres as uncertain.
    return wilson_interval(float((right / size).mean()), n=len(size) ** 2 / (1 / size).sum())


def wilson_interval(value: float, *, n: float) -> Estimate:
    """A share (0 to 1) of n cases, with Wilson's interval, which has a width even if none or all of them count.

    References
    ----------
    Wilson: *Probable Inference, the Law of Succession, and Statistical Inference*, 1927.

    Examples
    --------
    >>> [round(bound, 2) for bound in wilson_interval(0.0, n=20)]
    [0.0, 0.0, 0.16]
    """
    z = 1.96
    center, half = value + z**2 / (2 * n), z * np.sqrt(value * (1 - value) / n + z**2 / (4 * n**2))
    low, high = (center - half) / (1 + z**2 / n), (center + half) / (1 + z**2 / n)
    return Estimate(value, float(max(0.0, min(low, value))), float(min(1.0, max(high, value))))


def diversity(features: np.ndarray, labels: np.ndarray) -> pd.Series:
    """Mean distance between two covers of one genre.

    Parameters
    ----------
    features : float, shape (n, d)
    labels : int, shape (n,)
        At least two covers of each genre.

    Returns
    -------
    pandas.Series
        Distance by label; 0 where all covers are copies of each other. Its ratio to that of real covers shows whether a
        generator has collapsed.

    Notes
    -----
    Notebook: 11_gallery
    """
    from sklearn.metrics import pairwise_distances

    distances = pairwise_distances(features)
    return pd.Series({k: mean_of_pairs(distances, np.flatnonzero(labels == k)) for k in np.unique(labels).tolist()})


def precision_recall(distances: np.ndarray, one: ArrayLike, other: ArrayLike, *, k: int = 3) -> tuple[float, float]:
    """Which share of a sample lies within the other, and which share of the other within it.

    A sample's region is a ball around each member that reaches to its k-th nearest neighbour. Generated covers outside
    of the real ones' region are wrong (precision); real ones outside of the generated ones' are missed (recall).

    Parameters
    ----------
    distances : shape (n, n)
        Between all members of both samples.
    one, other : int
        Which rows are the generated and which the real covers; as many, or the regions do not compare.

    References
    ----------
    Kynkäänniemi et al.: *Improved Precision and Recall Metric for Assessing Generative Models*, 2019.

    Examples
    --------
    Of four generated points two lie among the real ones, which all lie among the generated:

    >>> points = np.array([0.0, 1, 9, 20, 0, 0.5, 1, 1.5])
    >>> precision_recall(np.abs(points[:, None] - points), [0, 1, 2, 3], [4, 5, 6, 7], k=1)
    (0.5, 1.0)
    """

    def within(points, region):
        reach = np.sort(distances[np.ix_(region, region)], axis=1)[:, k]
        return float((distances[np.ix_(points, region)] <= reach).any(axis=1).mean())

    return within(one, other), within(other, one)


def mean_of_pairs(matrix: np.ndarray, chosen: ArrayLike) -> float:
    """Mean of a symmetric matrix over the pairs of two different members of a sample.

    Parameters
    ----------
    matrix : shape (n, n)
    chosen : int
        Which rows are in the sample, at least two.

    Examples
    --------
    >>> mean_of_pairs(np.array([[0, 3, 9], [3, 0, 6], [9, 6, 0]]), [0, 1, 2])
    6.0
    """
    part, n = matrix[np.ix_(chosen, chosen)], len(chosen)
    return float((part.sum() - np.trace(part)) / (n * (n - 1)))


def percentile_interval(values: ArrayLike) -> list[float]:
    """Bounds, low and high, that hold the middle 95 % of values."""
    return [float(bound) for bound in np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])]
