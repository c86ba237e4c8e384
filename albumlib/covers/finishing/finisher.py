"""The network that works sketches out to covers, and generator and finisher as one network."""

from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_keras
from albumlib.covers.finishing.sketches import BLOCK, PLANES, SIDE, SKETCHES, SPREAD, to_covers
from albumlib.errors import InputError

if TYPE_CHECKING:
    import keras

SIZE = SIDE * BLOCK


def build_finisher(*, width: int = 32) -> "keras.Model":
    """The network that works sketches out.

    It begins as the linear way back (`to_covers`) and learns what to change about it: borders of blocks, the colours of
    edges, noise that belongs to no cover. Grain is what no sketch holds. It is predicted as one number, to be laid over
    the finished cover, as video codecs do (film grain synthesis).

    Parameters
    ----------
    width
        Planes at 50x50 pixels; twice as many at 25x25.

    Returns
    -------
    keras.Model
        From sketches ``(batch, 25, 25, 8)`` to covers ``(batch, 100, 100, 3)``, about -1 to 1, and the standard
        deviation of their grain ``(batch, 1)``. About 0.24 million parameters at width 32.

    References
    ----------
    Shi et al.: *Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural
    Network*, 2016.
    """
    keras = load_keras()
    layers = keras.layers
    sketches = keras.Input((SIDE, SIDE, PLANES), name="sketches")

    def conv(x, filters, *, kernel="he_normal"):
        return layers.Conv2D(filters, 3, padding="same", kernel_initializer=kernel)(x)

    def active(x):
        return layers.LeakyReLU(0.2)(x)

    x = conv(sketches, 2 * width)
    for _ in range(2):
        x = layers.Add()([x, conv(active(conv(active(x), 2 * width)), 2 * width, kernel="zeros")])
    x = active(x)
    grain = layers.Dense(32, activation="relu")(layers.GlobalAveragePooling2D()(x))
    grain = layers.Dense(1, activation="softplus", bias_initializer=keras.initializers.Constant(-3.0))(grain)
    x = active(conv(active(opened(conv(x, 3 * width), 2)), width))
    x = active(opened(conv(active(conv(x, width)), width), 2))
    rough = _linear(sketches)
    x = active(conv(layers.Concatenate()([x, rough]), 16))
    covers = layers.Add()([rough, conv(x, 3, kernel="zeros")])
    return keras.Model(sketches, [covers, grain], name="finisher")


def _linear(sketches):
    """The linear way back, `to_covers`, as a layer that can learn."""
    alone = np.broadcast_to(np.eye(PLANES, dtype="float32")[:, None, None], (PLANES, SIDE, SIDE, PLANES))
    kernel = to_covers(alone)[:, :BLOCK, :BLOCK].reshape(1, 1, PLANES, 3 * BLOCK**2)
    rough = load_keras().layers.Conv2D(3 * BLOCK**2, 1, use_bias=False, name="rough")
    blocks = rough(sketches)
    rough.set_weights([kernel])
    return opened(blocks, BLOCK)


def opened(x: "keras.KerasTensor", times: int) -> "keras.KerasTensor":
    """Planes of so many times the size: out of ``times**2`` planes one.

    Parameters
    ----------
    x : shape (batch, size, size, channels)

    Returns
    -------
    shape (batch, times * size, times * size, channels / times**2)
    """
    layers = load_keras().layers
    size, count = x.shape[1], x.shape[3] // times**2
    x = layers.Permute((1, 3, 2, 4, 5))(layers.Reshape((size, size, times, times, count))(x))
    return layers.Reshape((size * times, size * times, count))(x)


def painter(generator: "keras.Model", finisher: "keras.Model") -> "keras.Model":
    """Generator and finisher as one network, which takes the place of a generator of covers.

    Parameters
    ----------
    generator
        Of the networks "sketch".
    finisher
        From `build_finisher` or `albumlib.covers.finishing.training.train_finisher`.

    Returns
    -------
    keras.Model
        From ``noise`` and ``labels`` to covers ``(batch, 100, 100, 3)``, -1 to 1. It shares the weights of both. Grain
        is of one pattern, and each cover has it in its own strength: so equal inputs give equal covers.
    """
    keras = load_keras()
    layers = keras.layers
    # Every layer has a name of its own, for one that Keras counts may be taken in a generator from a file.
    sketches = layers.Rescaling(SPREAD.tolist(), name="unscaled_sketches")(generator.output)
    covers, strength = finisher(sketches)
    # A dense layer of one input, which is a constant in plain Keras: it loads in safe mode.
    pattern = layers.Dense(SIZE**2, use_bias=False, trainable=False, name="grain")
    grain = layers.Reshape((SIZE, SIZE, 1), name="grain_plane")(pattern(strength))
    covers = layers.Activation("hard_tanh", name="covers")(layers.Add(name="grained_covers")([covers, grain]))
    pattern.set_weights([np.random.default_rng(0).standard_normal((1, SIZE**2), "float32")])
    return keras.Model(generator.inputs, covers, name="painter")


def sketching_part(model: "keras.Model") -> "keras.Model":
    """The generator of a `painter`, without its finisher: its sketches go the linear way back.

    Raises
    ------
    InputError
        If the model makes no sketches.

    Notes
    -----
    Notebook: 10_train_cover_gan

    Examples
    --------
    >>> rough = generate(sketching_part(model), labels, noise)
    """
    if SKETCHES not in {layer.name for layer in model.layers}:
        raise InputError("makes no sketches", where=model.name, expected="a model of the networks sketch")
    return load_keras().Model(model.inputs, model.get_layer(SKETCHES).output, name="sketch_generator")
