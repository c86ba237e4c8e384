"""Small networks whose noise and genre steer every scale."""

from typing import TYPE_CHECKING

from albumlib.backend import load_keras

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

    References
    ----------
    Karras et al., A Style-Based Generator Architecture for GANs, 2019 (adaptive normalization).
    """
    keras = load_keras()
    layers = keras.layers
    noise, labels = keras.Input((latent_dim,), name="noise"), keras.Input((n_genres,), name="labels")
    # Drawn as large as the noise itself, or the genre would be drowned by it from the start.
    embedding = keras.initializers.RandomNormal(stddev=1.0)
    genre = layers.Dense(latent_dim, use_bias=False, kernel_initializer=embedding, name="genre_embedding")(labels)
    style = layers.Concatenate()([noise, genre])
    style = layers.LeakyReLU(0.2)(layers.Dense(128)(style))

    def modulated(x, filters, kernel_size):
        x = layers.Conv2D(filters, kernel_size, padding="same")(x)
        x = layers.LayerNormalization(center=False, scale=False)(x)
        scale = layers.Reshape((1, 1, filters))(layers.Dense(filters, bias_initializer="ones")(style))
        shift = layers.Reshape((1, 1, filters))(layers.Dense(filters)(style))
        return layers.LeakyReLU(0.2)(layers.Add()([layers.Multiply()([x, scale]), shift]))

    x = layers.Reshape((7, 7, round(96 * width)))(layers.Dense(7 * 7 * round(96 * width))(style))
    x = modulated(x, round(96 * width), 3)
    # 7 -> 13 -> 25 -> 50 -> 100: doubled, and cropped by a pixel where the size is odd.
    for filters, kernel_size, crop in ((96, 3, 1), (64, 3, 1), (32, 3, 0), (16, top_kernel, 0)):
        x = layers.UpSampling2D(interpolation="bilinear" if blur else "nearest")(x)
        x = layers.Cropping2D(((0, crop), (0, crop)))(x) if crop else x
        x = modulated(x, round(filters * width), kernel_size)
    images = layers.Conv2D(3, 5, padding="same", activation="tanh")(x)
    return keras.Model([noise, labels], images, name="compact_generator")


def compact_critic(*, n_genres: int, width: float = 1.0, blur: bool = False) -> "keras.Model":
    """A small critic that asks two questions: is it a cover, and is it one of this genre.

    Parameters
    ----------
    width
        Multiplies the number of channels.
    blur
        Average over 3x3 pixels before the size is halved.

    Returns
    -------
    keras.Model
        About 1.1 million parameters at width 1.

    References
    ----------
    Miyato and Koyama, cGANs with Projection Discriminator, 2018.
    """
    keras = load_keras()
    layers = keras.layers
    images = keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3), name="images")
    labels = keras.Input((n_genres,), name="labels")
    x = images
    for filters in (24, 48, 96, 128):
        x = layers.AveragePooling2D(3, strides=1, padding="same")(x) if blur else x
        x = layers.LeakyReLU(0.2)(layers.Conv2D(round(filters * width), 4, strides=2, padding="same")(x))
    x = layers.LeakyReLU(0.2)(layers.Dense(128)(layers.Flatten()(x)))
    genre = layers.Dense(128, use_bias=False, name="genre_embedding")(labels)
    score = layers.Add()([layers.Dense(1)(x), layers.Dot(axes=1)([x, genre])])
    return keras.Model([images, labels], score, name="compact_critic")
