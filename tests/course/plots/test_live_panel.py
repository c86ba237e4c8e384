"""The panel of a training: what it draws, and that a new one takes the place of the last."""

import IPython.display
import matplotlib.pyplot as plt
import numpy as np
import pytest

from albumlib.course.plots.live import CURVES, LivePanel, gan_panel
from albumlib.covers.pixels import save_grid
from albumlib.runs import Run

GENRES = ["Folk", "Jazz"]


@pytest.fixture
def run(tmp_path):
    run = Run(tmp_path).start({"kind": "gan"})
    for step in range(1, 5):
        run.log({"step": step, **{column: float(step) for columns in CURVES.values() for column in columns}})
    for step in (2, 4):
        save_grid(np.zeros((4, 100, 100, 3), "uint8"), run.samples / f"{step:07d}.png", genres=GENRES)
    return run


def test_every_curve_is_drawn_and_the_newest_grid_shown(run):
    fig = gan_panel(run.metrics(), sorted(run.samples.glob("*.png"))[-1], note="demo data")
    drawn = {ax.get_ylabel(): [list(line.get_ydata()) for line in ax.lines] for ax in fig.axes}
    for name, columns in CURVES.items():
        assert drawn[name].count([1.0, 2.0, 3.0, 4.0]) >= len(columns)
    assert "step 4 · demo data" in [ax.get_title() for ax in fig.axes]
    plt.close(fig)


def test_axes_of_the_panel(run):
    fig = gan_panel(run.metrics(), sorted(run.samples.glob("*.png"))[0])
    axes = {ax.get_ylabel(): ax for ax in fig.axes}
    assert axes["gradient norms"].get_yscale() == "log"
    assert axes["losses"].get_yscale() == "linear"
    assert axes["seconds a step"].get_ylim()[0] == 0
    assert axes["seconds a step"].get_xlabel() == "step"
    legends = {
        name: [text.get_text() for text in ax.get_legend().get_texts()] for name, ax in axes.items() if ax.get_legend()
    }
    norms = ["critic's gradient norm", "generator's gradient norm"]
    assert legends == {"losses": ["critic loss", "generator loss"], "gradient norms": norms}
    assert axes[""].get_title() == "step 2"
    plt.close(fig)


@pytest.mark.parametrize("value", [1.0, 0.0, -1.0, np.nan])
def test_a_panel_of_one_row_whatever_its_values(run, value):
    metrics = run.metrics()[:1].assign(critic_gradient=value, critic_gap=value)
    fig = gan_panel(metrics, sorted(run.samples.glob("*.png"))[0])
    fig.draw_without_rendering()
    norms = next(ax for ax in fig.axes if ax.get_ylabel() == "gradient norms")
    assert ("▾ not a positive number" in [text.get_text() for text in norms.texts]) == (not value > 0)
    assert [line.get_marker() for line in norms.lines if line.get_label() == "generator's gradient norm"] == ["o"]
    plt.close(fig)


def test_a_new_panel_takes_the_place_of_the_last(run, monkeypatch):
    events = []

    class Handle:
        def update(self, fig):
            events.append("update")

    def display(fig, display_id):
        events.append("display")
        return Handle()

    monkeypatch.setattr(IPython.display, "display", display)
    panel = LivePanel()
    for _ in range(3):
        panel(run)
    assert events == ["display", "update", "update"]
    assert not plt.get_fignums()  # a figure left open would be shown once more by the notebook


def test_nothing_is_shown_before_the_first_grid(tmp_path):
    panel = LivePanel()
    panel(Run(tmp_path).start({"kind": "gan"}))
    assert panel.shown is None
