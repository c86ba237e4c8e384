"""Frames of mp3, mp2 and AAC (ADTS), which say how long they are; and the tags between them."""

import io
import mmap
import os

ID3 = b"ID3"
HEAD = 2000  # bytes, in which a frame's header and its table of contents lie


def frame_bytes(head: bytes) -> int:
    """Length of a frame by its first bytes; 0 where they begin none."""
    if len(head) < 7 or head[0] != 0xFF:
        return 0
    if head[1] & 0xF6 == 0xF0:  # AAC: twelve bits of sync, layer 0
        return (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    from mutagen.mp3 import HeaderNotFoundError, MPEGFrame

    buffer = io.BytesIO(head)
    try:
        frame = MPEGFrame(buffer)
    except HeaderNotFoundError:
        return 0
    return buffer.tell() if frame.frame_offset == 0 else 0


def behind_tags(data: bytes | mmap.mmap, place: int) -> int:
    """Place behind ID3v2 tags."""
    while data[place : place + 3] == ID3 and place + 10 <= len(data):
        size = 0
        for byte in data[place + 6 : place + 10]:
            size = size << 7 | byte & 127
        place += 10 + size + (10 if data[place + 5] & 16 else 0)
    return place


def begins_frames(data: bytes | mmap.mmap, place: int) -> bool:
    """Whether two frames lie at a place, one behind the other."""
    length = frame_bytes(data[place : place + HEAD])
    return length > 0 and frame_bytes(data[place + length : place + length + HEAD]) > 0


def skipped_bytes(path: str | os.PathLike, start: int, end: int) -> int:
    """Count the bytes of an AAC stream, from `start` to `end`, that lie between two frames and are no tag."""
    skipped, lost = 0, 0
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        place = first = data.find(b"\xff", behind_tags(data, start), end)
        while 0 <= place < end:
            if (length := frame_bytes(data[place : place + 7])) and (lost == 0 or begins_frames(data, place)):
                skipped, lost, place = skipped + lost, 0, place + length
            elif (behind := behind_tags(data, place)) > place:
                place = behind
            else:
                found = data.find(b"\xff", place + 1, end)
                lost, place = lost + found - place, found
    return skipped if first >= 0 else 0
