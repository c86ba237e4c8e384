"""Networks that grow with the training: covers of 25x25 first, then 50x50, then 100x100, as the report proposed.

The generator adds up pictures: each size draws what is still missing on the enlarged picture of the size before. The
critic adds up features: each size looks at the picture itself, and at what the larger size has found in it. What a new
size adds begins at nothing, so that growing changes no output, and no fading in is needed.

References
----------
Karras et al., Progressive Growing of GANs, 2018; the sums are those of Karras et al., Analyzing and Improving the Image
Quality of StyleGAN, 2020.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from albumlib.backend import load_keras
from albumlib.covers.networks.style import doubled, modulated, noise_and_genre, scored

if TYPE_CHECKING:
    import keras

Size = Literal[25, 50, 100]
SIZES: tuple[Size, ...] = get_args(Size)
CHANNELS = {7: 96, 13: 64, 25: 48, 50: 24, 100: 12}


def growing_generator(
    *, latent_dim: int, n_genres: int, width: float = 1.0, size: Size = 100, top_kernel: int = 3
) -> "keras.Model":
    """The generator at one of its sizes.

    Parameters
    ----------
    width
        Multiplies the number of channels.
    top_kernel
        Of the convolution at 100x100.

    Returns
    -------
    keras.Model
        From ``[noise, labels]`` to images ``(batch, size, size, 3)``. Layers of the same name are the same layers in
        every size.
    """
    keras = load_keras()
    layers = keras.layers
    noise, labels, style = noise_and_genre(latent_dim, n_genres)
    style = layers.LeakyReLU(0.2)(layers.Dense(128, name="style")(style))
    channels = {side: round(n * width) for side, n in CHANNELS.items()}
    x = layers.Reshape((7, 7, channels[7]))(layers.Dense(7 * 7 * channels[7], name="start")(style))
    x = doubled(modulated(x, style, channels[7], name="7"), crop=1)
    x = doubled(modulated(x, style, channels[13], name="13"), crop=1)
    picture = None
    for side in SIZES[: SIZES.index(size) + 1]:
        if side > 25:
            x, picture = doubled(x), doubled(picture)
        x = modulated(x, style, channels[side], kernel_size=top_kernel if side == 100 else 3, name=str(side))
        start = "glorot_uniform" if side == 25 else "zeros"
        drawn = layers.Conv2D(3, 3, padding="same", kernel_initializer=start, name=f"{side}_draw")(x)
        picture = drawn if picture is None else layers.Add()([picture, drawn])
    return keras.Model([noise, labels], layers.Activation("tanh")(picture), name=f"growing_generator_{size}")


def growing_critic(*, n_genres: int, width: float = 1.0, size: Size = 100) -> "keras.Model":
    """The critic at one of its sizes.

    Returns
    -------
    keras.Model
        From ``[images (batch, size, size, 3), labels]`` to scores ``(batch, 1)``. Layers of the same name are the same
        layers in every size.
    """
    keras = load_keras()
    layers = keras.layers
    images, labels = keras.Input((size, size, 3), name="images"), keras.Input((n_genres,), name="labels")

    channels = {side: round(n * width) for side, n in CHANNELS.items()}

    def halved(x, filters, name, start="glorot_uniform"):
        x = layers.LeakyReLU(0.2)(x)
        return layers.Conv2D(filters, 3, 2, padding="same", kernel_initializer=start, name=name)(x)

    picture, x = images, None
    for side in reversed(SIZES[: SIZES.index(size) + 1]):
        seen = layers.Conv2D(channels[side], 3, padding="same", name=f"{side}_see")(picture)
        x = seen if x is None else layers.Add()([seen, x])
        if side > 25:
            x = halved(x, channels[side // 2], f"{side}_hand_on", start="zeros")
            picture = layers.AveragePooling2D(2)(picture)
    x = halved(halved(x, round(96 * width), "25_halved"), round(128 * width), "13_halved")
    x = layers.LeakyReLU(0.2)(x)
    return keras.Model([images, labels], scored(x, labels, 128), name=f"growing_critic_{size}")


def transfer_weights(smaller: "keras.Model", larger: "keras.Model") -> None:
    """Give the layers of the larger network what the smaller one has learned; the others stay as they are."""
    known = {layer.name: layer for layer in smaller.layers}
    for layer in larger.layers:
        if layer.weights and layer.name in known:
            layer.set_weights(known[layer.name].get_weights())


def enlarge(images: np.ndarray) -> np.ndarray:
    """Repeat the pixels of small covers, so that they are as large as all others.

    Parameters
    ----------
    images : uint8, shape (n, size, size, 3)

    Returns
    -------
    uint8, shape (n, 100, 100, 3)
    """
    times = SIZES[-1] // images.shape[1]
    return images.repeat(times, axis=1).repeat(times, axis=2)


def shrink(images: np.ndarray, size: Size) -> np.ndarray:
    """Average covers down to a smaller size.

    Parameters
    ----------
    images : uint8, shape (n, 100, 100, 3)

    Returns
    -------
    uint8, shape (n, size, size, 3)
    """
    times = images.shape[1] // size
    parts = images.reshape(len(images), size, times, size, times, 3).mean(axis=(2, 4), dtype=np.float32)
    return np.rint(parts).astype(np.uint8)


def size_at(step: int, steps: int, shares: Sequence[float]) -> Size:
    """The size of the covers at a step.

    Parameters
    ----------
    step
        From 1 to `steps`.
    shares
        Shares of the training at 25, 50 and 100; they sum to 1.

    Examples
    --------
    >>> [size_at(step, 10, (0.5, 0.3, 0.2)) for step in (1, 5, 6, 8, 9, 10)]
    [25, 25, 50, 50, 100, 100]
    """
    ends = np.round(np.cumsum(shares) * steps)
    return SIZES[min(int(np.searchsorted(ends, step)), len(SIZES) - 1)]
