"""Any folder of music: labels from a table, from folders, from tags; bad files; covers; ids."""

import io
import shutil

import mutagen
import numpy as np
import pytest
import soundfile
from mutagen.id3 import APIC, TCON, TPE1
from PIL import Image

from albumlib.data.audio import audio_duration
from albumlib.data.folder import load_folder, make_track_id
from albumlib.errors import InputError
from albumlib.genres import match_genre


@pytest.fixture(scope="module")
def bare_mp3(tmp_path_factory):
    path = tmp_path_factory.mktemp("bare") / "bare.mp3"
    soundfile.write(path, 0.5 * np.sin(np.arange(44100) / 10), 44100)
    return path


@pytest.fixture
def put(bare_mp3, tmp_path):
    """Put a song of one second into the library, with tags."""

    def put(relative, **tags):
        path = tmp_path / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(bare_mp3, path)
        if tags:
            file = mutagen.File(path, easy=True)
            file.add_tags()
            file.update(tags)
            file.save()
        return path

    return put


def embed_cover(path, *, size):
    picture = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (size, size, 3), dtype=np.uint8)).save(picture, "PNG")
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    file.tags.add(APIC(mime="image/png", type=3, data=picture.getvalue()))
    file.save()


def test_a_folder_a_genre(put, tmp_path):
    put("Rock/Ünï cödé 日本.mp3", artist="Ada", album="First", title="Song")
    put("hip hop/disc 1/b.mp3")
    put("Polka/c.mp3", genre="Rock")
    catalog, report = load_folder(tmp_path)
    assert report.empty
    by_title = catalog.set_index("title")
    assert by_title["genre"].to_dict() == {"Song": "Rock", "b": "Hip-Hop", "c": "Polka"}
    assert by_title.loc["Song", ["artist", "album"]].tolist() == ["Ada", "First"]
    assert catalog["duration"].between(0.9, 1.2).all()
    assert set(catalog["source"]) == {"folder"}


def test_tags_where_there_are_no_folders(put, tmp_path):
    put("a.mp3", genre="trip hop", artist="Ada")
    put("b.mp3", artist="Bob")
    catalog, report = load_folder(tmp_path)
    assert catalog["genre"].tolist() == ["Trip-Hop"]
    assert report["reason"].str.startswith("no genre").tolist() == [True]


def test_a_library_sorted_by_artist_is_read_by_its_tags(put, tmp_path):
    put("Ada/First/a.mp3", genre="Jazz", artist="Ada")
    for labels in ("auto", "tags"):
        assert load_folder(tmp_path, labels=labels)[0]["genre"].tolist() == ["Jazz"]
    assert load_folder(tmp_path, labels="folders")[0]["genre"].tolist() == ["Ada"]


def test_a_table_comes_before_folders_and_tags(put, tmp_path):
    put("x/a.mp3", artist="Tag", title="Tag title")
    put("x/b.mp3")
    (tmp_path / "tracks.csv").write_text(
        "path,genre,artist,mood\nx/a.mp3,Blues,,sad\nx/b.mp3,Folk,NA,glad\n", encoding="utf-8"
    )
    catalog, report = load_folder(tmp_path)
    assert catalog[["genre", "artist", "title"]].to_numpy().tolist() == [
        ["Blues", "Tag", "Tag title"],
        ["Folk", "NA", "b"],
    ]
    assert report.empty


def test_bad_rows_of_a_table(put, tmp_path):
    outside = put("music/../outside.mp3", genre="Rock")
    put("music/a b ü.mp3", genre="Jazz")
    rows = ["a b ü.mp3", "./a b ü.mp3", "gone.mp3", "", "../outside.mp3", str(outside)]
    table = "path,genre\n" + "".join(f"{path},Folk\n" for path in rows)
    (tmp_path / "music/tracks.csv").write_text(table, encoding="utf-8-sig")
    catalog, report = load_folder(tmp_path / "music")
    assert catalog["genre"].tolist() == ["Folk"]
    assert report["reason"].str.split(";").str[0].tolist() == [
        "listed twice",
        "no such file",
        "is a folder",
        *["lies outside the folder"] * 2,
    ]


def test_the_genre_is_never_pieced_together_from_two_places(put, tmp_path):
    put("music/a.mp3", genre="Jazz")
    put("music/Rock/b.mp3", genre="Jazz")
    catalog, report = load_folder(tmp_path / "music")
    assert catalog["genre"].tolist() == ["Rock"]
    (tmp_path / "music/tracks.csv").write_text("path,genre\na.mp3,\nRock/b.mp3, \n")
    with pytest.raises(InputError, match=r"2 unusable.*no genre"):
        load_folder(tmp_path / "music")
    assert report["reason"].str.startswith("no genre").tolist() == [True]


def test_a_table_without_genre_is_refused(put, tmp_path):
    put("a.mp3")
    (tmp_path / "tracks.csv").write_text("path,artist\na.mp3,A\n")
    with pytest.raises(InputError, match="'genre'"):
        load_folder(tmp_path)
    (tmp_path / "tracks.csv").write_text("")
    with pytest.raises(InputError, match="unreadable table"):
        load_folder(tmp_path)


