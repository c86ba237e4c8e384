"""Figures of many runs: every run can be counted, and no variant is left out."""

import numpy as np
import pandas as pd
import pytest

from albumlib.course.plots import cost, curve_bands, seeds
from albumlib.course.plots.style import ACCENT
from albumlib.errors import InputError

RUNS = pd.DataFrame({"variant": ["a", "a", "b", "b"], "seed": [0, 1, 0, 1], "song": [0.2, 0.4, 0.8, 0.6]})


def test_the_best_is_on_top(ax, read):
    assert seeds(RUNS, ax, score="song", reference="a", names={"b": "batch normalization"}) is ax
    dots, means, reference = ax.lines
    assert dots.get_xdata().tolist() == [0.2, 0.4, 0.8, 0.6]
    assert dots.get_ydata().tolist() == [0, 0, 1, 1]
    assert means.get_xdata().tolist() == pytest.approx([0.3, 0.7])
    assert means.get_color() == ACCENT
    assert reference.get_xdata()[0] == pytest.approx(0.3)
    assert read.ticks(ax.yaxis) == ["a", "batch normalization"]
    assert read.texts(ax) == ["30.0%", "70.0%"]
    assert ax.get_xlabel() == "accuracy: song"
    assert ax.get_ylim() == (-0.7, pytest.approx(1.7))
    assert all(text.endswith("%") for text in read.ticks(ax.xaxis))


def test_runs_of_one_score_do_not_hide_each_other(ax):
    runs = pd.DataFrame({"variant": ["a"] * 4 + ["b"] * 20, "song": [0.5] * 3 + [0.6] + [0.5] * 20})
    seeds(runs, ax, score="song")
    x, y = ax.lines[0].get_data()
    assert len(set(zip(x, np.round(y, 6), strict=True))) == 24
    assert np.abs(y - np.round(y)).max() < 0.5  # still in their rows
    assert y[3] == round(y[3])


def test_another_column_can_be_compared(ax, read):
    seeds(RUNS.rename(columns={"variant": "method"}), ax, score="song", by="method")
    assert read.ticks(ax.yaxis) == ["a", "b"]
    assert len(ax.lines) == 2


def test_one_run_and_a_variant_without_score(axes, read):
    seeds(RUNS[:1], axes[0], score="song")
    assert read.texts(axes[0]) == ["20.0%"]
    seeds(RUNS.assign(song=[0.2, np.nan, np.nan, np.nan]), axes[1], score="song")
    assert read.ticks(axes[1].yaxis) == ["b", "a"]  # what has no score is not the best
    assert read.texts(axes[1]) == ["no score", "20.0%"]


def test_a_marker_for_each_seed(ax, read):
    seeds(RUNS, ax, score="song", marks="seed")
    first, second, _ = ax.lines
    assert (first.get_xdata().tolist(), second.get_xdata().tolist()) == ([0.2, 0.8], [0.4, 0.6])
    assert first.get_marker() != second.get_marker()
    assert read.legend(ax) == ["seed 0", "seed 1"]


def curves(variant, *values):
    return pd.DataFrame(
        [
            {"variant": variant, "seed": seed, "epoch": epoch, "val_loss": value}
            for seed, series in enumerate(values)
            for epoch, value in enumerate(series, 1)
        ]
    )


def test_mean_and_band(ax, read):
    table = pd.concat([curves("a", [1.0, 2.0], [3.0, 4.0]), curves("b", [5.0, 5.0])])
    assert curve_bands(table, ax, value="val_loss", labels={"a": "plain", "b": "L1"}) is ax
    assert read.line(ax, "plain").get_data()[0].tolist() == [1, 2]
    assert read.line(ax, "plain").get_data()[1].tolist() == [2, 3]
    edges = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (edges.min(), edges.max()) == (1, 4)
    assert read.legend(ax) == ["plain", "L1"]
    assert ax.get_legend().get_title().get_text() == "mean of the seeds, band: all"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "val_loss")


def test_a_curve_ends_with_its_first_seed(ax):
    """Else it would leap where the worst seed ends."""
    curve_bands(curves("a", [1.0, 1.0, 1.0], [9.0, 9.0]), ax, value="val_loss", labels={"a": "a"})
    assert ax.lines[0].get_data()[1].tolist() == [5, 5]


def test_more_variants_than_four_are_all_drawn(ax, read):
    table = pd.concat([curves(name, [1.0, 2.0]) for name in "abcdefg"])
    curve_bands(table, ax, value="val_loss", labels={name: name for name in "abcdefg"})
    assert read.legend(ax) == list("abcdefg")
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 7


def test_one_epoch_is_a_dot_and_a_lost_seed_no_crash(axes):
    curve_bands(curves("a", [1.0]), axes[0], value="val_loss", labels={"a": "a"})
    assert axes[0].lines[0].get_marker() == "o"
    curve_bands(curves("a", [np.nan, np.nan]), axes[1], value="val_loss", labels={"a": "a"})


def test_a_variant_that_was_not_run_is_named(ax):
    with pytest.raises(InputError, match=r"labels: no curve of this variant; got dropout"):
        curve_bands(curves("a", [1.0]), ax, value="val_loss", labels={"a": "a", "dropout": "dropout"})


COST = pd.DataFrame(
    {"multiplications": [1e6, 1e7], "parameters": [5e5, 2e6], "song": [0.7, 0.5]}, index=["small", "large"]
)


def test_accuracy_against_cost(ax, read):
    assert cost(COST, ax, score="song", names={"large": "the report's"}) is ax
    points = ax.collections[0]
    assert points.get_offsets().tolist() == [[1e6, 0.7], [1e7, 0.5]]
    assert points.get_sizes().tolist() == [25, 100]  # areas as the parameters
    assert ax.collections[1].get_sizes().tolist() == [50]
    assert read.legend(ax) == ["area: 1 million parameters"]
    assert [(text.get_text(), text.xy) for text in ax.texts] == [("the report's", (1e7, 0.5))]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("multiplications for one slice", "accuracy: song")
    assert ax.get_xscale() == "log"
    assert {"1M", "2M", "5M", "10M"} <= set(read.ticks(ax.xaxis))
    assert all(text.endswith("%") for text in read.ticks(ax.yaxis))


def test_names_of_points_at_one_height_do_not_meet(ax):
    table = pd.concat(
        [COST, pd.DataFrame({"multiplications": [2e7], "parameters": [1e6], "song": [0.501]}, index=["x"])]
    )
    cost(table, ax, score="song", names={"small": "small", "large": "large", "x": "x"})
    assert {text.get_text(): text.get_ha() for text in ax.texts} == {"small": "left", "large": "right", "x": "left"}


def test_a_name_does_not_give_way_to_a_point_far_off(ax):
    """To the left of the cheapest point is the axis."""
    low = pd.DataFrame({"multiplications": [1e7], "parameters": [1e6], "song": [0.2]}, index=["x"])
    table = pd.concat([COST.assign(song=[0.7, 0.699]), low])
    cost(table, ax, score="song", names={"small": "small", "large": "large"})
    assert [text.get_ha() for text in ax.texts] == ["left", "left"]


def test_cost_of_one_network_and_of_none(axes):
    cost(COST[:1], axes[0], score="song", names={"small": "small"})
    cost(COST[:0], axes[1], score="song")
    cost(COST.assign(multiplications=[0.0, 1e7]), axes[2], score="song")
    assert axes[2].get_xscale() == "symlog"
