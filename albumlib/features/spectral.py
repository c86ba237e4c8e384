"""The spectrogram: how loud each band of frequencies is over time, in decibels."""

from functools import lru_cache

import numpy as np

from albumlib.errors import InputError
from albumlib.features.settings import PRESETS
from albumlib.features.spectra import CHUNK, power_spectra

LOUDEST = 1e9  # no recording has it, not even one that counts in 24-bit integers; its power is still a float32


def spectrogram(y, settings=PRESETS["default"]):
    """Loudness over time and frequency.

    Parameters
    ----------
    y : array_like
        Shape (n,), mono samples at ``settings.sr``, as from `albumlib.data.audio.load_audio`.
    settings : FeatureSettings

    Returns
    -------
    S_db : numpy.ndarray
        float32, shape (rows, T) with ``T = 1 + n // hop_length``, -top_db to 0 dB; row 0 is the lowest frequency.
    freqs : numpy.ndarray
        Shape (rows,), the centre of each row in Hz, ascending.
    times : numpy.ndarray
        Shape (T,), the middle of each column's window in seconds.

    Raises
    ------
    InputError
        If `y` is not a mono signal of finite samples.

    Notes
    -----
    Notebook: 02_features

    By default 0 dB is the song's own peak: how loud a file was made says more about its mastering than about its genre,
    and a quiet copy gives the same picture. ``ref='full'`` is what the report's sox did.
    """
    y = _check_signal(y)
    S_db, freqs = _band_power(y, settings), _row_frequencies(settings)
    # silence has no peak: 1e-10 of full scale, below 16-bit noise, keeps it black
    ref = max(S_db.max(), 1e-10) if settings.ref == "peak" else 1.0
    # from power to decibels in place, for a long song's power is large
    S_db /= ref
    np.log10(np.maximum(S_db, 10 ** (-settings.top_db / 10), out=S_db), out=S_db)
    S_db *= 10
    times = np.arange(S_db.shape[1]) * settings.hop_length / settings.sr
    return np.minimum(S_db, 0, out=S_db), freqs, times


@lru_cache(maxsize=8)
def mel_bank(settings):
    """Build the filters that gather the bins of an STFT into rows: triangles about each row's centre.

    Parameters
    ----------
    settings : FeatureSettings

    Returns
    -------
    scipy.sparse.csr_array
        float32, shape (rows, n_fft // 2 + 1); a bin touches two rows at most.

    Notes
    -----
    Notebook: 02_features
    """
    from librosa import filters
    from scipy.sparse import csr_array

    options = {"sr": settings.sr, "n_fft": settings.n_fft, "fmin": settings.fmin, "fmax": settings.fmax}
    return csr_array(filters.mel(n_mels=settings.n_mels, norm=settings.norm, **options))


def _check_signal(y):
    """Return the signal as float32, or raise `InputError`."""
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


def _band_power(y, settings):
    """Power in each row of the spectrogram, float32 (rows, T); a sine at full scale has power 1."""
    from scipy.signal.windows import hann

    taper = hann(settings.n_fft, sym=False).astype(np.float32)
    taper /= taper.sum() / 2
    bank = mel_bank(settings) if settings.scale == "mel" else None
    power = np.empty((settings.n_mels, 1 + len(y) // settings.hop_length), np.float32)
    for start in range(0, power.shape[1], CHUNK):
        chunk = power_spectra(_frames(y, start, settings), taper, settings.n_fft)
        power[:, start : start + CHUNK] = chunk if bank is None else bank @ chunk
    return power


def _frames(y, start, settings):
    """Windows of up to `CHUNK` columns from column `start` on, a view of shape (columns, n_fft).

    The first column's window is centred on the first sample; what it lacks there, and the last at the end, is 0.
    """
    half, first = settings.n_fft // 2, start * settings.hop_length
    stop = first + (CHUNK - 1) * settings.hop_length
    piece = np.pad(y[max(first - half, 0) : stop + half], (max(half - first, 0), max(stop + half - len(y), 0)))
    columns = 1 + (min(stop, len(y)) - first) // settings.hop_length
    return np.lib.stride_tricks.sliding_window_view(piece, settings.n_fft)[:: settings.hop_length][:columns]


def _row_frequencies(settings):
    """Centre of each row of the spectrogram in Hz, ascending, shape (rows,)."""
    if settings.scale == "linear":
        return np.linspace(0, settings.sr / 2, settings.n_mels)
    from librosa import mel_frequencies

    return mel_frequencies(settings.n_mels + 2, fmin=settings.fmin, fmax=settings.fmax)[1:-1]
