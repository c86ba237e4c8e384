"""What a student is shown: slices from any moment of the songs, and what its teacher says of that moment."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_keras
from albumlib.errors import InputError
from albumlib.features.settings import FeatureSettings
from albumlib.features.slices import Slices
from albumlib.genre.augment import mixup, spec_augment
from albumlib.genre.distillation.student import DistillationSettings
from albumlib.genre.pretrained.mel import FRAMES, HOP_LENGTH, SR

if TYPE_CHECKING:
    import keras

PATCH_SECONDS = FRAMES * HOP_LENGTH / SR


def lessons(
    slices: Slices,
    targets: Sequence[np.ndarray],
    settings: DistillationSettings,
    *,
    features: FeatureSettings,
    seed: int | None = None,
    epoch: int = 0,
) -> "keras.utils.PyDataset":
    """Feed slices and the teacher's features of the same moments to Keras.

    In an epoch, as many slices of a song are shown as the teacher heard patches of it.

    Parameters
    ----------
    slices
        Of all songs; only the songs count, not where the slices begin.
    targets : list of float32, shape (n_patches, d)
        One for each song of the slices, in their order, of patches that follow each other without gaps.
    features
        Of the images that the slices are cut from.
    seed
        Slices from any moment, changed as in `distort` and mixed; without it, one slice at each patch, as it is.

    Raises
    ------
    InputError
        If a song's patches do not follow each other as far as its image goes.
    """
    _, first = np.unique(slices.songs, return_index=True)
    step = PATCH_SECONDS * features.columns_per_second
    for image, target in zip(slices.image[first], targets, strict=True):
        if not -1 < image[1] / step - len(target) < 2:
            raise InputError(
                "patches and image are not of one length",
                expected=f"{int(image[1] / step)} patches",
                got=str(len(target)),
                todo="embed the song with most=10**6, so that no patch is left out",
            )
    return _lessons_class()(slices[first], list(targets), settings, step, seed, epoch)


def distort(x: np.ndarray, settings: DistillationSettings, rng: np.random.Generator) -> np.ndarray:
    """Change slices as another key, another loudspeaker and a gap in the recording would.

    Parameters
    ----------
    x : shape (n, 258, width)
        0 to 255.

    Returns
    -------
    float32, of the same shape, 0 to 255
    """
    x = np.array(x, np.float32)
    half = x.shape[1] // 2
    slope = np.linspace(-1, 1, half, dtype=np.float32)[:, None]
    for image in x:
        upper = image[:half]  # the spectrogram
        upper[:] = np.roll(upper, rng.integers(-settings.pitch, settings.pitch + 1), axis=0)
        tilt = settings.tilt * (rng.uniform(-1, 1) * slope + rng.uniform(-1, 1) * (slope**2 - 0.5))
        upper += tilt * (upper > 0)  # black is silence, and stays
    return np.clip(spec_augment(x, rng, rows=settings.mask, columns=settings.mask), 0, 255)


@cache
def _lessons_class():
    """Make the class when it is first needed, for its parent is Keras's."""

    class Lessons(load_keras().utils.PyDataset):
        def __init__(self, slices, targets, settings, step, seed, epoch):
            super().__init__(workers=1, max_queue_size=4)
            self.slices, self.targets, self.settings, self.step = slices, targets, settings, step
            self.chance = None if seed is None else [seed, epoch]
            counts = [len(target) for target in targets]
            self.songs = np.repeat(np.arange(len(counts)), counts)
            self.places = np.concatenate([np.arange(count, dtype=float) for count in counts])
            if self.chance:
                rng = np.random.default_rng(self.chance)
                self.songs = rng.permutation(self.songs)
                self.places = rng.uniform(0, np.maximum(np.array(counts)[self.songs] - 1, 1e-6))

        def __len__(self):
            return -(-len(self.songs) // self.settings.batch_size)

        def __getitem__(self, number):
            batch = slice(number * self.settings.batch_size, (number + 1) * self.settings.batch_size)
            songs, places = self.songs[batch], self.places[batch]
            x = self.slices[songs]
            column = np.minimum(np.round(places * self.step).astype(int), x.image[:, 1] - x.width)
            x.first[:] = column
            x = x.read()
            y = np.stack([self.between(song, place) for song, place in zip(songs, places, strict=True)])
            if self.chance:
                rng = np.random.default_rng([*self.chance, number])
                x = distort(x, self.settings, rng)
                x, y = mixup(x, y, rng, alpha=self.settings.mixup) if self.settings.mixup else (x, y)
            return x, {"features": y}

        def between(self, song, place):
            """What is said of a slice that begins in one patch and ends in the next."""
            target, patch = self.targets[song], int(place)
            after = min(patch + 1, len(target) - 1)
            return ((patch + 1 - place) * target[patch] + (place - patch) * target[after]).astype(np.float32)

    return Lessons
