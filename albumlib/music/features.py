"""Feature images: a song's spectrogram above its tempogram, as 8-bit grayscale, and the slices cut from them.

All scaling of audio features happens in this file, so training and prediction cannot differ.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

import numpy as np

from albumlib.errors import InputError
from albumlib.music.settings import PRESETS, FeatureSettings

__all__ = [
    "PRESETS",
    "FeatureImage",
    "FeatureSettings",
    "feature_image",
    "load_image",
    "mel_bank",
    "onset_strength",
    "save_image",
    "slices",
    "spectrogram",
    "tempogram",
    "windowed_autocorrelation",
]

LOUDEST = 1e9  # no recording has it, not even one that counts in 24-bit integers; its power is still a float32
CHUNK = 96  # columns computed at once: their spectra fit the cache, which is twice as fast as 512


@dataclass(frozen=True)
class FeatureImage:
    """A song as a picture, with the axes that label it. Axes run in row order, from the top down.

    Attributes
    ----------
    values : numpy.ndarray
        uint8, shape (2 · rows, T): the spectrogram, highest frequency first, above the tempogram, fastest tempo first.
    times : numpy.ndarray
        Shape (T,), seconds.
    freqs : numpy.ndarray
        Shape (rows,), Hz, descending.
    bpm : numpy.ndarray
        Shape (rows,), beats per minute, descending.
    settings : FeatureSettings
    """

    values: np.ndarray
    times: np.ndarray
    freqs: np.ndarray
    bpm: np.ndarray
    settings: FeatureSettings


def spectrogram(y, settings=PRESETS["default"]):
    """Loudness over time and frequency.

    Parameters
    ----------
    y : array_like
        Shape (n,), mono samples at ``settings.sr``, as from `albumlib.music.audio.load_audio`.
    settings : FeatureSettings

    Returns
    -------
    S_db : numpy.ndarray
        float32, shape (rows, T) with ``T = 1 + n // hop_length``, -db_range to 0 dB; row 0 is the lowest frequency.
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
    and a quiet copy gives the same picture. ``reference='full'`` is what the report's sox did.
    """
    y = _check_signal(y)
    S_db, freqs = _band_power(y, settings), _row_frequencies(settings)
    # silence has no peak: 1e-10 of full scale, below 16-bit noise, keeps it black
    reference = max(S_db.max(), 1e-10) if settings.reference == "peak" else 1.0
    # from power to decibels in place, for a long song's power is large
    S_db /= reference
    np.log10(np.maximum(S_db, 10 ** (-settings.db_range / 10), out=S_db), out=S_db)
    S_db *= 10
    times = np.arange(S_db.shape[1]) * settings.hop_length / settings.sr
    return np.minimum(S_db, 0, out=S_db), freqs, times


def onset_strength(S_db, settings=PRESETS["default"]):
    """How strongly something starts in each column: the mean rise of the spectrogram's rows (spectral flux).

    Parameters
    ----------
    S_db : numpy.ndarray
        Shape (rows, T), from `spectrogram`.
    settings : FeatureSettings

    Returns
    -------
    numpy.ndarray
        float32, shape (T,), dB per column, 0 or more.

    Notes
    -----
    Notebook: 02_features
    """
    rise = np.diff(S_db, axis=1)
    rise = np.maximum(rise, 0, out=rise).mean(axis=0)
    # a window meets an onset half its length early; moving the curve later puts the onset where it sounds
    late = 1 + settings.n_fft // (2 * settings.hop_length)
    return np.pad(rise, (late, 0))[: S_db.shape[1]].astype(np.float32)


def tempogram(y, settings=PRESETS["default"], *, S_db=None):
    """Strength of each tempo over time.

    The autocorrelation of the onset strength in windows of ``tempogram_seconds`` (Hann), divided by its value at lag 0.

    Parameters
    ----------
    y : array_like
        Shape (n,), mono samples at ``settings.sr``; not read where `S_db` is given.
    settings : FeatureSettings
    S_db : numpy.ndarray, optional
        The song's `spectrogram`, so that it is computed once.

    Returns
    -------
    TG : numpy.ndarray
        float32, shape (rows, T), 0 to 1 (0 in silence); row 0 is the slowest tempo.
    bpm : numpy.ndarray
        Shape (rows,), the centre of each row in beats per minute, ascending.
    times : numpy.ndarray
        Shape (T,), seconds.

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
    options = {"window": settings.window, "width": width, "whole": settings.tempo_axis == "lag"}
    TG = windowed_autocorrelation(onset_strength(S_db, settings), lags, **options)
    return TG, 60 * settings.columns_per_second / lags, np.arange(S_db.shape[1]) * settings.hop_length / settings.sr


