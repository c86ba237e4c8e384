"""Measures of generated covers: each on a case whose answer is known."""

import numpy as np
import pytest

from albumlib.course.plots import beside_real
from albumlib.covers.color import to_lab
from albumlib.demoworld.pictures.covers import draw_cover
from albumlib.errors import InputError
from albumlib.evaluation.copies import nearest_training
from albumlib.evaluation.metrics import diversity, kid, kid_kernel, recognisability, squared_mmd, wilson_interval
from albumlib.evaluation.palette import palette_distance
from albumlib.evaluation.report import evaluate_covers

GENRES = ["Folk", "Metal", "Techno"]


@pytest.fixture(scope="module")
def drawn():
    """Ninety demo covers of three genres, each by its own artist, genre by genre."""
    pairs = [(genre, number) for genre in GENRES for number in range(30)]
    images = np.stack([draw_cover(genre, artist_seed=n, seed=n, size=100) for genre, n in pairs])
    return images, np.repeat(np.arange(3), 30)


class PaletteJudge:
    """Tells a genre by its mean colour, in the network's place, without a training."""

    def __init__(self, images, labels):
        self.means = np.stack([images[labels == k].mean(axis=(0, 1, 2)) for k in range(3)])

    def predict(self, images, **options):
        distance = ((images.mean(axis=(1, 2))[:, None] - self.means) ** 2).sum(axis=2)
        return np.exp(-distance / 500) / np.exp(-distance / 500).sum(axis=1, keepdims=True)


def mean_colours(images):
    return images.mean(axis=(1, 2)) / 50


def plain(colour, n=4):
    return np.broadcast_to(np.uint8(colour), (n, 100, 100, 3))


def test_kid_has_no_bias():
    """Two samples of one source: KID is 0 on average over repetitions, and its interval holds 0 most of the time."""
    rng = np.random.default_rng(0)
    found = [kid(*rng.normal(size=(2, 60, 8)), seed=i) for i in range(60)]
    values = np.array([estimate.value for estimate in found])
    assert abs(values.mean()) < 3 * values.std() / np.sqrt(len(values))
    assert np.mean([low < 0 < high for _, low, high in found]) > 0.85
    assert (values < 0).any()


def test_kid_interval_is_the_error_of_the_whole_sample():
    """Its half width, over repetitions, is about twice the spread of the value itself."""
    rng = np.random.default_rng(1)
    found = np.array([kid(rng.normal(size=(80, 4)), rng.normal(0.7, 1, size=(80, 4)), seed=i) for i in range(80)])
    assert (found[:, 2] - found[:, 1]).mean() / 2 == pytest.approx(1.96 * found[:, 0].std(), rel=0.3)


def test_kid_of_shifted_gaussians_is_what_the_kernel_says():
    """For independent x and y, E(xy/d + 1)^3 has a closed form in the moments of xy, written down here for d = 1."""
    shift = 0.8

    def expected(one, other):
        moments = {mean: (mean, 1 + mean**2, mean**3 + 3 * mean) for mean in (one, other)}
        first, second, third = (a * b for a, b in zip(moments[one], moments[other], strict=True))
        return third + 3 * second + 3 * first + 1

    truth = expected(0, 0) + expected(shift, shift) - 2 * expected(0, shift)
    rng = np.random.default_rng(2)
    values = [kid(rng.normal(size=(200, 1)), rng.normal(shift, 1, (200, 1)), subsets=20).value for _ in range(100)]
    assert np.mean(values) == pytest.approx(truth, abs=4 * np.std(values) / 10)
    assert np.std(values) / 10 < 0.15 * truth


def test_squared_mmd_by_hand():
    kernel = kid_kernel([[0.0], [1.0], [2.0], [3.0]])
    assert kernel[1, 2] == 27
    assert squared_mmd(kernel, [[0, 1]], [[2, 3]]) == pytest.approx(1 + 343 - 2 * (1 + 1 + 27 + 64) / 4)


def test_genres_dealt_in_fixed_numbers_do_not_bias_the_comparison():
    """Four of each of five genres that lie far apart, twice: as one heap it is far below 0, by genre 0 on average."""
    rng = np.random.default_rng(4)
    centers, both = 3 * rng.normal(size=(5, 1, 6)), []
    for _ in range(200):
        kernel = kid_kernel(
            np.concatenate([centers + rng.normal(size=(5, 4, 6)) for _ in range(2)]).reshape(-1, 6)
        )
        one, other = np.arange(40).reshape(2, 5, 4)
        both.append((squared_mmd(kernel, [one.ravel()], [other.ravel()]), squared_mmd(kernel, list(one), list(other))))
    heap, by_genre = np.array(both).T
    assert abs(by_genre.mean()) < 3 * by_genre.std() / np.sqrt(200)
    assert heap.mean() < -10 * heap.std() / np.sqrt(200)


def test_kid_refuses_subsets_that_are_the_whole():
    with pytest.raises(InputError, match="expected 2 to 9; got 10"):
        kid(np.zeros((10, 2)), np.zeros((12, 2)), subset_size=10)


def test_recognisability_counts_each_genre_alike():
    predicted = np.eye(2)[[0, 0, 0, 0, 1, 0]]
    assert recognisability(predicted, np.array([0, 0, 0, 0, 1, 1])).value == pytest.approx((1 + 0.5) / 2)


