"""FMA's covers behind links: one an album, politely, and no dead link asked twice."""

import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from served import hasty, picture, table

from albumlib.cli.main import main
from albumlib.data.download import plan_covers
from albumlib.data.images import list_covers, load_covers
from albumlib.errors import InputError


def test_covers_of_a_catalog(gather, server, tmp_path):
    counts = gather()
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


def test_a_subset_and_then_more(gather, tmp_path, server):
    assert gather(subset="small").here == 3
    assert (counts := gather()).here == 4
    assert counts.new == 1
    assert len(server.requests) == 4
    gather(subset="small")  # does not forget the others
    assert len(table(tmp_path / "covers" / "covers.csv")) == 5


def test_dead_links_are_listed_and_not_asked_again(gather, server, tmp_path):
    server.files["/file/images/a1.jpg"] = b"<html>Gone</html>"
    server.files["/file/images/a4.jpg"] = picture("JPEG", (3, 3))
    del server.files["/file/images/t5.png"]
    counts = gather()
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
    assert (counts := gather()).dead == 3
    assert (counts.new, len(server.requests)) == (0, asked)
    server.files["/file/images/t5.png"] = picture("PNG")
    assert gather(retry_dead=True).new == 1
    assert sorted(table(failed)[1:]) == expected[1:-1]


def test_a_link_of_the_second_choice_is_used(gather, server, tmp_path):
    del server.files["/file/images/a4.jpg"]
    server.files["/file/images/t10.jpg"] = picture("WEBP")
    assert gather().here == 4
    assert (tmp_path / "covers" / "album_000004.webp").exists()


def test_faults_that_pass_are_overcome(gather, server):
    server.faults["/file/images/a1.jpg"] = [{"drop": 1000}, {"status": 500}]
    server.faults["/file/images/a4.jpg"] = [{"drop": 1000, "reset": True}]
    assert gather().here == 4
    assert len(server.requests) == 7


def test_a_host_that_asks_to_wait_is_obeyed_for_all_its_pictures(gather, server):
    server.faults["/file/images/a1.jpg"] = [{"status": 429, "headers": {"Retry-After": "1"}}]
    began = time.monotonic()
    assert gather().here == 4
    assert 1.0 <= time.monotonic() - began < 60


def test_a_host_that_is_not_well_is_left_alone_and_asked_the_next_time(gather, server, tmp_path):
    for path in server.files:
        server.faults[path] = [{"status": 503} for _ in range(3)]
    counts = gather(client=hasty(attempts=3, give_up=1))
    # Of the four at once each may already be under way when the first fails
    assert counts.unreached >= 1
    assert counts.dead == 0
    assert [row for row in table(tmp_path / "covers" / "failed.csv")[1:] if "404" not in row[1]] == []
    server.faults.clear()
    assert gather().here == 4


def test_no_network_is_no_dead_link(gather, server, tmp_path):
    server.close()
    counts = gather()
    assert (counts.here, counts.dead, counts.unreached) == (0, 0, 4)
    assert table(tmp_path / "covers" / "failed.csv") == [["url", "reason"]]


def test_a_killed_call_left_half_a_row(gather, server, tmp_path):
    (tmp_path / "covers").mkdir()
    failed = tmp_path / "covers" / "failed.csv"
    failed.write_text(f"url,reason\n{server.url}/file/images/a1.jpg,404 Not Found\n{server.url}/file/images/t7.g")
    assert gather().here == 3
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


BUSY = [
    {"status": 503, "headers": {"Retry-After": "500"}},
    {"raw": b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", "drip": bytes(9000)},
    {"raw": b"HTTP/1.1 200 OK\r\n", "drip": b"X: " + b"x" * 9000},
    {"raw": b"", "drip": b"H", "pace": 500},
]


@pytest.mark.parametrize(
    ("sign", "busy"), [*((signal.SIGINT, busy) for busy in BUSY), (signal.SIGTERM, BUSY[0]), (signal.SIGKILL, BUSY[0])]
)
def test_an_interrupted_call_ends_at_once_and_keeps_what_it_has(fma, gather, server, tmp_path, sign, busy):
    waiting = "/file/images/t7.gif"
    server.faults[waiting] = [busy]
    covers = tmp_path / "covers"
    arguments = ["data", "covers", "--fma", str(fma), "--to", str(covers)]
    process = subprocess.Popen([sys.executable, "-c", COMMAND, *arguments], stderr=subprocess.PIPE, text=True)
    for _ in range(10_000):
        if server.asked(waiting) and (covers / "album_000001.jpg").exists():
            break
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(sign)
    said = process.communicate(timeout=25)[1]  # a read times out after 30 s
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}.get(sign, -sign)
    assert "Traceback" not in said
    assert sign == signal.SIGKILL or said.splitlines()[-1] == "stopped"
    kept = {path.stem for path in covers.iterdir() if path.suffix in {".jpg", ".png"}}
    assert "album_000001" in kept
    if sign != signal.SIGKILL:
        assert len(table(covers / "covers.csv")) == 1 + len(kept)
    asked = len(server.requests)
    assert gather().new == 4 - len(kept)
    assert len(server.requests) == asked + 4 - len(kept)
    assert len(table(covers / "covers.csv")) == 5


def test_another_collection_is_not_overwritten(gather, tmp_path):
    (tmp_path / "covers").mkdir()
    listing = tmp_path / "covers" / "covers.csv"
    listing.write_text("path,genre\na.jpg,Rock\n")
    with pytest.raises(InputError, match="another collection"):
        gather()
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
