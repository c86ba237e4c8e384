"""Slices of many songs, read from disk when they are needed, in batches and in the background."""

import mmap
import os
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike

from albumlib.backend import load_keras
from albumlib.data.catalog import data_digest
from albumlib.errors import InputError
from albumlib.features.settings import PRESETS, FeatureSettings

if TYPE_CHECKING:
    import keras

ASKED = 64  # reads that the system is asked for at once
PREPARED = 4  # batches that wait for the network, so that the network does not wait for them

# from pixels (k, rows, width), labels (k, n_genres) and a generator to changed pixels and labels
Augment = Callable[[np.ndarray, np.ndarray, np.random.Generator], tuple[np.ndarray, np.ndarray]]


def cut_slices(
    values: np.ndarray, *, width: int = 128, step: int | None = None, settings: FeatureSettings = PRESETS["default"]
) -> np.ndarray:
    """Cut an image along time into pieces of equal width; an incomplete last one is dropped.

    Parameters
    ----------
    values : uint8, shape (H, T)
    width
        Columns of a slice: 128 are 3 s by default, 1.28 s in the report.
    step
        Columns from one slice to the next; `width`, so that none overlap, by default.
    settings
        Those of the image: an error message gives seconds.

    Returns
    -------
    uint8, shape (n, H, width) with ``n = 1 + (T - width) // step``
        A read-only view of `values`.

    Raises
    ------
    InputError
        If the song is too short for one slice.

    Notes
    -----
    Notebook: 02_features

    Examples
    --------
    >>> cut_slices(np.zeros((258, 300), np.uint8), width=128, step=64).shape
    (3, 258, 128)
    """
    columns = values.shape[1]
    if columns < width:
        needed, got = (f"{n / settings.columns_per_second:.2f} s ({n} columns)" for n in (width, columns))
        raise InputError("song is too short for one slice", expected=needed, got=got, todo="use a longer recording")
    windows = np.lib.stride_tricks.sliding_window_view(values, width, axis=1)[:, :: step or width]
    return windows.transpose(1, 0, 2)


