"""An image is drawn anew where the song, or how it is heard, is another than it was."""

import os

import numpy as np
import pytest
import soundfile

from albumlib.data.catalog import COLUMNS, make_catalog
from albumlib.features.image import load_image
from albumlib.features.store import extract

RATE = 22050


def write_song(path, hertz):
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * hertz * np.arange(4 * RATE) / RATE), RATE)


@pytest.fixture
def catalog(tmp_path):
    rows = []
    for hertz in (220, 880):
        write_song(tmp_path / f"{hertz}.wav", hertz)
        rows.append(dict.fromkeys(COLUMNS, "") | {"track_id": str(hertz), "path": tmp_path / f"{hertz}.wav"})
    return make_catalog([row | {"genre": "Rock", "duration": 4.0} for row in rows])


@pytest.fixture
def draw(catalog, tmp_path):
    """Extract; give the images and when each was written."""

    def call():
        paths = extract(catalog, tmp_path / "features", n_jobs=1, progress=False)[0]["path"]
        return [load_image(path) for path in paths], [os.stat(path).st_mtime_ns for path in paths]

    return call


def test_another_song_of_the_same_size_and_time_is_drawn_anew(draw, tmp_path):
    before, times = draw()
    path = tmp_path / "220.wav"
    stamp = path.stat()
    write_song(path, 880)
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert path.stat().st_size == stamp.st_size
    after, again = draw()
    np.testing.assert_array_equal(after[0], before[1])
    assert again[1] == times[1]


def test_a_song_that_is_heard_otherwise_than_before_is_drawn_anew(draw, monkeypatch):
    times = draw()[1]
    assert draw()[1] == times
    monkeypatch.setattr("albumlib.data.catalog.HEARING", 0)
    assert all(after > before for after, before in zip(draw()[1], times, strict=True))