def test_recognisability_is_accuracy_and_its_interval_the_binomial_one():
    rng = np.random.default_rng(3)
    labels = np.repeat(np.arange(4), 100)
    predicted = np.where(rng.random(400) < 0.7, labels, (labels + 1) % 4)
    value, low, high = recognisability(np.eye(4)[predicted], labels)
    assert value == pytest.approx(np.mean(predicted == labels))
    assert (high - low) / 2 == pytest.approx(1.96 * np.sqrt(0.7 * 0.3 / 400), rel=0.15)


def test_share_of_none_is_still_uncertain():
    """None of 20 counting, the true share may be up to z²/(n + z²)."""
    assert wilson_interval(0.0, n=342).low == 0
    assert wilson_interval(0.0, n=20) == pytest.approx((0, 0, 1.96**2 / (20 + 1.96**2)))
    assert wilson_interval(1.0, n=20) == pytest.approx((1, 20 / (20 + 1.96**2), 1))


def test_diversity_of_copies_is_none_and_of_two_points_their_distance():
    features = np.array([[1.0, 2], [1, 2], [1, 2], [0, 0], [3, 4]])
    assert diversity(features, np.array([0, 0, 0, 1, 1])).to_dict() == pytest.approx({0: 0.0, 1: 5.0})


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.2, 80.1, 67.2)),
        ((0, 0, 255), (32.3, 79.2, -107.9)),
    ],
)
def test_lab_of_known_colours(colour, lab):
    np.testing.assert_allclose(to_lab(np.uint8(colour)), lab, atol=0.15)


def test_palette_distance_is_the_length_of_a_common_move():
    red, blue = plain((255, 0, 0)), plain((0, 0, 255))
    assert palette_distance(red, red) == 0
    assert palette_distance(red, blue) == pytest.approx(
        np.linalg.norm(to_lab(red[0, 0, 0]) - to_lab(blue[0, 0, 0])), rel=0.05
    )
    black, grey = plain((0, 0, 0)), plain((119, 119, 119))
    assert palette_distance(black, grey) == pytest.approx(50, rel=0.05)


def test_palettes_do_not_depend_on_where_colours_are_or_how_many_covers(drawn):
    images = drawn[0][:6]
    assert palette_distance(images, images[::-1]) == pytest.approx(0, abs=1e-4)
    assert palette_distance(images, np.concatenate([images, images])) == pytest.approx(0, abs=1e-4)
    halves = np.concatenate([plain((255, 0, 0)), plain((0, 0, 255))])
    mixed = halves.copy()
    mixed[:, :48], mixed[:, 48:] = (255, 0, 0), (0, 0, 255)
    assert palette_distance(halves, mixed) < 0.05 * palette_distance(plain((255, 0, 0)), plain((0, 0, 255)))


def test_planted_copies_are_found_and_unseen_covers_are_not(drawn):
    images, _ = drawn
    training, unseen = images[::2], images[1::2]
    noisy = np.clip(training[3] + np.random.default_rng(0).normal(0, 15, (100, 100, 3)), 0, 255).astype("uint8")
    found = nearest_training(np.stack([training[5], training[7][:, ::-1], noisy, *unseen]), training)
    assert found["nearest"].tolist()[:3] == [5, 7, 3]
    assert found["near_copy"].tolist()[:3] == [True, True, True]
    assert found["mirrored"].tolist()[1] is True
    assert found["distance"][0] == found["distance"][1] == 0
    assert found["near_copy"][3:].mean() < 0.1


def test_plain_covers_of_one_rare_colour_are_near_and_no_copies(drawn):
    """A red with a mark here, among training covers one red with a mark there: near as no other, and something else."""
    red = np.full((2, 100, 100, 3), (150, 0, 0), np.uint8)
    red[0, 20:35, 20:35] = red[1, 60:75, 70:85] = (180, 40, 40)
    training = np.concatenate([red[:1], drawn[0][:60]])
    found = nearest_training(red, training)
    assert found["nearest"].tolist() == [0, 0]
    assert found["ratio"][1] < 0.1
    assert found["near_copy"].tolist() == [True, False]


def test_duplicates_in_training_do_not_hide_an_exact_copy(drawn):
    training = np.concatenate([drawn[0][:20], drawn[0][:20]])
    assert nearest_training(training[:3], training)["near_copy"].all()


def test_too_few_training_covers_are_refused(drawn):
    with pytest.raises(InputError, match="at least 12"):
        nearest_training(drawn[0][:2], drawn[0][:5])


@pytest.fixture
def judged(drawn):
    """How to call `evaluate_covers` with a judge by mean colour, and what it is given."""
    images, labels = drawn
    train, test = np.arange(90) % 5 < 2, np.arange(90) % 5 >= 2
    judge = PaletteJudge(images[train], labels[train])

    def evaluate(generated, wanted):
        sides = ((images[side], labels[side]) for side in (train, test))
        table, copies = evaluate_covers(
            generated, wanted, *sides, judge, genres=GENRES, features=mean_colours, draws=40
        )
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
    assert len(copies) == len(images)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()


def test_a_generator_of_one_red_cover_a_genre_is_found_out(judged):
    evaluate, _, _, _ = judged
    table, _ = evaluate(plain((200, 0, 0), n=30), np.arange(30) % 3)
    everything = table.xs("all", level="genre")
    assert everything.loc["diversity", "value"] == 0
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
