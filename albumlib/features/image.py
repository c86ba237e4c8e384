"""Feature images: a song's spectrogram above its tempogram, as 8-bit grayscale, and the slices cut from them.

All scaling of audio features happens here and in the two files it draws on, so training and prediction cannot differ.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from albumlib.errors import InputError
from albumlib.features.rhythm import tempogram
from albumlib.features.settings import PRESETS, FeatureSettings
from albumlib.features.spectral import spectrogram
from albumlib.files import whole_file


@dataclass(frozen=True)
class FeatureImage:
    """A song as a picture, with the axes that label it. Axes run in row order, from the top down.

    Attributes
    ----------
    values : uint8, shape (2 · rows, T)
        The spectrogram, highest frequency first, above the tempogram, fastest tempo first.
    times : shape (T,), in seconds
    freqs : shape (rows,), in Hz, descending
    bpm : shape (rows,), in beats per minute, descending
    """

    values: np.ndarray
    times: np.ndarray
    freqs: np.ndarray
    bpm: np.ndarray
    settings: FeatureSettings


def feature_image(y: ArrayLike, settings: FeatureSettings = PRESETS["default"]) -> FeatureImage:
    """Draw a song: its spectrogram above its tempogram, both as 8-bit grayscale.

    Parameters
    ----------
    y : shape (n,)
        Mono samples at ``settings.sr``.

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

    Examples
    --------
    >>> t = np.arange(3 * 22050) / 22050
    >>> image = feature_image(np.sin(2 * np.pi * 2000 * t))
    >>> image.values.shape
    (258, 130)
    >>> print(f"{image.freqs[image.values[:129, 65].argmax()]:.0f} Hz")  # the row that is nearest
    2003 Hz
    """
    S_db, freqs, times = spectrogram(y, settings)
    del y  # of a long song it is half the memory, freed here if the caller does not keep it
    TG, bpm, _ = tempogram(None, settings, S_db=S_db)
    S_db /= settings.top_db
    S_db += 1
    values = np.concatenate([_to_gray(S_db)[::-1], _to_gray(TG)[::-1]])
    return FeatureImage(values=values, times=times, freqs=freqs[::-1], bpm=bpm[::-1], settings=settings)


def main_tempo(image: FeatureImage) -> float:
    """The tempo that one would tap to: the strongest of the tempogram in the mean over time, near 120 BPM if in doubt.

    A rhythm that repeats every half second also repeats every second, so a tempogram alone leaves open which multiple
    is meant. As in `librosa.feature.tempo`, a tempo an octave from 120 BPM starts with half a nat less.

    Returns
    -------
    float
        Beats per minute, one of ``image.bpm``; in silence it means nothing.

    Notes
    -----
    Notebook: 12_your_song
    """
    strength = image.values[len(image.freqs) :].mean(axis=1) / 255
    prior = -0.5 * np.log2(image.bpm / 120) ** 2
    return float(image.bpm[int((np.log1p(1e6 * strength) + prior).argmax())])


def save_image(
    image: FeatureImage | np.ndarray, path: str | os.PathLike, *, source: str = "", remarks: str = ""
) -> None:
    """Write a feature image as 8-bit grayscale PNG, whole or not at all.

    Parameters
    ----------
    image
        The image, or its uint8 values of shape (H, T).
    path
        The file; its folder exists.
    source
        A note on what the image was made from, kept in the PNG's ``source`` text.

    Raises
    ------
    InputError
        If it cannot be written.
    remarks
        What is odd about that, kept in the ``remarks`` text.
    """
    from PIL import Image, PngImagePlugin

    path, note = Path(path), PngImagePlugin.PngInfo()
    note.add_text("source", source)
    note.add_text("remarks", remarks)
    picture = Image.fromarray(image.values if isinstance(image, FeatureImage) else image)
    with whole_file(path) as temporary:
        # runs are all that repeats in a picture of sound: to look for more takes longer, and the file is no smaller
        picture.save(temporary, format="PNG", pnginfo=note, compress_type=Image.RLE)


def load_image(path: str | os.PathLike) -> np.ndarray:
    """Read the values of a feature image, a PNG from `save_image`.

    Returns
    -------
    uint8, shape (H, T)

    Raises
    ------
    InputError
        If the file is missing, damaged or not 8-bit grayscale.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as picture:  # decoders of other kinds can be surprised in more ways
            mode, values = picture.mode, np.asarray(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError("unreadable image", where=path, got=str(error), todo="extract the features again") from None
    if mode != "L":
        raise InputError("not a feature image", where=path, expected="8-bit grayscale PNG", got=f"mode {mode}")
    return values


def _to_gray(values):
    """Turn 0 to 1 into 0 to 255, in the memory of what is given."""
    values *= 255
    return np.rint(values, out=values).astype(np.uint8)
