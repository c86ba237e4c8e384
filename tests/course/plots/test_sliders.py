"""Sliders over a figure: a picture is there without a kernel, and moving a slider draws anew."""

import io

import ipywidgets
import matplotlib.pyplot as plt
from IPython import display as ipython
from PIL import Image

from albumlib.course.plots import explore


def test_the_still_is_of_the_middle_and_a_slider_draws_anew(monkeypatch):
    shown, drawn = [], []
    monkeypatch.setattr(ipython, "display", lambda bundle, **options: shown.append((bundle, options)))

    def draw(width, height):
        drawn.append((width, height))
        return plt.figure(figsize=(width, height))

    explore(draw, alt="an empty figure", width=[1, 2, 3], height=[1, 2])
    (bundle, options), *rest = shown
    assert not rest
    assert drawn == [(2, 2)]
    assert not plt.get_fignums()
    assert bundle["text/plain"] == "still: width = 2, height = 2"
    assert options["metadata"] == {"image/jpeg": {"alt": "an empty figure"}}
    model = bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    first = ipywidgets.widgets.widget._instances[model].children[0]
    first.value = 3
    assert drawn[-1] == (3, 2)
    picture = ipywidgets.widgets.widget._instances[model].children[-1]
    assert Image.open(io.BytesIO(picture.value)).format == "JPEG"
