"""Sliders over a figure, with a still for whoever reads the notebook without a kernel."""

import io
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def explore(draw: "Callable[..., Figure]", *, alt: str, **choices: Sequence) -> None:
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
    from IPython.display import display

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
    view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    still = b64encode(picture.value).decode()
    shown = ", ".join(f"{name} = {value}" for name, value in values().items())
    bundle = {"application/vnd.jupyter.widget-view+json": view, "image/jpeg": still, "text/plain": f"still: {shown}"}
    display(bundle, raw=True, metadata={"image/jpeg": {"alt": alt}})


def _picture(figure):
    """The figure as JPEG; it is closed, or the notebook would show it a second time."""
    from matplotlib import pyplot

    file = io.BytesIO()
    figure.savefig(file, format="jpeg", dpi=90, bbox_inches="tight", pil_kwargs={"quality": 85})
    pyplot.close(figure)
    return file.getvalue()
