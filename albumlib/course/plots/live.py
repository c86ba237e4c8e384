"""Figures that change: a panel of a training that goes on, and sliders, with a still for a page without a kernel."""

import io
from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from albumlib.course.plots._drawing import ABOVE, draw_smoothed, log_height
from albumlib.course.plots.gans import NAMES
from albumlib.course.plots.style import ACCENT, CALM, INK, open_frame

if TYPE_CHECKING:
    from ipywidgets import DOMWidget

    from albumlib.runs import Run

CURVES = {
    "real − generated score": ["critic_gap"],
    "losses": ["critic_loss", "generator_loss"],
    "gradient norms": ["critic_gradient", "generator_gradient"],
    "seconds a step": ["seconds_per_step"],
}


def gan_panel(metrics: pd.DataFrame, sheet: Path, *, note: str = "") -> Figure:
    """Draw where a GAN training stands: its curves on the left, its newest sample grid on the right.

    Parameters
    ----------
    metrics
        A run's; at least one row.
    sheet
        A sample grid; the step is its name.
    note
        What the covers are.
    """
    grid = Image.open(sheet)
    height = max(6.0, 6.5 * grid.height / grid.width)
    fig = plt.figure(figsize=(11, height), layout="constrained")
    axes = fig.subplot_mosaic([[name, "samples"] for name in CURVES], width_ratios=[1, 1.6])
    for name, columns in CURVES.items():
        ax, colors = axes[name], dict(zip(columns, (ACCENT, CALM), strict=False))
        for column, color in colors.items():
            label = NAMES.get(column, column)
            draw_smoothed(ax, metrics["step"], metrics[column], color=color, faint=color, label=label)
        ax.set(ylabel=name)
        if name == "gradient norms":
            log_height(ax, *((metrics["step"], metrics[column], color) for column, color in colors.items()))
        elif name == "seconds a step":
            ax.set(ylim=(0, None), xlabel="step")
        else:
            ax.axhline(0, color=INK, lw=0.6, ls=":")
        if len(columns) > 1:
            ax.legend(fontsize="small", ncols=len(columns), **ABOVE)
        open_frame(ax)
    axes["samples"].imshow(grid)
    axes["samples"].set_title(f"step {int(sheet.stem):,}" + (f" · {note}" if note else ""))
    axes["samples"].axis("off")
    return fig


class LivePanel:
    """Shows `gan_panel` in a notebook, and puts each new one in the place of the last.

    Parameters
    ----------
    note
        What the covers are.

    Notes
    -----
    Notebook: 10_train_cover_gan
    """

    def __init__(self, note: str = "") -> None:
        self.note, self.shown = note, None

    def __call__(self, run: "Run") -> None:
        """Renew the panel; without a sample grid and a row of metrics nothing happens."""
        from IPython.display import display

        sheets, metrics = sorted(run.samples.glob("*.png")), run.metrics()
        if not sheets or metrics.empty:
            return
        fig = gan_panel(metrics, sheets[-1], note=self.note)
        if self.shown is None:
            self.shown = display(fig, display_id=True)
        else:
            self.shown.update(fig)
        plt.close(fig)


def explore(draw: Callable[..., Figure], *, alt: str, **choices: Sequence) -> None:
    """Show a figure with a slider for each of its choices.

    What is shown is both the sliders and a picture of the first choices: a page that runs no kernel, such as a
    notebook on the web, shows the picture.

    Parameters
    ----------
    draw
        Takes one value of each choice, by name; gives a figure.
    alt
        What the first picture shows, for who does not see it.
    **choices
        The values of each slider; the still is of the middle ones.

    Notes
    -----
    Notebook: 02_features
    """
    import ipywidgets

    sliders = {
        name: ipywidgets.SelectionSlider(options=list(values), value=values[len(values) // 2], description=name)
        for name, values in choices.items()
    }

    def values():
        return {name: slider.value for name, slider in sliders.items()}

    picture = ipywidgets.Image(value=_picture(draw(**values())), format="jpeg")
    for slider in sliders.values():
        slider.observe(lambda _: setattr(picture, "value", _picture(draw(**values()))), "value")
    box = ipywidgets.VBox([*sliders.values(), picture])
    shown = ", ".join(f"{name} = {value}" for name, value in values().items())
    show_with_still(box, picture.value, alt=alt, text=f"still: {shown}")


def show_with_still(widget: "DOMWidget", still: bytes | Figure, *, alt: str, text: str) -> None:
    """Display a widget together with a picture, which a page that runs no kernel shows in its place.

    Parameters
    ----------
    widget
    still
        A JPEG file's bytes, or a figure.
    alt
        What the picture shows, for who does not see it.
    text
        Where not even pictures are shown.
    """
    from IPython.display import display

    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    picture = b64encode(_picture(still) if isinstance(still, Figure) else still).decode()
    bundle = {"application/vnd.jupyter.widget-view+json": view, "image/jpeg": picture, "text/plain": text}
    display(bundle, raw=True, metadata={"image/jpeg": {"alt": alt}})


def _picture(figure):
    """The figure as JPEG; it is closed, or the notebook would show it a second time."""
    from matplotlib import pyplot

    file = io.BytesIO()
    figure.savefig(file, format="jpeg", dpi=90, bbox_inches="tight", pil_kwargs={"quality": 85})
    pyplot.close(figure)
    return file.getvalue()
