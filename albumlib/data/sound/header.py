"""What the header of a sound file promises, and whether the file keeps to it as far as its size and pages show.

Players hear what headers do not know of: a second recording behind the first, an mp3 whose bit rate changes without a
table of contents, a stream that was written into a pipe, before its length was known.
"""

import mmap
import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import soundfile

from albumlib.data.sound.ends import UNKNOWN
from albumlib.data.sound.frames import behind_tags, count_frames, swallowed
from albumlib.data.sound.links import find_links, left_over
from albumlib.data.sound.tables import read_table
from albumlib.errors import InputError

BREAKS_OFF = "breaks off before its end: how much is missing cannot be told"
PADDED = "kB of zeros behind its last frame: it may be incomplete"
WALKED = ("WAV", "WAVEX", "RF64", "AIFF", "AU", "CAF", "W64")  # kinds whose headers tell where they end
SANE = 10**7  # seconds; a length above it stands for one that is not known
SHORTER = re.compile(r": (\d+) \(should be (\d+)\)")  # in libsndfile's log, of a chunk that ends behind the file
LONE_FEED = re.compile(rb"(?<!\r)\n")
FEEDS = 16  # line feeds, before all of which no carriage returns stand by chance
LAST_PAGE = 4  # flag of an Ogg stream's
OPUS_RATE = 48_000  # in which Opus counts, whatever was recorded
LATE = 0.5  # seconds; Opus and streams of radio stations do not begin at 0
SLACK = 1 << 13  # bytes beside the sound that are not told: paddings, odd tags


@dataclass(frozen=True)
class Promise:
    """What a header says.

    Attributes
    ----------
    seconds
        Length, None where the header does not say it or only guesses.
    kept
        Whether nothing shows that there is more or less than that in the file.
    cut
        Seconds that the header promises beyond these, and that the file is too short to hold.
    remarks
        What cannot be told in seconds, a short clause each.
    """

    seconds: float | None
    kept: bool
    cut: float = 0.0
    remarks: tuple[str, ...] = ()


def read_promise(path: str | os.PathLike) -> Promise:
    """Read what a sound file's header promises; one that libsndfile does not know promises nothing.

    Raises
    ------
    InputError
        If all line ends in it are those of a text, so that its samples cannot be told any more.
    """
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if swallowed(data):
            return Promise(None, False, remarks=_behind(path))
    try:
        info = soundfile.info(path)
    except (soundfile.LibsndfileError, TypeError):  # a TypeError: a name that ends in .raw, for soundfile
        return Promise(None, False, remarks=_behind(path))
    seconds = info.duration if info.frames / info.samplerate < SANE else None
    if seconds is None:
        return Promise(None, False)
    if info.format == "MP3":
        return _mp3_promise(Path(path), info)
    if info.format == "OGG":
        return _ogg_promise(path, info)
    if info.format == "FLAC":
        return Promise(seconds, len(find_links(path)) <= 1, remarks=_behind(path))
    # a recorder that was switched off has written a length of nothing, and its sound behind it
    kept = info.frames > 0 or SHORTER.search(info.extra_info) is not None
    if info.format not in WALKED:
        return Promise(seconds, kept, cut=_cut(info))
    _check_binary(path)
    return Promise(seconds, kept and len(find_links(path)) == 1, cut=_cut(info), remarks=_behind(path))


def _check_binary(path):
    """Refuse uncompressed sound to which a transfer as text has added bytes everywhere: it would be heard as noise."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        added = 0 if LONE_FEED.search(data) else sum(1 for _ in re.finditer(b"\r\n", data))
    if added >= FEEDS:
        got = f"a carriage return before each of {added:,} line feeds"
        raise InputError("was sent as text", where=path, got=got, todo="send it again, as binary")


def _behind(path):
    """Tell what lies behind the end, or that an Ogg has none: a last page that is whole and marked as such."""
    page = _last_page(path)
    if page is not None and not (page and page[5] & LAST_PAGE):
        return (BREAKS_OFF,)
    return unheard(path, left_over(path), "behind the end that its header tells")


def _last_page(path):
    """The head of an Ogg file's last page, empty if that is not whole; None for other files."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = behind_tags(data, 0)
        if data[start : start + 4] != b"OggS":
            return None
        place = data.rfind(b"OggS")
        page = data[place : place + 27 + 255]
        size = 27 + page[26] + sum(page[27 : 27 + page[26]]) if len(page) > 27 else 0
        return page if 0 < size <= len(data) - place else b""


def unheard(path: str | os.PathLike, count: int, where: str) -> tuple[str, ...]:
    """Say that so many bytes of a file are no part of any recording in it; nothing if they are few."""
    share = count / os.path.getsize(path)
    told = f"{count / 1000:,.0f} kB {where}, {share:.0%} of the file, are not heard"
    return (told,) if count > SLACK else ()


def _cut(info):
    """Seconds that a header of uncompressed sound promises beyond the file's end, as libsndfile's log says."""
    said = SHORTER.findall(info.extra_info)
    if not said:
        return 0.0
    promised, there = map(int, said[-1])
    known = 0 < there < promised < UNKNOWN
    return info.duration * (promised / there - 1) if known else 0.0


def _ogg_promise(path, info):
    """Ask an Ogg file's last page for the time of its end."""
    if len(find_links(path)) > 1:
        return Promise(info.duration, False, remarks=_behind(path))
    page = _last_page(path)
    rate = OPUS_RATE if info.subtype == "OPUS" else info.samplerate
    end = struct.unpack("<q", page[6:14])[0] / rate if page else 0.0
    seconds = end if info.duration + LATE < end < SANE else info.duration
    return Promise(seconds, seconds == info.duration, remarks=_behind(path))


def _mp3_promise(path, info):
    """Ask the table of contents (Xing, Info, VBRI) whether the file is as long as when it was written.

    Where there is none, the length in its tags (TLEN) may tell it. Where there is one, TLEN is not asked: in 283 of
    the 296 clips of Emotify it is that of the song from which the clip was cut. Of mp2 and AAC nothing tells it: such
    a file that is cut exactly between two frames is heard as if it were whole.
    """
    table = read_table(path)
    if table is None:
        return Promise(None, False)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        count, end = count_frames(data, behind_tags(data, 0))
    # The table lies in a frame of its own, which not all encoders count
    kept = 0 <= count - table.frames <= 1 and not left_over(path, start=end)
    return Promise(info.duration if kept else table.seconds, kept)
