"""Frames of mp3, mp2 and AAC (ADTS), which say how long they are; and the tags between them."""

import mmap
import os
import re

from albumlib.data.sound.ends import BEGINNING

ID3, ID3V1, APE = b"ID3", b"TAG", b"APETAGEX"
TAGS = (ID3 + b"\x03", ID3 + b"\x04", ID3 + b"\x02", APE, ID3V1, b"LYRICSBEGIN")
# ISO 11172-3 and 13818-3: kbit/s by layer (I, II, III) of MPEG 1, and of MPEG 2 and 2.5; and samples a second
KBITS = (
    (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
)
LOW_KBITS = (
    (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    *2 * ((8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),),
)
RATES = (44_100, 48_000, 32_000)
SLOWER = {3: 1, 2: 2, 0: 4}  # by the bits for MPEG 1, 2 and 2.5
TAIL = 1 << 14  # bytes, in which some frames lie, whatever their rate
CHAIN = 4  # frames one behind the other, which no other bytes look like
NAME = {2: re.compile(rb"[A-Z][A-Z0-9]{2}"), 3: re.compile(rb"[A-Z][A-Z0-9]{3}")}  # of a frame of ID3, by its version
NOT_ZERO = re.compile(rb"[^\0]")


def frame_bytes(head: bytes) -> int:
    """Length of a frame by its first bytes; 0 where they begin none."""
    if len(head) < 7 or head[0] != 0xFF or head[1] < 0xE0:
        return 0
    if is_adts(head):
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        return length if length > 7 and head[2] >> 2 & 15 < 13 else 0
    version, layer, kbits, rate = head[1] >> 3 & 3, 3 - (head[1] >> 1 & 3), head[2] >> 4, head[2] >> 2 & 3
    if version not in SLOWER or layer == 3 or kbits in (0, 15) or rate == 3:
        return 0
    bits = 1000 * (KBITS if version == 3 else LOW_KBITS)[layer][kbits - 1]
    padding, hertz = head[2] >> 1 & 1, RATES[rate] // SLOWER[version]
    if layer == 0:
        return 4 * (12 * bits // hertz + padding)
    return (72 if layer == 2 and version != 3 else 144) * bits // hertz + padding


def is_adts(head: bytes) -> bool:
    """Whether a frame is one of AAC: twelve bits of sync, and layer 0."""
    return head[1] & 0xF6 == 0xF0


def behind_tags(data: bytes | mmap.mmap, place: int, *, believing: bool = False) -> int:
    """Place behind ID3v2 tags, and behind ID3v1 and APEv2, which stand at a recording's end.

    Decoders go `believing` an ID3v2's size, also where it reaches into the recording behind the tag.
    """
    while place + 32 <= len(data):
        head = data[place : place + 32]
        if head[:3] == ID3:
            end = place + 10 + _synchsafe(head[6:10]) + (10 if head[5] & 16 else 0)
            place = end if believing else _recording_inside(data, place, end) or end
        elif head[:8] == APE:
            place += 32 + int.from_bytes(head[12:16], "little")
        elif head[:3] == ID3V1 and place + 128 <= len(data):
            place += 128
        else:
            break
    return place


def swallowed(data: bytes | mmap.mmap) -> int:
    """Place of a recording into which the size of an ID3v2 tag before it reaches; 0 where none does."""
    place = behind_tags(data, 0)
    return place if place < behind_tags(data, 0, believing=True) else 0


def _synchsafe(digits):
    size = 0
    for byte in digits:
        size = size << 7 | byte & 127
    return size


def _recording_inside(data, start, end):
    """Where a recording begins between the last frame of an ID3v2 tag and the end that its header tells; or None."""
    version = data[start + 3]
    name, place = NAME[min(max(version, 2), 3)], start + 10
    while place < end and (found := name.match(data, place)):
        if version == 2:
            place = found.end() + 3 + int.from_bytes(data[place + 3 : place + 6], "big")
        else:
            size = data[place + 4 : place + 8]
            place = found.end() + 6 + (_synchsafe(size) if version == 4 else int.from_bytes(size, "big"))
    found = NOT_ZERO.search(data, place, end) if place < end else None
    if not found:
        return None
    tagged = place > start + 10
    begins = begins_frames(data, found.start(), count=CHAIN) or (tagged and BEGINNING.match(data, found.start()))
    return found.start() if begins else None


def begins_frames(data: bytes | mmap.mmap, place: int, *, count: int = 2) -> bool:
    """Whether so many frames lie at a place, one behind the other."""
    for _ in range(count):
        if not (length := frame_bytes(data[place : place + 7])):
            return False
        place += length
    return True


def count_frames(data: bytes | mmap.mmap, place: int) -> tuple[int, int]:
    """Count the whole frames that lie at a place, one behind the other; and tell the place behind them."""
    count = 0
    while (length := frame_bytes(data[place : place + 7])) and place + length <= len(data):
        count, place = count + 1, place + length
    return count, place


def find_other_frames(data: bytes | mmap.mmap, start: int, *, head: bytes = b"") -> int | None:
    """Find from `start` on where frames begin that the file ends with; None if there are none but such as `head`."""
    place = data.find(b"\xff", max(start, len(data) - TAIL))
    while place >= 0 and not begins_frames(data, place, count=CHAIN):
        place = data.find(b"\xff", place + 1)
    sync = data[place : place + 2]
    if place < 0 or (head and is_adts(head) == is_adts(sync)):
        return None
    found = data.find(sync, start)
    while not begins_frames(data, found, count=CHAIN):
        found = data.find(sync, found + 1)
    return found


def lost_bytes(path: str | os.PathLike, start: int, end: int) -> tuple[int, int, int]:
    """Count the bytes of an AAC stream, from `start` to `end`, that lie between two frames and are no tag.

    The other two numbers are the place of the first frame, and that behind the last.
    """
    skipped, lost, first, behind = 0, 0, None, start
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        place = data.find(b"\xff", behind_tags(data, start), end)
        while 0 <= place < end:
            if (length := frame_bytes(data[place : place + 7])) and (lost == 0 or begins_frames(data, place)):
                skipped, lost, place = skipped + lost, 0, place + length
                first, behind = place - length if first is None else first, min(place, end)
            elif (after := behind_tags(data, place)) > place:
                place = after
            else:
                found = data.find(b"\xff", place + 1, end)
                lost, place = lost + found - place, found
    return skipped, first or start, behind
