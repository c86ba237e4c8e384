"""The report of what is wrong with a catalog: each fault is planted once and found once."""

import shutil

import mutagen
import numpy as np
import pandas as pd
import pytest
import soundfile
from mutagen.id3 import TIT2
from PIL import Image

from albumlib.course import plots
from albumlib.data.catalog import COLUMNS, make_catalog
from albumlib.data.validation import PROBLEMS, cover_fingerprint, drop_useless, validate

RATE = 22050


def noise(seconds, *, seed=0, level=0.3):
    return level * np.random.default_rng(seed).uniform(-1, 1, round(seconds * RATE))


def picture(seed, *, size=100):
    """A few coloured rectangles."""
    rng = np.random.default_rng(seed)
    pixels = np.full((100, 100, 3), rng.integers(256, size=3), np.uint8)
    for _ in range(6):
        (top, bottom), (left, right) = np.sort(rng.integers(100, size=(2, 2)), axis=1)
        pixels[top:bottom, left:right] = rng.integers(256, size=3)
    return Image.fromarray(pixels).resize((size, size))


@pytest.fixture
def library(tmp_path):
    """Rows of nine sound tracks of three artists, to which a test adds faults."""
    rows = []
    for number in range(9):
        path, cover = tmp_path / f"{number}.wav", tmp_path / f"{number}.png"
        soundfile.write(path, noise(4, seed=number), RATE)
        picture(number).save(cover)
        row = dict.fromkeys(COLUMNS, "") | {"track_id": f"t{number}", "path": path, "duration": 4.0, "genre": "Rock"}
        rows.append(row | {"artist": f"artist {number // 3}", "album": f"album {number}", "cover_path": cover})
    return rows


def tag(path):
    file = mutagen.File(path)
    file.add_tags()
    file.tags.add(TIT2(encoding=3, text="another title"))
    file.save()


def look(rows, **options):
    return validate(make_catalog(rows), n_jobs=1, progress=False, **options)


def found(problems):
    return list(zip(problems["problem"], problems["track_id"], strict=True))


def test_nothing_wrong(library):
    assert look(library).empty


@pytest.mark.parametrize(
    ("problem", "spoil"),
    [
        ("unreadable", lambda path: path.write_bytes(b"RIFF and no more")),
        ("unreadable", lambda path: path.unlink()),
        ("silent", lambda path: soundfile.write(path, np.zeros(4 * RATE), RATE)),
        ("silent", lambda path: soundfile.write(path, noise(4, level=0.0005), RATE, subtype="FLOAT")),
        ("odd sound", lambda path: soundfile.write(path, noise(4)[:, None] * [0.5, -0.5], RATE)),
        ("odd sound", lambda path: soundfile.write(path, np.clip(9 * noise(4), -1, 1), RATE)),
        ("odd sound", lambda path: soundfile.write(path, 0.3 * noise(4) + 0.3, RATE, subtype="FLOAT")),
        ("wrong duration", lambda path: soundfile.write(path, noise(6), RATE)),
        ("identical file", lambda path: shutil.copy(path.with_name("0.wav"), path)),
        ("identical file", lambda path: tag(shutil.copy(path.with_name("0.wav"), path))),
        ("identical file", lambda path: soundfile.write(path, *soundfile.read(path.with_name("0.wav")), format="FLAC")),
        ("unusable cover", lambda path: path.with_suffix(".png").write_bytes(b"no picture")),
    ],
)
def test_a_fault_is_found_once(library, problem, spoil):
    spoil(library[4]["path"])
    assert found(look(library)) == [(problem, "t4")]


def test_a_short_track(library):
    soundfile.write(library[4]["path"], noise(1), RATE)
    library[4]["duration"] = 1.0
    assert found(look(library)) == [("too short", "t4")]
    assert look(library, min_seconds=0.5).empty


def test_a_header_that_promises_more_than_decodes(library):
    path = library[4]["path"].with_suffix(".mp3")
    soundfile.write(path, noise(12), RATE, format="MP3")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    library[4] |= {"path": path, "duration": 12.0}
    problems = look(library)
    assert found(problems) == [("damaged", "t4")]
    assert "s of 12.0 s could not be decoded (5" in problems["detail"][0]


def test_a_copy_of_a_cover_scaled_and_compressed(library):
    picture(2, size=70).save(library[7]["cover_path"].with_suffix(".jpg"), quality=60)
    library[7]["cover_path"] = library[7]["cover_path"].with_suffix(".jpg")
    problems = look(library)
    assert found(problems) == [("near-duplicate cover", "t7")]
    assert "album 7 by artist 2 looks like album 2 by artist 0" in problems["detail"][0]


def test_one_album_shares_its_cover_rightly(library):
    library[7] |= {"album": "album 6", "cover_path": library[6]["cover_path"]}
    assert look(library).empty


def test_flat_covers_of_two_colours_are_no_copies():
    red, blue = (np.full((100, 100, 3), colour, np.uint8) for colour in ((200, 0, 0), (0, 0, 200)))
    assert np.abs(cover_fingerprint(red) - cover_fingerprint(blue)).mean() > 100


def test_splits_and_genres(library):
    library[8]["genre"] = "Jazz"
    problems = look(library, split=pd.Series(["train"] * 4 + ["test"] * 5))
    assert problems["problem"].tolist() == ["artist in two splits", "few artists"]
    assert problems["detail"].tolist() == ["artist 1 is on test and train", "Jazz: 1 artist"]


def test_useless_tracks_can_be_dropped(library):
    library[3]["path"].write_bytes(b"")
    shutil.copy(library[0]["path"], library[4]["path"])
    library[5]["cover_path"].write_bytes(b"")
    catalog = make_catalog(library)
    kept = drop_useless(catalog, look(library))
    assert sorted(set(catalog["track_id"]) - set(kept["track_id"])) == ["t3", "t4"]


def test_the_figure_shows_every_kind(library):
    import matplotlib.pyplot as plt

    library[3]["path"].write_bytes(b"")
    _, ax = plt.subplots()
    plots.problems(look(library), ax, kinds=list(PROBLEMS))
    assert [label.get_text() for label in ax.get_yticklabels()] == list(PROBLEMS)
    assert [bar.get_width() for bar in ax.patches] == [1] + [0] * (len(PROBLEMS) - 1)
    plt.close()