def windowed_autocorrelation(onset, lags, *, window, width=0.0, whole=False):
    """Autocorrelation of a curve in a Hann window around each of its points, relative to lag 0.

    Parameters
    ----------
    onset : numpy.ndarray
        Shape (T,).
    lags : array_like
        Shape (L,), columns; fractions are interpolated as the band-limited curve that the FFT describes.
    window : int
        Length of the window, in columns.
    width : float or array_like
        How many lags each value averages, scalar or shape (L,); 0 takes the lag alone.
    whole : bool
        Average whole lags, each as far as it lies within the width, as the pixels of a picture that is made smaller;
        else the curve between them too.

    Returns
    -------
    numpy.ndarray
        float32, shape (L, T), 0 to 1; 0 where the window is silent.

    Notes
    -----
    Notebook: 02_features

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
    with _one_thread():
        for start in range(0, len(onset), CHUNK):
            power = _power(frames[start : start + CHUNK], taper, n_fft)
            out[:, start : start + CHUNK] = cosines @ power / np.maximum(twice @ power, 1e-10)
    return np.clip(out, 0, 1, out=out)


def feature_image(y, settings=PRESETS["default"]):
    """Draw a song: its spectrogram above its tempogram, both as 8-bit grayscale.

    Parameters
    ----------
    y : array_like
        Shape (n,), mono samples at ``settings.sr``.
    settings : FeatureSettings

    Returns
    -------
    FeatureImage
        258 rows by ``1 + n // hop_length`` columns with the presets. White is the reference loudness and a perfectly
        regular beat.

    Raises
    ------
    InputError
        If `y` is not a mono signal of finite samples.

    Notes
    -----
    Notebook: 02_features

    Report, "Features": stacked vertically, one image a song.
    """
    S_db, freqs, times = spectrogram(y, settings)
    del y  # of a long song it is half the memory, freed here if the caller does not keep it
    TG, bpm, _ = tempogram(None, settings, S_db=S_db)
    S_db /= settings.db_range
    S_db += 1
    values = np.concatenate([_to_gray(S_db)[::-1], _to_gray(TG)[::-1]])
    return FeatureImage(values=values, times=times, freqs=freqs[::-1], bpm=bpm[::-1], settings=settings)


def slices(values, *, width=128, step=None, settings=PRESETS["default"]):
    """Cut an image along time into pieces of equal width; an incomplete last one is dropped.

    Parameters
    ----------
    values : numpy.ndarray
        uint8, shape (H, T).
    width : int
        Columns of a slice: 128 are 3 s by default, 1.28 s in the report.
    step : int, optional
        Columns from one slice to the next; `width`, so that none overlap, by default.
    settings : FeatureSettings
        Those of the image, to tell columns in seconds.

    Returns
    -------
    numpy.ndarray
        uint8, shape (n, H, width), a read-only view of `values` with ``n = 1 + (T - width) // step``.

    Raises
    ------
    InputError
        If the song is too short for one slice.

    Notes
    -----
    Notebook: 02_features
    """
    columns = values.shape[1]
    if columns < width:
        needed, got = (f"{n / settings.columns_per_second:.2f} s ({n} columns)" for n in (width, columns))
        raise InputError("song is too short for one slice", expected=needed, got=got, todo="use a longer recording")
    windows = np.lib.stride_tricks.sliding_window_view(values, width, axis=1)[:, :: step or width]
    return windows.transpose(1, 0, 2)


def save_image(image, path, *, source=""):
    """Write a feature image as 8-bit grayscale PNG, whole or not at all.

    Parameters
    ----------
    image : FeatureImage or numpy.ndarray
        The image, or its uint8 values of shape (H, T).
    path : str or path
        The file; its folder exists.
    source : str
        A note on what the image was made from, kept in the PNG's ``source`` text.

    Notes
    -----
    Notebook: 02_features
    """
    from PIL import Image, PngImagePlugin

    path, note = Path(path), PngImagePlugin.PngInfo()
    note.add_text("source", source)
    picture = Image.fromarray(image.values if isinstance(image, FeatureImage) else image)
    temporary = path.with_name(f".{path.stem}.{uuid4().hex}.tmp")  # a name of its own, for two may write at once
    try:
        picture.save(temporary, format="PNG", pnginfo=note, compress_level=3)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def load_image(path):
    """Read the values of a feature image.

    Parameters
    ----------
    path : str or path
        PNG from `save_image`.

    Returns
    -------
    numpy.ndarray
        uint8, shape (H, T).

    Raises
    ------
    InputError
        If the file is missing, damaged or not 8-bit grayscale.

    Notes
    -----
    Notebook: 02_features
    """
    from PIL import Image

    try:
        with Image.open(path) as picture:
            mode, values = picture.mode, np.asarray(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError("unreadable image", where=path, got=str(error), todo="extract the features again") from None
    if mode != "L":
        raise InputError("not a feature image", where=path, expected="8-bit grayscale PNG", got=f"mode {mode}")
    return values


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


def _to_gray(values):
    """Turn 0 to 1 into 0 to 255, in the memory of what is given."""
    values *= 255
    return np.rint(values, out=values).astype(np.uint8)


def _power(frames, taper, n_fft):
    """Power spectrum of each row of `frames`, float32 (bins, rows)."""
    from scipy import fft

    parts = fft.rfft(frames * taper, n_fft, axis=1).view(np.float32)
    np.multiply(parts, parts, out=parts)  # in place, for a fresh array of this size costs more than the product
    return (parts[:, ::2] + parts[:, 1::2]).T


def _one_thread():
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


def _band_power(y, settings):
    """Power in each row of the spectrogram, float32 (rows, T); a sine at full scale has power 1."""
    from scipy.signal.windows import hann

    taper = hann(settings.n_fft, sym=False).astype(np.float32)
    taper /= taper.sum() / 2
    bank = mel_bank(settings) if settings.scale == "mel" else None
    power = np.empty((settings.rows, 1 + len(y) // settings.hop_length), np.float32)
    for start in range(0, power.shape[1], CHUNK):
        chunk = _power(_frames(y, start, settings), taper, settings.n_fft)
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


def _mel_points(settings):
    """Return the rows' centres in Hz between their neighbours', shape (rows + 2,), evenly spaced on the mel scale.

    Slaney's mel scale: 66.7 Hz a step up to 1 kHz, then 27 steps for each factor of 6.4.
    """

    def to_mel(hz):
        return hz * 3 / 200 if hz < 1000 else 15 + 27 * np.log(hz / 1000) / np.log(6.4)

    mel = np.linspace(to_mel(settings.fmin), to_mel(settings.fmax), settings.rows + 2)
    return np.where(mel < 15, mel * 200 / 3, 1000 * 6.4 ** ((mel - 15) / 27))


def _row_frequencies(settings):
    """Centre of each row of the spectrogram in Hz, ascending, shape (rows,)."""
    if settings.scale == "linear":
        return np.linspace(0, settings.sr / 2, settings.rows)
    return _mel_points(settings)[1:-1]


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
    from scipy.sparse import csr_array

    points = _mel_points(settings)
    low, centre, high = points[:-2, None], points[1:-1, None], points[2:, None]
    bins = np.arange(settings.n_fft // 2 + 1) * settings.sr / settings.n_fft
    triangles = np.clip(np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre)), 0, None)
    triangles *= 2 / (high - low) if settings.norm == "area" else 1
    return csr_array(triangles.astype(np.float32))


def _tempo_lags(settings):
    """Middle and width of each row of the tempogram, both (rows,), lags in columns, slowest first."""
    if settings.tempo_axis == "lag":
        # whole lags 0 to window - 1, each a pixel about its middle, squeezed into the rows as an image is resized
        edges = np.linspace(settings.window, 0, settings.rows + 1) - 0.5
    else:
        half = (settings.bpm_max / settings.bpm_min) ** (0.5 / (settings.rows - 1))
        tempi = np.geomspace(settings.bpm_min / half, settings.bpm_max * half, settings.rows + 1)
        edges = 60 * settings.columns_per_second / tempi
    return (edges[:-1] + edges[1:]) / 2, edges[:-1] - edges[1:]
