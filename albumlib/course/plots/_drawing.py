"""What several figures draw in the same way, so that none of them hides a point."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.ticker import EngFormatter, FormatStrFormatter, Formatter, LogLocator, MaxNLocator, NullFormatter

from albumlib.course.plots.style import INK, SERIES

DASHES = ("-", "--", ":", "-.")
KEY = {"edgecolor": "none", "framealpha": 0.8}  # of a legend that may lie on a curve
ABOVE = {"frameon": False, "loc": "lower left", "bbox_to_anchor": (0, 1), "columnspacing": 1}  # of one that may not


def series_styles(names: Iterable[str], known: Mapping[str, str] | None = None) -> dict[str, dict]:
    """Colour and dashes of each name, no two alike: known colours first, then the rest of `SERIES`, then dashes."""
    names, styles = list(dict.fromkeys(names)), {}
    for name in names:
        wanted = {"color": (known or {}).get(name), "ls": "-"}
        if wanted["color"] and wanted not in styles.values():
            styles[name] = wanted
    free = [{"color": color, "ls": dash} for dash in DASHES for color in SERIES]
    others = cycle([style for style in free if style not in styles.values()])
    return {name: styles.get(name) or next(others) for name in names}


def draw_line(ax: Axes, x: Sequence[float], y: Sequence[float], **style) -> None:
    """Draw a line on which a value without neighbours, such as the first of a training, is a dot."""
    there = np.isfinite(np.asarray(y, float))
    alone = there & ~np.r_[False, there[:-1]] & ~np.r_[there[1:], False]
    dots = {"marker": "o", "markevery": np.flatnonzero(alone).tolist(), "ms": 4} if alone.any() else {}
    ax.plot(x, y, **dots | style)


def draw_smoothed(ax: Axes, steps: pd.Series, values: pd.Series, *, color: str, faint: str, label: str) -> None:
    """Draw what was measured faintly, and its running mean over a twentieth of the rows above it."""
    draw_line(ax, steps, values, color=faint, lw=0.6, alpha=0.6)
    smooth = values.rolling(max(1, len(values) // 20), min_periods=1, center=True).mean()
    draw_line(ax, steps, smooth.where(values.notna()), color=color, label=label)


def log_height(ax: Axes, *curves: tuple[Sequence[float], Sequence[float], str]) -> None:
    """Make the vertical axis logarithmic, and mark at its foot what that hides: zeros, negative and missing values.

    Where no value is positive it stays linear.

    Parameters
    ----------
    ax
    *curves
        Of each: x, y, and its colour.
    """
    shown = [np.asarray(y, float) > 0 for _, y, _ in curves]
    if not any(mask.any() for mask in shown):
        return
    ax.set_yscale("log")
    for (x, _, color), mask in zip(curves, shown, strict=True):
        if not mask.all():
            hidden = ~mask
            foot = np.full(hidden.sum(), 0.02)
            ax.plot(np.asarray(x)[hidden], foot, "v", color=color, ms=4, transform=ax.get_xaxis_transform())
    if not all(mask.all() for mask in shown):
        style = {"transform": ax.transAxes, "ha": "right", "va": "bottom", "fontsize": "small", "color": INK}
        paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
        ax.text(0.99, 0.05, "▾ not a positive number", bbox=paper, **style)


def log_ticks(ax: Axes, which: str, values: Sequence[float], *, formatter: Formatter | None = None) -> None:
    """Make an axis logarithmic; about 0 it is linear where not all values are positive.

    Ticks are at 1, 2 and 5, and closer where all values lie within a factor of five.
    """
    values, axis = np.asarray(values, float), getattr(ax, f"{which}axis")
    values = values[np.isfinite(values)]
    if (values > 0).all():
        ax.set(**{f"{which}scale": "log"})
        few = values.size and values.max() < 5 * values.min()
        axis.set(major_locator=LogLocator(subs=(1, 1.5, 2, 3, 4, 6, 8) if few else (1, 2, 5)))
    else:
        sizes = np.abs(values[values != 0])
        small = 10.0 ** np.round(np.log10(np.quantile(sizes, 0.1))) if sizes.size else 1.0
        getattr(ax, f"set_{which}scale")("symlog", linthresh=small)
        {"x": ax.axvline, "y": ax.axhline}[which](0, color=INK, lw=0.6, ls=":")
    axis.set(major_formatter=formatter or FormatStrFormatter("%g"), minor_formatter=NullFormatter())


def percent_ticks(ax: Axes, which: str) -> None:
    """Write shares as percent, with the decimals that the ticks need."""
    getattr(ax, f"{which}axis").set_major_formatter(lambda value, _: f"{100 * value:g}%")


def whole_ticks(ax: Axes) -> None:
    """Put the ticks of the horizontal axis at whole numbers, for epochs and counts."""
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))


def color_scale(ax: Axes, drawn: ScalarMappable, label: str, **options) -> Colorbar:
    """Put a colour scale at the right of an axes, which keeps its place and size."""
    bar = ax.figure.colorbar(drawn, cax=ax.inset_axes((1.02, 0, 0.02, 1)), label=label, **options)
    bar.outline.set_visible(False)
    return bar


def counts_formatter() -> Formatter:
    """Write 20000 as 20k."""
    return EngFormatter(sep="")
