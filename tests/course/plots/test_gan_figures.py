"""Figures of GAN trainings: slopes that are known, and values that a log axis cannot show."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from albumlib.backend import load_keras
from albumlib.course.plots import budget, critic_slopes, gan_curves, loss_slopes, recipes, starvation
from albumlib.course.plots.gans import COLORS, LOSS_NAMES
from albumlib.course.plots.style import ACCENT, CALM
from albumlib.covers.losses import LOSSES, Loss


def test_slopes_of_the_losses(ax, read):
    assert loss_slopes(LOSSES, ax) is ax
    names = {name: LOSS_NAMES.get(name, name) for name in LOSSES}
    assert sorted(read.legend(ax)) == sorted(names.values())
    slopes = {name: dict(zip(*read.line(ax, names[name]).get_data(), strict=True)) for name in LOSSES}
    for name, score, slope in (
        ("wasserstein", -12, 1),
        ("hinge", 6, 1),
        ("sigmoid", 0, 0.5),  # D
        ("sigmoid", -12, 1 / (1 + np.exp(12))),
        ("nonsaturating", -12, 1),  # 1 - D
        ("nonsaturating", 6, 1 / (1 + np.exp(6))),
    ):
        assert slopes[name][score] == pytest.approx(slope, rel=1e-3), name
    assert ax.get_yscale() == "log"
    low, high = ax.get_ylim()
    assert low < slopes["sigmoid"][-12] < 1 < high
    assert ax.get_xlabel() == "score of a generated cover"
    assert ax.get_ylabel() == "pull on the score (−slope)"
    (opinion,) = ax.child_axes
    assert "D = sigmoid(score)" in opinion.get_xlabel()
    assert read.ticks(opinion.xaxis)[2] == "0.5"


def test_a_loss_that_does_not_pull_everywhere_is_marked_there(ax, read):
    ops = load_keras().ops
    loss_slopes({"flat": Loss(None, lambda fake: ops.mean(ops.relu(-fake)))}, ax)
    assert "▾ not a positive number" in read.texts(ax)
    (marked,) = [line for line in ax.lines if line.get_marker() == "v"]
    assert marked.get_xdata()[0] == pytest.approx(0, abs=0.1)


def run(**columns):
    return pd.DataFrame(columns)


def test_curves_of_trainings_over_steps(ax, read):
    runs = {"1:1": run(critic_loss=[3.0, 2.0, 1.0]), "1:2": run(critic_loss=[3.0, -1.0])}
    assert gan_curves(runs, ax, value="critic_loss") is ax
    assert read.line(ax, "1:1").get_xdata().tolist() == [1, 2, 3]
    assert read.line(ax, "1:2").get_ydata().tolist() == [3, -1]
    assert [read.line(ax, name).get_color() for name in runs] == [COLORS["1:1"], COLORS["1:2"]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "critic loss")
    assert read.legend(ax) == ["1:1", "1:2"]
    assert ax.get_yscale() == "linear"


def test_one_training_needs_no_legend_and_one_step_is_a_dot(ax, read):
    gan_curves({"penalty": run(critic_gap=[3.0])}, ax, value="critic_gap")
    assert read.legend(ax) == []
    assert ax.lines[0].get_marker() == "o"


def test_trainings_of_other_names_have_colours_of_their_own(ax):
    gan_curves({name: run(critic_gap=[1.0, 2.0]) for name in "abc"}, ax, value="critic_gap")
    assert len({line.get_color() for line in ax.lines}) == 3


def test_zeros_and_negative_values_of_a_log_curve_are_marked(ax, read):
    gan_curves({"penalty": run(critic_gap=[3.0, 0.0, -1.0, 5.0])}, ax, value="critic_gap", log=True)
    assert ax.lines[1].get_xdata().tolist() == [2, 3]
    assert read.texts(ax) == ["▾ not a positive number"]


@pytest.mark.parametrize(("log", "place"), [(True, (2, 4.0)), (False, (3, -1.0))])
def test_a_note_stands_at_the_last_value_that_is_shown(ax, log, place):
    runs = {"penalty": run(critic_gap=[3.0, 4.0, -1.0, np.nan]), "1:1": run(critic_gap=[np.nan])}
    gan_curves(runs, ax, value="critic_gap", log=log, notes={"penalty": "shrinks", "1:1": "never was", "x": "no"})
    (note,) = [text for text in ax.texts if text.get_text() == "shrinks"]
    assert note.xy == place
    assert "never was" not in [text.get_text() for text in ax.texts]


def test_starvation_in_proportion_to_d(ax, read):
    opinion = np.array([0.5, 0.05, 0.005])
    metrics = run(generator_loss=np.log1p(-opinion), generator_gradient=20 * opinion)
    figure_axes = len(ax.figure.axes)
    assert starvation(metrics, ax) is ax
    np.testing.assert_allclose(ax.collections[0].get_offsets(), np.column_stack([opinion, 20 * opinion]))
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 20 * ax.lines[0].get_xdata())
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert "D: probability" in ax.get_xlabel()
    assert "not shown" not in ax.get_xlabel()
    assert ax.get_ylabel() == "generator's gradient norm"
    assert read.legend(ax) == ["in proportion to D"]
    assert ax.figure.axes[figure_axes].get_ylabel() == "step"
    assert ax.collections[0].get_array().tolist() == [1, 2, 3]


def test_steps_at_zero_are_counted_and_spoil_no_line(ax):
    metrics = run(generator_loss=np.log1p(-np.array([0.5, 0.0, 0.1])), generator_gradient=[1.0, 1.0, 0.0])
    starvation(metrics, ax)
    assert ax.collections[0].get_array().tolist() == [1]
    assert ax.lines[0].get_ydata().tolist() == pytest.approx([1.0, 1.0])
    assert "(2 steps at 0 are not shown)" in ax.get_xlabel()


def test_a_generator_that_never_had_a_gradient(ax):
    starvation(run(generator_loss=[0.0], generator_gradient=[0.0]), ax)
    assert "(1 steps at 0 are not shown)" in ax.get_xlabel()


def test_slopes_of_critics(ax, read):
    table = pd.DataFrame({"no penalty": [100.0, 200.0], "penalty": [1.0, 1.1]}, index=[0.0, 1.0])
    assert critic_slopes(table, ax) is ax
    assert read.line(ax, "penalty").get_data()[1].tolist() == [1, 1.1]
    assert read.line(ax, "no penalty").get_color() == COLORS["no penalty"]
    assert read.legend(ax) == ["no penalty", "penalty"]
    assert ax.get_yscale() == "log"
    assert ax.get_xlabel() == "from a generated (0) to a real cover (1)"
    assert "gradient norm" in ax.get_ylabel()
    assert 1 in [line.get_ydata()[0] for line in ax.lines if line.get_linestyle() == ":"]


def test_the_flattest_critic_is_not_cut_off(ax, read):
    table = pd.DataFrame({"penalty": [1.0, 1.0], "a": [0.01, 0.02], "b": [0.0, 3.0]}, index=[0.0, 1.0])
    critic_slopes(table, ax)
    assert ax.get_ylim()[0] < 0.01
    assert read.legend(ax) == ["penalty", "a", "b"]
    assert "▾ not a positive number" in read.texts(ax)


def test_one_critic_needs_no_legend(ax, read):
    critic_slopes(pd.DataFrame({"penalty": [1.0]}, index=[0.0]), ax)
    assert read.legend(ax) == []


RECIPES = pd.DataFrame(
    {
        "variant": ["plain", "ours: more", "plain"],
        "recognisability": [0.2, 0.9, 0.4],
        "KID": [0.5, 0.1, 2.0],
    }
)


def test_recipes_from_the_worst_to_the_best(axes, read):
    both = axes[:2]
    assert recipes(RECIPES, both) is both
    left, right = both
    assert read.ticks(left.yaxis) == ["plain", "ours: more"]
    assert left.collections[0].get_offsets().tolist() == [[0.2, 0], [0.9, 1], [0.4, 0]]
    assert right.collections[0].get_offsets().tolist() == [[0.5, 0], [0.1, 1], [2, 0]]
    colors = [tuple(color[:3]) for color in left.collections[0].get_facecolors()]
    assert colors == [to_rgb(CALM), to_rgb(ACCENT), to_rgb(CALM)]
    assert left.get_xlim() == (0, 1)
    assert left.get_xlabel() == "recognised by the judge (share of covers)"
    assert right.get_xlabel() == "KID (less is better; log scale)"
    assert right.get_xscale() == "log"


def test_a_kid_below_zero_is_shown(axes):
    """It has no bias, so of covers as good as real it is as often below zero as above."""
    recipes(RECIPES.assign(KID=[-0.01, 0.1, 2.0]), axes[:2])
    assert axes[1].get_xscale() == "symlog"
    assert axes[1].get_xlim()[0] < -0.01


def test_a_recipe_without_scores_is_at_the_bottom(axes, read):
    recipes(RECIPES.assign(recognisability=[0.2, np.nan, 0.4]), axes[:2])
    assert read.ticks(axes[0].yaxis) == ["ours: more", "plain"]


def stages(networks, **changes):
    columns = {"images shown": [1000, 2000, 2000], "of the judge's": [0.5, 0.8, 1.2], "KID": [2.0, 0.5, 0.7]}
    return pd.DataFrame({"networks": networks, "seed": 0, **columns, "diversity": [0.1, 0.9, 1.1], **changes})


def test_budget(axes, read):
    three = axes[:3]
    assert budget(pd.concat([stages("compact"), stages("report")]), three) is three
    for ax, label, last in zip(
        three,
        ("recognised (1: as real covers)", "KID (less is better; log scale)", "diversity (1: as real covers)"),
        (1.0, 0.6, 1.0),
        strict=True,
    ):
        assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_xscale()) == ("images shown", label, "log")
        assert read.line(ax, "compact").get_data()[0].tolist() == [1000, 2000]
        assert read.line(ax, "compact").get_data()[1][-1] == pytest.approx(last)  # the mean of two samplings
    assert [ax.get_yscale() for ax in three] == ["linear", "log", "linear"]
    assert read.legend(three[0]) == ["compact", "report"]
    assert {"1k", "2k"} <= set(read.ticks(three[0].xaxis))


def test_each_training_has_its_line_and_each_network_its_name(axes, read):
    budget(
        pd.concat([stages("compact"), stages("compact", seed=1, KID=[3.0, 2.0, 2.0]), stages("report", seed=2)]),
        axes[:3],
    )
    assert read.legend(axes[0]) == ["compact", "report"]
    ends = [line.get_ydata()[-1] for line in axes[1].lines if line.get_linestyle() != "None"]
    assert sorted(ends) == pytest.approx([0.6, 0.6, 2.0])


def test_every_network_has_its_line(axes, read):
    budget(pd.concat([stages(name) for name in "abcdefgh"]), axes[:3])
    assert read.legend(axes[0]) == list("abcdefgh")
    styles = {(read.line(axes[0], name).get_color(), read.line(axes[0], name).get_linestyle()) for name in "abcdefgh"}
    assert len(styles) == 8


def test_one_stage_and_values_that_are_not_positive(axes):
    budget(stages("compact", KID=[0.1, 0.0, -0.1], **{"images shown": [0, 1, 1]}), axes[:3])
    assert axes[1].get_yscale() == axes[1].get_xscale() == "symlog"
    budget(stages("compact")[:1], axes[:3])
