"""The tempogram: how strong each tempo is over time, by autocorrelation of the onset strength."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from albumlib.features.settings import PRESETS, FeatureSettings
from albumlib.features.spectral import CHUNK, one_thread, power_spectra, spectrogram


def onset_strength(S_db: np.ndarray, settings: FeatureSettings = PRESETS["default"]) -> np.ndarray:
    """How strongly something starts in each column: the mean rise of the spectrogram's rows (spectral flux).

    Parameters
    ----------
    S_db : shape (rows, T)
        From `spectrogram`.

    Returns
    -------
    float32, shape (T,)
        dB per column, 0 or more.

    Notes
    -----
    Notebook: 02_features
    """
    rise = np.diff(S_db, axis=1)
    rise = np.maximum(rise, 0, out=rise).mean(axis=0)
    # a window meets an onset half its length early; moving the curve later puts the onset where it sounds
    late = 1 + settings.n_fft // (2 * settings.hop_length)
    return np.pad(rise, (late, 0))[: S_db.shape[1]].astype(np.float32)


def tempogram(
    y: ArrayLike | None, settings: FeatureSettings = PRESETS["default"], *, S_db: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Strength of each tempo over time.

    The autocorrelation of the onset strength in Hann windows of ``win_length`` columns, divided by its value at lag 0.

    Parameters
    ----------
    y : shape (n,)
        Mono samples at ``settings.sr``; not read where `S_db` is given.
    S_db : shape (rows, T)
        The song's `spectrogram`, so that it is computed once.

    Returns
    -------
    TG : float32, shape (rows, T)
        0 to 1 (0 in silence); row 0 is the slowest tempo.
    bpm : shape (rows,)
        The centre of each row in beats per minute, ascending.
    times : shape (T,), in seconds

    Notes
    -----
    Notebook: 02_features

    The report took `librosa.feature.tempogram` and squeezed its lags into 129 rows; ``tempo_axis='lag'`` does that. The
    default draws the same values at tempi spaced geometrically, so that a doubled tempo moves a picture by the same
    number of rows everywhere. Its range leaves out lag 0, where every signal resembles itself.
    """
    if S_db is None:
        S_db = spectrogram(y, settings)[0]
    lags, width = _tempo_lags(settings)
    options = {"window": settings.win_length, "width": width, "whole": settings.tempo_axis == "lag"}
    TG = windowed_autocorrelation(onset_strength(S_db, settings), lags, **options)
    return TG, 60 * settings.columns_per_second / lags, np.arange(S_db.shape[1]) * settings.hop_length / settings.sr


def windowed_autocorrelation(
    onset: np.ndarray, lags: ArrayLike, *, window: int, width: ArrayLike = 0.0, whole: bool = False
) -> np.ndarray:
    """Autocorrelation of a curve in a Hann window around each of its points, relative to lag 0.

    Parameters
    ----------
    onset : shape (T,)
    lags : shape (L,)
        In columns; fractions are interpolated as the band-limited curve that the FFT describes.
    window
        Length of the window, in columns.
    width : scalar or shape (L,)
        How many lags each value averages; 0 takes the lag alone.
    whole
        Average whole lags, each as far as it lies within the width, as the pixels of a picture that is made smaller;
        else the curve between them too.

    Returns
    -------
    float32, shape (L, T)
        0 to 1; 0 where the window is silent.

    Notes
    -----
    At whole lags and width 0 this is `librosa.feature.tempogram`. The inverse FFT is written as a product with cosines,
    evaluated only at the lags that are drawn.
    """
    from scipy import fft
    from scipy.signal.windows import hann

    n_fft = fft.next_fast_len(2 * window, real=True)  # zeros behind the window keep the correlation from wrapping round
    lags, width = np.broadcast_arrays(np.asarray(lags, float), width)
    cosines, twice = _lag_cosines(tuple(lags), tuple(width), n_fft, whole)
    taper = hann(window, sym=False).astype(np.float32)
    # a ramp to 0 on either side: a step there would be an onset
    padded = np.pad(onset.astype(np.float32), window // 2, mode="linear_ramp")
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[: len(onset)]
    out = np.empty((len(lags), len(onset)), np.float32)
    with one_thread():
        for start in range(0, len(onset), CHUNK):
            power = power_spectra(frames[start : start + CHUNK], taper, n_fft)
            out[:, start : start + CHUNK] = cosines @ power / np.maximum(twice @ power, 1e-10)
    return np.clip(out, 0, 1, out=out)


@lru_cache(maxsize=8)
def _lag_cosines(lags, width, n_fft, whole):
    """Rows that turn a power spectrum into its autocorrelation at each lag, and the row of lag 0; float32."""
    k = np.arange(n_fft // 2 + 1) / n_fft
    twice = np.where((k == 0) | (k == 0.5), 1, 2)  # all other bins of a real FFT stand for two
    if whole:
        each, lags, width = np.arange(np.ceil(max(lags)) + 1), np.array(lags)[:, None], np.array(width)[:, None]
        shares = np.clip((1 + width) / 2 - np.abs(each - lags), 0, 1)
        cosines = shares / shares.sum(axis=1, keepdims=True) @ np.cos(2 * np.pi * np.outer(each, k)) * twice
    else:
        cosines = twice * np.cos(2 * np.pi * np.outer(lags, k)) * np.sinc(np.outer(width, k))
    return cosines.astype(np.float32), twice.astype(np.float32)


def _tempo_lags(settings):
    """Middle and width of each row of the tempogram, both (rows,), lags in columns, slowest first."""
    if settings.tempo_axis == "lag":
        # whole lags 0 to window - 1, each a pixel about its middle, squeezed into the rows as an image is resized
        edges = np.linspace(settings.win_length, 0, settings.n_mels + 1) - 0.5
    else:
        half = (settings.bpm_max / settings.bpm_min) ** (0.5 / (settings.n_mels - 1))
        tempi = np.geomspace(settings.bpm_min / half, settings.bpm_max * half, settings.n_mels + 1)
        edges = 60 * settings.columns_per_second / tempi
    return (edges[:-1] + edges[1:]) / 2, edges[:-1] - edges[1:]
