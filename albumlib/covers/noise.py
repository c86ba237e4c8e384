"""A song's own noise: from what a network finds in it to where its covers lie in the noise of a generator.

An embedding is taken for a direction, and each number of the noise is how far this direction goes along a random one.
Such a projection keeps angles: similar songs get similar noise, others get noise as far apart as they are. Whatever the
song, its noise is normal over seeds, and as long as other noise.

References
----------
E. Bingham, H. Mannila: *Random projection in dimensionality reduction*, 2001.
"""

from math import erf, sqrt
from typing import Literal, get_args

import numpy as np

from albumlib.errors import InputError

NoiseKind = Literal["uniform", "normal"]
KINDS: tuple[NoiseKind, ...] = get_args(NoiseKind)
# Of the noise, when covers are generated to be looked at: for uniform noise chosen with the networks "compact", by such
# measures as notebook 11 has; for normal noise with the shipped generator, by covers that measure nothing else.
TRUNCATION: dict[NoiseKind, float] = {"uniform": 0.7, "normal": 0.9}


def sample_noise(
    rng: np.random.Generator, n: int, latent_dim: int, *, truncation: float = 1.0, kind: NoiseKind = "uniform"
) -> np.ndarray:
    """Noise for the generator.

    Parameters
    ----------
    truncation
        Shrinks the range. Less than 1 gives covers that vary less and are nearer to what is typical of the genre,
        though the training had hardly any noise as short. Training needs the whole range, 1.
    kind
        Uniform in -1 to 1, as in the report, or of mean 0 and standard deviation 1: as the generator was trained with.

    Returns
    -------
    float32, shape (n, latent_dim)

    Raises
    ------
    InputError
        If there is no such kind.

    References
    ----------
    Brock, Donahue, Simonyan: *Large Scale GAN Training for High Fidelity Natural Image Synthesis*, 2019, section 3.1.

    Notes
    -----
    Notebook: 11_gallery
    """
    _check_kind(kind)
    noise = rng.uniform(-1, 1, (n, latent_dim)) if kind == "uniform" else rng.standard_normal((n, latent_dim))
    return (truncation * noise).astype("float32")


def song_noise(
    embedding: np.ndarray,
    latent_dim: int,
    *,
    n: int = 1,
    seed: int = 0,
    kind: NoiseKind = "uniform",
) -> np.ndarray:
    """Noise for a song's covers: the same song and seed give the same, like songs give nearly the same.

    Parameters
    ----------
    embedding : float, shape (d,)
        From `albumlib.genre.pretrained.song_embedding`. Its length does not count.
    latent_dim
        Length of the generator's noise.
    n
        How many covers; each has directions of its own, so the first covers do not change when more are asked for.
    seed
        Of the directions: another seed gives a song other covers.
    kind
        Uniform in -1 to 1, or of mean 0 and standard deviation 1. Each value has that distribution over seeds for any
        song. Over songs of one genre it varies less, for they have much of their direction in common.

    Returns
    -------
    float32, shape (n, latent_dim)

    Raises
    ------
    InputError
        If the embedding is no vector of finite numbers, or all of them are 0, or there is no such kind.
    """
    embedding = np.asarray(embedding, float)
    length = np.linalg.norm(embedding)
    if embedding.ndim != 1 or not 0 < length < np.inf:
        raise InputError(
            "no embedding of a song", expected="a vector of numbers, not all 0", got=f"shape {embedding.shape}"
        )
    _check_kind(kind)
    noise = np.empty((n, latent_dim))
    for number, row in enumerate(noise):
        directions = np.random.default_rng([seed, number]).standard_normal((latent_dim, len(embedding)))
        row[:] = directions @ (embedding / length)
    if kind == "uniform":
        # the share of normal values that are less, spread over -1 to 1
        noise = np.vectorize(erf, otypes=[float])(noise / sqrt(2))
    return noise.astype(np.float32)


def _check_kind(kind):
    if kind not in KINDS:
        raise InputError("no such kind of noise", expected=" or ".join(KINDS), got=repr(kind))
