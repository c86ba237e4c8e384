"""Recordings one behind the other in one file, which is what remains where files were joined byte by byte."""

import mmap
import os
import struct
from typing import NamedTuple

from albumlib.data.sound.frames import begins_frames, behind_tags

UNKNOWN = 0x7FFF0000  # bytes; a length from here on stands for one that was not known, in a pipe
# What begins a recording beyond doubt: where, what stands there, and how far behind the beginning.
FLAC = ((b"fLaC\0\0\0\x22", 0), (b"fLaC\x80\0\0\x22", 0))  # the name before the first block, of 34 bytes
OGG = b"OggS\0\x02"  # a page that is marked as a stream's first
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
MARKS = ((b"WAVE", 8), (b"AIFF", 8), (b"AIFC", 8), *FLAC, (OGG, 0), (b"ftyp", 4), (ASF, 0), (b"caff\0\1\0\0", 0))


class Link(NamedTuple):
    """One of the recordings of a file: where it begins and ends, in bytes, and seconds that are cut off its end."""

    start: int
    end: int
    cut: float = 0.0


def find_links(path: str | os.PathLike) -> list[Link]:
    """Find the recordings one behind the other in a file; one that cannot be told is taken for one recording.

    What lies behind the last belongs to none.
    """
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        links = [_link(data, 0)]
        while (place := links[-1].end) < len(data) and _begins(data, place):
            links.append(_link(data, place))
        return links


def left_over(path: str | os.PathLike) -> int:
    """Count the bytes behind the last recording of a file, but for tags and zeros."""
    end = find_links(path)[-1].end
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        rest = data[behind_tags(data, end) :].strip(b"\0")
    return 0 if rest.startswith((b"TAG", b"APETAGEX", b"LYRICSBEGIN")) else len(rest)


def _link(data, start):
    place = behind_tags(data, start)
    head = data[place : place + 12]
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        return Link(start, *_riff(data, place))
    if head[:4] == b"FORM":
        return Link(start, _chunks(data, place, ">")[0])
    if head[4:8] == b"ftyp":
        return Link(start, _boxes(data, place))
    if head[:4] == b"OggS":
        return Link(start, _pages(data, place))
    marks = FLAC if head[:4] == b"fLaC" else MARKS
    found = (_next(data, place + 12, *mark) for mark in marks)
    return Link(start, min(filter(None, found), default=len(data)))


def _begins(data, place):
    """Whether a recording begins at a place."""
    place = behind_tags(data, place)
    if any(data[place + far : place + far + len(mark)] == mark for mark, far in MARKS):
        return True
    return begins_frames(data, place)


def _next(data, place, mark, far):
    """Next beginning of a recording by a mark; a short mark needs what stands before it, too."""
    while (found := data.find(mark, place + far)) >= 0:
        start = found - far
        before = data[start:found]
        if not far or before[:4] in (b"RIFF", b"FORM") or before[:3] == bytes(3):
            return start
        place = found + 1
    return None


def _chunks(data, place, order):
    """End of a file of chunks, and where each chunk lies: its name, beginning and length."""
    found, place = [], place + 12
    while place + 8 <= len(data):
        name, (size,) = data[place : place + 4], struct.unpack(order + "I", data[place + 4 : place + 8])
        if name in (b"RIFF", b"FORM") or not all(32 <= sign < 127 for sign in name):
            break
        found.append((name, place + 8, size))
        if name == b"data" and (size == 0 or size >= UNKNOWN):  # not known when it was written
            return len(data), found
        place += 8 + size + size % 2
    return min(place, len(data)), found


def _riff(data, place):
    """End of a wav, and seconds that are cut off it."""
    end, found = _chunks(data, place, "<")
    known = [at for name, at, size in found if name == b"fmt " and size >= 16 and at + 12 <= len(data)]
    rates = [struct.unpack("<I", data[at + 8 : at + 12])[0] for at in known]  # bytes a second
    missing = [at + size - len(data) for name, at, size in found if name == b"data" and 0 < size < UNKNOWN]
    return end, max(0, *missing) / rates[0] if missing and rates and rates[0] else 0.0


def _boxes(data, place):
    """End of an mp4: its next beginning, or what is no box."""
    begun = place
    while place + 8 <= len(data):
        size, name = struct.unpack(">I4s", data[place : place + 8])
        if (name == b"ftyp" and place > begun) or not all(32 <= sign < 127 or sign == 0xA9 for sign in name):
            return place
        if size == 1 and place + 16 <= len(data):
            (size,) = struct.unpack(">Q", data[place + 8 : place + 16])
        if size < 8:  # to the end of the file
            return len(data)
        place += size
    return len(data)


def _pages(data, place):
    """End of an Ogg recording: the next one's beginning; not that of another stream of it, such as a picture's."""
    behind = place
    while (found := data.find(OGG, behind)) >= 0:
        if found != behind:
            return found
        behind = _behind_page(data, found)
    last = _behind_page(data, data.rfind(b"OggS"))
    return last if last < len(data) and _begins(data, last) else len(data)


def _behind_page(data, place):
    lengths = data[place + 27 : place + 27 + data[place + 26]] if place + 26 < len(data) else b""
    return place + 27 + len(lengths) + sum(lengths)
