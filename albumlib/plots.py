"""Every figure of the course: a function takes an axes, draws, labels it with units, and returns it."""

import numpy as np

from albumlib.genres import color
from albumlib.progress import in_notebook

HZ_TICKS = (100, 500, 1000, 2000, 5000, 10000)
BPM_TICKS = (40, 60, 80, 120, 180, 240, 360)
INK = "#222222"


def use_style():
    """Set the look of all figures; the first cell of each notebook calls it.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    import seaborn

    rc = {"figure.dpi": 90, "axes.titlesize": "medium"}
    seaborn.set_theme(style="white", context="notebook", font_scale=0.85, rc=rc)
    if in_notebook():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        # Spectrograms and covers as PNG would make the notebooks several megabytes.
        set_matplotlib_formats("jpeg", pil_kwargs={"quality": 88})


def feature_image(image, ax):
    """Draw a song's feature image with its three axes: seconds, Hz above, BPM below.

    Parameters
    ----------
    image : albumlib.music.features.FeatureImage
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 02_features
    """
    rows = len(image.freqs)
    end = float(image.times[-1])
    ax.imshow(image.values, cmap="magma", aspect="auto", extent=(0, end, 2 * rows, 0), interpolation="nearest")
    ax.axhline(rows, color="white", lw=1)
    positions, labels = [], []
    for axis, ticks, unit, top in ((image.freqs, HZ_TICKS, "Hz", 0), (image.bpm, BPM_TICKS, "BPM", rows)):
        for tick in reversed(ticks):
            row = top + int(np.abs(axis - tick).argmin()) + 0.5
            # Where rows are not spaced as the ear is, ticks crowd; a label that would touch the last is left out.
            if axis.min() <= tick <= axis.max() and (not positions or row - positions[-1] > 0.06 * rows):
                positions.append(row)
                labels.append(f"{tick:,} {unit}")
    ax.set_yticks(positions, labels)
    ax.set(xlabel="time (s)")
    return ax


def slice_strip(slices, ax, *, most=8):
    """Draw the first slices of a song side by side, with a gap between them.

    Parameters
    ----------
    slices : uint8 array, shape (n, 258, width)
    ax : matplotlib.axes.Axes
    most : int

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 02_features
    """
    shown = slices[:most]
    n, rows, width = shown.shape
    gap = 14
    for i, part in enumerate(shown):
        left = i * (width + gap)
        ax.imshow(part, cmap="magma", aspect="auto", extent=(left, left + width, rows, 0), interpolation="nearest")
    ax.set(xlim=(0, n * (width + gap) - gap), ylim=(rows, 0), yticks=[], xlabel="slice")
    ax.set_xticks([i * (width + gap) + width / 2 for i in range(n)], range(n))
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


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
    import pandas as pd

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
    ax.spines[["top", "right"]].set_visible(False)
    return ax


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
    ax.plot(metrics["epoch"], metrics[value], color="#8a8a8a", label="training")
    ax.plot(metrics["epoch"], metrics[f"val_{value}"], color="#d1495b", label="validation (unseen artists)")
    if chance is not None:
        ax.axhline(chance, color=INK, lw=1, ls=":")
        ax.text(metrics["epoch"].max(), chance + 0.01, "guessing", ha="right", va="bottom", fontsize="small")
    ax.set(xlabel="epoch", ylabel={"accuracy": "slice accuracy", "loss": "cross-entropy (nats)"}[value])
    ax.set_ylim(0, 1 if value == "accuracy" else None)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def confusion(true, told, ax, *, genres):
    """Draw the confusion matrix: a row a true genre, shares of the row.

    Parameters
    ----------
    true, told : int array, shape (n,)
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
    np.add.at(counts, (true, told), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts), strict=True):
        shade = "white" if shares[row, column] > 0.55 else INK
        ax.text(column, row, counts[row, column], ha="center", va="center", color=shade, fontsize="small")
    ax.set_xticks(range(n), genres, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(n), genres)
    ax.set(xlabel="told", ylabel="true genre")
    return ax


def votes(heard, ax, *, most=8):
    """Draw what a song's slices voted for, beside the mean probability.

    Parameters
    ----------
    heard : albumlib.music.hearing.SongGenre
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
    shares = heard.votes / heard.votes.sum()
    order = np.lexsort((heard.mean, shares))[::-1][:most]
    names = [heard.genres[i] for i in order]
    ax.barh(names, shares[order], color=[color(name) for name in names])
    ax.plot(heard.mean[order], names, "o", color=INK, ms=4, label="mean probability")
    ax.invert_yaxis()
    ax.set(xlim=(0, 1), xlabel="share of the slices")
    ax.legend(frameon=False, loc="lower right")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def gan_curve(metrics, ax, *, value="critic_gap"):
    """Draw one column of a GAN run's metrics over steps.

    Parameters
    ----------
    metrics : pandas.DataFrame
    ax : matplotlib.axes.Axes
    value : str

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 09_train_cover_gan
    """
    names = {
        "critic_gap": "real − generated score",
        "gradient_penalty": "gradient penalty",
        "generator_loss": "generator loss",
        "critic_loss": "critic loss",
    }
    ax.plot(metrics["step"], metrics[value], color="#8a8a8a", lw=0.8, alpha=0.6)
    smooth = metrics[value].rolling(max(1, len(metrics) // 20), min_periods=1, center=True).mean()
    ax.plot(metrics["step"], smooth, color="#d1495b")
    ax.axhline(0, color=INK, lw=0.6, ls=":")
    ax.set(xlabel="generator step", ylabel=names[value])
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def cover_grid(images, ax, *, labels, columns=None):
    """Draw covers as one picture, a labelled row a genre.

    Parameters
    ----------
    images : uint8 array, shape (len(labels) * columns, height, width, 3)
        Row by row.
    ax : matplotlib.axes.Axes
    labels : list of str
        One a row.
    columns : list of str, optional
        One a column.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 10_gallery
    """
    rows, size, gap = len(labels), images.shape[1], max(2, images.shape[1] // 25)
    n = len(images) // rows
    sheet = np.full((rows * (size + gap) - gap, n * (size + gap) - gap, 3), 255, "uint8")
    for i, image in enumerate(images):
        top, left = i // n * (size + gap), i % n * (size + gap)
        sheet[top : top + size, left : left + size] = image
    ax.imshow(sheet, interpolation="lanczos")
    ax.set_yticks([row * (size + gap) + size / 2 for row in range(rows)], labels)
    ax.set_xticks([])
    if columns is not None:
        ax.set_xticks([column * (size + gap) + size / 2 for column in range(n)], columns)
        ax.xaxis.tick_top()
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax
