"""Sketches: what is left of a cover if 4x4 pixels become one point of eight numbers.

A sketch holds, for every 4x4 pixels, the mean colour and five cosine coefficients of brightness: does it fall
downwards, to the right, across, is it darker in the middle. These are a sixth of the cover's numbers, and nearly every
shape survives. So a GAN need not generate 10,000 pixels, where most of the time goes, but 625 points; and the way back
can be taught without any GAN (`albumlib.covers.finishing.finisher`).

References
----------
Ahmed, Natarajan, Rao: *Discrete Cosine Transform*, 1974 (as in JPEG, there with 8x8 pixels). Gal et al.: *SWAGAN: A
Style-based Wavelet-driven Generative Model*, 2021 (a generator of coefficients).
"""

import numpy as np

SIDE, BLOCK = 25, 4
FREQUENCIES = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0))  # half waves a block, down and across
PLANES = 3 + len(FREQUENCIES)
GAIN = 0.75  # of the coefficients, which would reach 2.2 where colours reach 1
# Planes are divided by these before a GAN meets them, so that none counts for much less than the others.
SPREAD = np.array([0.62] * 3 + [0.4] * len(FREQUENCIES), "float32")
SKETCHES = "sketches"  # the layer of a generator whose output is scaled sketches


def patterns() -> np.ndarray:
    """The cosine patterns of brightness within a block.

    Returns
    -------
    float32, shape (5, 4, 4)
        Orthonormal, and each of mean 0.
    """
    waves, places = np.arange(BLOCK)[:, None], np.arange(BLOCK)
    lines = np.cos(np.pi * waves * (2 * places + 1) / (2 * BLOCK)) * np.where(waves, 0.5**0.5, 0.5)
    return np.stack([np.outer(lines[down], lines[across]) for down, across in FREQUENCIES]).astype("float32")


def to_sketches(covers: np.ndarray) -> np.ndarray:
    """Sketches of covers.

    Parameters
    ----------
    covers : float32, shape (n, 100, 100, 3)
        -1 to 1.

    Returns
    -------
    float32, shape (n, 25, 25, 8)
        Red, green and blue, -1 to 1, then five coefficients, nearly all in -1 to 1.
    """
    blocks = covers.reshape(-1, SIDE, BLOCK, SIDE, BLOCK, 3).transpose(0, 1, 3, 2, 4, 5)
    brightness = blocks.mean(axis=-1).reshape(len(blocks), SIDE, SIDE, BLOCK**2)
    details = GAIN * brightness @ patterns().reshape(-1, BLOCK**2).T
    return np.concatenate([blocks.mean(axis=(3, 4)), details], axis=-1)


def to_covers(sketches: np.ndarray) -> np.ndarray:
    """The linear way back: what each block says about itself, and nothing beyond it.

    Parameters
    ----------
    sketches : float32, shape (n, 25, 25, 8)

    Returns
    -------
    float32, shape (n, 100, 100, 3)
        About -1 to 1; the sketch of it is the sketch again.
    """
    details = sketches[..., 3:] @ patterns().reshape(-1, BLOCK**2) / GAIN
    brightness = details.reshape(-1, SIDE, SIDE, BLOCK, BLOCK, 1)
    blocks = brightness + sketches[..., None, None, :3]
    return blocks.transpose(0, 1, 3, 2, 4, 5).reshape(-1, SIDE * BLOCK, SIDE * BLOCK, 3)
