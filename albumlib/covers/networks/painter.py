"""The pair of the last training: generator and finisher as one network, against a critic of finished covers.

Each was taught apart, and neither knows the other's faults. Here both learn on together, from what a critic says about
their pixels.
"""

from typing import TYPE_CHECKING

from albumlib.backend import Tensor, load_keras
from albumlib.covers.finishing.finisher import SIZE, build_finisher
from albumlib.covers.finishing.sketches import SPREAD
from albumlib.covers.networks.sketch import sketch_generator
from albumlib.covers.networks.style import scored

if TYPE_CHECKING:
    import keras

GRAINED = 4  # planes of a cover whose grain is not laid over it yet


def unite(generator: "keras.Model", finisher: "keras.Model") -> "keras.Model":
    """Generator and finisher as one network that can be trained: its grain is not laid over yet.

    Parameters
    ----------
    generator
        Of the networks "sketch".
    finisher
        From `albumlib.covers.finishing.finisher.build_finisher`.

    Returns
    -------
    keras.Model
        From ``noise`` and ``labels`` to ``(batch, 100, 100, 4)``: covers, about -1 to 1, and the strength of their
        grain, the same in every pixel. It shares the weights of both.
    """
    keras = load_keras()
    layers = keras.layers
    covers, strength = finisher(layers.Rescaling(SPREAD.tolist())(generator.output))
    everywhere = layers.UpSampling2D(SIZE)(layers.Reshape((1, 1, 1))(strength))
    return keras.Model(generator.inputs, layers.Concatenate()([covers, everywhere]), name="united_painter")


def painter_generator(*, latent_dim: int, n_genres: int, width: float = 1.0) -> "keras.Model":
    """Untaught generator and finisher in one (`unite`).

    Parameters
    ----------
    width
        Multiplies the number of channels of both.
    """
    generator = sketch_generator(latent_dim=latent_dim, n_genres=n_genres, width=width)
    return unite(generator, build_finisher(width=max(4, 4 * round(8 * width))))


def painter_critic(*, n_genres: int, width: float = 1.0, deviation: bool = False) -> "keras.Model":
    """A critic of covers that sees every pixel, halves the size by averages, and tells the genre, too.

    A convolution that leaves out every second place has a gradient with holes, and a grid shows in what learns from it.

    Parameters
    ----------
    width
        Multiplies the number of channels.
    deviation
        See `albumlib.covers.networks.style.scored`.

    Returns
    -------
    keras.Model
        From ``[images, labels]`` to ``(batch, 1 + n_genres)``: the score, and logits of the genre that it tells from
        the image alone. About 0.90 million parameters at width 1.

    References
    ----------
    Odena, Dumoulin, Olah: *Deconvolution and Checkerboard Artifacts*, 2016.
    """
    keras = load_keras()
    layers = keras.layers
    images, labels = keras.Input((SIZE, SIZE, 3), name="images"), keras.Input((n_genres,), name="labels")
    x = images
    for filters in (16, 48, 96, 128):
        x = layers.LeakyReLU(0.2)(layers.Conv2D(round(filters * width), 3, padding="same")(x))
        x = layers.AveragePooling2D(2)(x)
    return keras.Model([images, labels], scored(x, labels, 160, tells=True, deviation=deviation), name="painter_critic")


def lay_grain(covers: Tensor, grain: Tensor) -> Tensor:
    """Covers as a critic is to see them: grain laid over in its strength, and no colour beyond black and white.

    Parameters
    ----------
    covers : shape (batch, 100, 100, 4)
        As `unite`'s network gives them.
    grain : shape (batch, 100, 100, 1)
        Normal noise.

    Returns
    -------
    shape (batch, 100, 100, 3)
        -1 to 1.
    """
    return load_keras().ops.clip(covers[..., :3] + covers[..., 3:] * grain, -1.0, 1.0)
