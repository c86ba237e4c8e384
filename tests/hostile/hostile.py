"""Hostile inputs, each made in a folder of its own: what it is, what uses it, and what must come of it.

The tables beside (``hostile_*.py``) hold, by name, a function that writes the input below a folder and returns its
path, and what must come of it: a text that the `InputError` matches, or a function that is true of the result.
"""

import os
import resource
import sys
import warnings
from functools import partial
from pathlib import Path

import numpy as np
from hostile_files import make_fifo, make_folder, make_link, raw, sound, tone, used
from hostile_fma import FMA
from hostile_folders import FOLDERS, LISTINGS, NAMES, listing, named
from hostile_pictures import COVERS
from hostile_sounds import AUDIO, floats
from hostile_tags import ART, TAGS

from albumlib.cli.cover import unique_names
from albumlib.data.audio import audio_duration, load_audio
from albumlib.data.catalog import COLUMNS, make_catalog
from albumlib.data.fma import load_fma
from albumlib.data.folder import load_folder
from albumlib.data.images import list_covers, load_cover, load_covers
from albumlib.data.tags import embedded_art
from albumlib.errors import InputError
from albumlib.features.image import feature_image
from albumlib.features.store import extract
from albumlib.pipeline import SongCovers, save_song_covers
from albumlib.text import UNPRINTABLE


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
    """Make the input, use it, and send what came: (result or error, fault, bytes of memory it took, files it wrote)."""
    memory = peak_memory()
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))  # seconds of processor time
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
        told = ["used", *texts(result)]
    except InputError as error:
        held = "" if isinstance(expected, str) else "refused"
        told = [str(error)]
    written = files(folder) ^ before
    answer.send((told, held, peak_memory() - memory, sorted(map(str, written))))


def peak_memory():
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def files(folder):
    """What lies below a folder, but for its folder ``out``: names, sizes, times."""
    found = [Path(place, name) for place, folders, names in os.walk(folder) for name in folders + names]
    found = [path for path in found if path.relative_to(folder).parts[0] != "out"]
    return {(os.fsencode(path), path.lstat().st_size, path.lstat().st_mtime_ns) for path in found}


def texts(result):
    """All texts of the tables in a result, but for the paths that lead to files."""
    tables = [table for table in result if hasattr(table, "columns")] if isinstance(result, tuple) else []
    leading = ["path", "cover_path"]
    shown = [table.drop(columns=leading if "track_id" in table else [], errors="ignore") for table in tables]
    return [str(text) for table in shown for text in table.to_numpy().ravel()]
