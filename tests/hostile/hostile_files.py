"""What hostile inputs are made of: sounds, pictures and files that are none; and checks of what came of them."""

import contextlib
import io
import os
import socket

import numpy as np
import soundfile
from PIL import Image

from albumlib.errors import InputError
from albumlib.text import UNPRINTABLE

RATE = 22050


def tone(seconds=4.0, *, rate=RATE, channels=1):
    t = np.arange(round(seconds * rate)) / rate
    y = (0.4 * np.sin(2 * np.pi * 440 * t) * (t % 0.5 < 0.2)).astype("float32")
    return np.repeat(y[:, None], channels, axis=1)


def sound(folder, name, data=None, *, seconds=4.0, rate=RATE, channels=1, **options):
    """Write a sound: by default a tone."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = tone(seconds, rate=rate, channels=channels) if data is None else data
    soundfile.write(path, data, rate, **options)
    return path


def raw(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def random_bytes(count):
    return np.random.default_rng(0).integers(0, 256, count, dtype=np.uint8).tobytes()


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


def noise(*shape):
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))


def picture(folder, name, image, **options):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def encoded(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def reads(**expected):
    """Check the only row of a catalog."""

    def holds(result):
        row = result[0].iloc[0]
        return len(result[0]) == 1 and all(row[name] == value for name, value in expected.items())

    return holds


def used(tracks, refused):
    """Check how many tracks were used and refused."""
    return lambda result: (len(result[0]), len(result[1])) == (tracks, refused)


def refused_or(function, *words, **options):
    """Call it; None where it refuses, in one line."""
    try:
        return function(*words, **options)
    except InputError as error:
        message = str(error)
    assert not UNPRINTABLE.search(message)
    return None
