"""Hostile inputs, each made in a folder of its own: what it is, what uses it, and what must come of it.

A table of inputs holds, by name, a function that writes the input below a folder and returns its path, and what must
come of it: a text that the `InputError` matches, or a function that is true of the result.
"""

import contextlib
import io
import os
import resource
import socket
import struct
import sys
import warnings
import zlib
from functools import partial
from pathlib import Path

import mutagen
import numpy as np
import soundfile
from mutagen.id3 import APIC, COMM, ID3, TALB, TCON, TIT2, TPE1
from PIL import Image

from albumlib.cli import unique_names
from albumlib.covers.art import embedded_art
from albumlib.covers.images import list_covers, load_cover, load_covers
from albumlib.data.catalog import COLUMNS, make_catalog
from albumlib.data.fma import load_fma
from albumlib.data.folder import audio_duration, load_folder
from albumlib.errors import InputError
from albumlib.music.audio import load_audio
from albumlib.music.features import feature_image
from albumlib.music.store import extract
from albumlib.pipeline import SongCovers, save_song_covers
from albumlib.text import UNPRINTABLE

RATE = 22050
PNG = b"\x89PNG\r\n\x1a\n"


# What uses the inputs


def hear(path):
    """Do all that is done with one file: tell its length and its art, decode and draw it. Give the seconds drawn."""
    audio = feature_image(load_audio(path))
    audio_duration(path)
    embedded_art(path)
    assert audio.values.shape == (258, len(audio.times))
    return audio.times[-1]


def paint(path):
    """Load one cover: its middle pixel."""
    pixels = load_cover(path)
    assert pixels.shape == (100, 100, 3)
    return pixels


def gather(root):
    """Load all covers of a folder: (images, report)."""
    images, _, report = load_covers(list_covers(root), genres=["Rock"])
    return images, report


def draw_all(root):
    """Extract the features of every file in a folder: (usable, report)."""
    rows = [
        dict.fromkeys(COLUMNS, "") | {"track_id": f"t{number}", "path": str(path), "duration": np.nan}
        for number, path in enumerate(sorted(root.iterdir()))
    ]
    return extract(make_catalog(rows), root.parent / "out", n_jobs=1, progress=False)


# Sounds


def tone(seconds=4.0, *, rate=RATE, channels=1):
    t = np.arange(round(seconds * rate)) / rate
    y = (0.4 * np.sin(2 * np.pi * 440 * t) * (t % 0.5 < 0.2)).astype("float32")
    return np.repeat(y[:, None], channels, axis=1)


def sound(folder, name, data=None, *, rate=RATE, **options):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, tone(rate=rate) if data is None else data, rate, **options)
    return path


