"""Figures of a catalog: its genres, its faults."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from albumlib.course.plots._drawing import ABOVE, whole_ticks
from albumlib.course.plots.style import ACCENT, INK, open_frame
from albumlib.genres import color

# How strong the colour of each split is; a split of another name is palest.
SHADES = {"tracks": 1.0, "train": 1.0, "validation": 0.6, "test": 0.3}
# What a row of the problems' table counts, where it is not a track.
COUNTED = {"artist in two splits": "artist", "few artists": "genre"}


def genre_counts(genres: pd.Series, ax: Axes, *, order: Sequence[str], split: pd.Series | None = None) -> Axes:
    """Draw how many tracks each genre has, stacked by split where one is given.

    Parameters
    ----------
    genres
        Of each track.
    ax
    order
        Genres from the top; any others follow.
    split
        Of each track, by the index of `genres`.

    Notes
    -----
    Notebook: 01_data
    """
    genres = genres.fillna("no genre")
    split = pd.Series("tracks", index=genres.index) if split is None else split.fillna("in no split")
    table = pd.crosstab(genres, split)
    order = [*order, *(genre for genre in table.index if genre not in order)]
    table = table.reindex(order, fill_value=0)
    parts = [part for part in SHADES if part in table] + [part for part in table if part not in SHADES]
    colors = [color(genre) for genre in order]
    left = np.zeros(len(order))
    for part in parts:
        ax.barh(order, table[part], left=left, color=colors, alpha=SHADES.get(part, 0.15), label=part)
        left += table[part].to_numpy()
    ax.invert_yaxis()
    ax.set(xlabel="tracks")
    whole_ticks(ax)
    if len(parts) > 1:
        legend = ax.legend(ncols=len(parts), **ABOVE)
        for handle in legend.legend_handles:
            handle.set_facecolor(INK)
    return open_frame(ax)


def problems(table: pd.DataFrame, ax: Axes, *, kinds: Sequence[str]) -> Axes:
    """Draw how often each problem of a catalog occurs.

    Parameters
    ----------
    table
        From `albumlib.data.validation.validate`.
    ax
    kinds
        All problems that were looked for, so that what was not found shows too; any others follow.

    Notes
    -----
    Notebook: 01_data
    """
    counts = table["problem"].value_counts()
    kinds = [*kinds, *(kind for kind in counts.index if kind not in kinds)]
    counts = counts.reindex(kinds, fill_value=0)
    bars = ax.barh(kinds, counts, color=ACCENT)
    ax.bar_label(bars, [_counted(count, COUNTED.get(kind, "track")) for kind, count in counts.items()], padding=4)
    ax.invert_yaxis()
    ax.set(xlabel="problems found", xlim=(0, max(counts.max(), 1) * 1.25))
    whole_ticks(ax)
    return open_frame(ax)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'s' if count > 1 else ''}" if count else "none"
