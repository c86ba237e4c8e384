"""The input of the pretrained networks: a song as log-mel patches of three seconds.

References
----------
J. Pons, X. Serra: *musicnn: Pre-trained convolutional neural networks for music audio tagging*, 2019
(arXiv:1909.06654).
"""

import numpy as np
from numpy.typing import ArrayLike

from albumlib.errors import InputError
from albumlib.features.settings import FeatureSettings
from albumlib.features.spectral import band_power, check_signal

SR, N_FFT, HOP_LENGTH, N_MELS = 16000, 512, 256, 96
FRAMES = 187  # of a patch: 3 s, the length that the networks were trained on
MOST_PATCHES = 40  # of a song, evenly spaced: two minutes
# librosa's mel spectrogram has the window's sum in its power; `band_power` has divided it out
_GAIN = np.float32((N_FFT / 4) ** 2)
_MEL = FeatureSettings(
    sr=SR, n_fft=N_FFT, hop_length=HOP_LENGTH, n_mels=N_MELS, fmin=0.0, fmax=SR / 2, norm="slaney", ref="full"
)


def log_mel(y: ArrayLike) -> np.ndarray:
    """Compute the networks' input: how much is heard in each of 96 mel bands, on a logarithmic scale.

    Parameters
    ----------
    y : array_like
        Shape (n,), mono samples at 16 kHz.

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
    """
    power = band_power(check_signal(y), _MEL)
    power *= 10000 * _GAIN
    return np.log10(1 + power).T


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
