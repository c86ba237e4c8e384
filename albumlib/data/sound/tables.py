"""The table of contents that encoders put before an mp3: of Xing, of LAME, of Fraunhofer."""

import mmap
import os
from typing import NamedTuple

from albumlib.data.sound.frames import RATES, SLOWER, behind_tags, frame_bytes, is_adts

HEAD = 1 << 12  # bytes, in which the frame of the table and the next lie
LONGEST = 1441  # bytes of a frame


class Table(NamedTuple):
    """What a table lists: frames, and so seconds."""

    frames: int
    seconds: float


def read_table(path: str | os.PathLike, start: int = 0) -> Table | None:
    """Read the table of the mp3 that begins at a byte of a file; None if there is none, or none that can be true."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        place = behind_tags(data, start)
        head = data[place : place + HEAD]
    length = frame_bytes(head)
    if not length or is_adts(head) or head[1] & 6 != 2:  # layer III
        return None
    mpeg1, mono = head[1] & 0x18 == 0x18, head[3] >> 6 == 3
    side = 4 + ((17 if mono else 32) if mpeg1 else (9 if mono else 17))
    name, flags = head[side : side + 4], int.from_bytes(head[side + 4 : side + 8], "big")
    frames, size = (int.from_bytes(head[at : at + 4], "big") for at in (side + 8, side + 12))
    if head[36:40] == b"VBRI":
        size, frames = (int.from_bytes(head[at : at + 4], "big") for at in (46, 50))
    elif name not in (b"Xing", b"Info") or not flags & 1:
        return None
    elif not flags & 2:
        size = 0
    if not frames or (size and not _fits(frames, size, constant=name == b"Info" and frame_bytes(head[length:]))):
        return None
    rate = RATES[head[2] >> 2 & 3] / SLOWER[head[1] >> 3 & 3]
    samples = frames * (1152 if mpeg1 else 576) - _padding(head[side + 120 :], listed=flags == 15)
    return Table(frames, samples / rate)


def _padding(head, *, listed):
    """Samples that LAME, and FFmpeg with it, have put before and behind the sound, by what follows their table."""
    if not listed or head[:3] not in (b"LAM", b"Lav") or len(head) < 24:
        return 0
    both = int.from_bytes(head[21:24], "big")
    return (both >> 12) + (both & 4095)


def _fits(frames, size, *, constant):
    """Whether so many frames can have so many bytes; `constant` is the length of each, or 0."""
    return size <= LONGEST * (frames + 2) and (not constant or abs(size / constant - frames) <= 9 + frames / 50)
