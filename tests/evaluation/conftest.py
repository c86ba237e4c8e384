"""What tests of the evaluation share."""

import numpy as np
import pytest

from albumlib.demoworld.pictures.covers import draw_cover


@pytest.fixture(scope="session")
def drawn():
    """Ninety demo covers of three genres, each by its own artist, genre by genre."""
    pairs = [(genre, number) for genre in ("Folk", "Metal", "Techno") for number in range(30)]
    images = np.stack([draw_cover(genre, artist_seed=n, seed=n, size=100) for genre, n in pairs])
    return images, np.repeat(np.arange(3), 30)
