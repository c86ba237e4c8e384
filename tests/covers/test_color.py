"""Colours in Lab, and palettes: pictures whose answers are known."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from albumlib.course import plots
from albumlib.covers.color import palette, to_lab
from albumlib.errors import InputError

RED, BLUE = (200, 30, 30), (30, 30, 200)


def halves(one, other):
    cover = np.empty((100, 100, 3), np.uint8)
    cover[:50], cover[50:] = one, other
    return cover


def noise(n):
    return np.random.default_rng(0).integers(256, size=(n, 100, 100, 3), dtype=np.uint8)


def test_known_colours_in_lab():
    rgb = np.array([[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 0, 255], [119, 119, 119]], np.uint8)
    lab = [[0, 0, 0], [100, 0, 0], [53.24, 80.09, 67.20], [32.30, 79.19, -107.86], [50.03, 0, 0]]
    np.testing.assert_allclose(to_lab(rgb), lab, atol=0.05)


def test_the_palette_of_two_colours():
    images = np.stack([halves(RED, BLUE)] * 3)
    images[0] = RED
    colors, shares = palette(images, n_colors=5)
    assert colors.tolist() == [list(RED), list(BLUE)]
    np.testing.assert_allclose(shares, [2 / 3, 1 / 3], atol=0.02)


def test_a_palette_repeats_with_its_seed_and_its_colours_occur():
    images = noise(4) // 64 * 64
    colors, shares = palette(images, n_colors=4, seed=1)
    again, _ = palette(images, n_colors=4, seed=1)
    np.testing.assert_array_equal(colors, again)
    assert shares.sum() == pytest.approx(1)
    assert (np.diff(shares) <= 0).all()
    known = {tuple(pixel) for pixel in images.reshape(-1, 3)}
    assert {tuple(color) for color in colors} <= known


def test_no_palette_of_nothing():
    with pytest.raises(InputError, match="no palette"):
        palette(np.empty((0, 100, 100, 3), np.uint8))
    with pytest.raises(InputError, match="no palette"):
        palette(noise(1), n_colors=0)


def test_the_figure_has_a_field_for_each_colour():
    fig, ax = plt.subplots()
    plots.palettes({"Rock": palette(noise(1)), "Pop": palette(halves(RED, BLUE)[None])}, ax)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Rock", "Pop"]
    assert len(ax.patches) == 5 + 2
    plt.close(fig)
