"""What a decoder gives, block by block; and libsndfile, which is quick.

It stops at the first frame of an mp3 that it cannot read, and at the end of the first of several recordings; it knows
neither AAC nor WMA.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import soundfile

BLOCK = 1 << 14  # frames decoded at once, about 0.4 s; a block that fails is lost whole, so it is small


class Reader:
    """A sound file that is being read.

    Attributes
    ----------
    rate
        Samples a second.
    missing
        Seconds known to be there and not decoded so far.
    number, count
        Which of how many sound streams it reads.
    remarks
        What cannot be told in seconds, a short clause each; complete at the end of the file.
    """

    rate: int
    missing: float = 0.0
    number: int = 0
    count: int = 1
    remarks: tuple[str, ...] = ()

    def blocks(self) -> Iterator[np.ndarray]:
        """Give the samples in order: float32, shape (n, channels), all of the same rate."""
        raise NotImplementedError


class _Stream(soundfile.SoundFile):
    """An audio file that is read from front to back.

    Left to itself, soundfile seeks to where it is after each read. An mp3 frame may borrow bits from frames far back,
    which a seek forgets, and so a file read in blocks gets silent gaps. What cannot seek is left alone.
    """

    def seekable(self):
        return False


class QuickReader(Reader):
    """libsndfile: to the end, or to the first frame that it cannot read."""

    def __init__(self, file):
        self.file, self.rate = file, file.samplerate

    def blocks(self):
        """Give the samples in order."""
        while True:
            try:
                block = self.file.read(BLOCK, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                return
            if not len(block):
                return
            yield block


@contextmanager
def open_quick(path: str | os.PathLike) -> Iterator[QuickReader | None]:
    """Open a file with libsndfile; None if it cannot."""
    try:
        file = _Stream(path)
    except (soundfile.LibsndfileError, TypeError):  # a TypeError: a name that ends in .raw, for soundfile
        yield None
        return
    with file:
        yield QuickReader(file)
