"""What the small networks share: a style of noise and genre that steers every size, and a critic's two questions."""

from typing import TYPE_CHECKING, Literal

from albumlib.backend import load_keras

if TYPE_CHECKING:
    import keras


def noise_and_genre(latent_dim: int, n_genres: int) -> "tuple[keras.KerasTensor, keras.KerasTensor, keras.KerasTensor]":
    """The inputs of a generator, ``noise`` and ``labels``, and both as one vector, from which to make the style."""
    keras = load_keras()
    layers = keras.layers
    noise, labels = keras.Input((latent_dim,), name="noise"), keras.Input((n_genres,), name="labels")
    # Drawn as large as the noise itself, or the genre would be drowned by it from the start.
    embedding = keras.initializers.RandomNormal(stddev=1.0)
    genre = layers.Dense(latent_dim, use_bias=False, kernel_initializer=embedding, name="genre_embedding")(labels)
    return noise, labels, layers.Concatenate()([noise, genre])


def modulated(
    x: "keras.KerasTensor",
    style: "keras.KerasTensor",
    filters: int,
    *,
    kernel_size: int = 3,
    name: str | None = None,
) -> "keras.KerasTensor":
    """A convolution, after which the style sets the scale and shift of every channel.

    Parameters
    ----------
    name
        Of its layers, each with an ending of its own.

    References
    ----------
    Karras et al., A Style-Based Generator Architecture for GANs, 2019 (adaptive normalization).
    """
    layers = load_keras().layers
    conv, norm, of_scale, of_shift = (name and f"{name}_{part}" for part in ("conv", "norm", "scale", "shift"))
    x = layers.Conv2D(filters, kernel_size, padding="same", name=conv)(x)
    x = layers.LayerNormalization(center=False, scale=False, name=norm)(x)
    scale = layers.Reshape((1, 1, filters))(layers.Dense(filters, bias_initializer="ones", name=of_scale)(style))
    shift = layers.Reshape((1, 1, filters))(layers.Dense(filters, name=of_shift)(style))
    return layers.LeakyReLU(0.2)(layers.Add()([layers.Multiply()([x, scale]), shift]))


def doubled(
    x: "keras.KerasTensor", *, crop: int = 0, interpolation: Literal["bilinear", "nearest"] = "bilinear"
) -> "keras.KerasTensor":
    """Planes of twice the size, cropped at the right and below by some pixels."""
    layers = load_keras().layers
    x = layers.UpSampling2D(interpolation=interpolation)(x)
    return layers.Cropping2D(((0, crop), (0, crop)))(x) if crop else x


def with_deviation(x: "keras.KerasTensor") -> "keras.KerasTensor":
    """Planes and one more: how much they differ within the batch, the same number everywhere.

    What a critic of single images cannot see: that a generator makes one good image again and again.

    References
    ----------
    Karras et al., Progressive Growing of GANs, 2018, section 3 (minibatch standard deviation).
    """
    keras = load_keras()
    ops = keras.ops
    # The small constant keeps the square root's gradient finite where all are alike.
    deviation = ops.sqrt(ops.var(x, axis=0, keepdims=True) + 1e-8)
    everywhere = ops.ones_like(x[..., :1]) * ops.mean(deviation, axis=(1, 2, 3), keepdims=True)
    return keras.layers.Concatenate()([x, everywhere])


def scored(
    x: "keras.KerasTensor",
    labels: "keras.KerasTensor",
    units: int,
    *,
    tells: bool = False,
    deviation: bool = False,
) -> "keras.KerasTensor":
    """A critic's score: is it real, and does what was found in it fit the genre.

    Parameters
    ----------
    tells
        Whether logits of the genres stand behind the score, which are told from the cover alone.
    deviation
        Whether it sees, too, how much the batch varies (`with_deviation`).

    References
    ----------
    Miyato and Koyama, cGANs with Projection Discriminator, 2018. Odena et al., Conditional Image Synthesis with
    Auxiliary Classifier GANs, 2017.
    """
    layers = load_keras().layers
    x = with_deviation(x) if deviation else x
    x = layers.LeakyReLU(0.2)(layers.Dense(units, name="sum_up")(layers.Flatten()(x)))
    genre = layers.Dense(units, use_bias=False, name="genre_embedding")(labels)
    score = layers.Add()([layers.Dense(1, name="score")(x), layers.Dot(axes=1)([x, genre])])
    return layers.Concatenate()([score, layers.Dense(labels.shape[-1], name="genre")(x)]) if tells else score
