"""Small networks whose noise and genre steer every scale."""

from typing import TYPE_CHECKING

from albumlib.backend import load_keras
from albumlib.covers.networks.style import doubled, modulated, noise_and_genre, scored

if TYPE_CHECKING:
    import keras

IMAGE_SIZE = 100


def compact_generator(
    *, latent_dim: int, n_genres: int, width: float = 1.0, top_kernel: int = 3, blur: bool = False
) -> "keras.Model":
    """A small generator whose noise and genre steer every scale, not only the first layer.

    Noise and genre make one style vector; after each convolution it sets the scale and shift of every channel. So a
    genre can decide the layout (7x7), the shapes (25x25) and the palette (100x100) alike.

    Parameters
    ----------
    width
        Multiplies the number of channels.
    top_kernel
        Of the convolution at 100x100.
    blur
        Double the size by interpolation instead of repetition.

    Returns
    -------
    keras.Model
        About 0.95 million parameters at width 1.
    """
    keras = load_keras()
    layers = keras.layers
    noise, labels, style = noise_and_genre(latent_dim, n_genres)
    style = layers.LeakyReLU(0.2)(layers.Dense(128)(style))
    x = layers.Reshape((7, 7, round(96 * width)))(layers.Dense(7 * 7 * round(96 * width))(style))
    x = modulated(x, style, round(96 * width))
    # 7 -> 13 -> 25 -> 50 -> 100: doubled, and cropped by a pixel where the size is odd.
    for filters, kernel_size, crop in ((96, 3, 1), (64, 3, 1), (32, 3, 0), (16, top_kernel, 0)):
        x = doubled(x, crop=crop, interpolation="bilinear" if blur else "nearest")
        x = modulated(x, style, round(filters * width), kernel_size=kernel_size)
    images = layers.Conv2D(3, 5, padding="same", activation="tanh")(x)
    return keras.Model([noise, labels], images, name="compact_generator")


def compact_critic(*, n_genres: int, width: float = 1.0, blur: bool = False, deviation: bool = False) -> "keras.Model":
    """A small critic that asks two questions: is it a cover, and is it one of this genre.

    Parameters
    ----------
    width
        Multiplies the number of channels.
    blur
        Average over 3x3 pixels before the size is halved.
    deviation
        See `albumlib.covers.networks.style.scored`.

    Returns
    -------
    keras.Model
        About 1.1 million parameters at width 1.
    """
    keras = load_keras()
    layers = keras.layers
    images = keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3), name="images")
    labels = keras.Input((n_genres,), name="labels")
    x = images
    for filters in (24, 48, 96, 128):
        x = layers.AveragePooling2D(3, strides=1, padding="same")(x) if blur else x
        x = layers.LeakyReLU(0.2)(layers.Conv2D(round(filters * width), 4, strides=2, padding="same")(x))
    return keras.Model([images, labels], scored(x, labels, 128, deviation=deviation), name="compact_critic")
