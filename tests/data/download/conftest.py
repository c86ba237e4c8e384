"""What the tests of the downloads share: archives and tables as FMA has them, and calls that fetch them."""

import csv
import io

import numpy as np
import pytest
import soundfile
from served import describe, hasty, make_zip, picture

from albumlib.data.download import fetch_archive, fetch_covers

GENRES = "genre_id,#tracks,parent,title,top_level\n12,1,0,Rock,12\n17,1,0,Folk,17\n25,1,12,Punk,12\n76,1,12,Noise,12\n"
# track, subset, artist, genres, album ("" is none), album's picture, track's picture
SONGS = [
    (2, "small", "AWOL", [17], 1, "a1.jpg", ""),
    (3, "small", "AWOL", [12, 25], 1, "a1.jpg", "t3.jpg"),
    (4, "medium", "AWOL", [12, 25], 1, "a1.jpg", ""),
    (5, "small", "Bee, the", [12], 2, "", "t5.png"),
    (6, "small", "Cid", [17], 2, "", ""),
    (7, "small", "Dee", [17], "", "", "t7.gif"),
    (8, "small", "Dee", [17], "", "", ""),
    (9, "small", "Eve", [76], 3, "a3.jpg", ""),  # none of the 19
    (10, "large", "Fay", [17], 4, "a4.jpg", "t10.jpg"),
]


def clip():
    buffer = io.BytesIO()
    soundfile.write(buffer, 0.3 * np.sin(np.arange(22050) / 9), 22050, format="MP3")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def small():
    """Lay out the archive of clips as FMA does, with some bytes that do not shrink."""
    noise = np.random.default_rng(0).bytes(400_000)
    music = {f"fma_small/000/{number:06d}.mp3": clip() for number in (2, 5)}
    return make_zip({"fma_small/README.txt": "read me", "fma_small/checksums": noise, **music})


@pytest.fixture
def fetch(server, small, tmp_path):
    """Serve the archive of clips and give a function that fetches it."""
    server.files["/fma_small.zip"] = small

    def call(*, archive=None, **options):
        archive = archive or describe("fma_small", small)
        options = {"base_url": server.url, "client": hasty(), "progress": False, **options}
        return fetch_archive(archive, tmp_path / "fma", **options)

    return call


def write_table(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture
def fma(tmp_path, server):
    """Write the tables as FMA does: columns the loader does not need, album ids with gaps, lists and HTML as text."""
    folder = tmp_path / "fma" / "fma_metadata"
    folder.mkdir(parents=True)
    (folder / "genres.csv").write_text(GENRES)

    def link(name):
        return name and f"{server.url}/file/images/{name}"

    head = [
        ["", "artist", "set", "set", "track"],
        ["", "name", "split", "subset", "genres"],
        ["track_id", "", "", "", ""],
    ]
    rows = [[number, artist, "training", subset, genres] for number, subset, artist, genres, *_ in SONGS]
    write_table(folder / "tracks.csv", head + rows)
    raw = [
        [number, f"{album}.0" if album else "", "<p>one,\ntwo</p>", link(own)] for number, *_, album, _, own in SONGS
    ]
    write_table(folder / "raw_tracks.csv", [["track_id", "album_id", "tags", "track_image_file"], *raw])
    albums = {song[4]: [song[4], "<p>\n</p>", link(song[5])] for song in SONGS if song[4]}
    write_table(
        folder / "raw_albums.csv", [["album_id", "album_information", "album_image_file"], *sorted(albums.values())]
    )
    kinds = {"a1.jpg": "JPEG", "t5.png": "PNG", "t7.gif": "GIF", "a4.jpg": "JPEG"}
    server.files.update({f"/file/images/{name}": picture(kind) for name, kind in kinds.items()})
    return tmp_path / "fma"


@pytest.fixture
def gather(fma, tmp_path):
    """Give a function that fetches the covers of the tables."""

    def call(**options):
        options = {"client": hasty(attempts=3), "progress": False, **options}
        return fetch_covers(fma, tmp_path / "covers", **options)

    return call
