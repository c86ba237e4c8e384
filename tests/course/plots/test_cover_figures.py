"""Figures of covers: which pixel and which number lies where."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from albumlib.course.plots import beside_real, cover_grid, measure_histogram, near_threshold, palettes
from albumlib.course.plots.style import ACCENT, CALM
from albumlib.errors import InputError


def covers(*levels, height=50, width=50):
    return np.stack([np.full((height, width, 3), level, np.uint8) for level in levels])


def test_covers_lie_row_by_row_beside_their_labels(ax, read):
    assert cover_grid(covers(0, 10, 20, 30, 40, 50), ax, labels=["Rock", "Jazz"]) is ax
    sheet = ax.images[0].get_array()
    assert sheet.shape == (2 * 50 + 2, 3 * 50 + 2 * 2, 3)
    assert sheet[::52, ::52, 0].tolist() == [[0, 10, 20], [30, 40, 50]]
    assert (sheet[50:52] == 255).all()  # the gap
    ticks = dict(zip(read.ticks(ax.yaxis), ax.get_yticks(), strict=True))
    assert ticks == {"Rock": 24.5, "Jazz": 76.5}
    assert not read.ticks(ax.xaxis)


def test_columns_have_names_above(ax, read):
    cover_grid(covers(0, 10, 20, 30), ax, labels=["Rock", "Jazz"], columns=["step 1", "step 2"])
    assert dict(zip(read.ticks(ax.xaxis), ax.get_xticks(), strict=True)) == {"step 1": 24.5, "step 2": 76.5}
    assert ax.xaxis.get_ticks_position() == "top"


def test_covers_need_not_be_square(ax):
    cover_grid(covers(1, 2, height=20, width=60), ax, labels=["Rock"])
    assert ax.images[0].get_array().shape == (20, 122, 3)


def test_rows_of_a_list_may_differ_in_length(ax):
    cover_grid([covers(0, 10), covers(20), covers(0)[:0]], ax, labels=["a", "b", "c"])
    assert ax.images[0].get_array()[::52, ::52, 0].tolist() == [[0, 10], [20, 255], [255, 255]]


def test_one_cover(ax):
    cover_grid(covers(7), ax, labels=["Rock"])
    assert ax.images[0].get_array().shape == (50, 50, 3)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (covers(0, 1, 2), "covers do not fit the labels; expected covers for 2 full rows; got 3"),
        (covers(0)[:0], "covers do not fit the labels"),
        ([covers(0)], "expected 2 rows; got 1"),
        ([covers(0)[:0]] * 2, "covers do not fit the labels"),
        (covers(0, 1) / 255, "no covers; expected uint8"),  # would be drawn black
        (covers(0, 1)[..., 0], "no covers; expected uint8"),
    ],
)
def test_what_would_stand_in_a_wrong_row_is_refused(ax, images, message):
    with pytest.raises(InputError, match=message):
        cover_grid(images, ax, labels=["Rock", "Jazz"])


def heights(container):
    return [bar.get_height() for bar in container]


def test_what_is_beyond_the_threshold_is_red(ax, read):
    values = [0.0, 0.1, 0.1, 0.9, 1.0]
    assert measure_histogram(values, ax, name="two_tone", threshold=0.85) is ax
    everything, gone = ax.containers
    assert (sum(heights(everything)), sum(heights(gone))) == (5, 2)
    assert min(bar.get_x() for bar in gone if bar.get_height()) >= 0.85
    assert everything[0].get_facecolor()[:3] == to_rgb(CALM)
    assert gone[0].get_facecolor()[:3] == to_rgb(ACCENT)
    assert ax.get_title() == "2 beyond the threshold"
    assert ax.lines[0].get_xdata()[0] == 0.85
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("two_tone (mean of two shares)", "covers (log scale)")


def test_below_a_threshold(ax):
    measure_histogram([1, 2, 3, 9], ax, name="detail", threshold=2.5, keep="above")
    assert ax.get_title() == "2 beyond the threshold"
    assert ax.get_xlabel() == "detail (levels of 255)"


def test_a_bar_of_one_cover_is_seen_on_the_log_axis(ax):
    measure_histogram([*[1.0] * 1000, 5.0], ax, name="x (Lab)")
    assert ax.get_yscale() == "log"
    assert ax.get_ylim()[0] < 1 == heights(ax.containers[0])[-1]
    assert ax.get_xlabel() == "x (Lab)"
    assert ax.get_title() == ""


def test_missing_values_are_counted(ax):
    measure_histogram([1.0, np.nan, np.inf, 2.0], ax, name="x", threshold=1.5)
    assert ax.get_xlabel() == "x\n2 without a value"
    assert ax.get_title() == "1 beyond the threshold"


@pytest.mark.parametrize("values", [[], [3.0], [2, 2]])
def test_histogram_of_hardly_anything(ax, values):
    measure_histogram(values, ax, name="x", threshold=1)
    assert sum(heights(ax.containers[0])) == len(values)


def test_stripes_are_as_wide_as_their_shares(ax, read):
    rock, pop = (np.array([[255, 0, 0], [0, 0, 255]], np.uint8), [0.75, 0.25]), (np.array([[255] * 3]), [1.0])
    assert palettes({"Rock": rock, "Pop": pop}, ax) is ax
    stripes = [(bar.get_x(), bar.get_width(), bar.get_facecolor()[:3]) for bar in ax.patches]
    assert stripes == [(0, 0.75, (1, 0, 0)), (0.75, 0.25, (0, 0, 1)), (0, 1, (1, 1, 1))]
    assert read.ticks(ax.yaxis) == ["Rock", "Pop"]
    assert ax.get_ylim() == (1.5, -0.5)
    assert ax.get_xlim() == (0, 1)
    assert ax.get_xlabel() == "share of the pixels"
    assert read.ticks(ax.xaxis)[-1] == "100%"


def test_a_white_stripe_has_a_frame(ax):
    palettes({"Pop": (np.array([[255] * 3]), [1.0])}, ax)
    upper = ax.collections[0].get_segments()[0]
    assert upper.tolist() == [[0, -0.425], [1, -0.425]]


def test_no_palette(ax):
    palettes({}, ax)
    assert not ax.patches


TABLE = pd.DataFrame(
    [
        ("diversity", "all", 0.8, 0.7, 0.9, 1.0, 0.95, 1.05),
        ("diversity", "Rock", 0.5, 0.4, 0.6, 1.1, 0.9, 1.2),
        ("KID", "all", 0.3, 0.2, 0.4, 0.0, -0.01, 0.01),
        ("near-copies", "all", np.nan, np.nan, np.nan, 0.0, 0.0, 0.1),
    ],
    columns=["metric", "genre", "value", "low", "high", "real", "real_low", "real_high"],
)


def test_generated_beside_real(ax, read):
    assert beside_real(TABLE, ax, metric="diversity") is ax
    assert read.ticks(ax.yaxis) == ["Rock", "all"]  # from below
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert bars == [pytest.approx((0.9, 0.3)), pytest.approx((0.95, 0.1))]
    assert read.line(ax, "generated").get_xdata().tolist() == [0.5, 0.8]
    assert [segment[:, 0].tolist() for segment in ax.collections[0].get_segments()] == [[0.4, 0.6], [0.7, 0.9]]
    assert sorted(read.legend(ax)) == ["generated", "unseen real covers"]
    assert ax.get_xlabel() == "diversity (1: as real covers)"


def test_one_row_of_a_metric_and_a_missing_value(axes):
    beside_real(TABLE, axes[0], metric="KID")
    assert axes[0].get_xlabel() == "KID (less is better)"
    assert axes[0].patches[0].get_x() == -0.01
    beside_real(TABLE, axes[1], metric="near-copies")
    assert axes[1].patches[0].get_width() == pytest.approx(0.1)


def test_a_metric_that_is_not_in_the_table_is_named(ax):
    with pytest.raises(InputError, match=r"no such metric; expected KID, diversity, near-copies; got beauty"):
        beside_real(TABLE, ax, metric="beauty")


def test_the_covers_beside_a_threshold_come_nearest_first(ax, read):
    values = np.array([0.1, 0.9, 0.5, 0.6, 0.8])
    near_threshold(covers(10, 90, 50, 60, 80), values, ax, threshold=0.6, n=2)
    sheet = ax.images[0].get_array()
    assert sheet[::52, ::52, 0].tolist() == [[60, 50], [80, 90]]
    assert read.ticks(ax.yaxis) == ["3 stay", "2 go"]
