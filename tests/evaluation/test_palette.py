"""Distances of palettes: each on a case whose answer is known."""

import numpy as np
import pytest

from albumlib.covers.color import to_lab
from albumlib.evaluation.palette import palette_distance


def plain(colour, n=4):
    return np.broadcast_to(np.uint8(colour), (n, 100, 100, 3))


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
