"""The store of feature images: extraction, resuming, faults, slices."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from albumlib.data.audio import Heard
from albumlib.data.catalog import COLUMNS, make_catalog
from albumlib.errors import InputError
from albumlib.features import store
from albumlib.features.image import feature_image, load_image, save_image
from albumlib.features.settings import PRESETS
from albumlib.features.store import extract, load_slices

RATE = 22050


def write_song(path, *, seconds=7, hertz=440):
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE), RATE)


def track(track_id, path, *, genre="Rock"):
    return dict.fromkeys(COLUMNS, "") | {"track_id": track_id, "path": path, "genre": genre, "duration": np.nan}


@pytest.fixture
def catalog(tmp_path):
    """Four songs, b of 13 s and the others of 7 s."""
    music = tmp_path / "music"
    music.mkdir()
    rows = []
    for number, name in enumerate("abcd"):
        path = music / f"{name}.wav"
        write_song(path, seconds=13 if name == "b" else 7, hertz=220 * (number + 1))
        rows.append(track(name, path, genre=["Rock", "Jazz"][number % 2]))
    return make_catalog(rows)


def run(catalog, tmp_path, **options):
    return extract(catalog, tmp_path / "features", **{"n_jobs": 1, "progress": False} | options)


def mtimes(index):
    return [os.stat(path).st_mtime_ns for path in index["path"]]


def test_index_and_files(catalog, tmp_path):
    index, report = run(catalog, tmp_path)
    assert index["track_id"].tolist() == list("abcd")
    assert index["columns"].tolist() == [1 + seconds * RATE // 512 for seconds in (7, 13, 7, 7)]
    assert report.empty
    folder = tmp_path / "features" / PRESETS["default"].digest
    assert sorted(os.listdir(folder)) == ["a.png", "b.png", "c.png", "d.png", "settings.json"]
    y, _ = soundfile.read(catalog["path"][2], dtype="float32")
    np.testing.assert_array_equal(load_image(index["path"][2]), feature_image(y).values)


def test_workers_give_the_same_as_one_process(catalog, tmp_path):
    alone, _ = run(catalog, tmp_path / "one")
    together, _ = run(catalog, tmp_path / "two", n_jobs=2)
    assert together.drop(columns="path").equals(alone.drop(columns="path"))
    for one, two in zip(alone["path"], together["path"], strict=True):
        np.testing.assert_array_equal(load_image(one), load_image(two))


def test_settings_have_a_folder_each(catalog, tmp_path):
    run(catalog, tmp_path)
    run(catalog, tmp_path, settings=PRESETS["report"])
    assert len(os.listdir(tmp_path / "features")) == 2


def test_goes_on_where_it_stopped(catalog, tmp_path):
    index, _ = run(catalog, tmp_path)
    before = mtimes(index)
    folder = tmp_path / "features" / PRESETS["default"].digest
    (folder / "b.png").unlink()
    (folder / ".c.0123.tmp").write_bytes(b"half an image")
    (folder / "d.png").write_bytes(b"")
    again, report = run(catalog, tmp_path)
    assert again.equals(index)
    assert report.empty
    assert [old == new for old, new in zip(before, mtimes(again), strict=True)] == [True, False, True, False]


def test_a_changed_song_is_drawn_anew(catalog, tmp_path):
    run(catalog, tmp_path)
    write_song(catalog["path"][0], seconds=9)
    index, _ = run(catalog, tmp_path)
    assert index["columns"][0] == 1 + 9 * RATE // 512


def test_same_id_of_another_library_is_drawn_anew(catalog, tmp_path):
    run(catalog, tmp_path)
    other = tmp_path / "a.wav"
    write_song(other, seconds=8)
    index, _ = run(catalog.assign(path=[str(other), *catalog["path"][1:]]), tmp_path)
    assert index["columns"][0] == 1 + 8 * RATE // 512


def test_bad_songs_are_rows_of_the_report(catalog, tmp_path):
    empty, text, short = (tmp_path / "music" / name for name in ("empty.mp3", "text.mp3", "short.wav"))
    empty.write_bytes(b"")
    text.write_text("no music " * 900)
    write_song(short, seconds=0.5)
    bad = [track(path.stem, path) for path in (empty, text, short, tmp_path / "gone.mp3")]
    index, report = run(make_catalog([*catalog.to_dict("records"), *bad]), tmp_path)
    assert index["track_id"].tolist() == list("abcd")
    reasons = dict(zip(report["path"].str.split("/").str[-1], report["reason"], strict=True))
    assert set(report["stage"]) == {"features"}
    assert "empty" in reasons["empty.mp3"]
    assert "not audio" in reasons["text.mp3"]
    assert "too short" in reasons["short.wav"]
    assert "no such file" in reasons["gone.mp3"]
    assert len(reasons) == 4


def test_a_surprise_in_a_worker_is_a_row_of_the_report(catalog, tmp_path, monkeypatch):
    def surprise(path, **options):
        if path.endswith("b.wav"):
            raise ZeroDivisionError("odd file")
        return Heard(np.ones(7 * RATE, np.float32), 0.0, ())

    monkeypatch.setattr(store, "hear_song", surprise)
    index, report = run(catalog, tmp_path)
    assert index["track_id"].tolist() == list("acd")
    assert report["reason"].tolist() == ["ZeroDivisionError: odd file"]


def test_an_interruption_leaves_whole_images_only(catalog, tmp_path, monkeypatch):
    def stop(path, **options):
        if path.endswith("c.wav"):
            raise KeyboardInterrupt
        return Heard(np.ones(7 * RATE, np.float32), 0.0, ())

    monkeypatch.setattr(store, "hear_song", stop)
    with pytest.raises(KeyboardInterrupt):
        run(catalog, tmp_path)
    images = sorted((tmp_path / "features").rglob("*.png"))
    assert [image.name for image in images] == ["a.png", "b.png"]
    assert all(load_image(image).shape[0] == 258 for image in images)


def test_slices_know_their_song_and_genre(catalog, tmp_path):
    index, _ = run(catalog, tmp_path)
    cut = load_slices(index, ["Jazz", "Rock"])
    X, y, songs = cut.read(), cut.labels, cut.songs
    assert X.shape == (2 + 4 + 2 + 2, 258, 128)
    assert X.dtype == np.uint8
    assert songs.tolist() == [0, 0, 1, 1, 1, 1, 2, 2, 3, 3]
    assert y.tolist() == [1, 1, 0, 0, 0, 0, 1, 1, 0, 0]
    np.testing.assert_array_equal(X[3], load_image(index["path"][1])[:, 128:256])


def test_slices_per_song_are_limited(catalog, tmp_path):
    index, _ = run(catalog, tmp_path)
    cut = load_slices(index.iloc[[1, 0]], ["Rock", "Jazz"], per_song=3)
    X, songs = cut.read(), cut.songs
    assert songs.tolist() == [0, 0, 0, 1, 1]
    np.testing.assert_array_equal(X[2], load_image(index["path"][1])[:, 3 * 128 : 4 * 128])


@pytest.mark.skipif(not os.path.exists("/proc/self/io"), reason="the system does not count what is read")
def test_slices_are_read_from_the_file_each_with_its_own_bytes_alone(catalog, tmp_path):
    """Not through the map, whose pages come with many others around them: a store may be larger than the memory."""
    index, _ = run(catalog, tmp_path)
    cut = load_slices(index, ["Rock", "Jazz"])
    digest, before = cut.digest(), int(Path("/proc/self/io").read_text().split()[1])
    X = cut.read()
    assert X.nbytes <= int(Path("/proc/self/io").read_text().split()[1]) - before <= X.nbytes + 8192 * len(X)
    os.unlink(cut.pixels.filename)
    np.testing.assert_array_equal(cut.read(), X)
    assert cut.digest() == digest


def test_slices_of_a_lost_image_or_an_unknown_genre(catalog, tmp_path):
    index, _ = run(catalog, tmp_path)
    with pytest.raises(InputError, match="Jazz"):
        load_slices(index, ["Rock"])
    os.unlink(index["path"][1])
    with pytest.raises(InputError, match=r"b\.png"):
        load_slices(index, ["Rock", "Jazz"])


def test_image_carries_what_it_was_made_from(tmp_path):
    from PIL import Image

    save_image(np.zeros((258, 130), np.uint8), tmp_path / "a.png", source="12 bytes")
    with Image.open(tmp_path / "a.png") as image:
        assert image.text == {"source": "12 bytes", "remarks": ""}


def test_a_copy_cut_short_is_drawn_anew(catalog, tmp_path):
    index, _ = run(catalog, tmp_path)
    image = Path(index["path"][1])
    whole = image.read_bytes()
    image.write_bytes(whole[: len(whole) // 2])
    run(catalog, tmp_path)
    assert image.read_bytes() == whole


def test_a_full_disk_stops_with_one_clear_error(catalog, tmp_path):
    resource = pytest.importorskip("resource")
    run(catalog.head(1), tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    try:
        with pytest.raises(InputError, match=r"cannot be written.*make room"):
            run(catalog, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    folder = tmp_path / "features" / PRESETS["default"].digest
    assert sorted(os.listdir(folder)) == ["a.png", "settings.json"]
    index, _ = run(catalog, tmp_path)
    assert len(index) == 4


def test_artists_and_labels_are_a_part_of_the_digest(catalog, tmp_path):
    index, _ = run(catalog, tmp_path)
    genres = ["Jazz", "Rock"]
    digests = {
        load_slices(table, genres).digest()
        for table in (index, index.assign(artist="A"), index.assign(genre=index["genre"].to_numpy()[::-1]), index[1:])
    }
    assert len(digests) == 4


def test_remarks_and_silence_are_told(catalog, tmp_path):
    write_song(catalog["path"][0], hertz=0)
    y, _ = soundfile.read(catalog["path"][1])
    soundfile.write(catalog["path"][1], np.stack([y, -y], axis=1), RATE)
    for _ in range(2):  # drawn, and kept
        index, report = run(catalog, tmp_path)
        assert ["cancel" in remark for remark in index["remarks"]] == [True, False, False]
        assert report["reason"].str.startswith("silent").tolist() == [True]
