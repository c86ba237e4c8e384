"""Recordings one behind the other in one file, which is what remains where files were joined byte by byte."""

import mmap
import os
from typing import NamedTuple

from albumlib.data.sound import ends
from albumlib.data.sound.frames import TAGS, begins_frames, behind_tags, find_other_frames, frame_bytes, swallowed

# Of what begins a recording, the bytes to look for, and how far they stand behind the beginning
MARKS = (
    *((b"WAVE", 8), (b"AIFF", 8), (b"AIFC", 8), (b"ftyp", 4), (ends.OGG, 0), (b"caff\0", 0)),
    *((b"TTA1", 0), (b"wvpk", 0), (b".snd\0\0", 0), (b"\x1a\x45\xdf\xa3", 0), (b"riff\x2e\x91\xcf\x11", 0)),
    *((b"DSD \x1c", 0), (b"MPCKSH", 0), (ends.ASF, 0)),
    *((name, far) for name in (b"Xing", b"Info") for far in (13, 21, 36)),  # the table of an mp3
)
# By the first bytes: kinds whose headers tell their end
WALKS = {
    b"FORM": lambda data, place: ends.chunks_end(data, place, ">")[0],
    b"OggS": ends.pages_end,
    b".snd": ends.sun_end,
    b"riff": ends.wave64_end,
    b"caff": ends.apple_end,
    b"TTA1": ends.tta_end,
    b"wvpk": ends.wavpack_end,
    ends.ASF[:4]: ends.windows_end,
    b"\x1a\x45\xdf\xa3": ends.matroska_end,
}
BLOCK = 1 << 20  # bytes looked at in one go


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
        links = [_link(data, swallowed(data))]
        while (end := links[-1].end) < len(data) and _begins(data, end):
            place = behind_tags(data, end)  # not all decoders pass over tags
            links[-1] = links[-1]._replace(end=place)
            links.append(_link(data, place))
        return links


def left_over(path: str | os.PathLike, *, start: int | None = None, end: int | None = None) -> int:
    """Count the bytes of a part of a file, but for tags, zeros and texts.

    Parameters
    ----------
    start, end
        From behind the last recording to the end, by default.
    """
    start = find_links(path)[-1].end if start is None else start
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        rest = data[behind_tags(data, start) : end].strip(b"\0")
    return 0 if rest.startswith(TAGS) or rest.isascii() else len(rest)


def zeros_behind(path: str | os.PathLike) -> int:
    """Count the zeros at the end of a file."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = len(data)
        while end and not (block := data[max(0, end - BLOCK) : end].rstrip(b"\0")):
            end = max(0, end - BLOCK)
        return len(data) - (max(0, end - BLOCK) + len(block) if end else 0)


def _link(data, start):
    place = behind_tags(data, start)
    head = data[place : place + 12]
    if head[:4] in (b"RIFF", b"RF64") and head[8:] == b"WAVE":
        return Link(start, *ends.wav_end(data, place))
    if head[4:8] == b"ftyp":
        return Link(start, ends.boxes_end(data, place))
    if head[:4] in WALKS and (end := WALKS[head[:4]](data, place)) is not None:
        return Link(start, min(end, len(data)))
    near = place + 12
    found = [_next(data, near, b"fLaC", 0)]
    if head[:4] == b"fLaC":
        near = max(near, ends.flac_last(data, place))
    found += [_next(data, near, *mark) for mark in MARKS]
    frames = frame_bytes(head) > 0
    if frames or ends.BEGINNING.match(data, place):
        found.append(find_other_frames(data, near, head=head if frames else b""))
    found = [each for each in found if each]
    if head[:4] == b"fLaC" and not found:
        found.append(ends.flac_end(data, place))
    return Link(start, min(found, default=len(data)))


def _begins(data, place):
    """Whether a recording begins at a place."""
    place = behind_tags(data, place)
    return bool(ends.BEGINNING.match(data, place)) or begins_frames(data, place)


def _next(data, place, mark, far):
    """Next beginning of a recording by a mark and what stands around it."""
    while (found := data.find(mark, place + far)) >= 0:
        if ends.BEGINNING.match(data, found - far):
            return found - far
        place = found - far + 1
    return None
