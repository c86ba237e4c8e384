"""Generators and critics, by name.

Every generator maps ``[noise (batch, latent_dim), labels (batch, n_genres)]`` to images ``(batch, 100, 100, 3)`` in
-1 to 1; every critic maps ``[images, labels]`` to scores ``(batch, 1)``. Labels are one-hot vectors, or mixtures of
genres that sum to 1. No critic has batch normalization: the gradient penalty is defined per sample.
"""

from albumlib.backend import load_keras
from albumlib.covers.growing import growing_critic, growing_generator
from albumlib.errors import InputError

IMAGE_SIZE = 100


def build(networks, *, latent_dim, n_genres, width=1.0, size=IMAGE_SIZE, top_kernel=3, blur=False):
    """Build a generator and its critic.

    Parameters
    ----------
    networks : {"compact", "growing", "report"}
    latent_dim : int
        Length of the noise vector.
    n_genres : int
    width : float
        Multiplies the number of channels; 1 is the network as described.
    size : {25, 50, 100}
        Of the covers, for the networks "growing"; all others paint 100x100.
    top_kernel : int
        See `albumlib.covers.settings.GanSettings`; the networks "report" do not read it.
    blur : bool
        See there; the networks "compact" alone read it.

    Returns
    -------
    generator, critic : keras.Model

    Raises
    ------
    InputError
        If there are no networks of that name.

    Notes
    -----
    Notebook: 09_train_cover_gan
    """
    if networks not in NETWORKS:
        raise InputError("no such networks", where="networks", expected=", ".join(NETWORKS), got=networks)
    make_generator, make_critic = NETWORKS[networks]
    both = {"n_genres": n_genres, "width": width}
    both |= {"growing": {"size": size}, "compact": {"blur": blur}, "report": {}}[networks]
    top = {} if networks == "report" else {"top_kernel": top_kernel}
    return make_generator(latent_dim=latent_dim, **both, **top), make_critic(**both)


def report_generator(*, latent_dim, n_genres, width=1.0):
    """The report's generator: two dense layers, then two transposed convolutions (report, "C-GAN").

    Its output here is tanh, -1 to 1, as the images are; the report's ended in a sigmoid beside images in -1 to 1.

    Parameters
    ----------
    latent_dim, n_genres : int
    width : float

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


def report_critic(*, n_genres, width=1.0):
    """The report's critic, without its batch normalization (report, "C-GAN").

    Parameters
    ----------
    n_genres : int
    width : float

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


def compact_generator(*, latent_dim, n_genres, width=1.0, top_kernel=3, blur=False):
    """A small generator whose noise and genre steer every scale, not only the first layer.

    Noise and genre make one style vector; after each convolution it sets the scale and shift of every channel. So a
    genre can decide the layout (7x7), the shapes (25x25) and the palette (100x100) alike.

    Parameters
    ----------
    latent_dim, n_genres : int
    width : float
    top_kernel : int
        Of the convolution at 100x100.
    blur : bool
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


def compact_critic(*, n_genres, width=1.0, blur=False):
    """A small critic that asks two questions: is it a cover, and is it one of this genre.

    Parameters
    ----------
    n_genres : int
    width : float
    blur : bool
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


NETWORKS = {
    "compact": (compact_generator, compact_critic),
    "growing": (growing_generator, growing_critic),
    "report": (report_generator, report_critic),
}
