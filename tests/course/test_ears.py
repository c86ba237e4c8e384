"""Pretrained ears in the notebooks: when they are the default, and that a head learns from all but the test songs."""

import numpy as np
import pandas as pd
import pytest

from albumlib import course
from albumlib.course import Source, ears, trainings
from albumlib.genre import load_classifier
from albumlib.genre.pretrained import Patches
from albumlib.report import make_report


def hear(path):
    """What is heard of a made-up song: its genre, by its name, lies in the units."""
    rng = np.random.default_rng(int(path.stem))
    units = rng.normal(size=(3, 400)) * 0.3 + (-1) ** int(path.stem)
    return Patches(rng.uniform(0, 0.2, (3, 100)).astype("float32"), units.astype("float32"), 0.5)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A folder source of 20 songs by ten artists, of which one cannot be heard; its index; and what was asked for."""
    monkeypatch.setenv("ALBUMLIB_HOME", str(tmp_path / "home"))
    number = np.arange(20)
    catalog = pd.DataFrame(
        {
            "track_id": number.astype(str),
            "path": [tmp_path / f"{i}.mp3" for i in number],
            "genre": np.where(number % 2, "Right", "Left"),
            "artist": [f"artist {i // 2}" for i in number],
            "album": "",
        }
    )
    asked = []

    def embed_catalog(paths, **options):
        asked.extend(paths)
        songs = [None if path.stem == "3" else hear(path) for path in paths]
        return songs, make_report([(path, "pretrained networks", "damaged") for path in paths if path.stem == "3"])

    monkeypatch.setattr(ears, "load_tracks", lambda source: (catalog, make_report([])))
    monkeypatch.setattr(ears, "embed_catalog", embed_catalog)
    source = Source("folder", tmp_path, "made-up")
    return source, catalog.assign(split=np.where(number >= 16, "test", "train")), asked


def test_pretrained_ears_are_the_default_for_music_where_they_are_installed(tmp_path, monkeypatch):
    for installed, expected in ((True, "pretrained"), (False, "report")):
        monkeypatch.setattr(ears, "is_installed", lambda installed=installed: installed)
        assert course.default_network(Source("folder", tmp_path, "own"), otherwise="report") == expected
        assert course.default_network(Source("demo", tmp_path, "demo"), otherwise="report") == "report"


def test_a_head_learns_from_all_songs_but_those_of_the_test(library):
    source, index, asked = library
    run = course.ears_run(source, index, ["Left", "Right"], progress=False)
    assert {path.stem for path in asked} == {str(i) for i in range(16)}
    assert run.load_card("classifier")["network"] == "pretrained"
    songs, heard = course.hear_songs(source, index, progress=False)
    assert len(songs) == len(heard) == 19
    assert "3" not in set(heard["track_id"])
    unseen = heard["split"] == "test"
    told = [load_classifier(run).predict(song).genre for song, new in zip(songs, unseen, strict=True) if new]
    assert told == list(heard["genre"][unseen])


def test_the_classifier_of_real_music_is_such_a_head(library, monkeypatch):
    source, index, _ = library
    monkeypatch.setattr(ears, "is_installed", lambda: True)
    monkeypatch.setattr(trainings, "classifier_data", lambda *args, **options: (index, ["Left", "Right"], None))
    run, _, genres = course.classifier_run(source, profile="tiny", epochs=1, progress=False)
    assert run.load_card("classifier")["genres"] == genres == ["Left", "Right"]
    assert run.load_card("classifier")["network"] == "pretrained"
