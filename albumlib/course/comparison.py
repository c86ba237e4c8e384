"""What can be said of two variants of the study: differences within a seed and within a song, with intervals."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from albumlib.genre.metrics import accuracy_interval
from albumlib.runs import flat, read_run


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


def compare_runs(first: str | os.PathLike, second: str | os.PathLike) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lay two runs beside each other.

    Where both have left their answers on songs (``songs.csv``, as notebook 05 does), the table of scores has the share
    of songs that were right, too, with its interval over artists; and the difference on the songs that both heard, as
    in `paired_difference`.

    Returns
    -------
    configuration
        What differs, a row each, by its name: columns "first" and "second"; empty where a run lacks it.
    scores
        A row a score that either has: "first", "second" and "difference" (second less first), each with its interval,
        "..._low" and "..._high", of 95 % where it is known.

    Raises
    ------
    InputError
        If one of them is no run folder.
    """
    folders = {"first": Path(first), "second": Path(second)}
    runs = {side: read_run(folder) for side, folder in folders.items()}
    asked = pd.DataFrame({side: pd.Series(flat(run["configuration"]), dtype=object) for side, run in runs.items()})
    asked = asked.fillna("")[lambda table: table["first"].map(repr) != table["second"].map(repr)]
    scores = pd.DataFrame({side: pd.Series(run["scores"], dtype=float) for side, run in runs.items()})
    scores["difference"] = scores["second"] - scores["first"]
    if all((folder / "songs.csv").is_file() for folder in folders.values()):
        found = {side: pd.read_csv(folder / "songs.csv", dtype={"track_id": str}) for side, folder in folders.items()}
        row = {}
        for side, songs in found.items():
            right = (songs["genre"] == songs["predicted"]).to_numpy()
            row[side] = right.mean()
            row[f"{side}_low"], row[f"{side}_high"] = accuracy_interval(right, songs["artist"])
        both = pd.concat([songs.assign(variant=side, seed=0) for side, songs in found.items()])
        if set(found["first"]["track_id"]) & set(found["second"]["track_id"]):
            names = ("difference", "difference_low", "difference_high")
            row |= dict(zip(names, paired_difference(both, "second", "first"), strict=True))
        scores = pd.concat([scores, pd.DataFrame(row, index=["songs right"])])
    return asked, scores
