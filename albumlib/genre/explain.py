"""Why a network answered as it did: which moments of a song, and which rows of its image, spoke for a genre."""

from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import input_gradient, load_keras
from albumlib.errors import InputError
from albumlib.genre.networks import LAST_MAP

if TYPE_CHECKING:
    import keras


def class_activation(
    model: "keras.Model", values: np.ndarray, genre: int, *, width: int = 128, step: int = 32, batch_size: int = 32
) -> np.ndarray:
    """Trace an answer back to the places in a song's image that it rests on.

    The last convolution of the network still knows where in the slice it found what it found. What it found at a place,
    times how much the genre's score would rise if it found more of it there, is the place's evidence. Slices overlap;
    the evidence of all that cover a place is averaged.

    Parameters
    ----------
    model
        With convolutions, such as the networks "report" and "compact".
    values : uint8, shape (rows, columns)
        Feature image of a song.
    genre
        Index into the class order.
    width, step
        Of the slices, in columns.

    Returns
    -------
    float, shape (places, columns)
        Positive where the song speaks for the genre, negative where against it; in units of the log-probability, above
        the mean of all genres. A row for each row of the convolution's output (its top is the image's top), or one row
        if it convolves over time only.

    Raises
    ------
    InputError
        If the network has no convolution, or the song is shorter than a slice.

    References
    ----------
    Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, 2017 (here with
    the gradient of each place, not its average over places).

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    from albumlib.features.slices import cut_slices

    keras = load_keras()
    if LAST_MAP not in [layer.name for layer in model.layers]:
        raise InputError("network without convolutions", where=model.name, expected="the network report or compact")
    middle = model.get_layer(LAST_MAP).output
    found, answer = keras.Model(model.input, middle), keras.Model(middle, model.output)

    def score(x):
        # above the mean of all genres; the log-probability alone hardly moves where the network is sure
        logarithms = keras.ops.log(answer(x) + 1e-30)
        return logarithms[:, genre] - keras.ops.mean(logarithms, axis=1)

    cut = cut_slices(values, width=width, step=step)
    total, times = 0.0, np.zeros(values.shape[1])
    for start in range(0, len(cut), batch_size):
        batch = keras.ops.convert_to_tensor(cut[start : start + batch_size], "float32")
        active = found(batch)
        gradient = input_gradient(score, active)
        evidence = keras.ops.convert_to_numpy(active * gradient).sum(axis=-1)
        evidence = evidence if evidence.ndim == 3 else evidence[:, None]
        if not np.ndim(total):
            total = np.zeros((evidence.shape[1], values.shape[1]))
        for number, part in enumerate(evidence, start):
            place = slice(number * step, number * step + width)
            # each column of the convolution's output stands for several of the image
            total[:, place] += part[:, np.arange(width) * part.shape[1] // width]
            times[place] += 1
    return total / np.maximum(times, 1)


def strongest_moment(evidence: np.ndarray, *, width: int) -> int:
    """First column of the stretch, `width` columns long, that speaks most for the genre.

    Parameters
    ----------
    evidence : float, shape (places, columns)
        From `class_activation`.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    sums = np.convolve(evidence.sum(axis=0), np.ones(width), "valid")
    return int(sums.argmax())
