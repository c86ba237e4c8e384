"""Seconds that the headers of a recording promise; of CAF and Windows Media FFmpeg takes them from the file's size."""

import os
import struct
from typing import TYPE_CHECKING

from albumlib.data.sound.ends import ASF
from albumlib.data.sound.header import SANE
from albumlib.data.sound.tables import read_table

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream

# Kinds whose headers tell seconds
PROMISING = ("mov", "matroska", "wv", "tta", "ape", "dsf", "mpc", "mpc8", "aiff", "flac", "ogg")
ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
ROUNDED = 0.7  # seconds by which tags may say more: most programs write whole ones
BROADCAST = 1  # flag of a stream whose length was not known when it was written
HEAD = 1 << 16  # bytes


def promised_seconds(container: "InputContainer", stream: "Stream", path: str | os.PathLike, start: int) -> float:
    """Tell how long the recording should be that begins at a byte of a file; 0 where it is FFmpeg that guesses."""
    kind = container.format.name.split(",")[0]
    if kind == "mp3":
        table = read_table(path, start)
        return table.seconds if table else tagged_seconds(path, start)
    if kind in ("asf", "caf"):
        return listed_seconds(path, start)
    if kind not in PROMISING:
        return 0.0
    if stream.duration:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1e6 if len(container.streams) == 1 else 0.0


def tagged_seconds(path: str | os.PathLike, start: int = 0) -> float:
    """Read how long a song is by its ID3v2 tag, if that stands at a file's beginning; 0 where it does not say it."""
    from mutagen.id3 import ID3

    try:
        seconds = float(ID3(path)["TLEN"].text[0]) / 1000 if start == 0 else 0.0
    except Exception:  # damage can surprise the reader of tags anywhere, and most songs have no such field
        return 0.0
    return seconds - ROUNDED if ROUNDED < seconds < SANE else 0.0


def listed_seconds(path: str | os.PathLike, start: int = 0) -> float:
    """Read how long the recording should be that begins at a byte of a file; 0 where its header does not say it."""
    with open(path, "rb") as file:
        file.seek(start)
        head = file.read(HEAD)
        if head.startswith(ASF):
            seconds = _asf_seconds(head)
        else:
            seconds = _caf_seconds(file, start) if head.startswith(b"caff") else 0.0
    return seconds if 0 < seconds < SANE else 0.0


def _asf_seconds(head):
    place = head.find(ASF_PROPERTIES)
    if not 0 < place <= len(head) - 92:
        return 0.0
    ticks, _, early, flags = struct.unpack("<QQQI", head[place + 64 : place + 92])  # of 100 ns; and milliseconds
    return 0.0 if flags & BROADCAST else ticks / 1e7 - early / 1e3


def _caf_seconds(file, start):
    rate, packet, frames, seconds = 0.0, 0, 0, 0.0
    file.seek(start + 8)
    while len(head := file.read(12)) == 12:
        name, size = struct.unpack(">4sq", head)
        place = file.tell()
        content = file.read(24 if name == b"pakt" else 32)
        if name == b"desc" and len(content) == 32:
            rate, _, _, packet, frames = struct.unpack(">d4sIII", content[:24])
        if name == b"data" and packet and rate and size > 4:
            seconds = (size - 4) / packet * frames / rate
        if name == b"pakt" and len(content) == 24 and rate:
            seconds = struct.unpack(">qqii", content)[1] / rate
        if not 0 <= size <= os.path.getsize(file.name) - place:  # to the end of the file, or beyond it
            break
        file.seek(place + size)
    return seconds
