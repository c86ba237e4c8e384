"""A song as both pretrained networks describe it: tags and hidden units of each of its patches."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from albumlib.data.audio import hear_song
from albumlib.errors import InputError
from albumlib.genre.pretrained.mel import FRAMES, MOST_PATCHES, N_MELS, SR, cut_patches, level_gain, log_mel
from albumlib.genre.pretrained.musicnn.network import TAGS, load_pretrained

# Part of what is kept of a song, and of the card of what learned from songs: raise it when they are heard otherwise.
HEARING = 2
BLOCK = 31  # frames over which a sound is averaged before it is asked whether it changes: half a second


@dataclass(frozen=True)
class Patches:
    """What both networks say of the patches of a song.

    Attributes
    ----------
    tags : float32 array, shape (n, 100)
        Probability of each of `ALL_TAGS` in each patch, 0 to 1; several may hold at once, so rows need not sum to 1.
    units : float32 array, shape (n, 400)
        Last hidden layer, 200 units of each network, each about 0.
    change : float
        How much the song's sound changes from half second to half second: standard deviation over time of the log-mel
        bands, averaged over the bands. Music has 0.2 or more, silence 0, steady noises and tones less than 0.1.
    remarks : tuple of str
        What is odd about the recording, mostly nothing.
    """

    tags: np.ndarray
    units: np.ndarray
    change: float
    remarks: tuple[str, ...] = ()


def embed(y: ArrayLike, *, step: int = FRAMES, most: int = MOST_PATCHES) -> Patches:
    """Run both networks over a song, as loud as `level_gain` makes it: a quiet copy is heard as the loud one is.

    Parameters
    ----------
    y : array_like
        Shape (n,), mono samples at 16 kHz.
    step, most : int
        Which patches, as in `cut_patches`.

    Returns
    -------
    Patches

    Raises
    ------
    InputError
        If the song is shorter than 3 s or no mono signal of finite samples, or the package is missing.
    """
    mel = _at_one_loudness(y)
    patches, _ = cut_patches(mel, step=step, most=most)
    found = {}
    for name in TAGS:
        for key, values in load_pretrained(name).predict(patches).items():
            found.setdefault(key, []).append(values)
    tags, units = (np.concatenate(found[key], axis=1) for key in ("tags", "units"))
    return Patches(tags, units, _change(mel))


def check_hearing(card: Mapping[str, Any], where: str | os.PathLike) -> None:
    """Refuse a run whose network learned from what the pretrained ones say of songs heard otherwise than now.

    Raises
    ------
    InputError
    """
    if card.get("hearing") != HEARING:
        expected, got = (f"hearing {number}" for number in (HEARING, card.get("hearing", 1)))
        raise InputError("a network for other ears", where=where, expected=expected, got=got, todo="train it again")


def sound_change(y: ArrayLike) -> float:
    """How much a sound at 16 kHz changes from half second to half second, as `Patches` has it."""
    return _change(_at_one_loudness(y))


def _at_one_loudness(y):
    """The networks' input, the same for a quiet copy of a song as for the loud one."""
    return log_mel(y, gain=level_gain(y))


def _change(mel):
    halves = mel[: len(mel) // BLOCK * BLOCK].reshape(-1, BLOCK, N_MELS).mean(axis=1)
    return float(halves.std(axis=0).mean())


def embed_file(path: str | os.PathLike, **options) -> Patches:
    """Decode a song and run both networks over it.

    Parameters
    ----------
    path : path
    **options
        Of `embed`.

    Returns
    -------
    Patches

    Raises
    ------
    InputError
        If the file cannot be decoded or is silent, or as in `embed`; it names the file.
    """
    try:
        heard = hear_song(path, sr=SR)
        return replace(embed(heard.signal, **options), remarks=heard.remarks)
    except InputError as error:
        raise InputError(error.reason, where=error.where or path) from None
