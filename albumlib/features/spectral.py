"""The spectrogram: how loud each band of frequencies is over time, in decibels; and the power spectra behind it."""

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from albumlib.errors import InputError
from albumlib.features.settings import PRESETS, FeatureSettings

if TYPE_CHECKING:
    from scipy.sparse import csr_array

CHUNK = 96  # windows computed at once: their spectra fit the cache, which is twice as fast as 512
LOUDEST = 1e9  # no recording has it, not even one that counts in 24-bit integers; its power is still a float32


def spectrogram(
    y: ArrayLike, settings: FeatureSettings = PRESETS["default"]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Loudness over time and frequency.

    Parameters
    ----------
    y : shape (n,)
        Mono samples at ``settings.sr``, as from `albumlib.data.audio.load_audio`.

    Returns
    -------
    S_db : float32, shape (rows, T) with ``T = 1 + n // hop_length``
        -top_db to 0 dB; row 0 is the lowest frequency.
    freqs : shape (rows,)
        The centre of each row in Hz, ascending.
    times : shape (T,)
        The middle of each column's window in seconds.

    Raises
    ------
    InputError
        If `y` is not a mono signal of finite samples.

    Notes
    -----
    Notebook: 02_features

    By default 0 dB is the song's own peak: how loud a file was made says more about its mastering than about its genre,
    and a quiet copy gives the same picture. ``ref='full'`` is what the report's sox did. The signal's mean is
    subtracted first: an offset makes no sound, yet it would be the peak, and a step at either end of the song.
    """
    y = check_signal(y)
    S_db = band_power(y, settings, offset=y.mean(dtype=float))
    freqs = _row_frequencies(settings)
    # silence has no peak: 1e-10 of full scale, below 16-bit noise, keeps it black
    ref = max(S_db.max(), 1e-10) if settings.ref == "peak" else 1.0
    # from power to decibels in place, for a long song's power is large
    S_db /= ref
    np.log10(np.maximum(S_db, 10 ** (-settings.top_db / 10), out=S_db), out=S_db)
    S_db *= 10
    times = np.arange(S_db.shape[1]) * settings.hop_length / settings.sr
    return np.minimum(S_db, 0, out=S_db), freqs, times


@lru_cache(maxsize=8)
def mel_bank(settings: FeatureSettings) -> "csr_array":
    """Build the filters that gather the bins of an STFT into rows: triangles about each row's centre.

    Returns
    -------
    float32, shape (rows, n_fft // 2 + 1)
        A bin touches two rows at most.

    Notes
    -----
    Notebook: 02_features
    """
    from librosa import filters
    from scipy.sparse import csr_array

    options = {"sr": settings.sr, "n_fft": settings.n_fft, "fmin": settings.fmin, "fmax": settings.fmax}
    return csr_array(filters.mel(n_mels=settings.n_mels, norm=settings.norm, **options))


def check_signal(y: ArrayLike) -> np.ndarray:
    """The signal as float32, if it is a mono signal of finite samples; else `InputError`."""
    y = np.asarray(y, dtype=np.float32)
    if y.ndim != 1 or not len(y):
        raise InputError("not a mono signal", expected="shape (n,), n > 0", got=f"shape {y.shape}")
    peak = np.maximum(y.max(), -y.min())  # NaN if any sample is
    if not np.isfinite(peak):
        raise InputError("signal is not finite", expected="numbers", got="NaN or infinity", todo="replace the file")
    if peak > LOUDEST:
        raise InputError(
            "signal is absurdly loud", expected="full scale at 1", got=f"{peak:.3g}", todo="replace the file"
        )
    return y


def band_power(y: np.ndarray, settings: FeatureSettings, *, offset: float = 0.0) -> np.ndarray:
    """Power in each band over time; a sine at full scale has power 1.

    Parameters
    ----------
    y : float32, shape (n,)
    offset
        What is subtracted from the signal first.

    Returns
    -------
    float32, shape (n_mels, 1 + n // hop_length)
    """
    from scipy.signal.windows import hann

    taper = hann(settings.n_fft, sym=False).astype(np.float32)
    taper /= taper.sum() / 2
    bank = mel_bank(settings) if settings.scale == "mel" else None
    power = np.empty((settings.n_mels, 1 + len(y) // settings.hop_length), np.float32)
    for start in range(0, power.shape[1], CHUNK):
        chunk = power_spectra(_frames(y, start, settings, offset=np.float32(offset)), taper, settings.n_fft)
        power[:, start : start + CHUNK] = chunk if bank is None else bank @ chunk
    return power


def _frames(y, start, settings, *, offset):
    """Windows of up to `CHUNK` columns from column `start` on, less the offset, a view of shape (columns, n_fft).

    The first column's window is centred on the first sample; what it lacks there, and the last at the end, is 0.
    """
    half, first = settings.n_fft // 2, start * settings.hop_length
    stop = first + (CHUNK - 1) * settings.hop_length
    centred = y[max(first - half, 0) : stop + half] - offset  # piece by piece: all at once would double the memory
    lacking = (max(half - first, 0), max(stop + half - len(y), 0))
    piece = np.pad(centred, lacking) if any(lacking) else centred
    columns = 1 + (min(stop, len(y)) - first) // settings.hop_length
    return np.lib.stride_tricks.sliding_window_view(piece, settings.n_fft)[:: settings.hop_length][:columns]


def _row_frequencies(settings):
    """Centre of each row of the spectrogram in Hz, ascending, shape (rows,)."""
    if settings.scale == "linear":
        return np.linspace(0, settings.sr / 2, settings.n_mels)
    from librosa import mel_frequencies

    return mel_frequencies(settings.n_mels + 2, fmin=settings.fmin, fmax=settings.fmax)[1:-1]


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
