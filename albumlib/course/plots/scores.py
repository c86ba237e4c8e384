"""Figures of classifiers: curves, confusion, votes, accuracies with their intervals."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from albumlib.course.plots._drawing import ABOVE, KEY, color_scale, draw_line, percent_ticks, whole_ticks
from albumlib.course.plots.style import ACCENT, CALM, INK, open_frame
from albumlib.errors import InputError
from albumlib.evaluation.metrics import wilson_interval
from albumlib.genres import color

if TYPE_CHECKING:
    from albumlib.genre.prediction import SongPrediction


OTHERS = "#e4e4e4"  # genres that share one colour


def learning_curves(
    metrics: pd.DataFrame, ax: Axes, *, value: Literal["accuracy", "loss"] = "accuracy", chance: float | None = None
) -> Axes:
    """Draw training and validation over epochs.

    Parameters
    ----------
    metrics
        A classifier run's rows: ``epoch``, ``loss``, ``accuracy``, ``val_loss``, ``val_accuracy``.
    ax
    value
    chance
        Level of guessing, drawn as a dotted line.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    draw_line(ax, metrics["epoch"], metrics[value], color=CALM, label="training")
    draw_line(ax, metrics["epoch"], metrics[f"val_{value}"], color=ACCENT, label="validation")
    if chance is not None:
        ax.axhline(chance, color=INK, lw=1, ls=":", label="guessing")
    ax.set(xlabel="epoch", ylabel={"accuracy": "slice accuracy", "loss": "cross-entropy (nats)"}[value])
    if value == "accuracy":
        ax.set_ylim(0, 1)
        percent_ticks(ax, "y")
    else:
        ax.set_ylim(bottom=0)
    whole_ticks(ax)
    ax.legend(**KEY)
    return open_frame(ax)


def confusion(true: ArrayLike, predicted: ArrayLike, ax: Axes, *, genres: Sequence[str]) -> Axes:
    """Draw the confusion matrix: a row a true genre, its counts as numbers, their shares of the row as colours.

    Parameters
    ----------
    true, predicted : int, shape (n,)
        Indices into `genres`.
    ax
    genres

    Raises
    ------
    InputError
        If an index lies outside the genres.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    n, labels = len(genres), np.array([true, predicted], int)
    if labels.size and (labels.min() < 0 or labels.max() >= n):
        got = f"{labels.min()} to {labels.max()}"
        raise InputError("label of no genre", where="confusion", expected=f"0 to {n - 1}", got=got)
    counts = np.zeros((n, n), int)
    np.add.at(counts, tuple(labels), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    drawn = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts), strict=True):
        shade = "white" if shares[row, column] > 0.55 else INK
        ax.text(column, row, counts[row, column], ha="center", va="center", color=shade, fontsize="small")
    ax.set_xticks(range(n), genres, rotation=45, ha="right", rotation_mode="anchor")
    # A row without examples would look like one that is never right.
    ax.set_yticks(range(n), [genre if counts[k].any() else f"{genre} (none)" for k, genre in enumerate(genres)])
    ax.set(xlabel="predicted genre", ylabel="true genre")
    percent_ticks(color_scale(ax, drawn, "share of the true genre").ax, "y")
    return ax


def votes(prediction: "SongPrediction", ax: Axes, *, most: int = 8) -> Axes:
    """Draw what a song's slices voted for, beside the mean probability, and that of the song as one piece if known.

    Parameters
    ----------
    prediction
    ax
    most
        Genres shown; the predicted one is among them.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    shares = prediction.votes / max(prediction.votes.sum(), 1)
    order = np.lexsort((prediction.mean, shares))[::-1]
    chosen = prediction.genres.index(prediction.genre)
    shown = order[:most] if chosen in order[:most] else [*order[: most - 1], chosen]
    names = [prediction.genres[i] for i in shown]
    ax.barh(names, shares[shown], color=[color(name) for name in names])
    ax.plot(prediction.mean[shown], names, "o", color=INK, ms=4, clip_on=False, label="mean probability")
    if prediction.whole is not None:
        style = {"color": INK, "mfc": "white", "ms": 5, "clip_on": False}
        ax.plot(prediction.whole[shown], names, "D", label="probability, song as one piece", **style)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1), xlabel="share of the slices (bar)")
    percent_ticks(ax, "x")
    ax.legend(loc="lower right", **KEY)
    return open_frame(ax)


