"""Files that are no music, or music as nobody expects it."""

import os
import struct
from functools import partial

import numpy as np
from hostile_files import (
    RATE,
    make_fifo,
    make_folder,
    make_link,
    make_socket,
    picture,
    random_bytes,
    raw,
    sound,
    tone,
)
from PIL import Image


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


def heard(seconds):
    """Check that about so many seconds were heard."""
    return lambda drawn: abs(drawn - seconds) < 0.15


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
    "flac half": (partial(cut, name="a.flac", part=HALF), heard(1.67)),
    "flac a byte short": (partial(cut, name="a.flac", part=-1), heard(3.9)),
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
    "5.1 channels": (partial(sound, name="a.flac", channels=6), heard(4.0)),
    "8 channels": (partial(sound, name="a.wav", channels=8), heard(4.0)),
    "1024 channels": (partial(sound, name="a.wav", seconds=1.0, channels=1024), heard(1.0)),
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
    "wav that claims nothing": (partial(wav, riff=0, data=0), heard(2.0)),
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
