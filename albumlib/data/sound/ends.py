"""Where a recording ends, as its own headers tell it: chunks, boxes, blocks, pages, tables of frames.

None stands for an end that a header does not know, since it was written into a pipe, say.
"""

import mmap
import re
import struct

Bytes = bytes | mmap.mmap
UNKNOWN = 0x7FFF0000  # bytes; a length from here on stands for one that was not known, in a pipe
OGG = b"OggS\0\x02"  # a page that is marked as a stream's first
LAST_PAGE = b"\4"  # flags of a page that is marked as a stream's last
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
ASF_INDEX = (bytes.fromhex("90080033b1e5cf1189f400a0c90349cb"), bytes.fromhex("d329e2d6da35d111903400a0c90349be"))
EMPTY = 50  # bytes of its data without any
SEGMENT = bytes.fromhex("18538067")  # of Matroska: all that follows its header
FIRST = 0x800  # flag of WavPack: the first block of those that sound together
# What begins a recording beyond doubt
BEGINNING = re.compile(
    rb"(RIFF|RF64).{4}WAVE|FORM.{4}AIF[FC]|fLaC[\0\x80]\0\0\x22|OggS\0\x02|\0\0\0.ftyp|caff\0[\1\2]|TTA1[\1\2]\0"
    rb"|wvpk.{4}[\2-\x20]\x04|\.snd\0\0.{6}\0\0\0[\1-\x1b]|\x1a\x45\xdf\xa3.{0,64}?(matroska|webm)"
    rb"|\xff[\xe2-\xff][^\xff].(.{9}|.{17}|.{32})(Xing|Info)|riff\x2e\x91\xcf\x11|DSD \x1c\0\0\0|MPCKSH|"
    + re.escape(ASF),
    re.DOTALL,
)


def chunks_end(data: Bytes, place: int, order: str) -> tuple[int, list[tuple[bytes, int, int]]]:
    """End of a file of chunks, and where each chunk lies: its name, beginning and length."""
    found, real, place = [], None, place + 12
    while place + 8 <= len(data):
        name, (size,) = data[place : place + 4], struct.unpack(order + "I", data[place + 4 : place + 8])
        again = name in (b"data", b"SSND") and any(name == before for before, _, _ in found)  # readers hear the first
        if again or not all(32 <= sign < 127 for sign in name) or BEGINNING.match(data, place):
            break
        if name == b"ds64" and place + 24 <= len(data):  # lengths of 64 bits, of a file that may be large
            (real,) = struct.unpack("<Q", data[place + 16 : place + 24])
        if name == b"data" and real:
            size = real
        found.append((name, place + 8, size))
        nothing = {b"data": 0, b"SSND": 8}.get(name, -1)  # the length of a chunk of sound without sound
        if not real and nothing >= 0 and (size <= nothing or size >= UNKNOWN):  # not known when it was written
            return len(data), found
        place += 8 + size + size % 2
    return min(place, len(data)), found


def wav_end(data: Bytes, place: int) -> tuple[int, float]:
    """End of a wav, and seconds that are cut off it."""
    end, found = chunks_end(data, place, "<")
    known = [at for name, at, size in found if name == b"fmt " and size >= 16 and at + 12 <= len(data)]
    rates = [struct.unpack("<I", data[at + 8 : at + 12])[0] for at in known]  # bytes a second
    missing = [at + size - len(data) for name, at, size in found if name == b"data" and 0 < size < UNKNOWN]
    return end, max(0, *missing) / rates[0] if missing and rates and rates[0] else 0.0


def boxes_end(data: Bytes, place: int) -> int:
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


def pages_end(data: Bytes, place: int) -> int:
    """End of an Ogg recording: the next one's beginning; not that of another stream of it, such as a picture's.

    Behind a page that is not marked as a stream's last, the end is missing or damaged, and that of the file is taken.
    """
    behind = place
    while (found := data.find(OGG, behind)) >= 0:
        if found != behind:
            return found
        behind = _behind_page(data, found)
    last = data.rfind(b"OggS")
    return _behind_page(data, last) if data[last + 5 : last + 6] >= LAST_PAGE else len(data)


def _behind_page(data, place):
    lengths = data[place + 27 : place + 27 + data[place + 26]] if place + 26 < len(data) else b""
    return place + 27 + len(lengths) + sum(lengths)


def sun_end(data: Bytes, place: int) -> int | None:
    """End of Sun's and NeXT's au."""
    offset, size = struct.unpack(">II", data[place + 4 : place + 12].ljust(8, b"\xff"))
    return place + offset + size if 0 < size < UNKNOWN else None


def wave64_end(data: Bytes, place: int) -> int | None:
    """End of Sony's w64."""
    (size,) = struct.unpack("<Q", data[place + 16 : place + 24].ljust(8, b"\xff"))
    return place + size if size > 24 else None