def votes_along(prediction: "SongPrediction", seconds: float, ax: Axes, *, most: int = 5) -> Axes:
    """Draw what each slice of a song says, along the song: probabilities stacked, the song's genre at the foot.

    Parameters
    ----------
    prediction
        Its slices are taken to lie evenly over the song.
    seconds
        Length of the song.
    ax
    most
        Genres with a colour of their own, those with the largest mean probability; the others share a grey.

    Notes
    -----
    Notebook: 12_your_song
    """
    chosen = prediction.genres.index(prediction.genre)
    order = [chosen, *(int(i) for i in prediction.mean.argsort()[::-1] if i != chosen)][:most]
    edges = np.linspace(0, seconds, len(prediction.probabilities) + 1)
    style = {"width": np.diff(edges), "align": "edge", "ec": "white", "lw": 0.5}
    foot = np.zeros(len(prediction.probabilities))
    for i in order:
        part, name = prediction.probabilities[:, i], prediction.genres[i]
        ax.bar(edges[:-1], part, bottom=foot, **style, color=color(name), label=name)
        foot = foot + part
    ax.bar(edges[:-1], 1 - foot, bottom=foot, **style, color=OTHERS, label="others")
    ax.set(xlim=(0, seconds), ylim=(0, 1), xlabel="time (s)", ylabel="probability")
    percent_ticks(ax, "y")
    ax.legend(ncols=3, fontsize="small", **ABOVE)
    return open_frame(ax)


def accuracies(table: pd.DataFrame, ax: Axes, *, chance: float | None = None) -> Axes:
    """Draw accuracies as points with their intervals.

    Parameters
    ----------
    table
        Indexed by what is compared; columns ``accuracy``, ``low``, ``high`` (95 % over artists), all 0 to 1.
    ax
    chance
        Accuracy of guessing, drawn as a dotted line.

    Notes
    -----
    Notebook: 03_leakage
    """
    places = np.arange(len(table))
    ax.hlines(places, table["low"], table["high"], color=CALM, lw=3)
    ax.plot(table["accuracy"], places, "o", color=ACCENT, ms=8, clip_on=False)
    for place, accuracy in zip(places, table["accuracy"], strict=True):
        if np.isfinite(accuracy):
            ax.annotate(f"{accuracy:.0%}", (accuracy, place), (0, 9), textcoords="offset points", ha="center")
    if chance is not None:
        ax.axvline(chance, color=INK, lw=1, ls=":")
        ax.text(chance + 0.01, len(table) - 0.55, "guessing", va="bottom", fontsize="small")
    ax.set_yticks(places, table.index)
    ax.set(xlim=(0, 1), ylim=(len(table) - 0.5, -0.7), xlabel="accuracy (bar: 95 % interval over artists)")
    percent_ticks(ax, "x")
    return open_frame(ax)


def calibration(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw how often a classifier is right against how sure it is, with Wilson's interval and the count of each point.

    Parameters
    ----------
    table
        From `albumlib.genre.metrics.reliability`.
    ax

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    ax.plot([0, 1], [0, 1], color=INK, lw=1, ls=":", label="as right as sure")
    ax.plot(table["confidence"], table["accuracy"], color=ACCENT)
    area = np.maximum(200 * table["count"] / table["count"].sum(), 6)
    ax.scatter(table["confidence"], table["accuracy"], s=area, color=ACCENT, clip_on=False, zorder=3)
    for row in table.itertuples():
        bounds = wilson_interval(row.accuracy, n=row.count)
        label = "95 % interval; number: answers" if row.Index == table.index[0] else None
        ax.vlines(row.confidence, bounds.low, bounds.high, color=ACCENT, lw=1, clip_on=False, label=label)
        ground = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}
        place = {"xytext": (6, -9), "textcoords": "offset points", "fontsize": "x-small", "bbox": ground}
        ax.annotate(f"{row.count:.0f}", (row.confidence, row.accuracy), **place)
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), fontsize="small", frameon=False)
    ax.set(xlabel="how sure (highest probability)", ylabel="how often right (share)")
    return open_frame(ax)
