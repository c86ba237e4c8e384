"""Figures of a catalog: its genres, its faults."""

import numpy as np
import pandas as pd

from albumlib.course.plots.style import ACCENT, INK, open_frame
from albumlib.genres import color


def genre_counts(genres, ax, *, order, split=None):
    """Draw how many tracks each genre has, stacked by side of the split where one is given.

    Parameters
    ----------
    genres : pandas.Series of str
    ax : matplotlib.axes.Axes
    order : list of str
    split : pandas.Series of str, optional

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 01_data
    """
    split = pd.Series("tracks", index=genres.index) if split is None else split
    table = pd.crosstab(genres, split).reindex(order, fill_value=0)
    sides = [side for side in ("train", "validation", "test", "tracks") if side in table]
    left = np.zeros(len(order))
    for side, alpha in zip(sides, (1.0, 0.6, 0.3), strict=False):
        ax.barh(order, table[side], left=left, color=[color(genre) for genre in order], alpha=alpha, label=side)
        left += table[side].to_numpy()
    ax.invert_yaxis()
    ax.set(xlabel="tracks")
    if len(sides) > 1:
        legend = ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
        for handle in legend.legend_handles:
            handle.set_facecolor(INK)
    return open_frame(ax)


def problems(table, ax, *, kinds):
    """Draw how often each problem of a catalog occurs.

    Parameters
    ----------
    table : pandas.DataFrame
        From `albumlib.data.validation.validate`.
    ax : matplotlib.axes.Axes
    kinds : sequence of str
        All problems that were looked for, so that what was not found shows too.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 01_data
    """
    counts = table["problem"].value_counts().reindex(kinds, fill_value=0)
    bars = ax.barh(list(counts.index), counts, color=ACCENT)
    ax.bar_label(bars, [str(count) if count else "none" for count in counts], padding=4, color=INK)
    ax.invert_yaxis()
    ax.set(xlabel="tracks", xlim=(0, max(counts.max(), 1) * 1.15))
    ax.xaxis.get_major_locator().set_params(integer=True)
    return open_frame(ax)
