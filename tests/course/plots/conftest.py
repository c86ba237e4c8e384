"""An axes for each test, and what is read from it."""

import pytest
from matplotlib.figure import Figure


@pytest.fixture
def axes():
    """Four axes of a figure that is drawn once at the end: what cannot be drawn fails there."""
    fig = Figure()
    yield fig.subplots(1, 4)
    fig.draw_without_rendering()


@pytest.fixture
def ax(axes):
    return axes[0]


@pytest.fixture
def read():
    """Give functions that read an axes: its ticks' texts, its legend, its texts."""

    class Read:
        @staticmethod
        def ticks(axis):
            axis.axes.figure.draw_without_rendering()
            return [label.get_text() for label in axis.get_ticklabels()]

        @staticmethod
        def legend(ax):
            legend = ax.get_legend()
            return [text.get_text() for text in legend.get_texts()] if legend else []

        @staticmethod
        def texts(ax):
            return [text.get_text() for text in ax.texts]

        @staticmethod
        def line(ax, label):
            return next(line for line in ax.lines if line.get_label() == label)

    return Read
