"""Differentiable augmentation: the critic never sees a cover itself, only a changed one, real or generated.

A critic that meets the same few hundred covers again and again learns them by heart, and then teaches nothing. Changed
a little each time, they cannot be learned by heart. Generated covers are changed alike, and the generator's gradient
runs through the change, so the generator does not learn to generate changed covers.
"""

from collections.abc import Collection, Iterable
from typing import Literal, get_args

import numpy as np

from albumlib.backend import Tensor, load_keras
from albumlib.errors import InputError

Augmentation = Literal["color", "translation", "cutout"]
KINDS: tuple[Augmentation, ...] = get_args(Augmentation)
DRAWS = 7  # numbers that decide what happens to one cover


def check_kinds(kinds: Augmentation | Iterable[Augmentation]) -> tuple[Augmentation, ...]:
    """Check the names of augmentations, and return them as a tuple.

    Raises
    ------
    InputError
        If one is not among `KINDS`.
    """
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    for kind in kinds:
        if kind not in KINDS:
            raise InputError("no such augmentation", where="augment", expected=", ".join(KINDS), got=str(kind))
    return kinds


def augment(images: Tensor, draws: Tensor, kinds: Collection[Augmentation]) -> Tensor:
    """Change covers a little, each in its own way.

    Parameters
    ----------
    images : shape (n, size, size, 3)
        -1 to 1.
    draws : shape (n, 7)
        Uniform in 0 to 1; the same draws change in the same way.
    kinds
        Out of "color" (brightness, saturation, contrast), "translation" (by up to an eighth of the side, black behind)
        and "cutout" (a square of half the side, gray). Covers are not mirrored: many have a left and a right.

    References
    ----------
    Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training, 2020.

    Examples
    --------
    >>> draws = np.random.default_rng(0).random((len(images), DRAWS), dtype="float32")
    >>> changed = augment(to_range(images), draws, ("color", "translation"))
    """
    ops, size = load_keras().ops, images.shape[1]
    images, draws = ops.convert_to_tensor(images), ops.convert_to_tensor(draws)
    each = [ops.reshape(draws[:, number], (-1, 1, 1, 1)) for number in range(DRAWS)]
    if "color" in kinds:
        images = images + each[0] - 0.5
        gray = ops.mean(images, axis=3, keepdims=True)
        images = gray + 2 * each[1] * (images - gray)
        mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
        images = mean + (0.5 + each[2]) * (images - mean)
    if "translation" in kinds:
        for axis, draw in ((1, each[3]), (2, each[4])):
            images = _shift(images, ops.floor((2 * draw - 1) * (size // 8 + 1)), axis=axis)
    if "cutout" in kinds:
        places = [_places(size, axis=axis) for axis in (1, 2)]
        centers = [ops.floor(draw * (size + 1)) for draw in each[5:]]
        inside = [ops.abs(place - center) < size // 4 for place, center in zip(places, centers, strict=True)]
        images = images * (1 - ops.cast(ops.logical_and(*inside), images.dtype))
    return images


def _shift(images, by, *, axis):
    """Move each image by its own whole number of pixels; what comes in is black, -1."""
    ops, size = load_keras().ops, images.shape[1]
    source = _places(size, axis=axis) - by
    inside = ops.cast(ops.logical_and(source >= 0, source < size), images.dtype)
    index = ops.cast(ops.clip(source, 0, size - 1), "int32")
    moved = ops.take_along_axis(images, ops.broadcast_to(index, ops.shape(images)), axis=axis)
    return moved * inside - (1 - inside)


def _places(size, *, axis):
    """The numbers of rows (axis 1) or columns (axis 2), to be compared with images."""
    shape = [1, 1, 1, 1]
    shape[axis] = size
    return load_keras().ops.convert_to_tensor(np.arange(size, dtype="float32").reshape(shape))
