"""What the figures share: colours that all can tell apart, and axes that hide nothing."""

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from albumlib.course.plots import open_frame, use_style
from albumlib.course.plots._drawing import (
    draw_line,
    draw_smoothed,
    log_height,
    log_ticks,
    percent_ticks,
    series_styles,
    whole_ticks,
)
from albumlib.course.plots.gans import COLORS
from albumlib.course.plots.style import SERIES
from albumlib.covers.color import to_lab
from albumlib.genres import GENRES

# Machado, Oliveira and Fernandes: A Physiologically-based Model for Simulation of Color Vision Deficiency, 2009;
# from linear RGB to linear RGB, at full severity.
EYES = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def seen(colors, eye):
    """Colours as an eye sees them, in Lab."""
    rgb = np.array([to_rgb(color) for color in colors])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ np.transpose(EYES[eye]), 0, 1)
    bent = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return to_lab((255 * bent).round().astype("uint8"))


@pytest.mark.parametrize("eye", EYES)
def test_any_two_colours_can_be_told_apart(eye):
    lab = seen([*SERIES, "white"], eye)
    distances = {pair: np.linalg.norm(lab[pair[0]] - lab[pair[1]]) for pair in combinations(range(len(lab)), 2)}
    assert min(distances.values()) > 23


@pytest.mark.parametrize("eye", EYES)
def test_neighbouring_genres_can_be_told_apart(eye):
    """Bars of genres stand in this order; 12 is five times what can just be seen (2.3)."""
    lab = seen([*(genre.color for genre in GENRES), "white"], eye)
    assert np.linalg.norm(np.diff(lab[:-1], axis=0), axis=1).min() >= 12
    assert np.linalg.norm(lab[:-1] - lab[-1], axis=1).min() >= 12


def test_the_measure_of_colours_finds_what_colour_blind_eyes_confuse():
    red, green = "#d1495b", "#52796f"
    assert np.linalg.norm(np.subtract(*seen([red, green], "all cones"))) > 70
    assert np.linalg.norm(np.subtract(*seen([red, green], "protanopia"))) < 8


@pytest.mark.parametrize(
    "names",
    [
        ("sigmoid", "wasserstein", "hinge", "nonsaturating"),
        ("penalty", "hinge", "nonsaturating"),
        ("no penalty", "penalty", "per_axis_penalty", "epsilon_per_pixel", "batch_norm_critic"),
        ("penalty", "wasserstein"),  # both red by their own
        ("a", "penalty", "b"),
        tuple("abcdefghijklmnop"),
    ],
)
def test_no_two_series_look_alike(names):
    styles = series_styles(names, COLORS)
    assert list(styles) == list(names)
    assert len({tuple(style.values()) for style in styles.values()}) == len(names)


def test_a_known_series_keeps_its_colour():
    assert series_styles(["a", "1:1", "1:2"], COLORS)["1:2"]["color"] == COLORS["1:2"]
    assert series_styles(["penalty"], COLORS) == {"penalty": {"color": COLORS["penalty"], "ls": "-"}}


def test_a_lone_value_is_a_dot(ax):
    for values in ([1.0], [1.0, 2.0], [1.0, np.nan, 2.0, 3.0, np.nan, np.inf]):
        draw_line(ax, range(len(values)), values)
    assert [line.get_marker() for line in ax.lines] == ["o", "None", "o"]
    assert ax.lines[2].get_markevery() == [0]


def test_a_running_mean_ends_where_the_values_end(axes):
    values = pd.Series([*np.tile([0.0, 2.0], 40), *[np.nan] * 10])
    draw_smoothed(axes[0], pd.Series(range(90)), values, color="red", faint="grey", label="mean")
    faint, smooth = (line.get_ydata() for line in axes[0].lines)
    assert np.array_equal(faint, values, equal_nan=True)
    assert smooth[40] == 1
    assert np.isnan(smooth[80:]).all()


def test_what_a_log_axis_hides_is_marked_at_its_foot(ax, read):
    log_height(ax, ([1, 2, 3, 4, 5], [10.0, 0.0, -1.0, np.nan, 100.0], "red"))
    assert ax.get_yscale() == "log"
    assert ax.lines[0].get_xdata().tolist() == [2, 3, 4]
    assert read.texts(ax) == ["▾ not a positive number"]


def test_a_log_axis_that_hides_nothing_says_nothing(ax):
    log_height(ax, ([1, 2], [10.0, 100.0], "red"))
    assert not ax.lines
    assert not ax.texts


def test_an_axis_without_positive_values_stays_linear(ax):
    log_height(ax, ([1, 2], [0.0, -1.0], "red"), ([], [], "blue"))
    assert ax.get_yscale() == "linear"
    assert not ax.texts


@pytest.mark.parametrize(
    ("values", "scale"),
    [([0.1, 5], "log"), ([3.0], "log"), ([], "log"), ([np.nan, 2], "log"), ([-0.01, 5], "symlog"), ([0, 0], "symlog")],
)
@pytest.mark.parametrize("which", "xy")
def test_an_axis_is_logarithmic_where_all_is_positive(ax, which, values, scale):
    ax.plot(values, values, "o")
    log_ticks(ax, which, values)
    assert ax.get_xscale() == (scale if which == "x" else "linear")
    assert ax.get_yscale() == (scale if which == "y" else "linear")
    assert len(ax.lines) == (2 if scale == "symlog" else 1)  # a line at 0


def test_ticks_at_1_2_5(ax, read):
    ax.plot([0.1, 1], [0, 1])
    log_ticks(ax, "x", [0.1, 1])
    assert {"0.1", "0.2", "0.5", "1"} <= set(read.ticks(ax.xaxis))


def test_values_close_together_have_ticks_to_read_them_by(ax, read):
    ax.plot([0.065, 0.16], [0, 1])
    log_ticks(ax, "x", [0.065, 0.16])
    assert {"0.08", "0.1", "0.15"} <= set(read.ticks(ax.xaxis))


def test_percent_ticks_are_not_rounded(ax, read):
    percent_ticks(ax, "x")
    ax.set_xticks([0, 0.125, 0.3, 1])
    assert read.ticks(ax.xaxis) == ["0%", "12.5%", "30%", "100%"]


def test_a_single_epoch_is_one_whole_tick(ax):
    ax.plot([1], [1], "o")
    whole_ticks(ax)
    inside = [tick for tick in ax.get_xticks() if ax.get_xlim()[0] <= tick <= ax.get_xlim()[1]]
    assert inside == [1]


def test_the_style_draws_series_in_our_colours():
    with mpl.rc_context():
        use_style()
        assert [to_rgb(color) for color in mpl.rcParams["axes.prop_cycle"].by_key()["color"]] == [
            to_rgb(color) for color in SERIES
        ]


def test_an_open_frame_has_two_sides(ax):
    assert open_frame(ax) is ax
    assert [name for name, spine in ax.spines.items() if spine.get_visible()] == ["left", "bottom"]
