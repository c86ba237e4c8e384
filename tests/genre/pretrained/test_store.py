"""Songs are heard once, and bad files are rows of a report."""

import os

import numpy as np
import pytest

from albumlib.errors import InputError
from albumlib.genre.pretrained import Patches, embed_catalog, store


@pytest.fixture
def heard(monkeypatch):
    """Names of the files that were really heard; one named ``bad`` cannot be."""
    names = []

    def embed_file(path, *, most):
        names.append((path, most))
        if "bad" in path:
            raise InputError("cannot be decoded", where=path)
        return Patches(np.full((most, 100), 0.1), np.zeros((most, 400)), 0.5)

    monkeypatch.setattr(store, "embed_file", embed_file)
    monkeypatch.setattr(store, "find_checkpoint", lambda name: None)
    return names


def test_a_song_is_heard_once_until_it_or_the_hearing_changes(heard, tmp_path, monkeypatch):
    paths = [tmp_path / "one.mp3", tmp_path / "bad.mp3", tmp_path / "none.mp3"]
    for path in paths[:2]:
        path.write_bytes(b"sound")
    options = {"most": 3, "folder": tmp_path / "cache", "progress": False}
    songs, report = embed_catalog(paths, **options)
    assert [song is None for song in songs] == [False, True, True]
    assert songs[0].tags.shape == (3, 100)
    assert list(report["path"]) == [str(path) for path in paths[1:]]
    assert report["reason"][0] == "cannot be decoded"
    again, _ = embed_catalog(paths[:1], **options)
    np.testing.assert_array_equal(again[0].units, songs[0].units)
    assert [path for path, _ in heard].count(str(paths[0])) == 1
    paths[0].write_bytes(b"another sound")
    embed_catalog(paths[:1], **options)
    embed_catalog(paths[:1], **{**options, "most": 2})
    assert [most for path, most in heard if path == str(paths[0])] == [3, 3, 2]
    monkeypatch.setattr(store, "HEARING", store.HEARING + 1)
    embed_catalog(paths[:1], **options)
    assert [most for path, most in heard if path == str(paths[0])] == [3, 3, 2, 3]


def test_another_song_of_the_same_size_and_time_is_heard(heard, tmp_path):
    path = tmp_path / "one.mp3"
    for content in (b"a" * 50_000, b"a" * 30_000 + b"b" * 20_000):
        path.write_bytes(content)
        os.utime(path, (1, 1))
        embed_catalog([path], most=3, folder=tmp_path / "cache", progress=False)
    assert len(heard) == 2


def test_a_missing_package_is_one_error(monkeypatch, tmp_path):
    def missing(name):
        raise InputError("the package musicnn is not installed")

    monkeypatch.setattr(store, "find_checkpoint", missing)
    assert not store.is_installed()
    with pytest.raises(InputError, match="not installed"):
        embed_catalog([tmp_path / "one.mp3"], progress=False)
