"""The examples in docstrings run, on two songs by each of three artists in two genres."""

import doctest
from functools import reduce

import numpy as np
import pytest
import soundfile

import albumlib
from albumlib.data import load_folder, split_by_artist
from albumlib.genres import class_order

EXAMPLES = (
    "features.feature_image features.cut_slices features.extract features.load_slices "
    "genre.catalog_statistics genre.train_classifier genre.Classifier"
).split()


@pytest.fixture
def names(tmp_path, monkeypatch):
    """What the examples take as given, and the working folder that they name files in."""
    rng = np.random.default_rng(0)
    for genre, artist, song in np.ndindex(2, 3, 2):
        folder = tmp_path / "music" / ["Folk", "Techno"][genre] / f"artist {artist}"
        folder.mkdir(parents=True, exist_ok=True)
        soundfile.write(folder / f"{song}.wav", rng.uniform(-0.5, 0.5, 4 * 22050), 22050)
    soundfile.write(tmp_path / "song.mp3", rng.uniform(-0.5, 0.5, 4 * 22050), 22050)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALBUMLIB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")  # for so few songs, starting processes would take most of the time
    given = {"load_folder": load_folder, "split_by_artist": split_by_artist, "class_order": class_order}
    return given | {"np": np, "Run": albumlib.Run, "PRESETS": albumlib.features.PRESETS}


def test_examples_run_and_give_what_they_show(names):
    """In this order each finds what those before it left."""
    for name in EXAMPLES:
        subject = reduce(getattr, name.split("."), albumlib)
        names[name.split(".")[1]] = subject
        names["make_baseline"] = albumlib.genre.make_baseline
        case = doctest.DocTestParser().get_doctest(subject.__doc__, names, name, None, None)
        assert case.examples
        assert doctest.DocTestRunner().run(case, clear_globs=False).failed == 0
        names |= case.globs
