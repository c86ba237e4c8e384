"""Measures of generated covers: each on a case whose answer is known."""

import numpy as np
import pytest

from albumlib.errors import InputError
from albumlib.evaluation.metrics import (
    diversity,
    kid,
    kid_kernel,
    precision_recall,
    recognisability,
    squared_mmd,
    wilson_interval,
)


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
        kernel = kid_kernel(np.concatenate([centers + rng.normal(size=(5, 4, 6)) for _ in range(2)]).reshape(-1, 6))
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


def distances(points):
    return np.linalg.norm(points[:, None] - points, axis=2)


def test_precision_and_recall_by_hand():
    points = np.array([0.0, 1, 9, 20, 0, 0.5, 1, 1.5])[:, None]
    assert precision_recall(distances(points), [0, 1, 2, 3], [4, 5, 6, 7], k=1) == (0.5, 1.0)
    assert precision_recall(distances(points), [4, 5, 6, 7], [0, 1, 2, 3], k=1) == (1.0, 0.5)


def test_what_is_wrong_lowers_precision_and_what_is_missed_recall():
    """Of two far clusters one is never generated; of what is generated half lies where nothing real is."""
    rng = np.random.default_rng(5)
    here, there, nowhere = (center + rng.normal(size=(60, 3)) for center in (0.0, 30.0, -30.0))
    more = rng.normal(size=(60, 3))
    points = np.concatenate([more, nowhere, here, there])
    precision, recall = precision_recall(distances(points), np.arange(120), 120 + np.arange(120))
    assert 0.4 < precision <= 0.5
    assert 0.4 < recall <= 0.5
