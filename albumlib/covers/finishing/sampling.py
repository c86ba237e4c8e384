"""From noise and genres to covers, whichever generator: this alone a finished one needs."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from albumlib.backend import run_network
from albumlib.covers.finishing.sketches import PLANES, SPREAD, to_covers
from albumlib.covers.pixels import to_pixels

if TYPE_CHECKING:
    import keras

    from albumlib.light.network import LightNetwork


def generate(generator: "keras.Model | LightNetwork", labels: ArrayLike, noise: ArrayLike) -> np.ndarray:
    """Covers of a generator.

    Parameters
    ----------
    generator
        Of covers; or of sketches, which then go the linear way back; or of the networks "painter", whose grain is then
        left out.
    labels : float, shape (n, n_genres)
        One-hot, or mixtures that sum to 1.
    noise : float, shape (n, latent_dim)

    Returns
    -------
    uint8, shape (n, size, size, 3)
        In the size of this generator's covers.

    Notes
    -----
    Notebook: 11_gallery

    Examples
    --------
    Five covers, halfway between the first two of three genres:

    >>> noise = sample_noise(np.random.default_rng(0), 5, 64, truncation=TRUNCATION["uniform"])
    >>> covers = generate(generator, np.tile([0.5, 0.5, 0], (5, 1)), noise)
    """
    images = run_network(generator, np.asarray(noise, "float32"), np.asarray(labels, "float32"), batch_size=32)
    return to_pixels(to_covers(SPREAD * images) if images.shape[-1] == PLANES else images[..., :3])
