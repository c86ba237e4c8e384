"""Files between browser and kernel: whole or not at all, bounded whatever the browser says, one line for a bad one."""

import numpy as np
import pytest

from albumlib.course.song.parts import covers_html
from albumlib.course.song.transfer import MOST_BYTES, PIECE, Download, Upload
from albumlib.covers.pixels import upscale
from albumlib.errors import InputError


@pytest.fixture
def arrived():
    return []


@pytest.fixture
def upload(arrived):
    return Upload(lambda name, data: arrived.append((name, data)))


def send(upload, *pieces, name="a.mp3", size=None):
    size = sum(map(len, pieces)) if size is None else size
    upload._take({"kind": "begin", "name": name, "size": size}, [])
    for piece in pieces:
        upload._take({"kind": "piece"}, [memoryview(piece)])
    upload._take({"kind": "end"}, [])


def test_a_song_arrives_whole_and_without_its_folders(upload, arrived):
    send(upload, b"one ", b"two", name="..\\music/../../a.mp3")
    assert arrived == [("a.mp3", b"one two")]
    assert upload.line == ""
    assert not upload._held


@pytest.mark.parametrize(("pieces", "size", "said"), [([], 0, "empty file"), ([b"one"], 7, "3 of 7 bytes")])
def test_what_is_empty_or_in_part_is_not_handed_on(upload, arrived, pieces, size, said):
    send(upload, *pieces, size=size)
    assert arrived == []
    assert said in upload.line


def test_a_browser_that_sends_more_than_it_may_is_not_kept(upload, arrived):
    upload._take({"kind": "begin", "name": "a.mp3", "size": 10 * MOST_BYTES}, [])
    piece = memoryview(bytes(MOST_BYTES // 2 + 1))
    for _ in range(3):
        upload._take({"kind": "piece"}, [piece])
    assert len(upload._held) <= MOST_BYTES
    upload._take({"kind": "end"}, [])
    assert arrived == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("no music", where="/tmp/x.mp3"), "a.mp3: no music"),
        (KeyError("x"), "a.mp3 cannot be used (KeyError)"),
    ],
)
def test_a_bad_song_is_one_line_without_a_path(error, said):
    def refuse(name, data):
        raise error

    upload = Upload(refuse)
    send(upload, b"x")
    assert upload.line.startswith(said)
    assert "/tmp" not in upload.line


def test_a_download_comes_in_pieces_and_ends(monkeypatch):
    data, sent = bytes(range(256)) * (PIECE // 256) + b"rest", []
    download = Download(lambda: ("a.png", data))
    monkeypatch.setattr(download, "send", lambda content, buffers=(): sent.append((content, *buffers)))
    for piece in range(3):
        download._give(piece)
    assert b"".join(buffers[0] for _, *buffers in sent if buffers) == data
    assert sent[-1] == ({"kind": "end", "name": "a.png"},)


def test_a_download_of_nothing_says_so(monkeypatch):
    def nothing():
        raise InputError("no song yet")

    said, sent = [], []
    download = Download(nothing, failed=said.append)
    monkeypatch.setattr(download, "send", lambda content, buffers=(): sent.append(content))
    download._give(0)
    assert said == ["no song yet"]
    assert sent == [{"kind": "none"}]


def test_what_is_written_into_html_stays_text():
    html = covers_html(np.zeros((2, 4, 4, 3), "uint8"), genre='<b onclick="x">')
    assert "<b" not in html
    assert html.count("<img") == 2


def test_an_upscale_keeps_a_colour_and_the_places():
    flat = np.full((10, 10, 3), (200, 51, 79), "uint8")
    assert (upscale(flat, side=300) == (200, 51, 79)).all()
    half = np.zeros((10, 10, 3), "uint8")
    half[:, 5:] = 255
    large = upscale(half, side=300)
    assert large.shape == (300, 300, 3)
    assert (large[:, :100] < 30).all()
    assert (large[:, 200:] > 225).all()
