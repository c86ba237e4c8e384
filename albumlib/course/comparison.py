"""What can be said of two variants of the study: differences within a seed and within a song, with intervals."""

from collections.abc import Mapping

import numpy as np
import pandas as pd


def differences(
    runs: pd.DataFrame, pairs: Mapping[str, tuple[str, str]], *, score: str, level: float = 0.95
) -> pd.DataFrame:
    """Compare variants seed by seed.

    Songs and splits are the same for a seed, so the difference within a seed says more than the difference of means.

    Parameters
    ----------
    runs
        From `albumlib.course.study.collect`.
    pairs
        The variant and the one that it is compared with, by the name of the comparison.
    score
        Column to compare.
    level : 0 to 1
        Of the interval. For m comparisons that shall hold together, 1 - 0.05 / m (Bonferroni).

    Returns
    -------
    table
        Indexed by name: ``mean``, ``low`` and ``high`` of the differences over the seeds, ``seeds``, and ``t_low`` and
        ``t_high``, Student's interval of the mean (missing where there is one seed).

    Notes
    -----
    Notebook: 06_regularization_report
    """
    from scipy.stats import t

    wide = runs.pivot(index="seed", columns="variant", values=score)
    rows = {}
    for name, (variant, other) in pairs.items():
        change = (wide[variant] - wide[other]).dropna()
        n = len(change)
        half = t.ppf((1 + level) / 2, n - 1) * change.std() / np.sqrt(n) if n > 1 else np.nan
        rows[name] = {"mean": change.mean(), "low": change.min(), "high": change.max(), "seeds": n}
        rows[name] |= {"t_low": change.mean() - half, "t_high": change.mean() + half}
    return pd.DataFrame.from_dict(rows, orient="index")


def paired_difference(
    songs: pd.DataFrame, variant: str, other: str, *, level: float = 0.95, draws: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Difference in accuracy of two variants on the same songs, and how far other artists and seeds might move it.

    Songs of one artist are right or wrong together, and so are all songs of a seed. So whole artists and whole seeds
    are drawn with replacement (bootstrap), and both variants are asked about the same draw.

    Parameters
    ----------
    songs
        Columns ``variant``, ``seed``, ``track_id``, ``artist``, ``genre``, ``predicted``.
    level : 0 to 1
        Share of the draws inside the interval.

    Returns
    -------
    difference, low, high
        -1 to 1, positive where `variant` is right more often.

    Notes
    -----
    Notebook: 06_regularization_report
    """
    right = songs.assign(right=songs["genre"] == songs["predicted"])
    wide = right.pivot_table(index=["seed", "track_id", "artist"], columns="variant", values="right").dropna()
    change = (wide[variant] - wide[other]).reset_index(name="change").groupby(["seed", "artist"])["change"]
    sums, sizes = (table.unstack(fill_value=0).to_numpy(float) for table in (change.sum(), change.size()))
    rng, (n_seeds, n_artists) = np.random.default_rng(seed), sums.shape
    found = np.empty(draws)
    for i in range(draws):
        chosen = np.ix_(rng.integers(n_seeds, size=n_seeds), rng.integers(n_artists, size=n_artists))
        found[i] = sums[chosen].sum() / sizes[chosen].sum()
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(sums.sum() / sizes.sum()), float(low), float(high)
