"""The input of the pretrained networks: a song as log-mel patches of three seconds.

References
----------
J. Pons, X. Serra: *musicnn: Pre-trained convolutional neural networks for music audio tagging*, 2019
(arXiv:1909.06654).
"""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from albumlib.errors import InputError
from albumlib.features.spectral import check_signal, one_thread

SR, N_FFT, HOP_LENGTH, N_MELS = 16000, 512, 256, 96
FRAMES = 187  # of a patch: 3 s, the length that the networks were trained on
MOST_PATCHES = 40  # of a song, evenly spaced: two minutes
# When the networks hear a song, the loudest thousandth of its samples begins at 0.7, as it does where music is mastered
# loud, but none is then above 30 times that: a click in silence is not to be heard without end.
LOUD, LOUD_SHARE, MOST_ABOVE = 0.7, 0.001, 30
ENOUGH_SAMPLES = 1 << 20  # of a long song, drawn by lot, to say how loud it is
BLOCK = 1 << 8  # windows computed at once: their spectra fit the processor's cache


def level_gain(y: ArrayLike) -> float:
    """By how much a song is made louder or quieter before the networks hear it, so that all are about as loud.

    The networks know loud from quiet, and a quiet copy of a song could have another genre. The loudest thousandth of
    the samples says how loud a song is, for clicks and the overshooting of codecs move the very loudest one. A constant
    is not heard and does not count.

    Parameters
    ----------
    y : array_like
        Shape (n,), mono samples.

    Returns
    -------
    float
        Factor of the samples, more than 0; 1 for silence.

    Raises
    ------
    InputError
        If `y` is not a mono signal of finite samples.
    """
    y = check_signal(y)
    mean = float(y.mean(dtype=float))
    some = y if len(y) <= ENOUGH_SAMPLES else y[np.random.default_rng(0).integers(len(y), size=ENOUGH_SAMPLES)]
    peak = max(float(y.max()) - mean, mean - float(y.min()))
    loud = max(float(np.quantile(np.abs(some - mean), 1 - LOUD_SHARE)), peak / MOST_ABOVE)
    return LOUD / loud if loud > np.finfo(np.float32).tiny else 1.0


def log_mel(y: ArrayLike, *, gain: float = 1.0) -> np.ndarray:
    """Compute the networks' input: how much is heard in each of 96 mel bands, on a logarithmic scale.

    Parameters
    ----------
    y : array_like
        Shape (n,), mono samples at 16 kHz.
    gain
        Factor of the samples, as from `level_gain`. With 1 the input is the original's.

    Returns
    -------
    float32 array, shape (T, 96)
        ``log10(1 + 10000 · power)``, 0 or more, with ``T = 1 + n // 256``; power as in
        ``librosa.feature.melspectrogram(y=y, sr=16000, n_fft=512, hop_length=256, n_mels=96)``.

    Raises
    ------
    InputError
        If `y` is not a mono signal of finite samples.

    Notes
    -----
    The original held powers in half precision, where all above 6.55 become infinite; here they stay finite.

    numpy alone computes it, so that a song is heard without the start of the libraries that draw feature images.
    """
    y = check_signal(y)
    window = (gain * np.hanning(N_FFT + 1)[:-1]).astype(np.float32)
    mel = np.empty((1 + len(y) // HOP_LENGTH, N_MELS), np.float32)
    for start in range(0, len(mel), BLOCK):
        first = start * HOP_LENGTH - N_FFT // 2  # the first window's middle is the first sample, and before it is 0
        stop = first + (BLOCK - 1) * HOP_LENGTH + N_FFT
        piece = np.pad(y[max(first, 0) : stop], (max(-first, 0), max(stop - len(y), 0)))
        frames = np.lib.stride_tricks.sliding_window_view(piece, N_FFT)[::HOP_LENGTH][: len(mel) - start]
        spectra = np.fft.rfft(frames * window)
        power = spectra.real**2 + spectra.imag**2
        with one_thread():
            mel[start : start + BLOCK] = np.log10(1 + 10000 * (power @ _mel_filters()))
    return mel


@cache
def _mel_filters():
    """Triangles of area 1 about the bands' middles, as in `librosa.filters.mel`; float32 (bins, bands).

    The middles and ends are evenly spaced on Slaney's mel scale: linear up to 1 kHz, logarithmic above it, where 27
    steps multiply the frequency by 6.4.
    """
    steps = np.linspace(0, 15 + 27 * np.log(SR / 2 / 1000) / np.log(6.4), N_MELS + 2)
    edges = np.where(steps < 15, steps * 200 / 3, 1000 * 6.4 ** ((steps - 15) / 27))
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    hertz = np.linspace(0, SR / 2, N_FFT // 2 + 1)[:, None]
    rise, fall = (hertz - low) / (middle - low), (high - hertz) / (high - middle)
    return (np.maximum(0, np.minimum(rise, fall)) * 2 / (high - low)).astype(np.float32)


def cut_patches(mel: np.ndarray, *, step: int = FRAMES, most: int = MOST_PATCHES) -> tuple[np.ndarray, np.ndarray]:
    """Cut patches of 3 s; an incomplete last one is dropped.

    Parameters
    ----------
    mel : float32 array, shape (T, 96)
    step : int
        Frames from one patch to the next, 62.5 a second. By default none overlap.
    most : int
        If there are more patches, so many are taken, evenly spaced.

    Returns
    -------
    patches : float32 array, shape (n, 187, 96)
    starts : int array, shape (n,)
        First frame of each.

    Raises
    ------
    InputError
        If the song is shorter than a patch.
    """
    if len(mel) < FRAMES:
        got, expected = (f"{n * HOP_LENGTH / SR:.2f} s" for n in (len(mel), FRAMES))
        raise InputError("song is too short", expected=f"at least {expected}", got=got, todo="use a longer recording")
    starts = np.arange(0, len(mel) - FRAMES + 1, step)
    if len(starts) > most:
        starts = starts[np.linspace(0, len(starts) - 1, most).round().astype(int)]
    return np.stack([mel[start : start + FRAMES] for start in starts]), starts
