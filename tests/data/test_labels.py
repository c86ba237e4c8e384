"""Labels that can be meant: which of folders and tags are genres, one spelling of each, one name of each artist."""

import shutil
import unicodedata

import mutagen
import numpy as np
import pytest
import soundfile
from mutagen import apev2

from albumlib.data.folder import load_folder
from albumlib.data.tags import embedded_art, read_tags
from albumlib.errors import InputError
from albumlib.genres import class_order, match_genre, one_spelling


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    path = tmp_path_factory.mktemp("bare") / "bare.mp3"
    soundfile.write(path, 0.5 * np.sin(np.arange(22050) / 10), 22050)
    return path


@pytest.fixture
def library(bare, tmp_path):
    """Make a library of songs from their paths and tags."""

    def make(*songs):
        for relative, tags in songs:
            path = tmp_path / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(bare, path)
            if tags:
                file = mutagen.File(path, easy=True)
                file.add_tags()
                file.update(tags)
                file.save()
        return tmp_path

    return make


def genres(root, **options):
    catalog, report = load_folder(root, **options)
    return catalog["genre"].value_counts().to_dict(), catalog.attrs["labels"], report


def songs(folder, count, **tags):
    return [(f"{folder}{number}.mp3", tags) for number in range(count)]


def test_loose_tagged_songs_beside_a_folder_that_is_no_genre(library):
    root = library(*songs("a", 3, genre="Blues"), *songs("b", 3, genre="Folk"), *songs("Incoming/c", 2, genre="Metal"))
    found, told, report = genres(root)
    assert found == {"Blues": 3, "Folk": 3, "Metal": 2}
    assert told == "genres from the files' tags: the folders (Incoming) are none of the 19 genres"
    assert report.empty


NO_GENRES = (
    "000 001,Incoming,CD1 CD_2,New_folder Various_Artists,2019 2020,A B-C,1990s 80s,MP3 FLAC_24bit,genres_original"
    ",fma_medium fma_large,Unsorted_(2) \U0001f3b8,Neuer_Ordner Nouveau_dossier"
)


@pytest.mark.parametrize("folders", NO_GENRES.split(","))
def test_folders_that_cannot_be_genres_are_refused_where_no_tags_help(library, folders):
    folders = [folder.replace("_", " ") for folder in folders.split()]
    root = library(*(song for folder in folders for song in songs(f"{folder}/", 2)))
    with pytest.raises(InputError, match=r"no genres; expected a folder a genre; got the folders.*; sort the songs"):
        load_folder(root)
    assert set(genres(root, labels="folders")[0]) <= set(folders)  # who asks for them gets them


def test_folders_of_artists_are_refused_or_answered_by_tags(library):
    root = library(*songs("Ada/", 2, artist="Ada"), *songs("Bob/", 2, artist="Bob"))
    with pytest.raises(InputError, match=r"folders \(Ada, Bob\) cannot be genres"):
        load_folder(root)
    root = library(*songs("Ada/", 2, artist="Ada", genre="Rock"), *songs("Bob/", 2, artist="Bob", genre="jazz"))
    assert genres(root)[0] == {"Rock": 2, "Jazz": 2}


def test_folders_that_contradict_the_tags(library):
    root = library(*songs("Rock/", 3, genre="Jazz"), *songs("Jazz/", 3, genre="Folk"), *songs("Pop/", 1, genre="Pop"))
    found, told, _ = genres(root)
    assert found == {"Jazz": 3, "Folk": 3, "Pop": 1}
    assert "contradict the tags of 6 of 7 songs" in told
    root = library(*songs("Jazz/", 3, genre="Jazz"), *songs("Rock/", 3, genre="Rock"))
    assert genres(root)[1] == "genres from the folders' names"


def test_a_folder_that_is_no_genre_among_genres_is_told(library):
    found, _, report = genres(library(*songs("Rock/", 2), *songs("Jazz/", 2), *songs("Incoming/", 2), *songs("1/", 1)))
    assert found == {"Rock": 2, "Jazz": 2}
    assert sorted({reason.rpartition("the folder ")[2] for reason in report["reason"]}) == ["1", "Incoming"]
    assert len(report) == 3


