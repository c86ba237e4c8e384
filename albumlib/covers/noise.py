"""A song's own noise: from what a network finds in it to where its covers lie in the noise of a generator.

Each number of the noise is a sum of waves over the space of songs: each has a random direction, a random phase, and a
length that is about the distance of two songs of one genre. From one song to a like one a wave hardly moves; between
two songs with less in common it has turned so far that little is left of the one value in the other. So similar songs
get similar noise and others get noise that is all but independent. Since phases are drawn evenly and there are many
waves, the sum is all but normal for any song.

References
----------
A. Rahimi, B. Recht: *Random features for large-scale kernel machines*, 2007 (random waves whose products are a kernel
of the distance).
"""

from math import erf, sqrt
from typing import Literal, get_args

import numpy as np

from albumlib.errors import InputError

# Radians that a wave turns, as a root mean square, from one song to another whose units are 1 apart (root mean square
# too). Songs of one genre are about 0.5 apart, one song at two bit rates 0.01 to 0.07 and cut a second later 0.07. So
# the former have little in common, and the latter almost all.
TURNS = 2.2
WAVES = 8  # to a number
NoiseKind = Literal["uniform", "normal"]
KINDS: tuple[NoiseKind, ...] = get_args(NoiseKind)
# Of the noise, when covers are generated to be looked at. Chosen by covers that measure nothing else: for uniform noise
# with the networks "compact", for normal noise with the shipped generator.
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
    turns: float = TURNS,
    kind: NoiseKind = "uniform",
) -> np.ndarray:
    """Noise for a song's covers: the same song and seed give the same, like songs give nearly the same.

    Parameters
    ----------
    embedding : float, shape (d,)
        From `albumlib.genre.pretrained.song_embedding`.
    latent_dim
        Length of the generator's noise.
    n
        How many covers; each number has waves of its own, so the first covers do not change when more are asked for.
    seed
        Of directions and phases: another seed gives a song other covers.
    turns
        How fast noise changes with the song, in radians; 0 gives all songs the same noise.
    kind
        Uniform in -1 to 1, or of mean 0 and standard deviation 1. Each value has that distribution over seeds for any
        song, and over songs that are far enough from each other for any seed.

    Returns
    -------
    float32, shape (n, latent_dim)

    Raises
    ------
    InputError
        If the embedding is no vector of finite numbers, or there is no such kind.
    """
    embedding = np.asarray(embedding, float)
    if embedding.ndim != 1 or not np.isfinite(embedding).all():
        raise InputError("no embedding of a song", expected="a vector of numbers", got=f"shape {embedding.shape}")
    _check_kind(kind)
    noise = np.stack([_waves(embedding, latent_dim, turns, np.random.default_rng([seed, i])) for i in range(n)])
    if kind == "uniform":
        noise = np.vectorize(erf)(noise / sqrt(2))  # the share of normal values that are less, spread over -1 to 1
    return noise.astype(np.float32)


def _check_kind(kind):
    if kind not in KINDS:
        raise InputError("no such kind of noise", expected=" or ".join(KINDS), got=repr(kind))


def _waves(embedding, latent_dim, turns, rng):
    """Sums of random waves at a song, float (latent_dim,), of mean 0 and deviation 1 over seeds."""
    directions = rng.normal(size=(latent_dim, WAVES, len(embedding))) * turns / np.sqrt(len(embedding))
    phases = directions @ embedding + rng.uniform(0, 2 * np.pi, (latent_dim, WAVES))
    return np.sqrt(2 / WAVES) * np.cos(phases).sum(axis=1)
