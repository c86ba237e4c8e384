"""What tests of the GAN share."""

import numpy as np
import pytest

from albumlib.covers.settings import GanSettings


@pytest.fixture(scope="session")
def covers():
    """Twelve covers of noise, four of each of three genres, and their labels."""
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (12, 100, 100, 3)).astype("uint8"), np.arange(12) % 3


@pytest.fixture(scope="session")
def small():
    """Settings with which a step takes a moment."""
    return GanSettings(networks="report", width=0.03, latent_dim=8, batch_size=4, critic_updates=1)
