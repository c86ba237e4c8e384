"""How far apart the colours of two sets of covers lie."""

import numpy as np

from albumlib.covers.color import to_lab

DIRECTIONS = 32
REACH, STEP = 150.0, 1.0  # no colour of a screen lies further than 150 from mid-grey in Lab


def palette_curves(images: np.ndarray) -> np.ndarray:
    """The colours of each cover along many directions: what share of them lies below each height.

    The curves of several covers together are the mean of theirs, so that palettes of any choice of covers cost nothing
    more.

    Parameters
    ----------
    images : uint8, shape (n, height, width, 3)

    Returns
    -------
    float32, shape (n, 32, 300)
        Cumulative shares, 0 to 1, of every fourth pixel of every fourth row.
    """
    lab = to_lab(images[:, ::4, ::4]).reshape(len(images), -1, 3) - np.float32([50, 0, 0])
    directions, bins = _directions(), int(2 * REACH / STEP)
    curves = np.empty((len(images), DIRECTIONS, bins), "float32")
    for cover, colours in enumerate(lab):
        place = ((colours @ directions.T + REACH) / STEP).astype(int) + bins * np.arange(DIRECTIONS)
        counts = np.bincount(place.ravel(), minlength=bins * DIRECTIONS).reshape(DIRECTIONS, bins)
        curves[cover] = counts.cumsum(axis=1) / len(colours)
    return curves


def curve_distance(one: np.ndarray, other: np.ndarray) -> float:
    """Distance of two palettes: how far, on average, the colours of one must be moved to become the other's.

    It is the sliced Wasserstein distance in Lab, doubled: so it is the length of the move, if all colours move alike.

    Parameters
    ----------
    one, other : float, shape (32, 300)
        `palette_curves`, averaged over covers.

    Returns
    -------
    0 or more
        In units of Lab.

    References
    ----------
    Rabin, Peyré, Delon, Bernot: *Wasserstein Barycenter and Its Application to Texture Mixing*, 2011.
    """
    return float(2 * STEP * np.abs(one - other).sum(axis=1).mean())


def palette_distance(one: np.ndarray, other: np.ndarray) -> float:
    """Distance of the palettes of two sets of covers.

    Parameters
    ----------
    one, other : uint8, shape (n, height, width, 3)

    Returns
    -------
    0 or more
        As `curve_distance`. It is above 0 for any two different sets, and the further the fewer they are: compare it
        with the distance of as many real covers from real ones.

    Notes
    -----
    Notebook: 09_gan_losses

    Examples
    --------
    From black to middle grey it is half the way to white, 50 of 100:

    >>> black, grey = np.zeros((2, 100, 100, 3), np.uint8), np.full((3, 100, 100, 3), 119, np.uint8)
    >>> round(palette_distance(black, grey) / 5) * 5
    50
    """
    return curve_distance(palette_curves(one).mean(axis=0), palette_curves(other).mean(axis=0))


def _directions():
    """Directions spread evenly over half a sphere (a Fibonacci lattice), shape (32, 3)."""
    place = np.arange(DIRECTIONS)
    up = (place + 0.5) / DIRECTIONS
    turn, radius = np.pi * (3 - np.sqrt(5)) * place, np.sqrt(1 - up**2)
    return np.stack([radius * np.cos(turn), radius * np.sin(turn), up], axis=1).astype("float32")