def test_bad_files_are_rows_of_the_report(put, tmp_path):
    put("Rock/good.mp3")
    (tmp_path / "Rock/empty.mp3").write_bytes(b"")
    (tmp_path / "Rock/text.mp3").write_text("no music " * 500)
    (tmp_path / "Rock/text.flac").write_text("no music " * 500)
    (tmp_path / "Rock/other.m4a").write_bytes(b"\0" * 500)
    (tmp_path / "Rock/.hidden.mp3").write_bytes(b"")
    (tmp_path / "Rock/notes.txt").write_text("not even meant as music")
    catalog, report = load_folder(tmp_path)
    assert len(catalog) == 1
    reasons = dict(zip(report["path"].str.split("/").str[-1], report["reason"], strict=True))
    assert set(reasons) == {"empty.mp3", "text.mp3", "text.flac", "other.m4a"}
    assert "convert" in reasons["other.m4a"]


def test_a_folder_of_bad_files_is_refused(tmp_path):
    (tmp_path / "a.mp3").write_bytes(b"")
    with pytest.raises(InputError, match=r"no usable track; got 1 unusable.*file is empty"):
        load_folder(tmp_path)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".aiff"])
def test_tags_of_other_formats(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    soundfile.write(path, np.zeros(22050), 22050)
    file = mutagen.File(path, easy=True)
    if file.tags is None:
        file.add_tags()
    if suffix in (".wav", ".aiff"):
        file.tags.setall("TCON", [TCON(text="Folk")])
        file.tags.setall("TPE1", [TPE1(text="Ada")])
    else:
        file.update(genre="Folk", artist="Ada")
    file.save()
    catalog, _ = load_folder(tmp_path)
    assert catalog.loc[0, ["genre", "artist", "title", "duration"]].tolist() == ["Folk", "Ada", "a", 1.0]


def test_broken_tags_do_not_cost_the_song(put, tmp_path):
    path = put("Rock/a.mp3")
    path.write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x14" + b"\xff" * 20 + path.read_bytes())
    assert load_folder(tmp_path)[0]["title"].tolist() == ["a"]


def test_a_recording_without_samples(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(0), 22050)
    with pytest.raises(InputError, match="no audio inside"):
        audio_duration(tmp_path / "a.wav")


def test_no_folder_no_music_no_such_labels(put, tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        load_folder(tmp_path / "none")
    with pytest.raises(InputError, match="no music"):
        load_folder(tmp_path)
    with pytest.raises(InputError, match="labels"):
        load_folder(put("a.mp3").parent, labels="guess")


def test_unknown_artists_share_an_album_or_nothing(put, tmp_path):
    for name in ("a", "b"):
        put(f"Rock/{name}.mp3")
        put(f"Rock/Box/{name}.mp3")
        put(f"Rock/tagged {name}.mp3", artist="Unknown Artist", album="Album")
    catalog, _ = load_folder(tmp_path)
    assert catalog["artist"].value_counts().tolist() == [2, 2, 1, 1]
    assert catalog["artist"].str.startswith("unknown:").all()


def test_covers_are_embedded_or_lie_beside(put, tmp_path):
    embed_cover(put("Rock/in.mp3"), size=200)
    put("Rock/without.mp3")
    put("Jazz/a.mp3")
    Image.new("RGB", (5, 5)).save(tmp_path / "Jazz" / "Folder.JPG")
    covers = load_folder(tmp_path)[0].set_index("title")["cover_path"]
    assert covers["in"] == str(tmp_path / "Rock" / "in.mp3")
    assert covers["without"] == ""
    assert covers["a"] == str(tmp_path / "Jazz" / "Folder.JPG")


def test_a_song_with_a_large_cover_decodes(put, tmp_path):
    from albumlib.data.audio import load_audio

    path = put("Rock/in.mp3")
    plain = load_audio(path)
    embed_cover(path, size=400)
    np.testing.assert_array_equal(load_audio(path), plain)


def test_ids_are_readable_unique_and_stable(put, tmp_path):
    for relative in ("Rock/1.mp3", "Jazz/1.mp3", "Jazz/日本.mp3", "Jazz/-- a/b?.mp3"):
        put(relative)
    catalog, _ = load_folder(tmp_path)
    assert catalog["track_id"].is_unique
    assert catalog["track_id"].str.fullmatch(r"[A-Za-z0-9_]+-[0-9a-f]{8}").all()
    assert make_track_id("Rock/caf\u00e9.mp3") == make_track_id("Rock/cafe\u0301.mp3")
    assert make_track_id("Rock/1.mp3") == "1-" + make_track_id("Rock/1.mp3")[-8:]


@pytest.mark.parametrize(
    ("name", "expected"), [("hiphop", "Hip-Hop"), ("LO FI", "Lo-Fi"), (" Post Rock ", "Post Rock"), ("rock", "Rock")]
)
def test_genres_are_matched_but_never_guessed(name, expected):
    assert match_genre(name) == expected


@pytest.mark.real
def test_real_library(real_data):
    catalog, report = load_folder(real_data / "emotify")
    assert report.empty
    assert catalog["genre"].value_counts().to_dict() == dict.fromkeys(["Classical", "Electronic", "Pop", "Rock"], 74)
    assert catalog["artist"].ne("").all()
