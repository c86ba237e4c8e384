"""Power spectra of many short windows, computed in blocks that fit the cache: what spectrogram and tempogram share."""

from contextlib import AbstractContextManager
from functools import lru_cache

import numpy as np

CHUNK = 96  # windows computed at once: their spectra fit the cache, which is twice as fast as 512


def power_spectra(frames: np.ndarray, taper: np.ndarray, n_fft: int) -> np.ndarray:
    """Power spectrum of each window.

    Parameters
    ----------
    frames : float32, shape (windows, length)
    taper : float32, shape (length,)
        Multiplied into each window.
    n_fft : at least the length

    Returns
    -------
    float32, shape (n_fft // 2 + 1, windows)
    """
    from scipy import fft

    parts = fft.rfft(frames * taper, n_fft, axis=1).view(np.float32)
    np.multiply(parts, parts, out=parts)  # in place, for a fresh array of this size costs more than the product
    return (parts[:, ::2] + parts[:, 1::2]).T


def one_thread() -> AbstractContextManager:
    """Keep products of matrices on one thread.

    They are too small to share: on a busy machine the threads of the BLAS wait for each other ten times longer than
    they compute. And with one order of summation an image is the same to the last bit in one process and in many.
    """
    return _thread_pools().limit(limits=1, user_api="blas")


@lru_cache(maxsize=1)
def _thread_pools():
    """Find the libraries with threads once: looking for them takes as long as a spectrogram does."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
