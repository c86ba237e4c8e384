"""FMA's layout: two header rows, labels by the genre tree, subsets, bad files, the official split."""

import io
import shutil

import numpy as np
import pandas as pd
import pytest
import soundfile
from mutagen.id3 import APIC, ID3
from PIL import Image

from albumlib.data.audio import audio_duration
from albumlib.data.fma import load_fma, load_labels, most_specific, official_split
from albumlib.data.library import load_library
from albumlib.errors import InputError

# As FMA writes it: two header rows, a row for the name of the index, lists as text, commas and line ends in titles.
TRACKS = """\
,album,album,artist,artist,set,set,track,track,track,track,track
,comments,title,location,name,split,subset,duration,genre_top,genres,license,title
track_id,,,,,,,,,,,
2,0,AWOL - A Way Of Life,,AWOL,training,small,168,Hip-Hop,[21],CC BY-NC-SA,Food
5,0,Loops,"Oslo, Norway","Bee, the ",validation,small,206,,"[15, 181, 12]",CC BY,"This
World"
10,0,NA,,NA,test,medium,161,Rock,"[12, 66, 25]",,Freeway
20,0,Niris,,Kurt,training,large,311,,"[76, 103]",,No listed genre
26,0,Niris,,Kurt,training,large,181,,[],,No genre
134,0,AWOL,,AWOL,training,medium,207,Hip-Hop,[21],,Text
135,0,AWOL,,AWOL,training,medium,837,Rock,[12],,Empty
136,0,AWOL,,AWOL,training,medium,509,Rock,[12],,Missing
137,0,AWOL,,AWOL,training,medium,509,Rock,[12],,Cut short
1482,0,Deep,,Deep,training,full,509,Rock,"[12, 45]",,Other folder
"""
GENRES = """\
genre_id,#tracks,parent,title,top_level
12,32923,0,Rock,12
15,34413,0,Electronic,15
21,8389,0,Hip-Hop,21
25,9261,12,Punk,12
45,13845,12,Loud-Rock,12
66,12000,12,Indie-Rock,12
76,161,45,Noise,12
103,3,0,Unlisted,103
181,6000,15,Techno,15
"""


@pytest.fixture
def fma(tmp_path):
    """Write ten tracks as FMA lays them out, half of them bad."""
    audio = tmp_path / "fma_full"
    for name, text in {"tracks": TRACKS, "genres": GENRES}.items():
        (tmp_path / "fma_metadata").mkdir(exist_ok=True)
        (tmp_path / "fma_metadata" / f"{name}.csv").write_text(text, encoding="utf-8")
    for track_id in ("000002", "000005", "000010", "000020", "000137", "001482"):
        path = audio / track_id[:3] / f"{track_id}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, 0.3 * np.sin(np.arange(22050) / 9), 22050)
    (audio / "000/000134.mp3").write_text("This is not music.\n" * 50)
    (audio / "000/000135.mp3").write_bytes(b"")
    (audio / "000/000137.mp3").write_bytes((audio / "000/000137.mp3").read_bytes()[:200])
    return tmp_path


def test_catalog_of_fma(fma):
    catalog, _ = load_fma(fma)
    assert catalog["track_id"].tolist() == ["000002", "000005", "000010", "001482"]
    assert catalog["genre"].tolist() == ["Hip-Hop", "Techno", "Indie-Rock", "Rock"]
    assert catalog["artist"].tolist() == ["AWOL", "Bee, the", "NA", "Deep"]
    assert catalog["title"].tolist() == ["Food", "This World", "Freeway", "Other folder"]
    assert catalog["license"].tolist() == ["CC BY-NC-SA", "CC BY", "", ""]
    assert catalog["path"][3] == str(fma / "fma_full" / "001" / "001482.mp3")
    assert set(catalog["source"]) == {"fma"}
    # The file's length: the table gives that of the whole song
    assert catalog["duration"].between(0.9, 1.2).all()


def test_bad_tracks_are_rows_of_the_report(fma):
    _, report = load_fma(fma)
    reasons = dict(zip(report["path"].str[-10:-4], report["reason"].str.split("[,;]").str[0], strict=True))
    assert reasons == {
        "000020": "no genre of the 19",
        "000026": "no genre of the 19",
        "000134": "not audio",
        "000135": "file is empty",
        "000136": "no such file",
        "000137": "not audio",
    }
    assert set(report["stage"]) == {"catalog"}


@pytest.mark.parametrize(
    ("genres", "expected"),
    [
        ([12, 25], "Punk"),  # a child is more specific than its parent, whatever their order
        ([25, 12], "Punk"),
        ([66, 25], "Indie-Rock"),  # equally deep: the first
        ([25, 66], "Punk"),
        ([15, 12], "Electronic"),
        ([12, 76], "Rock"),  # deeper, but not of the 19
        ([76], None),
        ([], None),
    ],
)
def test_the_most_specific_listed_genre(genres, expected):
    assert most_specific(genres, {12: 0, 15: 0, 25: 1, 66: 1, 45: 1, 76: 2}) == expected


def test_a_ring_in_the_genre_tree_does_no_harm(fma):
    path = fma / "fma_metadata" / "genres.csv"
    path.write_text(GENRES.replace("12,32923,0", "12,32923,76"))
    assert load_fma(fma)[0]["genre"][0] == "Hip-Hop"


