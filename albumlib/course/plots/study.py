"""Figures that compare many runs: variants with all their seeds, accuracy against cost."""

from collections.abc import Mapping
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from albumlib.course.plots._drawing import (
    KEY,
    counts_formatter,
    draw_line,
    log_ticks,
    percent_ticks,
    series_styles,
    whole_ticks,
)
from albumlib.course.plots.style import ACCENT, CALM, INK, open_frame
from albumlib.errors import InputError

MOST_LETTERS = 16  # of a name below an axis
AREA = 50  # square points of a dot for a million parameters
MARKERS = "os^Dv"


def seeds(
    runs: pd.DataFrame,
    ax: Axes,
    *,
    score: str,
    by: str = "variant",
    reference: str | None = None,
    names: Mapping[str, str] | None = None,
    marks: str | None = None,
) -> Axes:
    """Draw every run as a dot, and the mean over the seeds as a bar, the best on top.

    Runs of one score lie above each other, so that all of them can be counted.

    Parameters
    ----------
    runs
        Columns `by` and `score`, 0 to 1; a row a run.
    ax
    score
    by
        Column of what is compared.
    reference
        Whose mean is drawn as a line through all rows.
    names
        What to write for each.
    marks
        Column whose values have a marker each, such as ``"seed"``.

    Notes
    -----
    Notebook: 06_regularization_report
    """
    means = runs.groupby(by)[score].mean().sort_values(na_position="first")
    places = {name: place for place, name in enumerate(means.index)}
    ties = runs.groupby([by, runs[score].round(4)])[score]
    many = ties.transform("size")
    raised = (ties.cumcount() - (many - 1) / 2) * np.minimum(0.2, 0.7 / many)
    heights = runs[by].map(places) + raised
    groups = {"": np.arange(len(runs))} if marks is None else runs.groupby(marks).indices
    for (value, rows), marker in zip(groups.items(), cycle(MARKERS), strict=False):
        style = {"color": CALM, "ms": 5, "label": f"{marks} {value}"}
        ax.plot(runs[score].iloc[rows], heights.iloc[rows], marker, **style)
    if marks:
        ax.legend(**KEY)
    ax.plot(means, range(len(means)), "|", color=ACCENT, ms=18, mew=3)
    for name, place in places.items():
        text = f"{means[name]:.1%}" if np.isfinite(means[name]) else "no score"
        style = {"transform": ax.get_yaxis_transform(), "va": "center", "color": ACCENT, "fontsize": "small"}
        ax.text(1.01, place, text, **style)
    if reference:
        ax.axvline(means[reference], color=INK, lw=1, ls=":")
    ax.set_yticks(range(len(means)), [(names or {}).get(name, name) for name in means.index])
    percent_ticks(ax, "x")
    ax.set(xlabel=f"accuracy: {score}", ylim=(-0.7, len(means) - 0.3))
    return open_frame(ax)


def curve_bands(curves: pd.DataFrame, ax: Axes, *, value: str, labels: Mapping[str, str]) -> Axes:
    """Draw a curve over epochs for each variant: the mean over the seeds, and a band from the lowest to the highest.

    A curve ends where its first seed ends: the mean of those that go on would be of others.

    Parameters
    ----------
    curves
        Columns ``variant``, ``seed``, ``epoch`` and `value`.
    ax
    value
    labels
        The variants to draw, and what to call them.

    Raises
    ------
    InputError
        If a variant has no rows.

    Notes
    -----
    Notebook: 06_regularization_report
    """
    styles = series_styles(labels)
    for variant, label in labels.items():
        rows = curves[curves["variant"] == variant]
        if rows.empty:
            raise InputError("no curve of this variant", where="labels", got=variant)
        table = rows.pivot(index="epoch", columns="seed", values=value).dropna()
        draw_line(ax, table.index, table.mean(axis=1), label=label, **styles[variant])
        color = styles[variant]["color"]
        ax.fill_between(table.index, table.min(axis=1), table.max(axis=1), color=color, alpha=0.15, lw=0)
    ax.set(xlabel="epoch", ylabel=value)
    whole_ticks(ax)
    ax.legend(**KEY, title="mean of the seeds, band: all", title_fontsize="small")
    return open_frame(ax)


def cost(table: pd.DataFrame, ax: Axes, *, score: str, names: Mapping[str, str] | None = None) -> Axes:
    """Draw accuracy against the multiplications for one slice.

    Parameters
    ----------
    table
        Indexed by variant; columns ``multiplications``, ``parameters`` and `score`, 0 to 1.
    ax
    score
    names
        Which points to name, and how.

    Notes
    -----
    Notebook: 06_regularization_report
    """
    area = np.maximum(AREA * table["parameters"] / 1e6, 6)
    ax.scatter(table["multiplications"], table[score], s=area, color=ACCENT, alpha=0.5)
    named = table.loc[list(names or {})]
    near = 0.1 * np.ptp(table[score]) if len(table) else 0
    for name, row in named.iterrows():
        # To the left where a named point close at the right of it has its own name.
        ratio = named["multiplications"] / row["multiplications"]
        after = named[(ratio > 1) & (ratio < 3)]
        left = ((after[score] - row[score]).abs() < near).any()
        offset = {"xytext": (-8 if left else 8, 6), "textcoords": "offset points", "ha": "right" if left else "left"}
        ax.annotate(names[name], (row["multiplications"], row[score]), fontsize="small", **offset)
    log_ticks(ax, "x", table["multiplications"], formatter=counts_formatter())
    ax.set(xlabel="multiplications for one slice", ylabel=f"accuracy: {score}")
    percent_ticks(ax, "y")
    ax.scatter([], [], s=AREA, color=ACCENT, alpha=0.5, label="area: 1 million parameters")
    ax.legend(fontsize="small")  # framed, or its point would be taken for one of the table
    return open_frame(ax)


def score_over(runs: pd.DataFrame, ax: Axes, *, score: str, over: str) -> Axes:
    """Draw a score of every run over one of its parameters, and a line through the means.

    Parameters
    ----------
    runs
        Columns `score` and `over`; a row a run. Runs without the score are left out.
    ax
    score, over
        Numbers that span two decades or more get a logarithmic axis; anything but numbers is named, by its first
        letters if it is long.

    Raises
    ------
    InputError
        If there is no such column, or no run has the score.
    """
    for name in (score, over):
        if name not in runs:
            raise InputError("no such column", where=name, expected=", ".join(map(str, runs.columns)))
    runs = runs.assign(**{score: pd.to_numeric(runs[score], errors="coerce")}).dropna(subset=[score])
    if runs.empty:
        raise InputError("no run has this score", where=score)
    x = runs[over]
    if not pd.api.types.is_numeric_dtype(x) or pd.api.types.is_bool_dtype(x):
        names = sorted(set(x.astype(str)))
        ax.set_xticks(range(len(names)), [name[:MOST_LETTERS] for name in names])
        x = x.astype(str).map(names.index)
    elif x.min() > 0 and x.max() >= 100 * x.min():
        ax.set_xscale("log")
    means = runs[score].groupby(x).mean()
    ax.plot(x, runs[score], "o", color=CALM, ms=5)
    ax.plot(means.index, means, "-", color=ACCENT)
    ax.set(xlabel=over, ylabel=score)
    open_frame(ax)
    return ax
