"""Demo covers: a visual language for each genre, drawn in shapes, never copied from anywhere."""

import numpy as np

from albumlib.demoworld.pictures.canvas import Canvas
from albumlib.demoworld.pictures.looks import LOOKS
from albumlib.genres import get_genre


def draw_cover(genre: str, *, artist_seed: int, seed: int, size: int = 300) -> np.ndarray:
    """Draw a cover.

    Parameters
    ----------
    genre
        One of `albumlib.genres.NAMES`.
    artist_seed
        Covers of one artist share a leaning in hue and a favourite composition.
    seed
        Of this cover.
    size
        Width and height in pixels.

    Returns
    -------
    uint8, shape (size, size, 3)

    Raises
    ------
    InputError
        If the demo world has no such genre.
    """
    number = get_genre(genre).id
    artist = np.random.default_rng([number, artist_seed])
    rng = np.random.default_rng([number, artist_seed, seed])
    # Two covers of three follow the artist's favourite choices, one strikes out.
    tint, form = artist.random(2) if rng.random() < 0.67 else rng.random(2)
    canvas = Canvas(size, (255, 255, 255))
    first, second = LOOKS[genre]
    if form < 2 / 3:
        first(canvas, rng, tint, 1.5 * form)
    else:
        second(canvas, rng, tint)
    return canvas.finish()
