"""How good a classifier is on music it was not trained on, and how sure one can be of that."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    import pandas as pd


def accuracy_interval(
    correct: np.ndarray, groups: ArrayLike, *, level: float = 0.95, draws: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """How far accuracy might have fallen otherwise, had we met other artists.

    Songs of one artist are right or wrong together, so whole artists are drawn with replacement (bootstrap). Drawing
    single songs or slices would make the interval too narrow.

    Parameters
    ----------
    correct : bool, shape (n,)
    groups : shape (n,)
        The artist of each.
    level : 0 to 1
        Share of the draws inside the interval.

    Returns
    -------
    low, high : 0 to 1

    Notes
    -----
    Notebook: 03_leakage
    """
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    right, size = np.bincount(group, weights=correct), np.bincount(group)
    drawn = np.random.default_rng(seed).integers(len(size), size=(draws, len(size)))
    accuracies = right[drawn].sum(axis=1) / size[drawn].sum(axis=1)
    low, high = np.quantile(accuracies, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def reliability(probabilities: np.ndarray, labels: np.ndarray, *, bins: int = 10) -> tuple["pd.DataFrame", float]:
    """Compare how sure a classifier is with how often it is right.

    Parameters
    ----------
    probabilities : float, shape (n, n_genres)
        Rows sum to 1.
    labels : int, shape (n,)
    bins
        Equal parts of the range of the highest probability, 0 to 1.

    Returns
    -------
    table
        A row a bin that is not empty: ``confidence`` and ``accuracy`` (means in the bin), ``count``.
    error : 0 to 1
        Expected calibration error: the mean distance of the two, weighted by count.

    References
    ----------
    Guo et al., On Calibration of Modern Neural Networks, 2017.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    import pandas as pd

    confidence = probabilities.max(axis=1)
    rows = pd.DataFrame({"confidence": confidence, "accuracy": probabilities.argmax(axis=1) == labels})
    groups = rows.groupby(np.minimum((confidence * bins).astype(int), bins - 1))
    table = groups.mean().assign(count=groups.size()).reset_index(drop=True)
    gap = (table["confidence"] - table["accuracy"]).abs()
    return table, float((gap * table["count"]).sum() / len(rows))
