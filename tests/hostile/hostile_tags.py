"""Tags of good songs, and the pictures among them."""

import struct
from functools import partial

import mutagen
import numpy as np
from hostile_files import (
    encoded,
    noise,
    reads,
    sound,
)
from hostile_pictures import png, zeros_png
from mutagen.id3 import APIC, COMM, ID3, TALB, TCON, TIT2, TPE1


def tagged(folder, *frames, name="Rock/a.mp3", **options):
    path = sound(folder, name)
    tags = ID3()
    for frame in frames:
        tags.add(frame)
    tags.save(path, **options)
    return folder


def art(folder, data, *, mime="image/png", name="Rock/a.mp3"):
    tagged(folder, APIC(encoding=3, mime=mime, type=3, data=data), name=name)
    return folder / name


def headed(folder, head):
    """Put bytes before a good mp3."""
    path = sound(folder, "Rock/a.mp3")
    path.write_bytes(head + path.read_bytes())
    return folder


def text_frame(content, *, kind=b"TIT2", size=None):
    """An ID3v2.3 tag of one frame, whose sizes can lie."""
    frame = kind + struct.pack(">I", len(content) if size is None else size) + b"\0\0" + content
    length = len(frame)
    return b"ID3\x03\0\0" + bytes((length >> shift) & 127 for shift in (21, 14, 7, 0)) + frame


def comments(folder, **tags):
    """A flac with tags, and with one that is no UTF-8 under its own name."""
    path = sound(folder, "Rock/a.flac")
    file = mutagen.File(path)
    file.update(tags)
    file.save()
    return folder


def title(text):
    return TIT2(encoding=3, text=text)


def genre(*texts):
    return lambda folder: tagged(folder, TCON(encoding=3, text=list(texts)), name="a.mp3")


ESCAPES = "\x1b[2J\x1b]0;owned\x07red\x9b31m\r\n\u202egnp.exe"
TAGS = {
    "tags in HTML": (
        lambda folder: tagged(folder, title("<script>alert(1)</script>"), TPE1(encoding=3, text="<b>A&B</b>")),
        reads(title="<script>alert(1)</script>", artist="<b>A&B</b>"),
    ),
    "tags with escape sequences": (
        lambda folder: tagged(folder, title(ESCAPES), TPE1(encoding=3, text=ESCAPES)),
        reads(title="\ufffd[2J\ufffd]0;owned\ufffdred\ufffd31m  \ufffdgnp.exe"),
    ),
    "tags with line breaks": (lambda folder: tagged(folder, title("a\nb\tc\x0bd")), reads(title="a b c d")),
    "tags that climb": (
        lambda folder: tagged(folder, title("../../etc/passwd"), TPE1(encoding=3, text="../../etc/passwd")),
        reads(title="../../etc/passwd", artist="../../etc/passwd"),
    ),
    "tags with NUL": (lambda folder: tagged(folder, title("a\0b")), reads(title="a")),
    "title of 100,000 characters": (lambda folder: tagged(folder, title("x" * 100_000)), reads(title="x" * 300)),
    "title of blanks": (lambda folder: tagged(folder, title(" \n\t ")), reads(title="a")),
    "album of emoji": (lambda folder: tagged(folder, TALB(encoding=3, text="👩‍🎤" * 9)), reads(album="👩‍🎤" * 9)),
    "a comment of 5 MB": (
        lambda folder: tagged(folder, COMM(encoding=3, lang="eng", desc="", text="c" * 5_000_000)),
        reads(title="a"),
    ),
    "genre (17)": (genre("(17)"), reads(genre="Rock")),
    "genre 17": (genre("17"), reads(genre="Rock")),
    "genre 999": (genre("999"), "no genre"),
    "several genres": (genre("Jazz", "Rock"), reads(genre="Jazz")),
    "genres in brackets": (genre("(8)(17)Fusion"), reads(genre="Jazz")),
    "genre of control characters": (genre("P\x1bp"), reads(genre="P\ufffdp")),
    "no genre": (lambda folder: tagged(folder, title("x"), name="a.mp3"), "no genre"),
    "half a surrogate pair in UTF-16": (
        partial(headed, head=text_frame(b"\x01\xff\xfea\0\0\xd8b\0")),
        reads(genre="Rock"),
    ),
    "UTF-8 in the wrong encoding": (partial(headed, head=text_frame(b"\x03\xff\xfe\xfd")), reads(genre="Rock")),
    "unknown encoding": (partial(headed, head=text_frame(b"\x09abc")), reads(genre="Rock")),
    "a frame that claims 2 GB": (partial(headed, head=text_frame(b"\x03abc", size=2**31 - 1)), reads(genre="Rock")),
    "a tag that claims 256 MB": (partial(headed, head=b"ID3\x03\0\0\x7f\x7f\x7f\x7f"), reads(genre="Rock")),
    "a tag with a ring of headers": (partial(headed, head=b"ID3\x03\0\x40\0\0\0\0" * 2000), reads(genre="Rock")),
    "10,000 tags": (partial(headed, head=text_frame(b"\x03a") * 10_000), reads(genre="Rock")),
    "Vorbis comments that climb": (partial(comments, title=ESCAPES + "/../x", artist="\0"), reads(genre="Rock")),
    "picture tags that are no pictures": (
        partial(comments, metadata_block_picture="%%%", coverart="===="),
        reads(cover_path=""),
    ),
}
ART = {
    "art of 10 MB": (lambda folder: art(folder, encoded(noise(1830, 1830, 3), compress_level=0)), np.any),
    "art of 20 MB": (lambda folder: art(folder, encoded(noise(2600, 2600, 3), compress_level=0)), "no embedded cover"),
    "art that declares 50,000 x 50,000": (lambda folder: art(folder, png(50_000, 50_000)), "too large|decoded"),
    "art of 20,000 x 20,000 zeros": (lambda folder: art(folder, zeros_png(20_000)), "too large|decoded"),
    "art in HTML": (lambda folder: art(folder, b"<html>" * 99), "cannot be decoded"),
    "art of no bytes": (lambda folder: art(folder, b""), "no embedded cover"),
    "art elsewhere": (lambda folder: art(folder, b"http://127.0.0.1/x.png", mime="-->"), "no embedded cover"),
    "art in a wav": (lambda folder: art(folder, encoded(noise(50, 50, 3)), name="a.wav"), "no embedded cover"),
}
