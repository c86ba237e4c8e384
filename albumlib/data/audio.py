"""Decode a song: any file that libsndfile reads becomes one float32 mono signal."""

import os
from pathlib import Path

import numpy as np
import soundfile
import soxr

from albumlib.errors import InputError
from albumlib.quiet import native_stderr_muted

BLOCK = 1 << 14  # frames decoded at once, about 0.4 s; a block that fails is lost whole, so it is small
LOWEST_RATE = 1000  # Hz; telephones have 8000, and from a few a second a small file would make hours of sound
READABLE = "mp3, flac, ogg, opus, wav or aiff"
LONGEST = 90 * 60  # seconds; a feature image of so much is drawn in less than 1 GB


def load_audio(
    path: str | os.PathLike, *, sr: int = 22050, offset: float = 0.0, duration: float | None = None
) -> np.ndarray:
    """Decode a song, average its channels and resample it.

    The file is decoded and resampled block by block, so memory is bounded by the mono signal that is returned (an hour
    at 22,050 Hz: 0.32 GB), not by the stereo recording.

    Parameters
    ----------
    path
        mp3, flac, ogg, opus, wav or aiff.
    sr
        Sampling rate of the result, in Hz. The default keeps what lies below 11 kHz.
    offset
        Seconds to skip, 0 or more.
    duration
        Seconds to read at most; all that follows `offset` by default. No more than 90 minutes are read at once.

    Returns
    -------
    float32, shape (n,)
        Full scale is -1 to 1. A truncated or damaged file gives what decodes.

    Raises
    ------
    InputError
        If the path is missing, a folder or an empty file, nothing in it decodes from `offset` on, or more than 90
        minutes do.

    Notes
    -----
    Notebook: 02_features

    Examples
    --------
    >>> y = load_audio("song.mp3", offset=60, duration=30)  # half a minute, from 1:00 on
    >>> len(y) / 22050  # seconds
    30.0
    """
    path = Path(path)
    _check_file(path)
    if offset < 0 or (duration is not None and duration <= 0):
        raise InputError("no such span", where=path, expected="offset >= 0, duration > 0", got=f"{offset}, {duration}")
    with native_stderr_muted():
        try:
            with _Stream(path) as file:
                if file.samplerate < LOWEST_RATE:
                    got = f"{file.samplerate} Hz"
                    raise InputError("not sound", where=path, expected=f"at least {LOWEST_RATE} Hz", got=got)
                signal = _resampled(_mono_blocks(file, offset=offset, duration=duration), file.samplerate, sr)
        except (soundfile.LibsndfileError, TypeError):  # a TypeError: a name that ends in .raw, for soundfile
            raise InputError(
                "not audio, or damaged", where=path, expected=READABLE, todo="convert or replace the file"
            ) from None
    if not len(signal):
        raise InputError("nothing decodes", where=path, expected=f"audio from {offset} s on", got="0 samples")
    if len(signal) > LONGEST * sr:
        raise InputError(
            "recording is too long", where=path, expected=f"at most {LONGEST // 60} minutes", todo="cut it"
        )
    return signal


class _Stream(soundfile.SoundFile):
    """An audio file that is read from front to back.

    Left to itself, soundfile seeks to where it is after each read. An mp3 frame may borrow bits from frames far back,
    which a seek forgets, and so a file read in blocks gets silent gaps. What cannot seek is left alone.
    """

    def seekable(self):
        return False


def _check_file(path):
    """Raise `InputError` unless the path is a file with something in it."""
    if os.path.isdir(path):
        raise InputError("is a folder", where=path, expected="an audio file", todo="name one song")
    if not os.path.isfile(path):  # nor is a pipe or a device, which could be read forever
        raise InputError("no such file", where=path, expected=READABLE, todo="check the path")
    if path.stat().st_size == 0:
        raise InputError("file is empty", where=path, expected=READABLE, got="0 bytes", todo="replace the file")


def _mono_blocks(file, *, offset, duration):
    """Yield float32 blocks of a stream, channels averaged, until its end or its first unreadable frame.

    What lies before the offset is decoded and dropped, for want of a seek that can be trusted (see `_Stream`).
    """
    skip = round(offset * file.samplerate)
    # A second more than is allowed, so that what is too long shows. The header may promise anything.
    left = round(min(duration or LONGEST + 1, LONGEST + 1) * file.samplerate)
    # a product, since numpy's mean over two neighbours takes as long as decoding does
    weights = np.full(file.channels, 1 / file.channels, np.float32)
    while left > 0:
        try:
            block = file.read(min(skip or left, BLOCK), dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            return  # the decoder gave up inside the file: what came before is good
        if not len(block):
            return
        if skip:
            skip -= len(block)
        else:
            left -= len(block)
            yield block @ weights


def _resampled(blocks, sr_from, sr_to):
    """Join blocks into one signal at another rate, resampling as they come."""
    signal = bytearray()  # grows where it is; a list of arrays would be held twice while they are joined
    if sr_from == sr_to:
        for block in blocks:
            signal += block.data
    else:
        stream = soxr.ResampleStream(sr_from, sr_to, 1, dtype="float32")
        for block in blocks:
            signal += stream.resample_chunk(block).data
        signal += stream.resample_chunk(np.empty(0, np.float32), last=True).data
    return np.frombuffer(signal, np.float32)
