"""Two decoders that give a sound file block by block: libsndfile, which is quick, and FFmpeg, which goes on.

libsndfile stops at the first frame of an mp3 that it cannot read, and at the end of the first of several streams; it
knows neither AAC nor WMA. FFmpeg (PyAV) takes half as long again, and hears all that there is.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile

from albumlib.data.sound.header import find_links

BLOCK = 1 << 14  # frames decoded at once, about 0.4 s; a block that fails is lost whole, so it is small
# Kinds of files that FFmpeg may take a file for: not pictures, texts, playlists or what else it knows.
KINDS = "aac,aiff,ape,asf,au,caf,dsf,flac,matroska,mov,mp3,mpc,mpc8,ogg,tta,w64,wav,wv"
PROMISING = ("mov", "matroska", "wv", "tta", "ape", "dsf", "mpc", "mpc8", "aiff")  # kinds whose headers tell seconds
LOOSE = 0.3  # seconds by which these may be wrong: a stream may begin later than its container
TAGS = (b"ID3\x03", b"ID3\x04", b"ID3\x02", b"APETAGEX")  # between two recordings


class Reader:
    """A sound file that is being read.

    Attributes
    ----------
    rate
        Samples a second.
    missing
        Seconds known to be there and not decoded so far.
    """

    rate: int
    missing: float = 0.0

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


class PatientReader(Reader):
    """FFmpeg: across what cannot be read, through every stream of the same file."""

    def __init__(self, container):
        self.container, self.stream = container, container.streams.audio[0]
        self.rate = self.stream.codec_context.sample_rate
        self.bytes, self.seconds = 0, 0.0  # of what was decoded
        self.promised = _promised(container)
        self.place = None  # behind the last packet

    def blocks(self):
        """Give the samples in order."""
        import av

        lost = 0.0  # since the last packet that was good; what follows the last of all is no sound
        heard = 0.0
        for packet in _packets(self.container, self.stream):
            lost += self._worth(self._gap(packet))
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                tag = any(mark in bytes(packet) for mark in TAGS)
                lost += 0.0 if tag else max(self._worth(packet.size), _seconds(packet))
                continue
            if frames and packet.size:
                self.missing, lost = self.missing + lost, 0.0
                self.bytes, self.seconds = self.bytes + packet.size, self.seconds + _seconds(packet)
            heard += sum(frame.samples / frame.sample_rate for frame in frames)
            yield from map(self._floats, frames)
        if self.promised - heard > LOOSE:
            self.missing = max(self.missing, self.promised - heard)

    def packet_seconds(self) -> float:
        """Add up the lengths of the packets, which takes a tenth of the time of decoding them."""
        return sum(_seconds(packet) for packet in _packets(self.container, self.stream))

    def _worth(self, count):
        """Seconds that as many bytes hold elsewhere in the file."""
        return count / self.bytes * self.seconds if self.bytes else 0.0

    def _floats(self, frame):
        """Samples of a decoded frame, at the rate of the first."""
        values = frame.to_ndarray()
        if not frame.format.is_planar:
            values = values.reshape(-1, frame.layout.nb_channels).T
        if values.dtype.kind in "iu":
            middle = 128 if values.dtype.kind == "u" else 0
            full = 2.0 ** (8 * values.dtype.itemsize - 1)
            values = (values.astype(np.float32) - middle) / np.float32(full)
        values = values.T.astype(np.float32, copy=False)
        if frame.sample_rate != self.rate and frame.sample_rate:
            import soxr

            values = soxr.resample(values, frame.sample_rate, self.rate)
        return values

    def _gap(self, packet):
        """Bytes of an mp3 that no packet has, between this one and the one before, but for tags."""
        place, self.place = self.place, None
        if packet.pos is None or not packet.size or self.container.format.name != "mp3":
            return 0
        self.place = packet.pos + packet.size
        if place is None or packet.pos <= place:
            return 0
        with open(self.container.name, "rb") as file:
            file.seek(place)
            return 0 if file.read(8).startswith(TAGS) else packet.pos - place


class ChainReader(Reader):
    """Several recordings in one file, each opened by itself; all at the rate of the first."""

    def __init__(self, path, links):
        self.path, self.links = path, links
        with self._open(links[0]) as reader:
            self.rate = reader.rate if reader else 0

    def _open(self, link):
        start, end = link
        return _open_container(f"subfile,,start,{start},end,{end},,:{self.path}")

    def blocks(self):
        """Give the samples in order."""
        for link in self.links:
            with self._open(link) as reader:
                if reader is None:
                    continue
                reader.rate = self.rate
                yield from reader.blocks()
                self.missing += reader.missing

    def packet_seconds(self) -> float:
        """Add up the lengths of the packets."""
        total = 0.0
        for link in self.links:
            with self._open(link) as reader:
                total += reader.packet_seconds() if reader else 0.0
        return total


def _promised(container):
    """Seconds that a container's header promises, 0 where it is FFmpeg that guesses them."""
    if container.format.name.split(",")[0] not in PROMISING:
        return 0.0
    stream = container.streams.audio[0]
    if stream.duration:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1e6 if len(container.streams) == 1 else 0.0


def _packets(container, stream):
    """Packets of a stream to its end; what cannot be read at all ends it."""
    import av

    try:
        yield from container.demux(stream)
    except av.error.FFmpegError:
        return


def _seconds(packet):
    duration = packet.duration or 0
    known = packet.time_base and duration < 1 << 31  # FFmpeg wraps what an Ogg stream's end makes less than 0
    return float(duration * packet.time_base) if known else 0.0


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


@contextmanager
def open_patient(path: str | os.PathLike) -> Iterator[PatientReader | ChainReader | None]:
    """Open a file with FFmpeg; None if it cannot, or finds no sound in it."""
    path = Path(path).absolute()
    links = find_links(path)
    if len(links) > 1:
        reader = ChainReader(path, links)
        yield reader if reader.rate else None
        return
    with _open_container(str(path)) as reader:
        yield reader


@contextmanager
def _open_container(file):
    import av

    try:
        container = av.open(file, options={"format_whitelist": KINDS}, metadata_errors="ignore")
    except (av.error.FFmpegError, ValueError):
        yield None
        return
    with container:
        known = container.streams.audio and container.streams.audio[0].codec_context
        yield PatientReader(container) if known and known.sample_rate else None


def packet_seconds(path: str | os.PathLike) -> float:
    """Add up the lengths of a file's packets; 0 if there are none."""
    with open_patient(path) as reader:
        return reader.packet_seconds() if reader else 0.0
