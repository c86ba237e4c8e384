"""Figures of networks: the way of the data, what a network is made of, and what a critic of points thinks of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle

from albumlib.course.plots.style import ACCENT, AMBER, BLUE, CALM, INK, VIOLET

if TYPE_CHECKING:
    import keras

# One colour a kind of layer; a layer of another kind changes no shape that matters here.
LAYERS = {
    "Conv2D": BLUE,
    "Conv2DTranspose": VIOLET,
    "MaxPooling2D": AMBER,
    "AveragePooling2D": AMBER,
    "Dense": ACCENT,
    "Concatenate": CALM,
}


def flow(rows: Sequence[Sequence[str]], ax: Axes) -> Axes:
    """Draw how data goes from box to box, a row a stream; the last box of each row feeds the end of the last row.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    ends = []
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            frame = {"boxstyle": "round,pad=0.02", "fc": "white", "ec": BLUE if x else CALM, "lw": 1.5}
            ax.add_patch(FancyBboxPatch((x - 0.36, -y - 0.27), 0.72, 0.54, **frame))
            ax.text(x, -y, text, ha="center", va="center", fontsize="small")
            if x:
                _arrow(ax, (x - 1 + 0.38, -y), (x - 0.38, -y))
        ends.append((len(row) - 1, -y))
    last = ends[-1]
    for x, y in ends[:-1]:
        _arrow(ax, (x, y - 0.3), (last[0] if x == last[0] else x, last[1] + 0.3))
    ax.set(xlim=(-0.5, max(map(len, rows)) - 0.5), ylim=(-len(rows) + 0.5, 0.5))
    ax.set_axis_off()
    return ax


def _arrow(ax, start, end):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1})


def architecture(model: "keras.Model", ax: Axes) -> Axes:
    """Draw the layers of a network that make shapes, from the left: as high as their rows, as wide as their channels.

    Both are on a logarithmic scale; what is written is the shape behind the layer and the number of its weights.

    Parameters
    ----------
    model
        Built, so that its shapes are known.
    ax

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    x = 0.0
    for layer in model.layers:
        kind, shape = type(layer).__name__, layer.output.shape[1:]
        is_input = kind == "InputLayer"
        if kind not in LAYERS and not is_input:
            continue
        rows, channels = (shape[0], shape[-1]) if len(shape) > 2 else (shape[-1] if len(shape) == 1 else shape[0], 1)
        height, width = 0.3 + np.log2(rows), 0.35 + 0.1 * np.log2(channels)
        color = "white" if is_input else LAYERS[kind]
        ax.add_patch(Rectangle((x, -height / 2), width, height, fc=color, ec=INK, lw=0.8, alpha=0.85))
        kernel = f" {'×'.join(map(str, layer.kernel_size))}" if hasattr(layer, "kernel_size") else ""
        name = layer.name if is_input else kind.replace("2D", "").replace("Transpose", ", transposed") + kernel
        style = {"ha": "center", "fontsize": "small", "rotation": 90, "color": INK}
        ax.text(x + width / 2, height / 2 + 0.3, name, va="bottom", **style)
        weights = f"\n{layer.count_params():,} weights" if layer.count_params() else ""
        ax.text(x + width / 2, -height / 2 - 0.3, "×".join(map(str, shape)) + weights, va="top", **style)
        x += width + 0.45
    ax.set(xlim=(-0.3, max(x, 1)), ylim=(-15, 12))
    ax.set_axis_off()
    return ax


def critic_field(critic: "keras.Model", ax: Axes, *, real: np.ndarray, fake: np.ndarray, reach: float = 1.6) -> Axes:
    """Draw what a critic of points thinks of the plane, and where it sends the generated ones.

    Parameters
    ----------
    critic
        From points ``(batch, 2)`` to scores ``(batch, 1)``.
    ax
    real, fake : shape (n, 2)
    reach
        Half the side of the square shown.

    Notes
    -----
    Notebook: 09_gan_losses
    """
    from albumlib.backend import input_gradient, load_keras

    ops = load_keras().ops
    side = np.linspace(-reach, reach, 61, dtype="float32")
    plane = np.stack(np.meshgrid(side, side), axis=-1)
    scores = ops.convert_to_numpy(critic(plane.reshape(-1, 2))).reshape(61, 61)
    coarse = plane[3::6, 3::6].reshape(-1, 2)
    slope = ops.convert_to_numpy(input_gradient(critic, ops.convert_to_tensor(coarse)))
    ax.contourf(side, side, scores, 12, cmap="Greys", alpha=0.6)
    ax.quiver(*coarse.T, *(slope / (np.linalg.norm(slope, axis=1, keepdims=True) + 1e-9)).T, color=INK, width=0.004)
    ax.plot(*real.T, ".", color=BLUE, ms=2, label="real")
    ax.plot(*fake.T, ".", color=ACCENT, ms=2, label="generated")
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xticks=[], yticks=[])
    return ax
