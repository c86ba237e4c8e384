"""The report on a generator: every measure, and the same of unseen real covers in the generated ones' place.

A measure means nothing alone: how low a distance can be, and how often a genre is recognised, the real covers show.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from albumlib.data.images import check_covers
from albumlib.errors import InputError
from albumlib.evaluation.copies import nearest_training
from albumlib.evaluation.judge import judge_features, judge_probabilities
from albumlib.evaluation.metrics import (
    Estimate,
    kid_kernel,
    mean_of_pairs,
    percentile_interval,
    precision_recall,
    recognisability,
    squared_mmd,
    wilson_interval,
)
from albumlib.evaluation.palette import curve_distance, palette_curves
from albumlib.evaluation.spectrum import grid_peak, line_spectra, power_spectra, sharpness

if TYPE_CHECKING:
    import keras


def evaluate_covers(
    generated: np.ndarray,
    labels: np.ndarray,
    real_train: tuple[np.ndarray, np.ndarray],
    real_test: tuple[np.ndarray, np.ndarray],
    judge: "keras.Model",
    *,
    genres: Sequence[str],
    features: Callable[[np.ndarray], np.ndarray] | None = None,
    draws: int = 100,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure generated covers, and in their place unseen real ones.

    Parameters
    ----------
    generated : uint8, shape (n, 100, 100, 3)
    labels : int, shape (n,)
        The genre that was asked for, as index into `genres`.
    real_train, real_test
        Covers that generator and judge have learned from, and covers that neither has seen, with their labels.
    judge
        From `albumlib.evaluation.judge.train_judge`.
    genres
        Class order of all labels and of the judge.
    features
        From covers to shape (n, d), for KID and diversity; by default the judge's features. Figures compare only within
        the same features, and KID shows most if a mean square of about 1 is usual and few are far above.
    draws
        How often halves are drawn for the intervals.

    Returns
    -------
    table
        Columns ``metric``, ``genre`` (``"all"``: the mean over genres, or all covers together), ``value``, ``low``,
        ``high`` for the generated covers, ``real``, ``real_low``, ``real_high`` for the unseen real ones. For ``KID``,
        ``precision`` and ``recall`` (shares of covers), ``sharpness`` (a ratio of power), ``grid`` (peaks at doubling
        frequencies beside their neighbours; 1: none), ``diversity`` (a ratio) and ``palette distance`` these compare
        two halves of the unseen real covers, so ``real_low`` to ``real_high`` is what chance alone gives, and values
        inside it may be those of real covers. For ``recognisability``, ``nearest distance`` (the median) and
        ``near-copies`` (their share) generated and real covers are measured whole.
    copies
        `albumlib.evaluation.copies.nearest_training` of the generated covers.

    Raises
    ------
    InputError
        If covers and labels do not fit each other or the genres, a genre has fewer than four generated or unseen real
        covers, or there are fewer than 12 training covers.

    Notes
    -----
    Notebook: 11_gallery

    Examples
    --------
    >>> table, copies = evaluate_covers(covers, asked, (images, labels), unseen, judge, genres=genres)
    >>> table[table["genre"] == "all"].set_index("metric")
    """
    tested, test_labels = real_test
    for name, covers, classes in (("generated", generated, labels), ("real_test", tested, test_labels)):
        check_covers(covers, classes, genres)
        counts = np.bincount(classes, minlength=len(genres))
        if counts.min() < 4:
            where, got = f"{name}, {genres[counts.argmin()]}", str(counts.min())
            raise InputError("too few covers", where=where, expected="at least 4 a genre, for halves of 2", got=got)
    copies, real_copies = (nearest_training(images, real_train[0]) for images in (generated, tested))
    find = features or partial(judge_features, judge)
    rows = _compared_halves(generated, labels, tested, test_labels, genres, find=find, draws=draws, seed=seed)
    rows += _recognised(
        (judge_probabilities(judge, generated), labels), (judge_probabilities(judge, tested), test_labels)
    )
    tables = (copies, real_copies)
    rows.append(("nearest distance", -1, *(_median(table["distance"].to_numpy(), seed=seed) for table in tables)))
    rows.append(
        ("near-copies", -1, *(wilson_interval(float(table["near_copy"].mean()), n=len(table)) for table in tables))
    )
    return _table(rows, genres), copies


def _compared_halves(generated, labels, tested, test_labels, genres, *, find, draws, seed):
    """Rows of the measures that compare two sets: generated with one half of the real covers, and that with the other.

    All sets of a draw hold as many covers of a genre, since distances of palettes shrink as the sets grow.
    """
    from sklearn.metrics import pairwise_distances

    images = np.concatenate([generated, tested])
    features = find(images)
    kernel, distances, curves = kid_kernel(features), pairwise_distances(features), palette_curves(images)
    spectra, lines = power_spectra(images), line_spectra(images)

    def compare(one, other):
        pairs = list(zip(one, other, strict=True))
        spread = [mean_of_pairs(distances, a) / mean_of_pairs(distances, b) for a, b in pairs]
        moved = [curve_distance(curves[a].mean(axis=0), curves[b].mean(axis=0)) for a, b in pairs]
        whole, other_whole = np.concatenate(one), np.concatenate(other)
        shared = precision_recall(distances, whole, other_whole)
        looks = (sharpness(spectra[whole], spectra[other_whole]), grid_peak(lines[whole]))
        return [squared_mmd(kernel, one, other), *shared, *looks, np.mean(spread), *spread, np.mean(moved), *moved]

    rng, found = np.random.default_rng(seed), []
    for _ in range(draws):
        sets = [_three_sets(labels, test_labels, k, rng) for k in range(len(genres))]
        ours, half, other_half = zip(*sets, strict=True)
        found.append((compare(ours, half), compare(other_half, half)))
    by_genre = range(-1, len(genres))
    names = [(name, -1) for name in ("KID", "precision", "recall", "sharpness", "grid")]
    names += [*(("diversity", k) for k in by_genre), *(("palette distance", k) for k in by_genre)]
    return [
        (*name, *(Estimate(drawn.mean(), *percentile_interval(drawn)) for drawn in both))
        for name, both in zip(names, np.array(found).transpose(2, 1, 0), strict=True)
    ]


def _three_sets(labels, test_labels, k, rng):
    """Three sets of as many covers of a genre: generated, real, and other real ones (counted after the generated)."""
    ours = rng.permutation(np.flatnonzero(labels == k))
    real = rng.permutation(np.flatnonzero(test_labels == k)) + len(labels)
    size = min(len(ours), len(real)) // 2
    return ours[:size], real[:size], real[size : 2 * size]


def _recognised(*judged):
    """Rows of recognisability, of several sets of covers, each as probabilities and labels."""
    rows = [("recognisability", -1, *(recognisability(*each) for each in judged))]
    for k in range(judged[0][0].shape[1]):
        chosen = [(probabilities[labels == k], labels[labels == k]) for probabilities, labels in judged]
        rows.append(("recognisability", k, *(recognisability(*each) for each in chosen)))
    return rows


def _median(values, *, seed):
    drawn = np.random.default_rng(seed).integers(len(values), size=(2000, len(values)))
    return Estimate(float(np.median(values)), *percentile_interval(np.median(values[drawn], axis=1)))


def _table(rows, genres):
    columns = ["metric", "genre", "value", "low", "high", "real", "real_low", "real_high"]
    return pd.DataFrame(
        [(metric, "all" if k < 0 else genres[k], *ours, *real) for metric, k, ours, real in rows], columns=columns
    )
