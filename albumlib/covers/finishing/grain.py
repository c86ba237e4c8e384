"""Back from sketches to covers without a GAN or a gradient: least squares for what can be known, grain for the rest.

A block's 48 numbers, of which its sketch has eight, are guessed from that sketch and its eight neighbours. What no
linear guess tells, texture and the edges of colour, is drawn as noise that is as strong as the block's surroundings let
expect, and that has the covariance of what covers really have there. So a smooth sky stays smooth.

References
----------
Norkin and Birkbeck: *Film Grain Synthesis for AV1 Video Codec*, 2018 (noise of the right strength instead of noise
transmitted).
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from albumlib.backend import Tensor, load_keras
from albumlib.covers.finishing.finisher import opened
from albumlib.covers.finishing.sketches import BLOCK, PLANES, SIDE, SPREAD, to_sketches
from albumlib.covers.pixels import to_range

if TYPE_CHECKING:
    import keras

PIXELS = 3 * BLOCK**2  # numbers of a block


class Grain(NamedTuple):
    """What `fit_grain` measures.

    Attributes
    ----------
    kernel : float32, shape (3, 3, 8, 48)
        From a sketch and its neighbours to the block.
    bias : float32, shape (48,)
    strengths : float32, shape (3, 1)
        0 or more: what each of a block's `contrasts` adds to the standard deviation of its grain.
    mixture : float32, shape (48, 48)
        White noise times this has the covariance of grain of strength 1.
    """

    kernel: np.ndarray
    bias: np.ndarray
    strengths: np.ndarray
    mixture: np.ndarray


def contrasts(sketches: Tensor) -> Tensor:
    """How lively each block is: in its own details, in those around it, and in the colours around it.

    Parameters
    ----------
    sketches : shape (n, 25, 25, 8)

    Returns
    -------
    shape (n, 25, 25, 3)
        Roots of sums of squares, and of the colours a standard deviation; 0 or more.
    """
    ops = load_keras().ops
    around = lambda planes: ops.average_pool(planes, 3, strides=1, padding="same")  # noqa: E731
    colors = ops.maximum(around(ops.square(sketches)) - ops.square(around(sketches)), 0.0)[..., :3]
    details = ops.sum(ops.square(sketches[..., 3:]), axis=-1, keepdims=True)
    squares = [details, around(details), ops.sum(colors, axis=-1, keepdims=True)]
    return ops.sqrt(ops.concatenate(squares, axis=-1) + 1e-12)


def fit_grain(covers: np.ndarray, *, n: int = 600) -> Grain:
    """Measure on covers what their sketches leave out.

    Parameters
    ----------
    covers : uint8, shape (m, 100, 100, 3)
    n
        Covers to measure on at most, drawn always alike. 600 are 375,000 blocks for 73 unknowns.

    Notes
    -----
    Notebook: 10_train_cover_gan

    Examples
    --------
    >>> model = grained_painter(gan.ema_generator, fit_grain(images))
    """
    from scipy.optimize import nnls  # slow to import, and only trainings need it

    if len(covers) > n:
        covers = covers[np.sort(np.random.default_rng(0).permutation(len(covers))[:n])]
    covers = to_range(covers)
    sketches = to_sketches(covers)
    blocks = covers.reshape(-1, SIDE, BLOCK, SIDE, BLOCK, 3).transpose(0, 1, 3, 2, 4, 5).reshape(-1, PIXELS)
    padded = np.pad(sketches, ((0, 0), (1, 1), (1, 1), (0, 0)))
    near = [padded[:, i : i + SIDE, j : j + SIDE] for i in range(3) for j in range(3)]
    seen = np.concatenate([*near, np.ones_like(sketches[..., :1])], axis=-1).reshape(-1, 9 * PLANES + 1)
    known = np.linalg.lstsq(seen, blocks, rcond=None)[0]
    rest = blocks - seen @ known
    lively = np.asarray(load_keras().ops.convert_to_numpy(contrasts(sketches))).reshape(len(rest), -1)
    strengths = nnls(lively, np.sqrt((rest**2).mean(axis=1)))[0]
    # Nearly all of it lies in the 40 directions that a sketch does not hold; rounding leaves traces in the others.
    values, vectors = np.linalg.eigh(rest.T @ rest / max(((lively @ strengths) ** 2).sum(), 1e-12))
    mixture = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    kernel = known[:-1].reshape(3, 3, PLANES, PIXELS)
    return Grain(*(part.astype("float32") for part in (kernel, known[-1], strengths[:, None], mixture)))


def way_back(grain: Grain) -> "keras.Model":
    """The network that `fit_grain` leads to.

    Returns
    -------
    keras.Model
        From sketches ``(batch, 25, 25, 8)`` to covers ``(batch, 100, 100, 3)``, -1 to 1. Grain is of one pattern, and
        each block has it in its own strength: so equal sketches give equal covers. Nothing in it learns.
    """
    keras = load_keras()
    layers = keras.layers
    sketches = keras.Input((SIDE, SIDE, PLANES), name="sketches")
    known = layers.Conv2D(PIXELS, 3, padding="same", trainable=False, name="known")
    strength = layers.Dense(1, use_bias=False, trainable=False, name="strength")
    # A dense layer of one input, a one, is a constant in plain Keras: it loads in safe mode, and ONNX has it.
    pattern = layers.Dense(SIDE**2 * PIXELS, use_bias=False, trainable=False, name="grain")
    strong = strength(contrasts(sketches))
    one = layers.Rescaling(0.0, offset=1.0)(layers.GlobalAveragePooling2D()(strong))
    noise = layers.Reshape((SIDE, SIDE, PIXELS))(pattern(one))
    blocks = layers.Add()([known(sketches), layers.Multiply()([noise, strong])])
    covers = layers.Activation("hard_tanh")(opened(blocks, BLOCK))
    white = np.random.default_rng(0).standard_normal((SIDE**2, PIXELS), "float32")
    known.set_weights([grain.kernel, grain.bias])
    strength.set_weights([grain.strengths])
    pattern.set_weights([(white @ grain.mixture).reshape(1, -1)])
    return keras.Model(sketches, covers, name="way_back")


def grained_painter(generator: "keras.Model", grain: Grain) -> "keras.Model":
    """A generator of sketches as one of covers, without any finisher.

    Parameters
    ----------
    generator
        Of the networks "sketch".

    Returns
    -------
    keras.Model
        From ``noise`` and ``labels`` to covers ``(batch, 100, 100, 3)``, -1 to 1. It shares the generator's weights;
        the way back is a network of its own in it, so that its layers' names meet no others.
    """
    keras = load_keras()
    covers = way_back(grain)(keras.layers.Rescaling(SPREAD.tolist())(generator.output))
    return keras.Model(generator.inputs, covers, name="grained_painter")
