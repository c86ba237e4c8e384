"""The networks of the report, its mistakes mended (report, "C-GAN")."""

from typing import TYPE_CHECKING

from albumlib.backend import load_keras

if TYPE_CHECKING:
    import keras

IMAGE_SIZE = 100


def report_generator(*, latent_dim: int, n_genres: int, width: float = 1.0) -> "keras.Model":
    """The report's generator: two dense layers, then two transposed convolutions (report, "C-GAN").

    Its output here is tanh, -1 to 1, as the images are; the report's ended in a sigmoid beside images in -1 to 1.

    Returns
    -------
    keras.Model
        82 million parameters at width 1.
    """
    keras = load_keras()
    layers = keras.layers
    base = round(128 * width)
    noise, labels = keras.Input((latent_dim,), name="noise"), keras.Input((n_genres,), name="labels")
    x = layers.Concatenate()([noise, labels])
    for units in (round(1024 * width), 25 * 25 * base):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units)(x)))
    x = layers.Reshape((25, 25, base))(x)
    x = layers.Conv2DTranspose(round(64 * width), 4, strides=2, padding="same")(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    images = layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh")(x)
    return keras.Model([noise, labels], images, name="report_generator")


def report_critic(*, n_genres: int, width: float = 1.0) -> "keras.Model":
    """The report's critic, without its batch normalization (report, "C-GAN").

    Returns
    -------
    keras.Model
        82 million parameters at width 1.
    """
    keras = load_keras()
    layers = keras.layers
    images = keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3), name="images")
    labels = keras.Input((n_genres,), name="labels")
    planes = layers.Reshape((IMAGE_SIZE, IMAGE_SIZE, n_genres))(layers.RepeatVector(IMAGE_SIZE**2)(labels))
    x = layers.Concatenate()([images, planes])
    for filters in (round(100 * width), round(128 * width)):
        x = layers.LeakyReLU(0.2)(layers.Conv2D(filters, 4, strides=2, padding="same")(x))
    x = layers.LeakyReLU(0.2)(layers.Dense(round(1024 * width))(layers.Flatten()(x)))
    return keras.Model([images, labels], layers.Dense(1)(x), name="report_critic")
