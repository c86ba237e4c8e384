"""Figures of classifiers: curves, confusion, votes, accuracies with their intervals."""

import numpy as np

from albumlib.course.plots.style import ACCENT, CALM, INK, open_frame
from albumlib.genres import color


def learning_curves(metrics, ax, *, value="accuracy", chance=None):
    """Draw training and validation over epochs.

    Parameters
    ----------
    metrics : pandas.DataFrame
        A classifier run's rows: ``epoch``, ``loss``, ``accuracy``, ``val_loss``, ``val_accuracy``.
    ax : matplotlib.axes.Axes
    value : {"accuracy", "loss"}
    chance : float, optional
        Level of guessing, drawn as a dotted line.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    ax.plot(metrics["epoch"], metrics[value], color=CALM, label="training")
    ax.plot(metrics["epoch"], metrics[f"val_{value}"], color=ACCENT, label="validation (unseen artists)")
    if chance is not None:
        ax.axhline(chance, color=INK, lw=1, ls=":")
        ax.text(metrics["epoch"].min(), chance + 0.01, "guessing", va="bottom", fontsize="small")
    ax.set(xlabel="epoch", ylabel={"accuracy": "slice accuracy", "loss": "cross-entropy (nats)"}[value])
    ax.set_ylim(0, 1 if value == "accuracy" else None)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend(frameon=False, loc="lower right" if value == "accuracy" else "upper right")
    return open_frame(ax)


def confusion(true, predicted, ax, *, genres):
    """Draw the confusion matrix: a row a true genre, shares of the row.

    Parameters
    ----------
    true, predicted : int array, shape (n,)
        Indices into ``genres``.
    ax : matplotlib.axes.Axes
    genres : list of str

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    n = len(genres)
    counts = np.zeros((n, n), int)
    np.add.at(counts, (true, predicted), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts), strict=True):
        shade = "white" if shares[row, column] > 0.55 else INK
        ax.text(column, row, counts[row, column], ha="center", va="center", color=shade, fontsize="small")
    ax.set_xticks(range(n), genres, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(n), genres)
    ax.set(xlabel="predicted", ylabel="true genre")
    return ax


def votes(prediction, ax, *, most=8):
    """Draw what a song's slices voted for, beside the mean probability.

    Parameters
    ----------
    prediction : albumlib.genre.prediction.SongPrediction
    ax : matplotlib.axes.Axes
    most : int
        Genres shown.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    shares = prediction.votes / prediction.votes.sum()
    order = np.lexsort((prediction.mean, shares))[::-1][:most]
    names = [prediction.genres[i] for i in order]
    ax.barh(names, shares[order], color=[color(name) for name in names])
    ax.plot(prediction.mean[order], names, "o", color=INK, ms=4, label="mean probability")
    ax.invert_yaxis()
    ax.set(xlim=(0, 1), xlabel="share of the slices")
    ax.legend(frameon=False, loc="lower right")
    return open_frame(ax)


def accuracies(table, ax, *, chance=None):
    """Draw accuracies as points with their intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        Indexed by what is compared; columns ``accuracy``, ``low``, ``high``, all 0 to 1.
    ax : matplotlib.axes.Axes
    chance : float, optional
        Accuracy of guessing, drawn as a dotted line.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 03_leakage
    """
    places = np.arange(len(table))
    ax.hlines(places, table["low"], table["high"], color=CALM, lw=3)
    ax.plot(table["accuracy"], places, "o", color=ACCENT, ms=8)
    for place, accuracy in zip(places, table["accuracy"], strict=True):
        ax.annotate(f"{accuracy:.0%}", (accuracy, place), (0, 9), textcoords="offset points", ha="center")
    if chance is not None:
        ax.axvline(chance, color=INK, lw=1, ls=":")
        ax.text(chance + 0.01, len(table) - 0.55, "guessing", va="bottom", fontsize="small")
    ax.set_yticks(places, table.index)
    ax.set(xlim=(0, 1), ylim=(len(table) - 0.5, -0.7), xlabel="accuracy (bar: 95 % interval over artists)")
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return open_frame(ax)


def calibration(table, ax):
    """Draw how often a classifier is right against how sure it is.

    Parameters
    ----------
    table : pandas.DataFrame
        From `albumlib.genre.metrics.reliability`.
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    ax.plot([0, 1], [0, 1], color=INK, lw=1, ls=":")
    ax.text(0.04, 0.09, "as right as sure", fontsize="small", rotation=45, rotation_mode="anchor")
    ax.plot(table["confidence"], table["accuracy"], color=ACCENT)
    ax.scatter(table["confidence"], table["accuracy"], s=10 + 200 * table["count"] / table["count"].sum(), color=ACCENT)
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="how sure (highest probability)", ylabel="how often right")
    return open_frame(ax)