def apple_end(data: Bytes, place: int) -> int | None:
    """End of Apple's CAF: what is no chunk."""
    place += 8
    while place + 12 <= len(data):
        name, size = struct.unpack(">4sq", data[place : place + 12])
        if not all(32 <= sign < 127 for sign in name) or BEGINNING.match(data, place):
            return place
        if size < 0:
            return None
        place += 12 + size
    return len(data)


def windows_end(data: Bytes, place: int) -> int | None:
    """End of Windows Media: what is none of its parts."""
    begun = place
    while (name := data[place : place + 16]) in (ASF_DATA, *ASF_INDEX) or (name == ASF and place == begun):
        (size,) = struct.unpack("<Q", data[place + 16 : place + 24].ljust(8, b"\xff"))
        if size <= (EMPTY if name == ASF_DATA else 24) or place + size > len(data):
            return None
        place += size
    return place


def matroska_end(data: Bytes, place: int) -> int | None:
    """End of Matroska and WebM: that of the segment behind the header."""
    place = _behind_size(data, place + 4)
    return _behind_size(data, place + 4) if place and data[place : place + 4] == SEGMENT else None


def _behind_size(data, place):
    """Place behind what has its length before it, in as many bytes as the first tells; None where it is unknown."""
    length = 9 - data[place].bit_length() if place < len(data) else 9
    value = int.from_bytes(data[place : place + length], "big") & (1 << 7 * length) - 1
    return None if length > 8 or value + 1 == 1 << 7 * length else place + length + value


def tta_end(data: Bytes, place: int) -> int:
    """End of a TTA, by the table of its frames' lengths."""
    head = data[place : place + 18]
    rate, samples = struct.unpack("<II", head[10:18]) if len(head) == 18 else (0, 0)
    if not rate:
        return len(data)
    count = -(-samples // max(1, rate * 256 // 245))
    table = data[place + 22 : place + 22 + 4 * count]
    lengths = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
    return place + 26 + 4 * count + sum(lengths)


def wavpack_end(data: Bytes, place: int) -> int:
    """End of a WavPack: a first block once more, or what is no block where all samples are there."""
    done, total, sounded = 0, 0, False
    while data[place : place + 4] == b"wvpk" and place + 32 <= len(data):
        size, _, count, number, samples, flags = struct.unpack("<IIIIII", data[place + 4 : place + 28])
        if sounded and samples and number == 0 and flags & FIRST:
            return place
        sounded, total = sounded or samples > 0, total or count
        done = max(done, number + samples)
        place += 8 + size
    return place if done >= total else len(data)


def flac_last(data: Bytes, place: int) -> int:
    """Where the last frame of a FLAC begins, by its number, or a place before; `place` where that cannot be told."""
    info = data[place + 8 : place + 26]
    block = int.from_bytes(info[:2], "big")
    total = int.from_bytes(info[13:18], "big") & (1 << 36) - 1
    if len(info) < 18 or not block or info[:2] != info[2:4] or not total:
        return place
    number = chr((total - 1) // block).encode("utf-8", "surrogatepass") if (total - 1) // block < 0x110000 else b"\0"
    found = data.find(number, place + 42)
    while found >= 0 and not _begins_flac_frame(data, found - 4, len(number)):
        found = data.find(number, found + 1)
    return max(place, found - 4)


def _begins_flac_frame(data, place, digits):
    """Whether the head of a frame stands at a place, whose number takes so many bytes; its last byte sums it up."""
    head = data[place : place + 4 + digits + 5]
    if head[:2] != b"\xff\xf8":
        return False
    sizes = {6: 1, 7: 2}.get(head[2] >> 4, 0) + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)  # bytes of size and rate
    return _sum(head[: 4 + digits + sizes + 1], polynomial=7, bits=8) == 0


def flac_end(data: Bytes, place: int) -> int:
    """End of a FLAC: behind the sum that ends its last frame; that of the file where it cannot be told."""
    last = flac_last(data, place)
    if last == place:
        return len(data)
    info = data[place + 8 : place + 26]
    samples = (int.from_bytes(info[13:18], "big") & (1 << 36) - 1) % (block := int.from_bytes(info[:2], "big")) or block
    channels, bits = (info[12] >> 1 & 7) + 1, (info[12] & 1) << 4 | info[13] >> 4
    most = samples * channels * (bits + 2) // 8 + 32  # bytes of a frame that is not compressed
    total, end = 0, len(data)
    for number, byte in enumerate(data[last : last + most]):
        total = (total << 8 & 0xFFFF) ^ SUMS[total >> 8 ^ byte]
        if total == 0:
            end = last + number + 1
    return end


def _sum(data, *, polynomial, bits):
    """Sum up bytes as a cyclic redundancy check does."""
    total, most = 0, (1 << bits) - 1
    for byte in data:
        total ^= byte << bits - 8
        for _ in range(8):
            total = (total << 1 ^ (polynomial if total >> bits - 1 else 0)) & most
    return total


SUMS = tuple(_sum(bytes([byte]), polynomial=0x8005, bits=16) for byte in range(256))  # of FLAC's frames
