"""A slider whose name is also heard: the one of ipywidgets says nothing to who does not see it."""

from pathlib import Path

import anywidget
import traitlets


class Slider(anywidget.AnyWidget):
    """A slider from 0 to 1, in steps of 0.1; the kernel hears of it when it is let go.

    Attributes
    ----------
    value
        Where it stands.
    description
        What it is, in a word.
    """

    _esm = Path(__file__).parent / "slider.js"
    value = traitlets.Float(0.0, min=0.0, max=1.0).tag(sync=True)
    description = traitlets.Unicode("").tag(sync=True)
