"""FFmpeg (PyAV) gives a sound file block by block: across what cannot be read, to the end of the last recording.

It takes half as long again as libsndfile.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from albumlib.data.sound.frames import TAGS, frame_bytes, lost_bytes
from albumlib.data.sound.header import BREAKS_OFF, PADDED, SLACK, unheard
from albumlib.data.sound.links import find_links, left_over, zeros_behind
from albumlib.data.sound.promised import promised_seconds
from albumlib.data.sound.readers import Reader

# Kinds of files that FFmpeg may take a file for: not pictures, texts, playlists or what else it knows.
KINDS = "aac,aiff,ape,asf,au,caf,dsf,flac,matroska,mov,mp3,mpc,mpc8,ogg,tta,w64,wav,wv"
FRAMES = ("mp3", "aac")  # kinds that are frames and nothing else
LOOSE = 0.3  # seconds by which these may be wrong: a stream may begin later than its container
CHECKED = ("tta", "wavpack")  # kinds whose sums FFmpeg only checks where it is asked to


class PatientReader(Reader):
    """FFmpeg: across what cannot be read, through every stream of the same file."""

    def __init__(self, container, path, link, *, number=0):
        streams = container.streams.audio
        self.container, self.path, self.link = container, path, link
        self.number, self.count = min(number, len(streams) - 1), len(streams)
        self.stream = streams[self.number]
        if self.count > 1:
            self.remarks = (f"{self.count} sound streams, of which number {self.number + 1} is heard",)
        self.rate = self.stream.codec_context.sample_rate
        if self.stream.codec_context.name in CHECKED:
            self.stream.codec_context.options = {"err_detect": "crccheck+explode"}
        self.bytes, self.seconds = 0, 0.0  # of what was decoded
        self.promised = promised_seconds(container, self.stream, path, link.start)
        self.place = None  # behind the last packet
        self.usual = 0  # bytes of a frame

    def blocks(self):
        """Give the samples in order."""
        import av

        lost = 0.0  # since the last packet that was good; what follows the last of all is no sound
        heard, last, failed = 0.0, None, False
        first, end = None, 0  # bytes between which what was decoded lies
        junk = 0  # bytes behind the last frame
        kind = self.container.format.name
        for packet in _packets(self.container, self.stream):
            last = packet if packet.size else last
            lost += self._worth(self._gap(packet))
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                if failed := not any(mark in bytes(packet) for mark in TAGS):
                    worth, seconds = self._worth(packet.size), _seconds(packet)
                    lost += max(worth, seconds) if kind in FRAMES else seconds or worth
                continue
            if frames and packet.size:
                failed, beside, place = False, self._beside(packet), self._place(packet)
                first, end = place if first is None else first, place + packet.size - beside
                self.missing, lost = self.missing + lost, self._worth(beside)
                self.bytes, self.seconds = self.bytes + packet.size - beside, self.seconds + _seconds(packet)
                junk = _junk(packet, frames) if kind == "flac" else 0
            heard += sum(frame.samples / frame.sample_rate for frame in frames)
            yield from map(self._floats, frames)
        if kind == "aac":  # of which FFmpeg does not tell the places
            skipped, first, end = lost_bytes(self.path, self.link.start, self.link.end)
            self.missing = max(self.missing, self._worth(skipped))
        if kind in FRAMES and end:
            self._tell_beside(first, end)
        breaks_off = kind in FRAMES and last is not None and frame_bytes(bytes(last)) > last.size
        if breaks_off or (kind == "flac" and failed):
            self.remarks += (BREAKS_OFF,)
        if self.link.end == os.path.getsize(self.path):
            self.remarks += unheard(self.path, junk, "behind its last frame")
        if self.promised - heard > LOOSE:
            self.missing = max(self.missing, self.promised - heard)

    def _tell_beside(self, first, end):
        """Tell what lies before the first frame and behind the last."""
        before = left_over(self.path, start=self.link.start, end=first)
        self.remarks += unheard(self.path, before, "before its first frame")
        if self.link.end < os.path.getsize(self.path):
            return
        behind = left_over(self.path, start=end)
        self.remarks += unheard(self.path, behind, "behind its last frame")
        if not behind and (zeros := zeros_behind(self.path)) > SLACK:
            self.remarks += (f"{zeros / 1000:,.0f} {PADDED}",)

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

    def _beside(self, packet):
        """Bytes in the packet of a frame that are not of the frame, as its header tells; nor a tag."""
        if self.container.format.name != "mp3" or packet.size <= self.usual + 1:  # some frames are padded by a byte
            return 0
        data = bytes(packet)
        length = frame_bytes(data)
        self.usual = length or self.usual
        known = self.usual and not data[length:].startswith(TAGS)
        return max(0, packet.size - self.usual) if known else 0

    def _gap(self, packet):
        """Bytes of an mp3 that no packet has, between this one and the one before, but for tags."""
        before, self.place = self.place, None
        if packet.pos is None or not packet.size or self.container.format.name != "mp3":
            return 0
        place = self._place(packet)
        self.place = place + packet.size
        if before is None or place <= before:
            return 0
        with open(self.path, "rb") as file:
            file.seek(before)
            return 0 if file.read(12).startswith(TAGS) else place - before

    def _place(self, packet):
        """Where a packet begins in the file."""
        return self.link.start + (packet.pos or 0)


class ChainReader(Reader):
    """Several recordings in one file, each opened by itself; all at the rate of the first."""

    def __init__(self, path, links):
        self.path, self.links, self.rate = path, links, 0
        for link in links:
            with self._open(link) as reader:
                self.rate = self.rate or (reader.rate if reader else 0)

    def _open(self, link):
        return _open_container(self.path, link)

    def blocks(self):
        """Give the samples in order."""
        for link in self.links:
            with self._open(link) as reader:
                if reader is None:
                    if count := left_over(self.path, start=link.start, end=link.end):
                        self.remarks += (f"{count / 1000:,.1f} kB of it are no sound that can be decoded",)
                    continue
                reader.rate = self.rate
                yield from reader.blocks()
                self.missing += max(reader.missing, link.cut)
                self.remarks += reader.remarks

    def packet_seconds(self) -> float:
        """Add up the lengths of the packets."""
        total = 0.0
        for link in self.links:
            with self._open(link) as reader:
                total += reader.packet_seconds() if reader else 0.0
        return total


def _packets(container, stream):
    """Packets of a stream to its end; what cannot be read at all ends it."""
    import av

    try:
        yield from container.demux(stream)
    except av.error.FFmpegError:
        return


def _junk(packet, frames):
    """Bytes of a packet that are more than a FLAC frame has which is not compressed, but for zeros; 0 beside a tag."""
    data = bytes(packet).rstrip(b"\0")
    most = sum(frame.samples * frame.layout.nb_channels * frame.format.bytes for frame in frames)
    return 0 if any(mark in data for mark in TAGS) else len(data) - most


def _seconds(packet):
    duration = packet.duration or 0
    known = packet.time_base and duration < 1 << 31  # FFmpeg wraps what an Ogg stream's end makes less than 0
    return float(duration * packet.time_base) if known else 0.0


@contextmanager
def open_patient(path: str | os.PathLike, *, number: int = 0) -> Iterator[PatientReader | ChainReader | None]:
    """Open a file with FFmpeg; None if it cannot, or finds no sound in it.

    Parameters
    ----------
    number
        Of several sound streams, as a film has them.
    """
    path = Path(path).absolute()
    links = find_links(path)
    if len(links) > 1:
        reader = ChainReader(path, links)
        yield reader if reader.rate else None
        return
    with _open_container(path, links[0], number=number) as reader:
        yield reader


@contextmanager
def _open_container(path, link, *, number=0):
    import av

    whole = link.start == 0 and link.end == os.path.getsize(path)
    file = str(path) if whole else f"subfile,,start,{link.start},end,{link.end},,:{path}"
    try:
        container = av.open(file, options={"format_whitelist": KINDS}, metadata_errors="ignore")
    except (av.error.FFmpegError, ValueError):
        yield None
        return
    with container:
        known = container.streams.audio and container.streams.audio[0].codec_context
        yield PatientReader(container, path, link, number=number) if known and known.sample_rate else None


def packet_seconds(path: str | os.PathLike) -> float:
    """Add up the lengths of a file's packets; 0 if there are none."""
    with open_patient(path) as reader:
        return reader.packet_seconds() if reader else 0.0
