"""The pair that invents sketches: of every 4x4 pixels of a cover eight numbers (`albumlib.covers.finishing`)."""

from typing import TYPE_CHECKING

from albumlib.backend import load_keras
from albumlib.covers.finishing.sketches import PLANES, SIDE, SKETCHES
from albumlib.covers.networks.style import doubled, modulated, noise_and_genre, scored

if TYPE_CHECKING:
    import keras


def sketch_generator(*, latent_dim: int, n_genres: int, width: float = 1.0) -> "keras.Model":
    """A generator of sketches, steered as `albumlib.covers.networks.compact.compact_generator` is.

    Parameters
    ----------
    width
        Multiplies the number of channels.

    Returns
    -------
    keras.Model
        From ``noise``, normal, and ``labels`` to scaled sketches ``(batch, 25, 25, 8)``. No tanh at its end:
        where that saturates, nothing more is learned. About 1.37 million parameters at width 1.
    """
    keras = load_keras()
    layers = keras.layers
    noise, labels, style = noise_and_genre(latent_dim, n_genres)
    for units in (192, 128):
        style = layers.LeakyReLU(0.2)(layers.Dense(units)(style))
    x = layers.Reshape((7, 7, round(96 * width)))(layers.Dense(7 * 7 * round(96 * width))(style))
    # 7 -> 13 -> 25: doubled, and cropped by a pixel
    for number, filters in enumerate((128, 128, 112, 90, 64, 51)):
        x = doubled(x, crop=1) if number in (2, 4) else x
        x = modulated(x, style, round(filters * width))
    small = keras.initializers.RandomNormal(stddev=0.02)
    sketches = layers.Conv2D(PLANES, 3, padding="same", kernel_initializer=small, name=SKETCHES)(x)
    return keras.Model([noise, labels], sketches, name="sketch_generator")


def sketch_critic(*, n_genres: int, width: float = 1.0, deviation: bool = False) -> "keras.Model":
    """A critic of sketches that asks whether it is one, and whether it is one of this genre.

    Parameters
    ----------
    width
        Multiplies the number of channels.
    deviation
        See `albumlib.covers.networks.style.scored`.

    Returns
    -------
    keras.Model
        From ``[sketches, labels]``, scaled, to scores ``(batch, 1)``. About 1.09 million parameters at width 1.
    """
    keras = load_keras()
    layers = keras.layers
    sketches, labels = keras.Input((SIDE, SIDE, PLANES), name="sketches"), keras.Input((n_genres,), name="labels")
    x = sketches
    for filters, size, strides in ((48, 3, 1), (96, 4, 2), (128, 4, 2), (160, 4, 2)):
        x = layers.LeakyReLU(0.2)(layers.Conv2D(round(filters * width), size, strides, padding="same")(x))
    return keras.Model([sketches, labels], scored(x, labels, 192, deviation=deviation), name="sketch_critic")
