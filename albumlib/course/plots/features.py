"""Figures of sound: feature images and slices."""

import numpy as np

HZ_TICKS = (100, 500, 1000, 2000, 5000, 10000)
BPM_TICKS = (40, 60, 80, 120, 180, 240, 360)


def feature_image(image, ax):
    """Draw a song's feature image with its three axes: seconds, Hz above, BPM below.

    Parameters
    ----------
    image : albumlib.features.image.FeatureImage
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


def activations(maps, axes):
    """Draw what the filters of a convolution found in one slice.

    Parameters
    ----------
    maps : float array, shape (height, width, n)
        Output of the convolution; the n channels are drawn in order.
    axes : array of matplotlib.axes.Axes, n in all

    Returns
    -------
    array of matplotlib.axes.Axes

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    for number, ax in enumerate(np.ravel(axes)):
        ax.imshow(maps[..., number], cmap="magma", aspect="auto", interpolation="nearest")
        ax.set_title(f"filter {number + 1}", fontsize="small")
        ax.set_xticks([])
        ax.set_yticks([])
    return axes


def evidence(values, seconds, ax):
    """Draw which moments and which rows of a song's image speak for a genre (red) and against it (blue).

    Parameters
    ----------
    values : float array, shape (places, columns)
        From `albumlib.genre.explain.class_activation`.
    seconds : float
        Length of the song.
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    limit = np.quantile(np.abs(values), 0.995) or 1.0  # a few places would else drown all others
    ax.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto", extent=(0, seconds, 0, 1))
    ax.axhline(0.5, color="black", lw=0.5)
    ax.set_yticks([0.25, 0.75], ["tempogram", "spectrogram"])
    ax.set(xlabel="time (s)")
    return ax
