"""The front end of musicnn, in fewer multiplications: the same numbers but for their rounding.

A filter is laid at every place over a patch, and of all bands that it fits on, the greatest value is kept. Multiplied
out that is nine tenths of the network's work. High filters are therefore laid in the Fourier transform over the bands,
where a place costs one product for each wave instead of one for each band; long ones at several frames at once.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from albumlib.genre.pretrained.mel import FRAMES, N_MELS

EPSILON = 1e-3  # of the batch normalizations
# The training pushed most filters of the front end to 0. One that moves what follows by less than this for an input of
# 1, all its weights together, is left out. The tags stay the same to 1e-5.
LEAST = 3e-3
BLOCK = 11  # frames at which a long filter is laid at once; it divides FRAMES


class Filters(NamedTuple):
    """A convolution of the front end without the filters that hardly do anything.

    Attributes
    ----------
    kernel : float32, shape (kept, 1, bands, frames)
    signs : float32, shape (kept,)
        1 or -1.
    bias : float32, shape (kept,)
    kept : bool, shape (filters,)
    silent : float32, shape (filters,)
        What a filter that is left out gives at any time; 0 for the others.
    """

    kernel: np.ndarray
    signs: np.ndarray
    bias: np.ndarray
    kept: np.ndarray
    silent: np.ndarray


def front_filters(weights: dict[str, np.ndarray], number: int) -> Filters:
    """Prepare a convolution of the front end for taking the maximum first, and without the filters that are 0.

    As published, each filter's output passes a bias, a ReLU and a batch normalization before the maximum over all bands
    is taken. None of them changes which value is the greatest, unless the normalization's scale is negative, as many
    are: then it is the least. Such a filter is turned upside down before the maximum, and back after it.

    Parameters
    ----------
    weights
        From `albumlib.genre.pretrained.musicnn.checkpoint.read_checkpoint`.
    number
        Of the convolution, 0 to 4: timbres of 38 and 67 bands, rhythms of 128, 64 and 32 frames.
    """
    layer, after = layer_of(weights, "conv2d", number), layer_of(weights, "batch_normalization", number + 1)
    kernel, scale = layer["kernel"].transpose(3, 2, 1, 0), after["gamma"] / np.sqrt(after["moving_variance"] + EPSILON)
    kept = np.abs(scale) * np.abs(kernel).sum(axis=(1, 2, 3)) >= LEAST
    signs = np.where(scale < 0, -1, 1).astype(np.float32)
    silent = (np.maximum(layer["bias"], 0) - after["moving_mean"]) * scale + after["beta"]
    signed = kernel[kept] * signs[kept, None, None, None]
    return Filters(signed, signs[kept], layer["bias"][kept], kept, np.where(kept, 0, silent).astype(np.float32))


def layer_of(weights: dict[str, np.ndarray], kind: str, number: int) -> dict[str, np.ndarray]:
    """Variables of the layer of a kind with a number, by their own names: the first has no number."""
    start = f"{kind}_{number}/" if number else f"{kind}/"
    return {name.removeprefix(start): values for name, values in weights.items() if name.startswith(start)}


def waves_over_bands(op: Callable[..., str], patches: str) -> str:
    """Fourier transform over the bands of each frame, as operators of an ONNX graph.

    Parameters
    ----------
    op
        Adds an operator to the graph and returns the name of its output; inputs are names or arrays.
    patches
        Name of a value of shape (batch, N_MELS, FRAMES).

    Returns
    -------
    str
        Name of a value of shape (batch, N_MELS + 2, FRAMES): real and imaginary part of each wave by turns.
    """
    waves = np.fft.rfft(np.eye(N_MELS), axis=0)
    return op("MatMul", np.stack([waves.real, waves.imag], axis=1).reshape(-1, N_MELS).astype(np.float32), patches)


def loudest_timbres(op: Callable[..., str], waves: str, kernel: np.ndarray) -> str:
    """Lay filters over some bands and a few frames, and keep the greatest value over all bands.

    Parameters
    ----------
    op
        As in `waves_over_bands`.
    waves
        Name of what that gave.
    kernel : float32, shape (n, 1, bands, frames)

    Returns
    -------
    str
        Name of a value of shape (batch, n, FRAMES).

    Notes
    -----
    A convolution over the bands is a product of spectra. Its values lie evenly about a middle, where the waves' cosines
    are even and their sines odd; so the values at ``d`` bands above and below are a sum and a difference of two shares,
    and the greater of the two is one share and the other's magnitude. That halves the way back.
    """
    n, _, bands, frames = kernel.shape
    wave = np.arange(N_MELS // 2 + 1)
    highest = N_MELS - bands  # the last place where a filter lies inside
    turn = np.exp(1j * np.pi * wave * highest / N_MELS)
    spectra = turn[:, None, None] * np.fft.rfft(kernel[:, 0], N_MELS, axis=1).conj().transpose(1, 0, 2)
    # the product of two complex numbers, whose parts are two features
    real, imaginary = (
        np.stack(parts, axis=2).reshape(-1, 2, frames).astype(np.float32)
        for parts in ((spectra.real, -spectra.imag), (spectra.imag, spectra.real))
    )
    distances = np.arange(highest % 2 / 2, highest / 2 + 1)[:, None]
    share = np.where(wave % (N_MELS // 2) == 0, 1, 2) / N_MELS  # a wave and its mirror image, but for first and last
    angle = 2 * np.pi * distances * wave / N_MELS

    def summed(part, waves_at):
        """Products of the waves with a part of the filters' spectra, summed at each distance."""
        products = op("Conv", waves, part, group=len(wave), pads=[frames // 2, frames // 2])
        products = op("Reshape", products, np.array([-1, len(wave), n * FRAMES]))
        return op("MatMul", (share * waves_at).astype(np.float32), products)

    even, odd = summed(real, np.cos(angle)), summed(imaginary, -np.sin(angle))
    greatest = op("ReduceMax", op("Add", even, op("Abs", odd)), np.array([1]), keepdims=0)
    return op("Reshape", greatest, np.array([-1, n, FRAMES]))


def loudest_rhythms(op: Callable[..., str], bands: str, kernel: np.ndarray) -> str:
    """Lay filters over one band and many frames, and keep the greatest value over all bands.

    Each is laid at `BLOCK` frames at once, as so many filters that begin one frame later each: a few products with 0,
    but the frames before a block are gathered once for all of them.

    Parameters
    ----------
    op
        As in `waves_over_bands`.
    bands
        Name of a value of shape (batch, 1, N_MELS, FRAMES).
    kernel : float32, shape (n, 1, 1, frames)

    Returns
    -------
    str
        Name of a value of shape (batch, n, FRAMES).
    """
    n, frames = len(kernel), kernel.shape[-1]
    later = np.stack([np.pad(kernel, ((0, 0),) * 3 + ((k, BLOCK - 1 - k),)) for k in range(BLOCK)], axis=1)
    before = (frames - 1) // 2
    pads = [0, before, 0, frames - 1 - before]
    x = op("Conv", bands, later.reshape(n * BLOCK, 1, 1, -1), pads=pads, strides=[1, BLOCK])
    x = op("ReduceMax", x, np.array([2]), keepdims=0)  # (batch, n · BLOCK, blocks)
    x = op("Transpose", op("Reshape", x, np.array([-1, n, BLOCK, FRAMES // BLOCK])), perm=[0, 1, 3, 2])
    return op("Reshape", x, np.array([-1, n, FRAMES]))
