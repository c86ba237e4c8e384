"""Figures of covers and of the networks that paint them."""

import numpy as np

from albumlib.course.plots.style import ACCENT, CALM, INK, open_frame


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
    ax.plot(metrics["step"], metrics[value], color=CALM, lw=0.8, alpha=0.6)
    smooth = metrics[value].rolling(max(1, len(metrics) // 20), min_periods=1, center=True).mean()
    ax.plot(metrics["step"], smooth, color=ACCENT)
    ax.axhline(0, color=INK, lw=0.6, ls=":")
    ax.set(xlabel="generator step", ylabel=names[value])
    return open_frame(ax)


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


def measure_histogram(values, ax, *, name, threshold=None, keep="below"):
    """Draw how a measure of covers is distributed, and what lies beyond a threshold.

    Parameters
    ----------
    values : float array, shape (n,)
        A column of `albumlib.covers.cleaning.measure_covers`.
    ax : matplotlib.axes.Axes
    name : str
        Of the measure, with its unit.
    threshold : float, optional
    keep : {"below", "above"}
        The side of the threshold that stays.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 07_covers
    """
    values = np.asarray(values)
    edges = np.histogram_bin_edges(values, bins=40)
    ax.hist(values, bins=edges, color=CALM)
    if threshold is not None:
        gone = values[values > threshold if keep == "below" else values < threshold]
        ax.hist(gone, bins=edges, color=ACCENT)
        ax.axvline(threshold, color=INK, lw=1, ls=":")
        ax.set_title(f"{len(gone)} beyond the threshold", color=ACCENT)
    # Covers are many and faulty ones few: on a linear axis those would not be seen.
    ax.set(xlabel=name, ylabel="covers", yscale="log")
    ax.set_ylim(bottom=0.7)
    ax.yaxis.set_minor_formatter("")
    return open_frame(ax)


def palettes(table, ax):
    """Draw palettes as stripes, a row a genre, each colour as wide as its share.

    Parameters
    ----------
    table : dict of str to (colors, shares)
        From `albumlib.covers.color.palette`, by genre.
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 07_covers
    """
    for row, (colors, shares) in enumerate(table.values()):
        ax.barh(row, shares, left=np.cumsum(shares) - shares, height=0.85, color=np.asarray(colors) / 255)
    ax.set_yticks(range(len(table)), list(table))
    ax.set(xlim=(0, 1), ylim=(len(table) - 0.5, -0.5), xlabel="share of the pixels")
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.tick_params(left=False)
    return open_frame(ax)


def beside_real(table, ax, *, metric):
    """Draw one measure of generated covers, by genre, beside what unseen real covers reach.

    Parameters
    ----------
    table : pandas.DataFrame
        From `albumlib.evaluation.report.evaluate_covers`.
    ax : matplotlib.axes.Axes
    metric : str
        Such as ``"palette distance"``.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 10_gallery
    """
    rows = table[table["metric"] == metric].iloc[::-1]
    place = np.arange(len(rows))
    ax.barh(place, rows["real_high"] - rows["real_low"], left=rows["real_low"], color=CALM, alpha=0.35, label="real")
    ax.plot(rows["real"], place, "|", color=INK, ms=9)
    ax.hlines(place, rows["low"], rows["high"], color=ACCENT)
    ax.plot(rows["value"], place, "o", color=ACCENT, ms=4, label="generated")
    ax.set_yticks(place, rows["genre"])
    units = {"diversity": "share of real covers'", "palette distance": "Lab", "nearest distance": "Lab"}
    ax.set_xlabel(f"{metric} ({units[metric]})" if metric in units else metric)
    ax.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return open_frame(ax)
