"""The network that works like a kernel machine: statistics of timbre over time, compared with those of known songs.

A few hundred songs are too few to learn from scratch what timbre is. So the first layer is given: the discrete cosine
transform that turns a spectrum into cepstral coefficients. Behind it stand statistics over time: mean, standard
deviation, and how the coefficients move together (their correlations). How alike these are to the statistics of some
training slices, the prototypes, is what a softmax layer decides by.
"""

from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_keras
from albumlib.genre.settings import ROWS, ClassifierSettings

if TYPE_CHECKING:
    import keras

TIMBRE, RHYTHM, TOGETHER = 20, 20, 16  # coefficients of a spectrum, of a tempogram; how many are correlated


def kernel_network(settings: ClassifierSettings, *, n_genres: int) -> "keras.Model":
    """Build the network.

    Parameters
    ----------
    settings
        Of it ``prototypes``, ``l2`` and ``dropout`` are used; ``shares`` by `fit_prototypes`.

    Returns
    -------
    keras.Model
        From slices ``(batch, 258, any width)``, 0 to 255, to genre probabilities ``(batch, n_genres)``. Before
        it is trained, `fit_prototypes` must show it the training slices.

    References
    ----------
    Williams and Seeger, Using the Nystroem Method to Speed Up Kernel Machines, 2001.
    """
    keras = load_keras()
    layers, ops = keras.layers, keras.ops
    inputs = keras.Input((ROWS, None), name="slices")
    x = layers.Permute((2, 1))(layers.Rescaling(1 / 255)(inputs))
    timbre = layers.Dense(TIMBRE, use_bias=False, trainable=False, name="timbre")(x)
    rhythm = layers.Dense(RHYTHM, use_bias=False, trainable=False, name="rhythm")(ops.mean(x, axis=1))
    mean = ops.mean(timbre, axis=1, keepdims=True)
    steps = timbre[:, 2:] - timbre[:, :-2]
    groups = [layers.Flatten()(mean), ops.std(timbre, axis=1), rhythm, _together(timbre), _together(steps)]
    x = layers.Normalization(axis=-1, name="standardize")(layers.Concatenate()(groups))
    # exp(-|x - c|^2), with |x - c|^2 = |x|^2 - 2 x.c + |c|^2: the dense layer holds -2 c and |c|^2
    length = ops.sum(ops.square(x), axis=1, keepdims=True)
    distance = layers.Dense(settings.prototypes, trainable=False, name="prototypes")(x) + length
    likeness = ops.exp(-ops.relu(distance))
    x = layers.Dense(settings.prototypes, use_bias=False, trainable=False, name="whiten")(likeness)
    options = {"kernel_initializer": "zeros", "kernel_regularizer": keras.regularizers.L2(settings.l2)}
    genres = layers.Dense(n_genres, activation="softmax", name="genres", **options)
    outputs = genres(layers.Dropout(settings.dropout)(x))
    model = keras.Model(inputs, outputs, name="statistics")
    model.get_layer("timbre").set_weights([_cosines(TIMBRE, upper=True)])
    model.get_layer("rhythm").set_weights([_cosines(RHYTHM, upper=False)])
    return model


def fit_prototypes(
    model: "keras.Model", feed: "keras.utils.PyDataset", settings: ClassifierSettings, *, seed: int = 0
) -> None:
    """Set what the network knows of the training slices before training: scales, prototypes, whitening.

    Each statistic gets mean 0, and a variance that lets the five groups count as ``settings.shares`` says, whatever
    their sizes. The whitening makes the product of two slices' features the likeness of these slices, so that the
    penalty of the softmax layer means what it means in a kernel machine.

    Parameters
    ----------
    model
        Left as it is if it has no prototypes.
    feed
        From `albumlib.features.slices.batches`.
    seed
        Chooses the prototypes.
    """
    if not any(layer.name == "prototypes" for layer in model.layers):
        return
    keras = load_keras()
    layer = model.get_layer("standardize")
    statistics = keras.Model(model.input, layer.input).predict(feed, verbose=0)
    pairs = TOGETHER * (TOGETHER - 1) // 2
    sizes = [TIMBRE, TIMBRE, RHYTHM, pairs, pairs]
    # of the variance, 1 in all; a group without a share shrinks to nothing
    shares = np.repeat(np.maximum(np.divide(settings.shares, np.sum(settings.shares)), 1e-12) / sizes, sizes)
    mean = statistics.mean(axis=0)
    layer.adapt(mean + (statistics - mean) / np.sqrt(shares))
    z = keras.ops.convert_to_numpy(layer(statistics))
    n = model.get_layer("prototypes").units
    chosen = z[np.random.default_rng(seed).permutation(np.resize(np.arange(len(z)), max(n, len(z))))[:n]]
    squares = (chosen**2).sum(axis=1)
    model.get_layer("prototypes").set_weights([-2 * chosen.T, squares])
    likeness = np.exp(-np.maximum(squares[:, None] + squares - 2 * chosen @ chosen.T, 0))
    values, vectors = np.linalg.eigh(likeness)
    # prototypes that are nearly the same give values near 0, whose inverse would be noise
    inverse = np.where(values > 1e-4 * values.max(), 1 / np.sqrt(np.maximum(values, 1e-12)), 0)
    model.get_layer("whiten").set_weights([(vectors * inverse) @ vectors.T])


def _together(curves):
    """Correlation over time of each two of the first coefficients: (batch, time, n) to (batch, pairs)."""
    keras = load_keras()
    layers, ops = keras.layers, keras.ops
    curves = curves[:, :, :TOGETHER]
    centred = layers.UnitNormalization(axis=1)(curves - ops.mean(curves, axis=1, keepdims=True))
    table = layers.Flatten()(layers.Dot(axes=1)([centred, centred]))
    return ops.take(table, np.flatnonzero(np.triu(np.ones((TOGETHER, TOGETHER)), 1)).tolist(), axis=1)


def _cosines(n, *, upper):
    """Discrete cosine transform of one half of the rows, the image's top row last: float32 (258, n)."""
    from scipy.fft import dct

    half = ROWS // 2
    kernel = np.zeros((ROWS, n), np.float32)
    part = slice(0, half) if upper else slice(half, ROWS)
    kernel[part] = dct(np.eye(half), axis=0, norm="ortho")[:n, ::-1].T
    return kernel
