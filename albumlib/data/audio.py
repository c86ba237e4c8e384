"""Decode a song: any sound file becomes one float32 mono signal, and what is odd about it is told."""

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from albumlib.data.sound.header import BREAKS_OFF, PADDED, read_promise
from albumlib.data.sound.mono import Cancelling, mono_blocks, resampled
from albumlib.data.sound.patient import open_patient, packet_seconds
from albumlib.data.sound.readers import open_quick
from albumlib.errors import InputError
from albumlib.quiet import native_stderr_muted

LOWEST_RATE = 1000  # Hz; telephones have 8000, and from a few a second a small file would make hours of sound
READABLE = "mp3, flac, ogg, opus, wav, aiff, m4a or wma"
LONGEST = 90 * 60  # seconds; a feature image of so much is drawn in less than 1 GB
MIDDLE = 10 * 60  # seconds that are heard of what is longer: a mix, a concert, a reading
SHORT = 0.05  # seconds, about two frames of an mp3; a song that is shorter by less lacks nothing
BIT = 0.01  # seconds, less than a frame of any kind; between good frames, less than that is not called lost
SILENCE_DB = -60.0  # the loudest sample below this: no song is mastered so
SILENCE = 10 ** (SILENCE_DB / 20)
CANCELLED = 0.1  # share of a song in which the channels cancel each other, from which one of them is heard
FULL, CLIPPED = 0.985, 0.01  # full scale; and the share of samples there, from which a song is called clipped
BURSTS = 0.05  # share of samples; more of them above full scale are no bursts, but another scale
ABOVE = 1.5  # times full scale, which no clipped song comes to, also not when an mp3 of it is decoded
EDGE = 200  # samples
OFFSET = 0.02  # of full scale, by which the mean of a song may lie off zero


@dataclass(frozen=True)
class Heard:
    """A whole song.

    Attributes
    ----------
    signal : float32, shape (n,)
        Mono; full scale is -1 to 1.
    lost
        Seconds that should be in the file, by its header or by what lies between its frames, and could not be decoded.
    remarks
        What is odd about it, a short clause each; mostly none.
    """

    signal: np.ndarray
    lost: float
    remarks: tuple[str, ...]


def hear_song(path: str | os.PathLike, *, sr: int = 22050) -> Heard:
    """Decode a whole song as `load_audio` does, or the middle ten of over 90 minutes, and tell what is odd about it.

    Raises
    ------
    InputError
        As `load_audio` does, if a sample is not finite, and if there is nothing to hear: no sample is louder than
        -60 dB of full scale, but for a constant. A constant is taken out of other songs.
    """
    seconds, promise = _look(path)
    span = (0.0, None) if seconds <= LONGEST else ((seconds - MIDDLE) / 2, MIDDLE)
    signal, lost, cancelled, found = _read(path, sr=sr, offset=span[0], duration=span[1], promise=promise)
    with np.errstate(all="ignore"):  # what is not finite makes the peak so
        mean = float(signal.mean(dtype=np.float64))
        inside = signal[EDGE:-EDGE] if len(signal) > 10 * EDGE else signal  # the resampler rings at the ends
        low, high = float(inside.min()), float(inside.max())
        peak = max(high - mean, mean - low)
        at_full = np.count_nonzero(signal > FULL) + np.count_nonzero(signal < -FULL)
    if not np.isfinite(peak):
        got = "NaN or infinity"
        raise InputError("signal is not finite", where=path, expected="numbers", got=got, todo="replace the file")
    if peak < SILENCE:
        got = f"{'nothing but' if peak == 0 else 'little more than'} {'zeros' if abs(mean) < OFFSET else 'a constant'}"
        expected = f"sound above {SILENCE_DB:.0f} dB of full scale"
        raise InputError("silent", where=path, expected=expected, got=got, todo="use another recording")
    remarks = []
    if seconds > LONGEST:
        remarks.append(f"{seconds / 60:.0f} minutes long, of which the middle {MIDDLE // 60} are heard")
    if lost:
        total = lost + len(signal) / sr
        remarks.append(
            f"{lost:.{1 if lost >= 0.1 else 2}f} s of {total:.1f} s could not be decoded ({lost / total:.1%})"
        )
    remarks += found
    if cancelled:
        where = "" if cancelled > 0.95 else f" in {cancelled:.0%} of it"
        remarks.append(f"the channels cancel each other{where}, so one is heard")
    if (most := max(high, -low)) >= ABOVE:
        remarks.append(f"louder than full scale, up to {most:,.1f} times")
        if at_full < BURSTS * len(signal):  # what a damaged frame makes; else it would be all that the picture shows
            remarks[-1] += ", in bursts that are cut off there"
            np.clip(signal, -1, 1, out=signal)
            mean = float(signal.mean(dtype=np.float64))
    elif at_full >= CLIPPED * len(signal):
        remarks.append(f"clipped: {at_full / len(signal):.0%} of the samples are at full scale")
    if OFFSET <= abs(mean) < 1:
        remarks.append(f"lay off zero by {mean:.2f} of full scale")
        signal = signal - np.float32(mean)
    return Heard(signal, lost, tuple(remarks))