def test_one_class_is_nothing_to_tell_apart():
    with pytest.raises(InputError, match="nothing to tell apart; expected at least 2 genres; got only Rock"):
        class_order(["Rock", "Rock"], least=2)


def test_one_spelling_of_each_genre(library):
    cafe = "Vari\u00e9t\u00e9"
    names = ["Reggae", "reggae", "REGGAE ", "Reg-gae", "hip hop", "Hip-Hop", "HipHop"]
    names += [cafe, unicodedata.normalize("NFD", cafe), "VARI\u00c9T\u00c9"]
    root = library(*(song for name in names for song in songs(f"{name}/", 2 if name in ("Reggae", cafe) else 1)))
    assert genres(root)[0] == {"Reggae": 5, "Hip-Hop": 3, cafe: 4}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Rock; Pop"], "Rock"),
        (["Rock/Pop"], "Rock"),
        (["Schlager, Pop"], "Pop"),
        (["Schlager/Polka"], "Schlager/Polka"),
        (["Schlager", "Folk"], "Folk"),
        (["Hip-Hop/Rap"], "Hip-Hop"),
        (["lo_fi"], "Lo-Fi"),
        (["J\u00e1zz"], "Jazz"),
        (["Folk, World, & Country"], "Folk"),
        (["Rock & Roll"], "Rock & Roll"),
        (["", "Blues"], "Blues"),
        (["01 - Rock"], "Rock"),
        (["2) Jazz"], "Jazz"),
        (["03_Folk"], "Folk"),
        (["Jazz (FLAC)"], "Jazz"),
        (["\U0001f3b7 Jazz"], "Jazz"),
        (["Rock music"], "Rock"),
        (["R&B/Soul;Pop"], "Pop"),
        (["2-Step"], "2-Step"),
        (["\u97f3\u697d"], "\u97f3\u697d"),
    ],
)
def test_the_first_genre_that_is_known_counts(names, expected):
    assert match_genre(*names) == expected


def test_spellings_follow_another_data_set():
    assert one_spelling(["REGGAE", "hip hop", "Dub"], like=["Reggae"]) == {
        "REGGAE": "Reggae",
        "hip hop": "Hip-Hop",
        "Dub": "Dub",
    }


def test_several_genres_in_one_tag(library):
    root = library(("a.mp3", {"genre": ["Schlager", "Jazz"]}), ("b.mp3", {"genre": "Polka; Rock"}))
    assert genres(root)[0] == {"Jazz": 1, "Rock": 1}


def test_a_tag_that_says_nothing_is_no_genre(library):
    words = ["Other", "Unknown", "genre", "(255)", "-", "12345", "R&B"]
    root = library(
        *[(f"{number}.mp3", {"genre": word}) for number, word in enumerate(words)], ("a.mp3", {"genre": "17"})
    )
    found, _, report = genres(root)
    assert found == {"R&B": 1, "Rock": 1}
    assert report["reason"].str.startswith("no genre; expected a genre in the file's tags; got").all()


def test_the_album_s_artist_comes_first_but_on_compilations(library):
    root = library(
        ("Rock/a.mp3", {"artist": "Ada & Bob", "albumartist": "Ada"}),
        ("Rock/b.mp3", {"artist": "Bob", "albumartist": "Various Artists"}),
        ("Rock/c.mp3", {"artist": "Cy", "albumartist": "Label", "compilation": "1"}),
        ("Rock/d.mp3", {"artist": "Dee"}),
        ("Rock/e.mp3", {"albumartist": "Eve"}),
    )
    artists = load_folder(root)[0].set_index("title")["artist"]
    assert artists.sort_index().tolist() == ["Ada", "Bob", "Cy", "Dee", "Eve"]