@dataclass(frozen=True)
class Slices:
    """Slices that are known by their place; pixels are read only when asked for.

    Attributes
    ----------
    pixels : uint8, shape (n_pixels,)
        The feature images of all songs, one after the other, each column by column, so that a slice lies in one piece.
        Usually a `numpy.memmap`; its file is read, slice by slice, so that the map takes no memory.
    image : int, shape (n, 2)
        Of the song of each slice: where its image begins in `pixels`, and how many columns it has.
    first : int, shape (n,)
        The column of the image where each slice begins.
    labels : int, shape (n,)
        Genre, as an index into the class order.
    songs : int, shape (n,)
        Song, as a row of the index that the slices were made from.
    rows, width : of a slice
    tracks : str, shape (n_songs,)
        What each song is called, whose it is and what it is, as far as that is known: a part of the `digest` alone.
    """

    pixels: np.ndarray
    image: np.ndarray
    first: np.ndarray
    labels: np.ndarray
    songs: np.ndarray
    rows: int
    width: int
    tracks: tuple[str, ...] = ()

    @classmethod
    def of_arrays(cls, X: np.ndarray, labels: ArrayLike) -> Self:
        """Slices that are in memory already, each a song of its own: uint8 (n, rows, width), int (n,)."""
        n, rows, width = X.shape
        songs = np.arange(n)
        image = np.stack([rows * width * songs, np.full(n, width)], axis=1)
        pixels = X.transpose(0, 2, 1).reshape(-1)
        return cls(pixels, image, np.zeros(n, int), np.asarray(labels), songs, rows, width)

    def __len__(self) -> int:
        return len(self.first)

    def __getitem__(self, chosen: np.ndarray | slice) -> Self:
        """Choose slices by a mask or by numbers; nothing is read."""
        parts = {name: getattr(self, name)[chosen] for name in ("image", "first", "labels", "songs")}
        return replace(self, **parts)

    def of_songs(self, mask: ArrayLike) -> Self:
        """Choose the slices of some songs, by a mask over the rows of the index: bool (n_songs,)."""
        return self[np.asarray(mask)[self.songs]]

    def digest(self) -> str:
        """Sum up the slices: their pixels, labels and places, and the tracks they are of (12 hexadecimal digits)."""
        images, songs = np.unique(self.image, axis=0), np.unique(self.songs)
        named = [self.tracks[song] for song in songs] if self.tracks else []
        pixels = (columns.reshape(-1) for columns in self._columns(*images.T.tolist()))
        places = [np.searchsorted(songs, self.songs), self.first, self.labels, np.array([self.rows, self.width])]
        return data_digest(named, *places, further=pixels)

    def read(self, *, rng: np.random.Generator | None = None) -> np.ndarray:
        """Read the pixels of all these slices.

        Parameters
        ----------
        rng
            Begin each slice anywhere in its song, instead of at its place.

        Returns
        -------
        uint8, shape (n, rows, width)
        """
        first = self.first if rng is None else rng.integers(self.image[:, 1] - self.width, endpoint=True)
        values = np.empty((len(first), self.rows, self.width), np.uint8)
        places = (self.image[:, 0] + self.rows * first).tolist()
        for number, columns in enumerate(self._columns(places, [self.width] * len(places))):
            values[number] = columns
        return values

    def _columns(self, places, counts):
        """Read so many columns of an image from each place in `pixels` on; yield uint8 (rows, count)."""
        with self._open() as file:
            for number, (place, count) in enumerate(zip(places, counts, strict=True)):
                if file:
                    if number % ASKED == 0:
                        self._ask_for(file, places[number : number + ASKED], counts[number : number + ASKED])
                    part = np.empty(self.rows * count, np.uint8)
                    file.seek(self.pixels.offset + place)
                    if (got := file.readinto(part)) < len(part):
                        expected, todo = f"{len(part):,} bytes from byte {place:,} on", "load the slices again"
                        raise InputError("was cut short", where=file.name, expected=expected, got=got, todo=todo)
                else:
                    part = self.pixels[place : place + self.rows * count]
                yield part.reshape(count, self.rows).T

    def _ask_for(self, file, places, counts):
        """Have the system read what is needed next, all of it at once: one read after the other waits for each."""
        if hasattr(os, "posix_fadvise"):  # not on macOS and Windows
            for place, count in zip(places, counts, strict=True):
                start, size = self.pixels.offset + place, self.rows * count
                os.posix_fadvise(file.fileno(), start, size, os.POSIX_FADV_WILLNEED)

    @contextmanager
    def _open(self):
        """Open the file of `pixels`, or give None: it is no map, or its file was deleted, which the map still holds.

        Where the store is larger than the memory, a page of the map costs a read of many others around it.
        """
        mapped = isinstance(self.pixels.base, mmap.mmap) and os.path.exists(self.pixels.filename)
        with open(self.pixels.filename, "rb", buffering=0) if mapped else nullcontext() as file:
            yield file


def batches(
    slices: Slices,
    *,
    n_genres: int,
    batch_size: int,
    seed: int | None = None,
    epoch: int = 0,
    jitter: bool = False,
    augment: Augment | None = None,
) -> "keras.utils.PyDataset":
    """Feed slices to Keras, batch by batch, read in the background while the network computes.

    Parameters
    ----------
    seed
        Shuffle; without it the slices come in their order.
    epoch
        With the seed it decides everything that chance decides, so a resumed training sees the same batches.
    jitter
        Begin each slice anywhere in its song.

    Returns
    -------
    keras.utils.PyDataset
        Of pixels, uint8 unless they are changed, and one-hot labels, float32; for `fit`, `evaluate` and `predict`.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    return _batches_class()(slices, n_genres, batch_size, seed, epoch, jitter, augment)


@cache
def _batches_class():
    """Make the class when it is first needed, for its parent is Keras's."""

    class Batches(load_keras().utils.PyDataset):
        def __init__(self, slices, n_genres, batch_size, seed, epoch, jitter, augment):
            # two, so that one reads while the other waits for the disk or changes pixels; batches keep their order
            super().__init__(workers=2, max_queue_size=PREPARED)
            shuffled = seed is not None
            order = np.random.default_rng([seed, epoch]).permutation(len(slices)) if shuffled else None
            self.slices = slices[order] if shuffled else slices
            self.eye, self.batch_size = np.eye(n_genres, dtype="float32"), batch_size
            self.chance = [seed or 0, epoch]
            self.jitter, self.augment = jitter, augment

        def __len__(self):
            return -(-len(self.slices) // self.batch_size)

        def __getitem__(self, number):
            chosen = self.slices[number * self.batch_size : (number + 1) * self.batch_size]
            rng = np.random.default_rng([*self.chance, number])
            x, y = chosen.read(rng=rng if self.jitter else None), self.eye[chosen.labels]
            return self.augment(x, y, rng) if self.augment else (x, y)

    return Batches
