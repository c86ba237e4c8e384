"""Figures of sound: feature images, slices, and what a network sees in them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from albumlib.course.plots._drawing import color_scale
from albumlib.course.plots.style import INK, open_frame

if TYPE_CHECKING:
    from albumlib.features.image import FeatureImage

HZ_TICKS = (100, 500, 1000, 2000, 5000, 10000)
BPM_TICKS = (10, 20, 40, 60, 80, 120, 180, 240, 360)
# Grey levels to colours, the same for every image: what is brighter in one is louder than in the other.
GRAY = {"cmap": "magma", "vmin": 0, "vmax": 255, "aspect": "auto", "interpolation": "nearest"}


def feature_image(image: "FeatureImage", ax: Axes) -> Axes:
    """Draw a song's feature image with its three axes: seconds, Hz above, BPM below.

    Notes
    -----
    Notebook: 02_features
    """
    rows = len(image.freqs)
    seconds = image.values.shape[1] * image.settings.hop_length / image.settings.sr
    ax.imshow(image.values, extent=(0, seconds, 2 * rows, 0), **GRAY)
    ax.axhline(rows, color="white", lw=1)
    positions, labels = [], []
    for axis, ticks, unit, top in ((image.freqs, HZ_TICKS, "Hz", 0), (image.bpm, BPM_TICKS, "BPM", rows)):
        for tick in reversed(ticks):
            row = top + int(np.abs(axis - tick).argmin()) + 0.5
            # Where rows are not spaced as the ear is, ticks crowd; a label that would touch the last is left out.
            if axis.min() <= tick <= axis.max() and (not positions or row - positions[-1] > 0.09 * rows):
                positions.append(row)
                labels.append(f"{tick:,} {unit}")
    ax.set_yticks(positions, labels)
    ax.set(xlabel="time (s)")
    return ax


def waveform(y: np.ndarray, ax: Axes, *, sr: int, color: str = INK, most: int = 1500) -> Axes:
    """Draw the lowest and the highest sample of each moment of a song.

    Parameters
    ----------
    y : float, shape (n,)
        Mono; full scale is -1 to 1.
    ax
    sr
        Sampling rate in Hz.
    color
    most
        Moments; a picture has no more columns.

    Notes
    -----
    Notebook: 12_your_song
    """
    starts = np.unique(np.linspace(0, len(y), most, endpoint=False).astype(int))
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    ax.fill_between(starts / sr, low, high, color=color, lw=0.3)
    ax.set(xlim=(0, len(y) / sr), ylim=(-1.05, 1.05), ylabel="amplitude", xlabel="time (s)")
    return open_frame(ax)


def slice_strip(slices: np.ndarray, ax: Axes, *, most: int = 8) -> Axes:
    """Draw the first slices of a song side by side, with a gap between them.

    Parameters
    ----------
    slices : uint8, shape (n, rows, width)
    ax
    most
        Slices shown.

    Notes
    -----
    Notebook: 02_features
    """
    shown = slices[:most]
    n, rows, width = shown.shape
    gap = max(1, width // 9)
    for i, part in enumerate(shown):
        left = i * (width + gap)
        ax.imshow(part, extent=(left, left + width, rows, 0), **GRAY)
    ax.axhline(rows / 2, color="white", lw=1)
    ax.set(xlim=(0, max(n, 1) * (width + gap) - gap), ylim=(rows, 0))
    ax.set_xlabel("slice" if n == len(slices) else f"slice, the first {n} of {len(slices)}")
    ax.set_xticks([i * (width + gap) + width / 2 for i in range(n)], range(n))
    ax.set_yticks([rows / 4, 3 * rows / 4], ["spectrogram", "tempogram"])
    if not n:
        ax.text(0.5, 0.5, "no slice: the song is shorter than one", transform=ax.transAxes, ha="center", va="bottom")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def activations(maps: np.ndarray, axes: Sequence[Axes] | np.ndarray) -> Sequence[Axes] | np.ndarray:
    """Draw what the filters of a convolution found, in order; each on its own scale, which its title names.

    Parameters
    ----------
    maps : float, shape (height, width, n)
        Output of the convolution.
    axes
        In all at most n are used; others stay empty.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    for number, ax in enumerate(np.ravel(axes)):
        if number >= maps.shape[-1]:
            ax.set_axis_off()
            continue
        shown = maps[..., number]
        low, high = np.nanmin(shown), np.nanmax(shown)
        ax.imshow(shown, cmap="magma", aspect="auto", interpolation="nearest")
        scale = f"{low:.2g} to {high:.2g}" if low < high else f"{low:.2g} everywhere"
        ax.set_title(f"filter {number + 1}\n{scale}", fontsize="small")
        ax.set(xticks=[], yticks=[])
    return axes


def evidence(values: np.ndarray, seconds: float, ax: Axes) -> Axes:
    """Draw which moments and which rows of a song's image speak for a genre (red) and against it (blue).

    Parameters
    ----------
    values : float, shape (places, columns)
        From `albumlib.genre.explain.class_activation`.
    seconds
        Length of the song.
    ax

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    limit = np.nanquantile(np.abs(values), 0.995) or 1.0  # a few places would else drown all others
    scale = {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit}
    drawn = ax.imshow(values, aspect="auto", extent=(0, seconds, 0, 1), interpolation="nearest", **scale)
    ax.axhline(0.5, color="black", lw=0.5)
    ax.set_yticks([0.25, 0.75], ["tempogram", "spectrogram"])
    ax.set(xlabel="time (s)")
    color_scale(ax, drawn, "against ← (nats) → for", extend="both", extendfrac=0.04)
    return ax