def raw(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def cut(folder, name, part):
    """Keep a part of a good file: a fraction, or a count of bytes from the front (or, below 0, off the end)."""
    path = sound(folder, name)
    whole = path.read_bytes()
    path.write_bytes(whole[: round(part * len(whole)) if isinstance(part, float) else part])
    return path


def long_ogg(folder, *, kind):
    """Half of a file of many pages."""
    rng = np.random.default_rng(0)
    path = sound(folder, "a.ogg", rng.uniform(-0.3, 0.3, 480_000), rate=48_000, format="OGG", subtype=kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def renamed(folder, name, real):
    return sound(folder, real).rename(folder / name)


def wav(folder, *, rate=RATE, channels=1, bits=16, code=1, riff=None, data=None, content=bytes(4 * RATE)):
    """Write a wav by hand, so that its header can lie."""
    frame = min(channels * bits // 8, 2**16 - 1)
    fmt = struct.pack("<HHIIHH", code, channels, rate, min(rate * frame, 2**32 - 1), frame, bits)
    riff = 36 + len(content) if riff is None else riff
    head = b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt " + struct.pack("<I", 16) + fmt
    length = len(content) if data is None else data
    return raw(folder, "a.wav", head + b"data" + struct.pack("<I", length) + content)


def floats(folder, value, *, at=slice(None), subtype="DOUBLE"):
    data = tone().astype("float64")
    data[at] = value
    return sound(folder, "a.wav", data, subtype=subtype)


def random_bytes(count):
    return np.random.default_rng(0).integers(0, 256, count, dtype=np.uint8).tobytes()


def heard(seconds):
    """Check that about so many seconds were heard."""
    return lambda drawn: abs(drawn - seconds) < 0.15


def make_fifo(folder, name):
    os.mkfifo(folder / name)
    return folder / name


def make_socket(folder, name):
    with contextlib.chdir(folder), socket.socket(socket.AF_UNIX) as server:  # a socket's path is short
        server.bind(name)
    return folder / name


def make_link(folder, name, target):
    (folder / name).symlink_to(target)
    return folder / name


def make_folder(folder, name):
    (folder / name).mkdir()
    return folder / name


def unreadable(folder, name):
    path = sound(folder, name)
    path.chmod(0)
    return path


HALF = 0.5
AUDIO = {
    "mp3 of its first 40 bytes": (partial(cut, name="a.mp3", part=40), "not audio"),
    "mp3 half": (partial(cut, name="a.mp3", part=HALF), heard(2.0)),
    "mp3 a byte short": (partial(cut, name="a.mp3", part=-1), heard(4.0)),
    "mp3 cut inside a frame": (partial(cut, name="a.mp3", part=5003), heard(1.65)),
    "flac header only": (partial(cut, name="a.flac", part=42), "nothing decodes"),
    "flac half": (partial(cut, name="a.flac", part=HALF), heard(1.49)),
    "flac a byte short": (partial(cut, name="a.flac", part=-1), heard(3.72)),
    "flac cut inside a frame": (partial(cut, name="a.flac", part=30_001), heard(4.0)),
    "ogg header only": (partial(cut, name="a.ogg", part=60), "not audio"),
    "ogg half": (partial(long_ogg, kind="VORBIS"), heard(4.5)),
    "ogg a byte short": (partial(cut, name="a.ogg", part=-1), heard(3.2)),
    "ogg cut inside a page": (partial(cut, name="a.ogg", part=6003), "nothing decodes"),
    "wav header only": (partial(cut, name="a.wav", part=44), "nothing decodes"),
    "wav half": (partial(cut, name="a.wav", part=HALF), heard(2.0)),
    "wav a byte short": (partial(cut, name="a.wav", part=-1), heard(4.0)),
    "wav half a header": (partial(cut, name="a.wav", part=20), "not audio"),
    "opus half": (partial(long_ogg, kind="OPUS"), heard(4.0)),
    "no bytes": (partial(raw, name="a.mp3", content=b""), "file is empty"),
    "one byte": (partial(raw, name="a.mp3", content=b"\xff"), "not audio"),
    "random bytes": (partial(raw, name="a.mp3", content=random_bytes(300_000)), "not audio"),
    "sync words without end": (partial(raw, name="a.mp3", content=b"\xff\xfb\x90\x64" * 100_000), "not audio"),
    "zeros": (partial(raw, name="a.mp3", content=bytes(1_000_000)), "not audio"),
    "text": (partial(raw, name="a.mp3", content=b"no music " * 5000), "not audio"),
    "html": (partial(raw, name="a.mp3", content=b"<!DOCTYPE html><html><script>1</script>" * 500), "not audio"),
    "zip": (partial(raw, name="a.mp3", content=b"PK\x03\x04\x14" + random_bytes(5000)), "not audio"),
    "png": (lambda folder: picture(folder, "a.png", Image.new("RGB", (99, 99))).rename(folder / "a.mp3"), "not audio"),
    "pdf": (partial(raw, name="a.mp3", content=b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n" * 900), "not audio"),
    "name in .raw": (partial(raw, name="a.raw", content=bytes(10_000)), "not audio"),
    "name without suffix": (partial(renamed, name="song", real="a.flac"), heard(4.0)),
    "mp3 named wav": (partial(renamed, name="a.wav", real="a.mp3"), heard(4.0)),
    "wav named mp3": (partial(renamed, name="b.mp3", real="a.wav"), heard(4.0)),
    "flac named mp3": (partial(renamed, name="b.mp3", real="a.flac"), heard(4.0)),
    "suffix in capitals": (partial(renamed, name="B.MP3", real="a.mp3"), heard(4.0)),
    "wrong suffix in capitals": (partial(renamed, name="B.OGG", real="a.mp3"), heard(4.0)),
    "8 kHz": (partial(sound, name="a.wav", rate=8000), heard(4.0)),
    "96 kHz": (partial(sound, name="a.flac", rate=96_000), heard(4.0)),
    "192 kHz": (partial(sound, name="a.wav", rate=192_000), heard(4.0)),
    "384 kHz": (partial(sound, name="a.wav", rate=384_000), heard(4.0)),
    "5.1 channels": (partial(sound, name="a.flac", data=tone(channels=6)), heard(4.0)),
    "8 channels": (partial(sound, name="a.wav", data=tone(channels=8)), heard(4.0)),
    "1024 channels": (partial(sound, name="a.wav", data=tone(1.0, channels=1024)), heard(1.0)),
    "NaN": (partial(floats, value=np.nan, at=5000), "not finite"),
    "infinity": (partial(floats, value=np.inf, at=slice(9, 12)), "not finite"),
    "values of 1e30": (partial(floats, value=1e30, at=slice(0, 900)), "absurdly loud"),
    "values of 1e300": (partial(floats, value=1e300, at=slice(0, 900)), "not finite"),
    "values of 3e38": (partial(floats, value=3e38), "absurdly loud"),
    "values of 32768": (partial(floats, value=32768.0, at=slice(0, 900)), heard(4.0)),
    "denormal values": (partial(floats, value=1e-310), heard(4.0)),
    "silence": (partial(floats, value=0.0), heard(4.0)),
    "a constant": (partial(floats, value=0.5), heard(4.0)),
    "one sample": (partial(sound, name="a.wav", data=np.ones(1)), heard(0.0)),
    "10 ms": (partial(sound, name="a.wav", data=np.ones(220)), heard(0.01)),
    "wav that claims 4 GB": (partial(wav, riff=2**32 - 1, data=2**32 - 8), heard(2.0)),
    "wav that claims nothing": (partial(wav, riff=0, data=0), "nothing decodes"),
    "wav without channels": (partial(wav, channels=0), "not audio"),
    "wav of 65535 channels": (partial(wav, channels=65535), "not audio"),
    "wav of 0 Hz": (partial(wav, rate=0), "not audio"),
    "wav of 1 Hz": (partial(wav, rate=1), "at least 1000 Hz"),
    "wav of 1,000 Hz and three hours": (partial(wav, rate=1000, content=bytes(21_600_000)), "too long"),
    "wav of 1,000 Hz and 90 minutes": (partial(wav, rate=1000, content=bytes(10_800_000)), heard(5400)),
    "wav of 2 GHz": (partial(wav, rate=2**31 - 1), "nothing decodes"),
    "wav of 4 GHz": (partial(wav, rate=2**32 - 1), "not audio"),
    "wav of 0 bits": (partial(wav, bits=0), "not audio"),
    "wav in an unknown code": (partial(wav, code=0x1234), "not audio"),
    "a folder": (partial(make_folder, name="a.mp3"), "is a folder"),
    "a pipe": (partial(make_fifo, name="a.mp3"), "no such file"),
    "a socket": (partial(make_socket, name="a.mp3"), "no such file"),
    "a link to nowhere": (partial(make_link, name="a.mp3", target="gone"), "no such file"),
    "a link to itself": (partial(make_link, name="a.mp3", target="a.mp3"), "no such file"),
    "an endless device": (partial(make_link, name="a.mp3", target="/dev/zero"), "no such file"),
    "a name with NUL": (lambda folder: folder / "a\0.mp3", "no such file"),
    "a name that is too long": (lambda folder: folder / ("a" * 5000), "no such file"),
}
if os.getuid():  # root reads everything
    AUDIO["unreadable"] = (partial(unreadable, name="a.mp3"), "not audio")


# Pictures


def picture(folder, name, image, **options):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def noise(*shape):
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))


def encoded(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def cut_picture(folder, suffix, part):
    whole = encoded(noise(300, 300, 3), suffix.upper())
    return raw(folder, f"a.{suffix.lower()}", whole[: round(part * len(whole))])


def png(width, height, *, color=2, bits=8, data=b""):
    """Write a PNG by hand, so that its header can lie."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    return PNG + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zeros_png(side):
    """A PNG of side x side black pixels that decodes: 50 kB that become gigabytes."""
    deflate, line = zlib.compressobj(9), bytes((1 + 3 * side) * 100)
    data = b"".join(deflate.compress(line) for _ in range(side // 100)) + deflate.flush()
    return png(side, side, data=data)


def turned(folder, *, orientation):
    """A JPEG whose top half is white once it is turned as its EXIF says."""
    upright = Image.new("RGB", (64, 64), "black")
    upright.paste("white", (0, 0, 64, 32))
    stored = upright.transpose(Image.Transpose.ROTATE_90)  # what a camera on its side writes
    exif = Image.Exif()
    exif[0x0112] = orientation
    return picture(folder, "a.jpg", stored, exif=exif)


def with_exif(folder, exif):
    return picture(folder, "a.jpg", Image.new("RGB", (50, 50), "white"), exif=exif)


def palette(folder):
    """A palette PNG whose first colour is black and transparent, in the middle."""
    image = Image.new("P", (50, 50), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    return picture(folder, "a.png", image, transparency=bytes([0, 255]))


def sixteen_bits(folder):
    values = np.full((50, 50), 0x4000, np.uint16)
    return picture(folder, "a.png", Image.fromarray(values))


def animation(folder):
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "green", "blue")]
    return picture(folder, "a.gif", frames[0], save_all=True, append_images=frames[1:])


def middle(*rgb):
    """Check the middle pixel."""
    return lambda pixels: np.abs(pixels[50, 50].astype(int) - rgb).max() <= 3


def top_is_white(pixels):
    return pixels[20].mean() > 250 and pixels[80].mean() < 5


WHITE, GRAY = (255, 255, 255), (64, 64, 64)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 50 50\n%%EndComments\nshowpage\n"
COVERS = {
    **{
        f"{kind} {told}": (partial(cut_picture, suffix=kind, part=part), "cannot be decoded")
        for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP")
        for told, part in (("half", 0.5), ("of its header", 0.001))
    },
    "picture of no bytes": (partial(raw, name="a.png", content=b""), "cannot be decoded"),
    "picture of random bytes": (partial(raw, name="a.jpg", content=random_bytes(9999)), "cannot be decoded"),
    "PNG that declares 50,000 x 50,000": (partial(raw, name="a.png", content=png(50_000, 50_000)), "too large|decoded"),
    "PNG that declares 10,000 x 10,000": (partial(raw, name="a.png", content=png(10_000, 10_000)), "too large"),
    "PNG of 20,000 x 20,000 zeros": (lambda folder: raw(folder, "a.png", zeros_png(20_000)), "too large|decoded"),
    "PNG of 12,000 x 12,000 zeros": (lambda folder: raw(folder, "a.png", zeros_png(12_000)), "too large"),
    "PNG of 6,000 x 6,000 zeros": (lambda folder: raw(folder, "a.png", zeros_png(6_000)), middle(0, 0, 0)),
    "transparent PNG of 6,000 x 6,000": (
        lambda folder: picture(folder, "a.png", Image.new("RGBA", (6_000, 6_000))),
        middle(*WHITE),
    ),
    "PNG of 0 x 0": (partial(raw, name="a.png", content=png(0, 0)), "cannot be decoded"),
    "animated GIF": (animation, middle(255, 0, 0)),
    "CMYK JPEG": (lambda folder: picture(folder, "a.jpg", Image.new("CMYK", (50, 50))), middle(*WHITE)),
    "16-bit PNG": (sixteen_bits, middle(*GRAY)),
    "palette PNG with transparency": (palette, middle(*WHITE)),
    "1-bit PNG": (lambda folder: picture(folder, "a.png", Image.new("1", (50, 50), 1)), middle(*WHITE)),
    "transparent PNG": (lambda folder: picture(folder, "a.png", Image.new("RGBA", (50, 50))), middle(*WHITE)),
    "picture of one pixel": (
        lambda folder: picture(folder, "a.png", Image.new("RGB", (1, 1), "white")),
        middle(*WHITE),
    ),
    "picture of 1 x 10,000": (lambda folder: picture(folder, "a.png", Image.new("L", (1, 10_000), 64)), middle(*GRAY)),
    "picture of 10,000 x 1": (lambda folder: picture(folder, "a.png", Image.new("L", (10_000, 1), 64)), middle(*GRAY)),
    "SVG named png": (partial(raw, name="a.png", content=SVG), "cannot be decoded"),
    "EPS named jpg": (partial(raw, name="a.jpg", content=EPS), "cannot be decoded"),
    "turned JPEG": (partial(turned, orientation=6), top_is_white),
    "JPEG turned by no known angle": (partial(turned, orientation=99), np.any),
    "broken EXIF": (partial(with_exif, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 30), middle(*WHITE)),
    "EXIF of one byte": (partial(with_exif, exif=b"Exif\0\0I"), middle(*WHITE)),
    "a pipe for a picture": (partial(make_fifo, name="a.jpg"), "no such file"),
    "a folder for a picture": (partial(make_folder, name="a.jpg"), "no such file"),
    "an endless picture": (partial(make_link, name="a.png", target="/dev/zero"), "no such file"),
    "a pipe for a song with a cover": (partial(make_fifo, name="a.mp3"), "no such file"),
}


# Tags, each in an mp3 that is good


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


def reads(**expected):
    """Check the only row of a catalog."""

    def holds(result):
        row = result[0].iloc[0]
        return len(result[0]) == 1 and all(row[name] == value for name, value in expected.items())

    return holds


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
    "genre 999": (genre("999"), reads()),
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
    "a tag that claims 256 MB": (partial(headed, head=b"ID3\x03\0\0\x7f\x7f\x7f\x7f"), "not audio"),
    "a tag with a ring of headers": (partial(headed, head=b"ID3\x03\0\x40\0\0\0\0" * 2000), reads(genre="Rock")),
    "10,000 tags": (partial(headed, head=text_frame(b"\x03a") * 10_000), reads(genre="Rock")),
    "Vorbis comments that climb": (partial(comments, title=ESCAPES + "/../x", artist="\0"), reads(genre="Rock")),
    "picture tags that are no pictures": (
        partial(comments, metadata_block_picture="%%%", coverart="===="),
        reads(cover_path=""),
    ),
}
ART = {
    "art of 10 MB": (lambda folder: art(folder, encoded(noise(1830, 1830, 3))), np.any),
    "art of 20 MB": (lambda folder: art(folder, encoded(noise(2600, 2600, 3))), "no embedded cover"),
    "art that declares 50,000 x 50,000": (lambda folder: art(folder, png(50_000, 50_000)), "too large|decoded"),
    "art of 20,000 x 20,000 zeros": (lambda folder: art(folder, zeros_png(20_000)), "too large|decoded"),
    "art in HTML": (lambda folder: art(folder, b"<html>" * 99), "cannot be decoded"),
    "art of no bytes": (lambda folder: art(folder, b""), "no embedded cover"),
    "art elsewhere": (lambda folder: art(folder, b"http://127.0.0.1/x.png", mime="-->"), "no embedded cover"),
    "art in a wav": (lambda folder: art(folder, encoded(noise(50, 50, 3)), name="a.wav"), "no embedded cover"),
}


# Names of files, and folders of music


def named(folder, name):
    path = os.path.join(os.fsencode(folder), b"Rock", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    sound(folder, "a.flac").rename(os.fsdecode(path))
    return folder


def ids_are_plain(result):
    catalog, report = result
    return report.empty and catalog["track_id"].str.fullmatch("[A-Za-z0-9_]+-[0-9a-f]{8}").all()


NAMES = {
    "name with a line break": (b"a\nb.flac", ids_are_plain),
    "name with an escape": (b"\x1b[31mred.flac", ids_are_plain),
    "name with a dash in front": (b"-rf.flac", ids_are_plain),
    "name with a dot in front": (b".hidden.flac", "no music"),
    "name of two dots": (b"...flac", "no music"),
    "name of 255 bytes": (b"n" * 250 + b".flac", ids_are_plain),
    "name of emoji": ("🎸👩‍🎤.flac".encode(), ids_are_plain),
    "name that is no UTF-8": (b"caf\xe9 \xff.flac", "not UTF-8"),
    "name with quotes": (b"a'b\"c`$(id).flac", ids_are_plain),
    "name with per cent": (b"%s%n%2e%2e%2f.flac", ids_are_plain),
    "name with a backslash": (rb"a\..\..\x.flac", ids_are_plain),
    "name of a device": (b"CON.flac", ids_are_plain),
}


def beside(folder, make):
    """Put one odd file beside a good one."""
    sound(folder, "Rock/good.flac")
    make(folder / "Rock")
    return folder


def one_row(text):
    """Check that one track was used and one refused with a reason."""
    return lambda result: len(result[0]) == 1 and [text in reason for reason in result[1]["reason"]] == [True]


def table(folder, content):
    sound(folder, "a.flac")
    sound(folder.parent, "x.flac")
    raw(folder, "tracks.csv", content)
    return folder


def loop(folder):
    sound(folder, "Rock/a.flac")
    (folder / "Rock" / "again").symlink_to(folder, target_is_directory=True)
    return folder


def used(tracks, refused):
    """Check how many tracks were used and refused."""
    return lambda result: (len(result[0]), len(result[1])) == (tracks, refused)


FOLDERS = {
    "a pipe in a library": (partial(beside, make=partial(make_fifo, name="b.mp3")), one_row("no such file")),
    "a socket in a library": (partial(beside, make=partial(make_socket, name="b.mp3")), one_row("no such file")),
    "a device in a library": (
        partial(beside, make=partial(make_link, name="b.mp3", target="/dev/zero")),
        one_row("no such file"),
    ),
    "a dangling link in a library": (
        partial(beside, make=partial(make_link, name="b.mp3", target="gone")),
        one_row("no such file"),
    ),
    "a folder named as a song": (partial(beside, make=partial(make_folder, name="b.mp3")), used(1, 0)),
    "a pipe named as a cover": (partial(beside, make=partial(make_fifo, name="cover.jpg")), reads(cover_path="")),
    "a folder that holds itself": (loop, used(1, 0)),
    "a pipe named as the table": (
        lambda folder: sound(folder, "Rock/a.flac") and make_fifo(folder, "tracks.csv").parent,
        used(1, 0),
    ),
    "a table that climbs": (
        partial(table, content=b"path,genre\na.flac,Rock\n../x.flac,Rock\n/etc/passwd,Rock\n"),
        used(1, 2),
    ),
    "a table with a BOM": (partial(table, content="\ufeffpath,genre\na.flac,Rock\n".encode()), used(1, 0)),
    "a table in Latin-1": (partial(table, content="path,genre\nà.flac,Rock\n".encode("latin-1")), "unreadable table"),
    "a table in UTF-16": (partial(table, content="path,genre\na.flac,Rock\n".encode("utf-16")), "unreadable table"),
    "a table with rows twice": (partial(table, content=b"path,genre\n" + b"a.flac,Rock\n" * 3), used(1, 2)),
    "an empty table": (partial(table, content=b""), "unreadable table"),
    "a table of headers": (partial(table, content=b"path,genre\n"), "no music"),
    "a binary table": (partial(table, content=random_bytes(5000)), "unreadable table"),
    "a table with NUL": (partial(table, content=b"path,genre\na.flac\0,Rock\na.flac,Rock\n"), used(1, 1)),
    "a table with short rows": (partial(table, content=b"path,genre,artist\na.flac\na.flac,Rock\n"), used(1, 1)),
    "a table with long rows": (partial(table, content=b"path,genre\na, b.flac,Rock\n"), "unreadable table"),
    "a table with an open quote": (partial(table, content=b'path,genre\n"a.flac,Rock\n'), "unreadable table"),
    "a table of NaN": (partial(table, content=b"path,genre\nNaN,NaN\na.flac,NaN\n"), used(1, 1)),
    "a table with a cell of 1 MB": (partial(table, content=b"path,genre\n" + b"x" * 10**6 + b",Rock\n"), "unusable"),
    "a table with escape sequences": (
        partial(table, content=b"path,genre\n\x1b[2Jx.flac,Rock\na.flac,Ro\x1bck\n"),
        used(1, 1),
    ),
}


# FMA


HEAD = ",track,artist,set,set\n,genres,name,split,subset\ntrack_id,,,,\n"
GOOD = "2,[12],A,training,small\n"


def fma(folder, rows=GOOD, *, head=HEAD, genres=b"genre_id,parent\n12,0\n25,12\n"):
    content = rows if isinstance(rows, bytes) else (head + rows).encode()
    raw(folder, "fma_metadata/tracks.csv", content)
    raw(folder, "fma_metadata/genres.csv", genres)
    for name in ("fma_small/000/000002.mp3", "fma_small/x.mp3", "x.mp3"):
        sound(folder, name, tone(1.0))
    return folder


RING = b"genre_id,parent\n" + b"".join(b"%d,%d\n" % (n, n % 50_000 + 1) for n in range(1, 50_001))
FMA = {
    "FMA ids that climb": (partial(fma, rows=GOOD + "../../x,[12],A,training,small\n"), used(1, 1)),
    "FMA ids that are absolute": (partial(fma, rows=GOOD + "/etc/passwd,[12],A,training,small\n"), used(1, 1)),
    "FMA ids in letters": (partial(fma, rows=GOOD + "abcdef,[12],A,training,small\n"), used(1, 1)),
    "FMA ids below 0": (partial(fma, rows=GOOD + "-2,[12],A,training,small\n"), used(1, 1)),
    "FMA ids that are huge": (partial(fma, rows=GOOD + "9" * 400 + ",[12],A,training,small\n"), used(1, 1)),
    "FMA ids that are missing": (partial(fma, rows=GOOD + ",[12],A,training,small\n"), used(1, 1)),
    "FMA ids with escape sequences": (partial(fma, rows=GOOD + "\x1b[2J,[12],A,training,small\n"), used(1, 1)),
    "FMA rows twice": (partial(fma, rows=GOOD * 3), used(1, 2)),
    "FMA with a BOM": (partial(fma, head="\ufeff" + HEAD), used(1, 0)),
    "FMA in Latin-1": (partial(fma, rows="2,[12],\xe9,training,small\n".encode("latin-1")), "unreadable table"),
    "FMA without a byte": (partial(fma, rows=b""), "unreadable table"),
    "FMA of headers": (partial(fma, rows=""), "no usable track"),
    "FMA with one header row": (partial(fma, head="track_id,genres\n"), "unreadable table"),
    "FMA in binary": (partial(fma, rows=random_bytes(5000)), "unreadable table"),
    "FMA short rows": (partial(fma, rows=GOOD + "3\n4,[12]\n"), used(1, 0)),
    "FMA long rows": (partial(fma, rows="2,[12],A,training,small,more,and,more\n"), "unreadable table"),
    "FMA genres that are NaN": (partial(fma, rows=GOOD + "3,NaN,A,training,small\n"), used(1, 1)),
    "FMA genres without an end": (partial(fma, rows="2,\"[12, 'x'\",A,training,small\n"), reads(genre="Rock")),
    "FMA genres with semicolons": (partial(fma, rows="2,12;25,A,training,small\n"), reads(genre="Punk")),
    "FMA genres of 5,000 digits": (partial(fma, rows=GOOD + "3," + "1" * 5000 + ",A,training,small\n"), used(1, 1)),
    "FMA genres that are code": (
        partial(fma, rows=GOOD + "3,__import__('os').abort(),A,training,small\n"),
        used(1, 1),
    ),
    "FMA genres in a ring": (partial(fma, genres=b"genre_id,parent\n12,25\n25,12\n"), reads(genre="Rock")),
    "FMA genres in a ring of 50,000": (partial(fma, genres=RING), reads(genre="Rock")),
    "FMA genres in text": (partial(fma, genres=b"genre_id,parent\nRock,Music\n"), "unreadable table"),
    "FMA genres without parents": (partial(fma, genres=b"genre_id,title\n12,Rock\n"), "unreadable table"),
    "FMA genres without a byte": (partial(fma, genres=b""), "unreadable table"),
    "FMA genres in binary": (partial(fma, genres=random_bytes(500)), "unreadable table"),
}


# Listings of covers


def listing(folder, content):
    picture(folder, "Rock/a.png", noise(20, 20, 3))
    picture(folder.parent, "x.png", noise(20, 20, 3))
    raw(folder, "covers.csv", content)
    return folder


LISTINGS = {
    "a listing that climbs": (b"path,genre\nRock/a.png,Rock\n../x.png,Rock\n", "outside the folder"),
    "a listing of absolute paths": (b"path,genre\n/etc/passwd,Rock\n", "outside the folder"),
    "an empty listing": (b"", "unreadable table"),
    "a listing in Latin-1": (b"path,genre\n\xe9.png,Rock\n", "unreadable table"),
    "a listing with empty cells": (b"path,genre\n,\n,Rock\nRock/a.png\nRock/a.png,Rock\n", used(1, 3)),
    "a listing with a BOM": (b"\xef\xbb\xbfpath,genre\nRock/a.png,Rock\n", used(1, 0)),
    "a listing of other columns": (b"file,kind\nRock/a.png,Rock\n", "lacks columns"),
    "a listing with NUL": (b"path,genre\nRock/a.png\0,Rock\nRock/a.png,Rock\n", used(1, 1)),
    "a listing with escape sequences": (b"path,genre\n\x1b[2J.png,Rock\nRock/a.png,Rock\n", used(1, 1)),
}


# Features of a folder, and names of covers


def odd_songs(folder):
    """One good song among others that are not."""
    sound(folder, "good.flac", tone(5.0))
    floats(folder, np.nan)
    sound(folder, "short.flac", tone(0.5))
    raw(folder, "text.mp3", b"no music " * 500)
    make_fifo(folder, "pipe.mp3")
    make_link(folder, "device.mp3", "/dev/zero")
    make_folder(folder, "folder.mp3")
    return folder


FEATURES = {"features of odd files": (odd_songs, used(1, 6))}
STEMS = {
    "covers of one name": ["a/x.mp3", "b/x.mp3", "c/X.mp3", "x (1).mp3", "x.flac"],
    "covers of names that climb": ["..", "../..", "/", "...mp3", "a/../..\\..\\x.mp3"],
    "covers of control characters": ["\x1b[2J.mp3", "\x1b]2J.mp3", "a\nb.mp3", "a\tb.mp3", "a\0b.mp3"],
    "covers of names of 255 bytes": ["n" * 251 + ".mp3", "n" * 250 + "m.mp3", "é" * 125 + ".mp3", "🎸" * 62 + ".mp3"],
    "covers of bytes": [os.fsdecode(b"caf\xe9.mp3"), os.fsdecode(b"caf\xe8.mp3")],
    "covers of odd signs": ["-rf.mp3", "%s%n.mp3", "a'b\"c.mp3", "$(id).mp3", "a:b?.mp3", " .mp3", "~.mp3", "*.mp3"],
}


def songs(folder, *, names):
    return [folder / name for name in names]


def name_covers(songs):
    """Write covers of songs as the command does: names of the files."""
    covers = Path("..") / "out"
    paths = []
    for song, name in zip(songs, unique_names(songs), strict=True):
        made = SongCovers(song, None, "../../Ro\x1bck/" + "g" * 300, np.zeros((1, 9, 9, 3), np.uint8))
        paths += save_song_covers(made, covers, seed=0, name=name)
        paths += save_song_covers(made, covers / "alone", seed=0)
    return sorted(path.name for path in paths if path.parent == covers), sorted(os.listdir(covers))


def apart(result):
    """Check that each song got a file of its own, whose name can be shown and lies in the folder."""
    names, found = result
    return sorted([*names, "alone"]) == found and not any(UNPRINTABLE.search(name) for name in names)


CASES = {
    **{name: (make, hear, expected) for name, (make, expected) in AUDIO.items()},
    **{name: (make, paint, expected) for name, (make, expected) in (COVERS | ART).items()},
    **{name: (make, load_folder, expected) for name, (make, expected) in (TAGS | FOLDERS).items()},
    **{name: (partial(named, name=text), load_folder, expected) for name, (text, expected) in NAMES.items()},
    **{name: (make, load_fma, expected) for name, (make, expected) in FMA.items()},
    **{name: (make, draw_all, expected) for name, (make, expected) in FEATURES.items()},
    **{name: (partial(songs, names=names), name_covers, apart) for name, names in STEMS.items()},
    **{name: (partial(listing, content=text), gather, expected) for name, (text, expected) in LISTINGS.items()},
}


def run_case(name, folder, answer):
    """Make the input, use it, and send what came of it: (result or error, peak memory in bytes, files it wrote)."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 33, 1 << 33))  # what eats memory shall not eat the machine's
    warnings.simplefilter("error")
    make, use, expected = CASES[name]
    (folder / "in").mkdir()
    (folder / "work").mkdir()
    given = make(folder / "in")
    os.chdir(folder / "work")
    before = files(folder)
    try:
        result = use(given)
        held = "" if isinstance(expected, str) or expected(result) else f"unlike what was expected: {result}"
        told = ["used", *report_texts(result)]
    except InputError as error:
        held = "" if isinstance(expected, str) else "refused"
        told = [str(error)]
    written = files(folder) ^ before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    answer.send((told, held, peak, sorted(map(str, written))))


def files(folder):
    """What lies below a folder, but for its folder ``out``: names, sizes, times."""
    found = [Path(place, name) for place, folders, names in os.walk(folder) for name in folders + names]
    found = [path for path in found if path.relative_to(folder).parts[0] != "out"]
    return {(os.fsencode(path), path.lstat().st_size, path.lstat().st_mtime_ns) for path in found}


def report_texts(result):
    """All texts of the report that came with a result."""
    return result[1].to_numpy().ravel().tolist() if isinstance(result, tuple) and hasattr(result[1], "columns") else []
