"""The report on a generator: real covers score as real, and generators that cheat are found out."""

import numpy as np
import pytest

from albumlib.course.plots import beside_real
from albumlib.errors import InputError
from albumlib.evaluation.report import evaluate_covers

GENRES = ["Folk", "Metal", "Techno"]


class PaletteJudge:
    """Classifies by the mean colour, in the network's place, without a training."""

    def __init__(self, images, labels):
        self.means = np.stack([images[labels == k].mean(axis=(0, 1, 2)) for k in range(3)])

    def predict(self, images, **options):
        distance = ((images.mean(axis=(1, 2))[:, None] - self.means) ** 2).sum(axis=2)
        return np.exp(-distance / 500) / np.exp(-distance / 500).sum(axis=1, keepdims=True)


def mean_colours(images):
    return images.mean(axis=(1, 2)) / 50


@pytest.fixture
def judged(drawn):
    """How to call `evaluate_covers` with a judge by mean colour, and what it is given."""
    images, labels = drawn
    train, test = np.arange(90) % 5 < 2, np.arange(90) % 5 >= 2
    judge = PaletteJudge(images[train], labels[train])

    def evaluate(generated, wanted):
        splits = ((images[split], labels[split]) for split in (train, test))
        options = {"genres": GENRES, "features": mean_colours, "draws": 40}
        table, copies = evaluate_covers(generated, wanted, *splits, judge, **options)
        return table.set_index(["metric", "genre"]), copies

    return evaluate, (images[train], labels[train]), (images[test], labels[test]), judge


def test_real_covers_in_the_place_of_generated_ones_score_as_real(judged):
    evaluate, _, (images, labels), judge = judged
    table, copies = evaluate(images, labels)
    right = judge.predict(images).argmax(axis=1) == labels
    assert table.loc[("recognisability", "all"), ["value", "real"]].tolist() == pytest.approx([right.mean()] * 2)
    assert table.loc[("nearest distance", "all"), "value"] == table.loc[("nearest distance", "all"), "real"]
    assert table.loc[("diversity", "all"), "value"] == pytest.approx(1, abs=0.1)
    assert table.loc[("KID", "all"), "real_low"] < 0 < table.loc[("KID", "all"), "real_high"]
    for metric in ("precision", "recall", "sharpness", "grid"):
        assert table.loc[(metric, "all"), "value"] == pytest.approx(table.loc[(metric, "all"), "real"], abs=0.2)
    assert len(copies) == len(images)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()


def test_a_generator_of_one_red_cover_a_genre_is_found_out(judged):
    evaluate, _, _, _ = judged
    red = np.broadcast_to(np.uint8([200, 0, 0]), (30, 100, 100, 3))
    table, _ = evaluate(red, np.arange(30) % 3)
    everything = table.xs("all", level="genre")
    assert everything.loc["diversity", "value"] == 0
    assert everything.loc["recall", "value"] == 0
    assert everything.loc["sharpness", "value"] < 0.01
    for metric in ("KID", "palette distance"):
        assert everything.loc[metric, "low"] > everything.loc[metric, "real_high"]
    assert everything.loc["recognisability", "value"] == pytest.approx(1 / 3)


def test_a_generator_that_repeats_its_training_covers_is_found_out(judged):
    evaluate, (images, labels), _, _ = judged
    table, copies = evaluate(images[:, :, ::-1], labels)
    assert copies["near_copy"].all()
    assert table.loc[("near-copies", "all"), "value"] == 1
    assert table.loc[("near-copies", "all"), "real"] < 0.1


def test_figure_shows_each_genre_beside_its_real_range(judged):
    from matplotlib.figure import Figure

    evaluate, _, (images, labels), _ = judged
    table, _ = evaluate(images, labels)
    ax = beside_real(table.reset_index(), Figure().subplots(), metric="palette distance")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Techno", "Metal", "Folk", "all"]
    bar = ax.patches[-1]  # the topmost: all genres
    row = table.loc[("palette distance", "all")]
    assert (bar.get_x(), bar.get_width()) == pytest.approx((row["real_low"], row["real_high"] - row["real_low"]))


def test_too_few_covers_of_a_genre_are_named(judged):
    evaluate, _, (images, labels), _ = judged
    with pytest.raises(InputError, match="generated, Techno: too few covers"):
        evaluate(images[:-15], labels[:-15])
