"""Figures of covers, found and generated."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from albumlib.course.plots._drawing import percent_ticks
from albumlib.course.plots.style import ACCENT, CALM, INK, open_frame
from albumlib.errors import InputError, choose

# Of the columns of `albumlib.covers.cleaning.measure_covers`.
MEASURES = {
    "colors": "effective number of colours",
    "two_tone": "two_tone (mean of two shares)",
    "entropy": "entropy (bits)",
    "roughness": "roughness (noise: 0.5)",
    "detail": "detail (levels of 255)",
}
# Of the metrics of `albumlib.evaluation.report.evaluate_covers`.
METRICS = {
    "KID": "KID (less is better)",
    "recognisability": "recognised by the judge (share of covers)",
    "diversity": "diversity (1: as real covers)",
    "palette distance": "palette distance (Lab)",
    "nearest distance": "nearest distance (Lab)",
    "near-copies": "near-copies (share of covers)",
}


def cover_grid(
    images: np.ndarray | list[np.ndarray], ax: Axes, *, labels: Sequence[str], columns: Sequence[str] | None = None
) -> Axes:
    """Draw covers as one picture, a labelled row a genre.

    Parameters
    ----------
    images : uint8, shape (len(labels) * columns, height, width, 3), or a list of such arrays, one a row
        An array is read row by row. The rows of a list may differ in length.
    ax
    labels
        One a row.
    columns
        One a column.

    Raises
    ------
    InputError
        If there is no cover, the covers do not fill the rows evenly, or they are no 8-bit colour pictures.

    Notes
    -----
    Notebook: 11_gallery
    """
    rows = _rows(images, len(labels))
    height, width = rows[0].shape[1:3]
    gap, n = max(2, height // 25), max(map(len, rows))
    sheet = np.full((len(rows) * (height + gap) - gap, n * (width + gap) - gap, 3), 255, "uint8")
    for top, row in zip(range(0, len(sheet), height + gap), rows, strict=True):
        for left, image in zip(range(0, sheet.shape[1], width + gap), row, strict=False):
            sheet[top : top + height, left : left + width] = image
    ax.imshow(sheet, interpolation="lanczos")
    ax.set_yticks([row * (height + gap) + (height - 1) / 2 for row in range(len(rows))], labels)
    ax.set_xticks([])
    if columns is not None:
        ax.set_xticks([column * (width + gap) + (width - 1) / 2 for column in range(n)], columns)
        ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def _rows(images, count):
    """Split covers into `count` rows, and check that they can be shown."""
    whole, found = not isinstance(images, list), len(images)
    expected = f"covers for {count} full rows" if whole else f"{count} rows"
    if (found % count if whole else found != count) or not sum(map(len, images)):
        todo = "give a list with one array a row" if whole else None
        raise InputError("covers do not fit the labels", where="cover_grid", expected=expected, got=found, todo=todo)
    rows = np.split(images, count) if whole else images
    for row in rows:
        if row.dtype != np.uint8 or row.ndim != 4 or row.shape[3] != 3:
            got = f"{row.dtype}, shape {row.shape}"
            raise InputError("no covers", where="cover_grid", expected="uint8, shape (n, height, width, 3)", got=got)
    return rows


def measure_histogram(
    values: ArrayLike,
    ax: Axes,
    *,
    name: str,
    threshold: float | None = None,
    keep: Literal["below", "above"] = "below",
) -> Axes:
    """Draw how a measure of covers is distributed, and what lies beyond a threshold.

    Parameters
    ----------
    values : float, shape (n,)
        A column of `albumlib.covers.cleaning.measure_covers`.
    ax
    name
        Of that column, or of another measure with its unit.
    threshold
    keep
        The side of the threshold that stays.

    Notes
    -----
    Notebook: 08_covers
    """
    values = np.asarray(values, float)
    there = values[np.isfinite(values)]
    edges = np.histogram_bin_edges(there, bins=40)
    ax.hist(there, bins=edges, color=CALM)
    if threshold is not None:
        gone = there[there > threshold if keep == "below" else there < threshold]
        ax.hist(gone, bins=edges, color=ACCENT)
        ax.axvline(threshold, color=INK, lw=1, ls=":")
        ax.set_title(f"{len(gone)} beyond the threshold", color=ACCENT)
    # Covers are many and faulty ones few: on a linear axis those would not be seen. One cover is a bar, none is none.
    missing = f"\n{len(values) - len(there)} without a value" if len(there) < len(values) else ""
    ax.set(xlabel=MEASURES.get(name, name) + missing, ylabel="covers (log scale)")
    if len(there):
        ax.set(yscale="log")
        ax.set_ylim(bottom=0.7)
    ax.yaxis.set_minor_formatter("")
    return open_frame(ax)


def near_threshold(images: np.ndarray, values: ArrayLike, ax: Axes, *, threshold: float, n: int = 8) -> Axes:
    """Draw the covers on either side of a threshold of a measure: those that would just stay, those that would just go.

    Parameters
    ----------
    images : uint8, shape (m, height, width, 3)
    values : float, shape (m,)
        A measure of which more is worse.
    ax
    threshold
    n
        Covers of each side, nearest the threshold first.

    Notes
    -----
    Notebook: 08_covers
    """
    values = np.asarray(values, float)
    below, above = np.flatnonzero(values <= threshold), np.flatnonzero(values > threshold)
    sides = [below[np.argsort(-values[below], kind="stable")], above[np.argsort(values[above], kind="stable")]]
    labels = [f"{len(below)} stay", f"{len(above)} go"]
    return cover_grid([images[side[:n]] for side in sides], ax, labels=labels)


def palettes(table: Mapping[str, tuple[np.ndarray, np.ndarray]], ax: Axes) -> Axes:
    """Draw palettes as stripes, a row a genre, each colour as wide as its share.

    Parameters
    ----------
    table
        Colours and shares from `albumlib.covers.color.palette`, by genre.
    ax

    Notes
    -----
    Notebook: 08_covers
    """
    for row, (colors, shares) in enumerate(table.values()):
        ax.barh(row, shares, left=np.cumsum(shares) - shares, height=0.85, lw=0, color=np.asarray(colors) / 255)
    # Without a frame a white stripe would look like a gap.
    ax.hlines([row + edge for row in range(len(table)) for edge in (-0.425, 0.425)], 0, 1, color=CALM, lw=0.6)
    ax.vlines([1] * len(table), *(np.arange(len(table)) + edge for edge in (-0.425, 0.425)), color=CALM, lw=1.2)
    ax.set_yticks(range(len(table)), list(table))
    ax.set(xlim=(0, 1), ylim=(max(len(table), 1) - 0.5, -0.5), xlabel="share of the pixels")
    percent_ticks(ax, "x")
    ax.tick_params(left=False)
    return open_frame(ax)


def beside_real(table: pd.DataFrame, ax: Axes, *, metric: str) -> Axes:
    """Draw one measure of generated covers, by genre, beside what unseen real covers reach.

    Parameters
    ----------
    table
        From `albumlib.evaluation.report.evaluate_covers`.
    ax
    metric
        Such as ``"palette distance"``.

    Raises
    ------
    InputError
        If the table has no such metric.

    Notes
    -----
    Notebook: 11_gallery
    """
    rows = choose(dict(list(table.groupby("metric"))), metric, what="metric").iloc[::-1]
    place = np.arange(len(rows))
    wide = rows["real_high"] - rows["real_low"]
    ax.barh(place, wide, left=rows["real_low"], color=CALM, alpha=0.35, label="unseen real covers")
    ax.plot(rows["real"], place, "|", color=INK, ms=9)
    ax.hlines(place, rows["low"], rows["high"], color=ACCENT)
    ax.plot(rows["value"], place, "o", color=ACCENT, ms=4, label="generated")
    ax.set_yticks(place, rows["genre"])
    ax.set_xlabel(METRICS.get(metric, metric))
    ax.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return open_frame(ax)
