"""FMA's covers behind links: one an album, politely, and no dead link asked twice."""

import csv
import io
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from albumlib.cli.main import main
from albumlib.data.download import covers as module
from albumlib.data.download.covers import check_picture, fetch_covers, plan_covers, present_link
from albumlib.data.download.http import Patience, RequestFailed
from albumlib.data.download.polite import Polite
from albumlib.data.images import list_covers, load_covers
from albumlib.errors import InputError

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


def picture(kind, size=(120, 110)):
    buffer = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (*size[::-1], 3)).astype("uint8")
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


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
def fetch(fma, tmp_path):
    def call(**options):
        patience = Patience(attempts=3, timeout=5, first_wait=0.01, longest_wait=0.02, longest_obeyed=30)
        options = {"polite": Polite(pause=0, patience=patience), "progress": False, **options}
        return fetch_covers(fma, tmp_path / "covers", **options)

    return call


def table(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_covers_of_a_catalog(fetch, server, tmp_path):
    counts = fetch()
    assert (counts.wanted, counts.here, counts.new, counts.without, counts.dead, counts.unreached) == (5, 4, 4, 1, 0, 0)
    assert table(tmp_path / "covers" / "covers.csv") == [
        ["path", "genre", "album_id", "track_id", "artist"],
        ["album_000001.jpg", "Punk", "1", "", "AWOL"],  # the label of most of its tracks
        ["album_000002.png", "Rock", "2", "", "Various Artists"],  # the picture of a track, the first label of equals
        ["album_000004.jpg", "Folk", "4", "", "Fay"],
        ["track_000007.gif", "Folk", "", "000007", "Dee"],
    ]
    assert len(server.requests) == 4
    images, labels, report = load_covers(list_covers(tmp_path / "covers"), genres=["Folk", "Punk", "Rock"])
    assert (images.shape, labels.tolist(), len(report)) == ((4, 100, 100, 3), [1, 2, 0, 0], 0)


def test_a_subset_and_then_more(fetch, tmp_path, server):
    assert fetch(subset="small").here == 3
    assert (counts := fetch()).here == 4
    assert counts.new == 1
    assert len(server.requests) == 4
    fetch(subset="small")  # does not forget the others
    assert len(table(tmp_path / "covers" / "covers.csv")) == 5


def test_dead_links_are_listed_and_not_asked_again(fetch, server, tmp_path):
    server.files["/file/images/a1.jpg"] = b"<html>Gone</html>"
    server.files["/file/images/a4.jpg"] = picture("JPEG", (3, 3))
    del server.files["/file/images/t5.png"]
    counts = fetch()
    assert (counts.here, counts.dead) == (1, 3)
    base = f"{server.url}/file/images"
    expected = [
        ["url", "reason"],
        [f"{base}/a1.jpg", "no picture; got a web page"],
        [f"{base}/a4.jpg", "picture too small; got 3 x 3 pixels"],
        [f"{base}/t10.jpg", "404 Not Found"],
        [f"{base}/t3.jpg", "404 Not Found"],
        [f"{base}/t5.png", "404 Not Found"],
    ]
    failed = tmp_path / "covers" / "failed.csv"
    assert sorted(table(failed)[1:]) == expected[1:]
    assert table(failed)[0] == expected[0]
    asked = len(server.requests)
    assert (counts := fetch()).dead == 3
    assert (counts.new, len(server.requests)) == (0, asked)
    server.files["/file/images/t5.png"] = picture("PNG")
    assert fetch(retry_dead=True).new == 1
    assert sorted(table(failed)[1:]) == expected[1:-1]


def test_a_link_of_the_second_choice_is_used(fetch, server, tmp_path):
    del server.files["/file/images/a4.jpg"]
    server.files["/file/images/t10.jpg"] = picture("WEBP")
    assert fetch().here == 4
    assert (tmp_path / "covers" / "album_000004.webp").exists()


def test_faults_that_pass_are_overcome(fetch, server):
    server.faults["/file/images/a1.jpg"] = [{"drop": 1000}, {"status": 500}]
    server.faults["/file/images/a4.jpg"] = [{"drop": 1000, "reset": True}]
    assert fetch().here == 4
    assert len(server.requests) == 7


def test_a_host_that_asks_to_wait_is_obeyed_for_all_its_pictures(fetch, server):
    server.faults["/file/images/a1.jpg"] = [{"status": 429, "headers": {"Retry-After": "1"}}]
    began = time.monotonic()
    assert fetch().here == 4
    assert 1.0 <= time.monotonic() - began < 4.0


def test_a_host_that_is_not_well_is_left_alone_and_asked_the_next_time(fetch, server, tmp_path):
    for path in server.files:
        server.faults[path] = [{"status": 503} for _ in range(3)]
    polite = Polite(pause=0, patience=Patience(attempts=3, first_wait=0.01, longest_wait=0.01), give_up=1)
    counts = fetch(polite=polite)
    # Of the four at once each may already be under way when the first fails
    assert counts.unreached >= 1
    assert counts.dead == 0
    assert [row for row in table(tmp_path / "covers" / "failed.csv")[1:] if "404" not in row[1]] == []
    server.faults.clear()
    assert fetch().here == 4


def test_no_network_is_no_dead_link(fetch, server, tmp_path):
    server.close()
    counts = fetch()
    assert (counts.here, counts.dead, counts.unreached) == (0, 0, 4)
    assert table(tmp_path / "covers" / "failed.csv") == [["url", "reason"]]


def test_requests_to_a_host_keep_their_distance(server):
    server.files["/a"] = b"a"
    polite = Polite(pause=0.1)
    threads = [threading.Thread(target=polite.get, args=(f"{server.url}/a",), kwargs={"most": 9}) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(request["time"] for request in server.requests)
    assert len(times) == 5
    assert times[-1] - times[0] > 0.35


def test_a_silent_host_is_not_asked_for_ever(server):
    polite = Polite(pause=0, patience=Patience(attempts=2, first_wait=0.01), give_up=3)
    server.files["/a"] = b"a"
    server.faults["/a"] = [{"status": 500} for _ in range(50)]
    for _ in range(10):
        with pytest.raises(RequestFailed) as caught:
            polite.get(f"{server.url}/a", most=9)
        assert caught.value.again
    assert len(server.requests) == 2 * 3
    assert "does not answer" in str(caught.value)


def test_a_stopped_one_waits_no_more(server):
    polite = Polite(pause=60)
    server.files["/a"] = b"a"
    polite.get(f"{server.url}/a", most=9)
    threading.Timer(0.1, polite.stop).start()
    began = time.monotonic()
    with pytest.raises(RequestFailed, match="stopped"):
        polite.get(f"{server.url}/a", most=9)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("length", "said"), [(True, r"large: 293\.0 KiB"), (False, r"large: more than 97\.7 KiB")])
def test_a_file_too_large_is_not_taken(server, length, said):
    server.files["/a"] = bytes(300_000)
    server.faults["/a"] = [{"length": length}]
    with pytest.raises(RequestFailed, match=said):
        Polite().get(f"{server.url}/a", most=100_000)
    assert len(server.requests) == 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://localhost/a", "data:text/plain,a", "a.jpg", "http://"])
def test_only_web_addresses_are_asked(url):
    with pytest.raises(RequestFailed) as caught:
        Polite().get(url, most=100)
    assert not caught.value.again


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a"])
def test_a_redirect_leads_to_no_other_kind_of_address(server, target):
    server.files["/a"] = b"a"
    server.faults["/a"] = [{"status": 302, "headers": {"Location": target}}]
    with pytest.raises(RequestFailed) as caught:
        Polite().get(f"{server.url}/a", most=100)
    assert not caught.value.again


def test_redirects_and_names_outside_ascii(server):
    server.files["/n%C3%B8%20.jpg"] = b"a"
    server.files["/old"] = b""
    server.faults["/old"] = [{"status": 301, "headers": {"Location": "/n%C3%B8%20.jpg"}}]
    assert Polite(pause=0).get(f"{server.url}/nø .jpg", most=9) == b"a"
    assert Polite(pause=0).get(f"{server.url}/old", most=9) == b"a"


def test_pictures():
    assert [check_picture(picture(kind)) for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP")] == [
        ".jpg",
        ".png",
        ".gif",
        ".webp",
        ".bmp",
    ]
    for data in (b"", b"text", picture("JPEG")[:2000], picture("PPM"), picture("TIFF")):
        with pytest.raises(InputError, match="no picture"):
            check_picture(data)


@pytest.mark.parametrize("side", [10_000, 40_000])
def test_a_picture_that_would_exhaust_the_memory(side):
    header = bytearray(picture("BMP", (64, 64)))
    header[18:26] = side.to_bytes(4, "little") * 2
    with pytest.raises(InputError, match="too many pixels"):
        check_picture(bytes(header))


def test_links_of_the_old_site():
    old = "https://freemusicarchive.org/file/images/albums/AWOL_-_A_Way_Of_Life_-_2009113014120.jpg"
    new = (
        "https://freemusicarchive.org/image?file=images%2Falbums%2FAWOL_-_A_Way_Of_Life_-_2009113014120.jpg"
        "&width=290&height=290&type=image"
    )
    assert present_link(old) == present_link(old.replace("https", "http")) == new
    assert present_link("https://example.org/file/a.jpg") == "https://example.org/file/a.jpg"
    assert module._links("", f" {old}", old) == [new, old]


def test_a_killed_call_left_half_a_row(fetch, server, tmp_path):
    (tmp_path / "covers").mkdir()
    failed = tmp_path / "covers" / "failed.csv"
    failed.write_text(f"url,reason\n{server.url}/file/images/a1.jpg,404 Not Found\n{server.url}/file/images/t7.g")
    assert fetch().here == 3
    assert table(failed)[1:] == [
        [f"{server.url}/file/images/a1.jpg", "404 Not Found"],
        [f"{server.url}/file/images/t3.jpg", "404 Not Found"],
    ]


COMMAND = """
import signal
import sys
from albumlib.cli.main import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have switched it off
main(sys.argv[1:])
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_call_ends_at_once_and_keeps_what_it_has(fma, fetch, server, tmp_path, sign):
    waiting = "/file/images/t7.gif"
    server.faults[waiting] = [{"status": 503, "headers": {"Retry-After": "60"}}]
    covers = tmp_path / "covers"
    arguments = ["data", "covers", "--fma", str(fma), "--to", str(covers)]
    process = subprocess.Popen([sys.executable, "-c", COMMAND, *arguments], stderr=subprocess.PIPE, text=True)
    for _ in range(500):
        if server.asked(waiting):
            break
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(sign)
    said = process.communicate(timeout=10)[1]
    assert process.returncode == (1 if sign == signal.SIGINT else -sign)
    assert "Traceback" not in said
    kept = {path.stem for path in covers.iterdir() if path.suffix in {".jpg", ".png"}}
    assert "album_000001" in kept
    if sign == signal.SIGINT:
        assert len(table(covers / "covers.csv")) == 1 + len(kept)
    asked = len(server.requests)
    assert fetch().new == 4 - len(kept)
    assert len(server.requests) == asked + 4 - len(kept)
    assert len(table(covers / "covers.csv")) == 5


def test_another_collection_is_not_overwritten(fetch, tmp_path):
    (tmp_path / "covers").mkdir()
    listing = tmp_path / "covers" / "covers.csv"
    listing.write_text("path,genre\na.jpg,Rock\n")
    with pytest.raises(InputError, match="another collection"):
        fetch()
    assert listing.read_text() == "path,genre\na.jpg,Rock\n"


def test_missing_tables(fma, tmp_path):
    path = fma / "fma_metadata" / "raw_albums.csv"
    path.write_text("id,picture\n1,a.jpg\n")
    with pytest.raises(InputError, match=r"raw_albums\.csv: unreadable table; expected columns album_id"):
        plan_covers(fma)
    path.unlink()
    with pytest.raises(InputError, match="no such table"):
        plan_covers(fma)


def test_the_command(fma, server, tmp_path):
    arguments = ["data", "covers", "--fma", str(fma), "--to", str(tmp_path / "covers"), "--subset", "small"]
    server.files.pop("/file/images/t5.png")
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert done.stdout == (
        f"2 of 4 covers in {tmp_path / 'covers'} (2 new); missing: 1 without a link, 1 with dead links, 0 not reached\n"
    )
    done = CliRunner().invoke(main, [*arguments[:3], str(tmp_path / "none"), *arguments[4:]])
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert "no such table" in done.output