def test_a_subset_holds_the_smaller_ones(fma):
    assert load_fma(fma, subset="small")[0]["track_id"].tolist() == ["000002", "000005"]
    assert load_fma(fma, subset="medium")[0]["track_id"].tolist() == ["000002", "000005", "000010"]
    with pytest.raises(InputError, match="small, medium, large, full"):
        load_fma(fma, subset="tiny")


def test_the_folder_of_a_subset_is_not_searched_for_other_tracks(fma):
    (fma / "fma_full").rename(fma / "fma_small")
    catalog, report = load_fma(fma)
    assert (len(catalog), len(report)) == (2, 0)


def test_audio_elsewhere(fma):
    (fma / "fma_small").mkdir()
    with pytest.raises(InputError, match=r"fma_full, fma_small.*audio_dir"):
        load_fma(fma)
    (fma / "fma_full").rename(fma / "clips")
    assert len(load_fma(fma, audio_dir=fma / "clips")[0]) == 4
    with pytest.raises(InputError, match="no usable track"):
        load_fma(fma)
    with pytest.raises(InputError, match="no such folder"):
        load_fma(fma, audio_dir=fma / "none")


def test_embedded_art_is_the_cover(fma):
    picture, tags = io.BytesIO(), ID3()
    Image.new("RGB", (20, 20), "red").save(picture, "JPEG")
    tags.add(APIC(mime="image/jpeg", type=3, data=picture.getvalue()))
    path = fma / "fma_full" / "000" / "000002.mp3"
    tags.save(path)
    assert load_fma(fma)[0]["cover_path"].tolist() == [str(path), "", "", ""]


def test_official_split(fma):
    split = official_split(fma)
    assert split[["000002", "000005", "000010"]].tolist() == ["train", "validation", "test"]
    assert len(split) == 10


def test_missing_and_foreign_tables(fma, tmp_path):
    with pytest.raises(InputError, match="no such table"):
        load_fma(tmp_path / "elsewhere")
    path = fma / "fma_metadata" / "tracks.csv"
    pd.DataFrame({"path": ["a.mp3"], "genre": ["Rock"]}).to_csv(path)
    with pytest.raises(InputError, match="two header rows"):
        load_fma(fma)
    path.write_text("")
    with pytest.raises(InputError, match="unreadable table"):
        load_fma(fma)


def test_audio_that_the_table_does_not_list_is_told(fma):
    assert len(load_fma(fma)[1]) == 6
    path = fma / "fma_metadata" / "tracks.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:4]))  # a download that was cut short
    catalog, report = load_fma(fma)
    assert len(catalog) == 1
    assert report["reason"].tolist() == ["not listed in tracks.csv; unpack fma_metadata.zip anew"] * 7
    assert load_fma(fma, subset="small")[1]["reason"].tolist() == report["reason"].tolist()


DAMAGES = {
    "a genre lacks": (GENRES.replace("181,6000,15,Techno,15\n", ""), "none with the id 181"),
    "a parent lacks": (GENRES.replace("15,34413,0,Electronic,15\n", ""), "none with the id 15"),
    "a parent's parent lacks": (GENRES.replace("12,32923,0,Rock,12\n", ""), "none with the id 12"),
    "cut short": (GENRES[: GENRES.index("45,13845")], "none with the id 66, 181"),
    "another table": (TRACKS, "unreadable table"),
    "a genre that is no number": (GENRES.replace("181,", "techno,"), "unreadable table"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_tree_of_genres_gives_no_other_labels(fma, name):
    content, told = DAMAGES[name]
    (fma / "fma_metadata" / "genres.csv").write_text(content)
    with pytest.raises(InputError, match=told):
        load_fma(fma)
    with pytest.raises(InputError, match=told):
        load_labels(fma)


IDS = ["", "abc", "-5", "2.0", "1e3", "12345678901", "000002"]


@pytest.mark.parametrize("text", IDS)
def test_ids_out_of_range_are_rows_of_the_report(fma, text):
    path = fma / "fma_metadata" / "tracks.csv"
    path.write_text(path.read_text() + f"{text},0,A,,B,training,full,1,Rock,[12],,T\n")
    catalog, report = load_fma(fma)
    assert catalog["track_id"].tolist() == ["000002", "000005", "000010", "001482"]
    assert len(report) == 7


def test_the_decoders_remarks_stay_off_the_screen(fma, capfd):
    with pytest.raises(InputError, match="not audio"):
        audio_duration(fma / "fma_full" / "000" / "000137.mp3")
    assert capfd.readouterr() == ("", "")


def test_of_two_audio_folders_one_is_named(fma):
    shutil.copytree(fma / "fma_full", fma / "fma_medium")
    with pytest.raises(InputError, match=r"which audio folder\?.*got fma_full, fma_medium; name it: .*fma_full"):
        load_fma(fma)
    by_root, by_option = load_fma(fma / "fma_full"), load_fma(fma, audio_dir=fma / "fma_full")
    assert by_root[0].equals(by_option[0])
    assert load_library(fma / "fma_full")[0].equals(by_option[0])
    assert load_library(fma, audio_dir=fma / "fma_full")[0].equals(by_option[0])


def test_audio_without_metadata_is_recognised(fma):
    with pytest.raises(InputError, match="the folders look like FMA's, and carry no genre without its fma_metadata"):
        load_library(shutil.copytree(fma / "fma_full", fma / "alone" / "fma_full"))