def load_audio(
    path: str | os.PathLike, *, sr: int = 22050, offset: float = 0.0, duration: float | None = None
) -> np.ndarray:
    """Decode a song, average its channels and resample it.

    The file is decoded and resampled block by block, so memory is bounded by the mono signal that is returned (an hour
    at 22,050 Hz: 0.32 GB), not by the stereo recording. Where libsndfile does not hear all that the header promises, or
    the header cannot be relied on, FFmpeg decodes the file: across damaged frames, and to the end of the last stream.

    Parameters
    ----------
    path
        mp3, flac, ogg, opus, wav, aiff, m4a or wma.
    sr
        Sampling rate of the result, in Hz. The default keeps what lies below 11 kHz.
    offset
        Seconds to skip, 0 or more.
    duration
        Seconds to read at most; all that follows `offset` by default. No more than 90 minutes are read at once.

    Returns
    -------
    float32, shape (n,)
        Full scale is -1 to 1. A truncated or damaged file gives what decodes. Of channels that cancel each other the
        first is given.

    Raises
    ------
    InputError
        If the path is no file, or an empty one, nothing in it decodes from `offset` on, or more than 90 minutes do.

    Notes
    -----
    Notebook: 02_features

    Examples
    --------
    >>> y = load_audio("song.mp3", offset=60, duration=30)  # half a minute, from 1:00 on
    >>> len(y) / 22050  # seconds
    30.0
    """
    return _read(path, sr=sr, offset=offset, duration=duration)[0]


def audio_duration(path: str | os.PathLike) -> float:
    """Tell the length of an audio file without decoding it, which also shows whether it can be decoded at all.

    It is the header's where that can be relied on, else that of the file's frames, which takes about 0.1 ms a second of
    music.

    Returns
    -------
    float
        Seconds, more than 0.

    Raises
    ------
    InputError
        If the file is missing, empty, not audio that the decoders know, or holds none.
    """
    return _look(path)[0]


def _look(path):
    """The length of an audio file in seconds, and what its header promises."""
    path = Path(path)
    _check_file(path)
    with native_stderr_muted():
        promise = read_promise(path)
        seconds = promise.seconds if promise.kept else packet_seconds(path)
    if seconds is None or (seconds <= 0 and promise.seconds is None):
        raise InputError("not audio, or damaged", where=path, expected=READABLE, todo="convert or replace the file")
    if seconds <= 0:
        raise InputError("no audio inside", where=path, got="0 samples")
    return seconds, promise


