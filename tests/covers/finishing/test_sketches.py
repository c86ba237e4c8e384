"""Sketches and their linear way back, on numbers that are known."""

import numpy as np
import pytest

from albumlib.covers.finishing.sketches import patterns, to_covers, to_sketches


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(0).uniform(-1, 1, (3, 100, 100, 3)).astype("float32")


def test_patterns_are_orthonormal_and_without_a_mean():
    flat = patterns().reshape(5, 16)
    np.testing.assert_allclose(flat @ flat.T, np.eye(5), atol=1e-6)
    np.testing.assert_allclose(flat.sum(axis=1), 0, atol=1e-6)


def test_a_plain_cover_is_its_colour_and_nothing_else():
    plain = np.broadcast_to(np.float32([0.5, -0.25, 1.0]), (1, 100, 100, 3))
    sketch = to_sketches(plain)
    assert sketch.shape == (1, 25, 25, 8)
    np.testing.assert_allclose(sketch[0, 7, 19], [0.5, -0.25, 1, 0, 0, 0, 0, 0], atol=1e-6)
    np.testing.assert_allclose(to_covers(sketch), plain, atol=1e-6)


def test_a_block_that_grows_lighter_to_the_right_says_so():
    """0, 1, 2, 3 across, in each of four rows: by hand, so much of the first pattern, and nothing of the others."""
    ramp = np.tile(np.arange(4.0), 25).astype("float32")
    sketch = to_sketches(np.broadcast_to(ramp[None, None, :, None], (1, 100, 100, 3)))[0, 0, 0]
    wave = np.cos(np.pi * np.array([1, 3, 5, 7]) / 8)
    assert sketch[3] == pytest.approx(0.75 * 4 * (wave @ np.arange(4)) / np.sqrt(8), rel=1e-5)
    np.testing.assert_allclose(sketch, [1.5, 1.5, 1.5, sketch[3], 0, 0, 0, 0], atol=1e-5)


def test_the_sketch_of_the_way_back_is_the_sketch(noise):
    sketches = to_sketches(noise)
    np.testing.assert_allclose(to_sketches(to_covers(sketches)), sketches, atol=1e-5)


def test_the_way_back_comes_as_near_as_eight_numbers_can(noise):
    """It is a projection: what it changes is at right angles to what it keeps."""
    back = to_covers(to_sketches(noise))
    assert abs(np.sum((noise - back) * back, axis=(1, 2, 3))).max() < 1e-2 * np.sum(back**2, axis=(1, 2, 3)).min()