@pytest.mark.parametrize("name", ["Cover Art (Front)", "Cover Art (Back)", "COVER ART (FRONT)"])
def test_an_mp3_with_ape_tags_only(bare, tmp_path, name):
    path = shutil.copy(bare, tmp_path / "a.mp3")
    tags = apev2.APEv2()
    tags["Artist"], tags["Genre"], tags["Title"], tags["Album Artist"] = "X feat. Y", "Jazz", "T", "X"
    tags[name] = apev2.APEValue(b"cover.jpg\0\xff\xd8\xff picture", apev2.BINARY)
    tags.save(path)
    assert read_tags(path) == {"genre": "Jazz", "artist": "X", "album": "", "title": "T"}
    assert embedded_art(path) == b"\xff\xd8\xff picture"


def test_no_file_that_may_be_music_vanishes(library):
    root = library(*songs("Rock/", 2), *songs("Jazz/", 2))
    elsewhere = root.parent / f"{root.name} elsewhere"
    shutil.copytree(root / "Jazz", elsewhere / "b")
    (root / "Folk").symlink_to(elsewhere, target_is_directory=True)
    (root / "Rock" / "again").symlink_to(root, target_is_directory=True)
    for name in ("a.m4p", "b.mid", "c", "d.mp3.part", "gone.mp3", "notes.txt", "cover.jpg", ".hidden.mp3", "@x.mp3"):
        if name == "gone.mp3":
            (root / "Rock" / name).symlink_to("nowhere.mp3")
        else:
            (root / "Rock" / name).write_bytes(b"0" * 99)
    found, _, report = genres(root)
    assert found == {"Rock": 2, "Jazz": 2, "Folk": 2}
    assert sorted(path.rpartition("/")[2] for path in report["path"]) == [
        "a.m4p",
        "b.mid",
        "c",
        "d.mp3.part",
        "gone.mp3",
    ]
    assert report["reason"].str.startswith("not music by its name").sum() == 4


def test_files_beside_a_table_are_told(library):
    root = library(*songs("a", 3))
    (root / "tracks.csv").write_text("path,genre\na0.mp3,Rock; Pop\na1.mp3,rock\n")
    found, told, report = genres(root)
    assert (found, told) == ({"Rock": 2}, "genres from tracks.csv")
    assert report["reason"].tolist() == ["not listed in tracks.csv; add a row to use it"]


@pytest.mark.parametrize("nothing", ["", "nan", "NA", "None", "-", "?", "NULL"])
def test_a_row_whose_genre_says_nothing_is_told(library, nothing):
    root = library(*songs("a", 2))
    (root / "tracks.csv").write_text(f"path,genre\na0.mp3,Rock\na1.mp3,{nothing}\n")
    found, _, report = genres(root)
    assert found == {"Rock": 1}
    assert report["reason"].str.startswith("no genre").tolist() == [True]


@pytest.mark.parametrize("header", ["path,genre,genre", "path,genre, genre ", "path,path,genre"])
def test_a_table_that_says_a_genre_twice_is_refused(library, header):
    root = library(*songs("a", 3))
    (root / "tracks.csv").write_text(f"{header}\na0.mp3,Rock,Jazz\n")
    with pytest.raises(InputError, match=r"tracks\.csv: .* expected each column once; got (genre|path) twice"):
        genres(root)


def test_an_artist_s_folder_among_genres_is_no_genre(library):
    root = library(*songs("Rock/", 3, genre="Rock"), *songs("Jazz/", 3), *songs("Ada/", 2, artist="Ada", genre="Folk"))
    found, _, report = genres(root)
    assert found == {"Rock": 3, "Jazz": 3}
    assert report["reason"].str.endswith("got the folder Ada").tolist() == [True, True]


def test_most_songs_in_no_genre_s_folder_are_answered_by_tags(library):
    root = library(*songs("Rock/", 1), *songs("New/", 3, genre="Folk"), *songs("a", 2, genre="Jazz"))
    found, told, report = genres(root)
    assert found == {"Folk": 3, "Jazz": 2}
    assert "5 of 6 songs are in no folder that can be a genre" in told
    assert len(report) == 1