def _read(path, *, sr, offset, duration, promise=None):
    """Decode a span: the signal, the seconds lost, the share where channels cancel, and what else is odd.

    The share is 0 where it is small, and the signal is the mean of all channels; else it is the first one.
    """
    path = Path(path)
    _check_file(path)
    if offset < 0 or (duration is not None and duration <= 0):
        raise InputError("no such span", where=path, expected="offset >= 0, duration > 0", got=f"{offset}, {duration}")
    span = {"sr": sr, "offset": offset, "duration": min(duration or LONGEST + 1, LONGEST + 1)}
    with native_stderr_muted():
        promise = promise or read_promise(path)
        wanted = min((promise.seconds or 0) - offset, span["duration"])
        signal, missing, cancelled, remarks = (
            _decode(open_quick, path, **span) if promise.kept else (None, 0.0, 0.0, ())
        )
        if signal is None or len(signal) / sr < wanted - SHORT:
            again = _decode(open_patient, path, **span)
            if again[0] is not None and len(again[0]) >= (1 if signal is None else len(signal)):
                signal, missing, cancelled, remarks = again
    if signal is None:
        raise InputError("not audio, or damaged", where=path, expected=READABLE, todo="convert or replace the file")
    if not len(signal):
        raise InputError("nothing decodes", where=path, expected=f"audio from {offset} s on", got="0 samples")
    if len(signal) > LONGEST * sr:
        expected = f"at most {LONGEST // 60} minutes"
        raise InputError("recording is too long", where=path, expected=expected, todo="cut it")
    to_end = duration is None
    shorter = wanted - len(signal) / sr
    lost = max(shorter if shorter > SHORT else 0.0, missing if missing > BIT else 0.0) + (
        promise.cut if to_end else 0.0
    )
    if lost or (promise.seconds is not None and abs(shorter) < 1):  # then it is told in seconds, or nothing is missing
        remarks = [remark for remark in remarks if remark != BREAKS_OFF and not remark.endswith(PADDED)]
    return signal, lost, cancelled, [*promise.remarks, *remarks] if to_end else []


def _check_file(path):
    """Raise `InputError` unless the path is a file with something in it."""
    if os.path.isdir(path):
        raise InputError("is a folder", where=path, expected="an audio file", todo="name one song")
    if not os.path.isfile(path):  # nor is a pipe or a device, which could be read forever
        raise InputError("no such file", where=path, expected=READABLE, todo="check the path")
    if path.stat().st_size == 0:
        raise InputError("file is empty", where=path, expected=READABLE, got="0 bytes", todo="replace the file")


def _decode(opener, path, *, sr, offset, duration, channel=None):
    """Decode a span with one of the readers: the signal (None where it cannot open the file), seconds missing in it.

    The third is the share of it where the channels cancel each other, and 0 where that is too little to mind; the
    fourth are remarks. Of several sound streams, the first that is not silent is heard.
    """
    with opener(path) as reader:
        if reader is None:
            return None, 0.0, 0.0, ()
        if reader.rate < LOWEST_RATE:
            got = f"{reader.rate} Hz"
            raise InputError("not sound", where=path, expected=f"at least {LOWEST_RATE} Hz", got=got)
        cancelling = Cancelling()
        blocks = mono_blocks(reader, offset=offset, duration=duration, channel=channel, cancelling=cancelling)
        signal, missing = resampled(blocks, reader.rate, sr), reader.missing
    if reader.number + 1 < reader.count and not len(signal[np.abs(signal) > SILENCE]):
        opener = partial(open_patient, number=reader.number + 1)
        again = _decode(opener, path, sr=sr, offset=offset, duration=duration, channel=channel)
        if again[0] is not None and len(again[0][np.abs(again[0]) > SILENCE]):
            return again
    if channel is None and cancelling.share >= CANCELLED:
        signal, missing, *_ = _decode(opener, path, sr=sr, offset=offset, duration=duration, channel=0)
        return signal, missing, cancelling.share, reader.remarks
    return signal, missing, 0.0, reader.remarks
