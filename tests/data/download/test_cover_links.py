"""One link at a time: manners towards its host, and every fault that an address or an answer can have."""

import gzip
import threading
import time

import pytest
from served import hasty, picture, table

from albumlib.data.download import Client, RequestFailed, covers


def test_requests_to_a_host_keep_their_distance(server):
    server.files["/a"] = b"a"
    client = Client(pause=0.1)
    threads = [threading.Thread(target=client.get, args=(f"{server.url}/a",), kwargs={"most": 9}) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(request["time"] for request in server.requests)
    assert len(times) == 5
    assert times[-1] - times[0] > 0.35


def test_a_silent_host_is_not_asked_for_ever(server):
    client = hasty(attempts=2, give_up=3)
    server.files["/a"] = b"a"
    server.faults["/a"] = [{"status": 500} for _ in range(50)]
    for _ in range(10):
        with pytest.raises(RequestFailed) as caught:
            client.get(f"{server.url}/a", most=9)
        assert caught.value.again
    assert len(server.requests) == 2 * 3
    assert "does not answer" in str(caught.value)


def test_a_stopped_one_waits_no_more(server):
    client = Client(pause=60)
    server.files["/a"] = b"a"
    client.get(f"{server.url}/a", most=9)
    threading.Timer(0.1, client.stopped.set).start()
    began = time.monotonic()
    with pytest.raises(RequestFailed, match="stopped"):
        client.get(f"{server.url}/a", most=9)
    assert time.monotonic() - began < 50


@pytest.mark.parametrize(("length", "said"), [(True, r"large: 293kiB"), (False, r"large: more than 97\.7kiB")])
def test_a_file_too_large_is_not_taken(server, length, said):
    server.files["/a"] = bytes(300_000)
    server.faults["/a"] = [{"length": length}]
    with pytest.raises(RequestFailed, match=said):
        Client().get(f"{server.url}/a", most=100_000)
    assert len(server.requests) == 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://localhost/a", "data:text/plain,a", "a.jpg", "http://"])
def test_only_web_addresses_are_asked(url):
    with pytest.raises(RequestFailed) as caught:
        Client().get(url, most=100)
    assert not caught.value.again


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a"])
def test_a_redirect_leads_to_no_other_kind_of_address(server, target):
    server.files["/a"] = b"a"
    server.faults["/a"] = [{"status": 302, "headers": {"Location": target}}]
    with pytest.raises(RequestFailed) as caught:
        Client().get(f"{server.url}/a", most=100)
    assert not caught.value.again


def test_redirects_and_names_outside_ascii(server):
    server.files["/n%C3%B8%20.jpg"] = b"a"
    server.files["/old"] = b""
    server.faults["/old"] = [{"status": 301, "headers": {"Location": "/n%C3%B8%20.jpg"}}]
    assert Client(pause=0).get(f"{server.url}/nø .jpg", most=9) == b"a"
    assert Client(pause=0).get(f"{server.url}/old", most=9) == b"a"


OK = b"HTTP/1.1 200 OK\r\n"
ELSEWHERE = b"HTTP/1.1 302 Found\r\nLocation: "
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
DRIPS = [
    {"raw": b"", "drip": OK * 500},
    {"raw": OK, "drip": b"X: " + b"x" * 9000},
    {"raw": OK + b"Content-Length: 9000\r\n\r\n", "drip": bytes(9000)},
    {"raw": CHUNKED, "drip": b"0" * 9000},
    {"raw": CHUNKED + b"0\r\n", "drip": b"X: x\r\n" * 2000},
]


@pytest.mark.parametrize("drip", DRIPS)
def test_a_drip_holds_no_thread_for_ever(server, drip):
    server.faults["/a"] = [drip]
    began = time.monotonic()
    with pytest.raises(RequestFailed, match=r"too slow|timed out") as caught:
        hasty(attempts=1, timeout=2).get(f"{server.url}/a", most=10_000)
    assert caught.value.again
    assert time.monotonic() - began < 200  # the drips take 450 s and more


def test_an_answer_that_is_not_slow_ends_at_the_deadline(server):
    endless = {"raw": OK + b"\r\n", "drip": bytes(50_000_000), "piece": 4096}
    server.faults["/a"] = [endless, endless]
    began = time.monotonic()
    with pytest.raises(RequestFailed) as caught:
        hasty(longest=3).get(f"{server.url}/a", most=100_000_000)
    assert caught.value.again
    assert time.monotonic() - began < 300
    assert len(server.requests) == 1


def test_the_body_of_a_redirect_is_not_waited_for(server):
    server.files["/a"] = b"a"
    server.faults["/old"] = [{"raw": ELSEWHERE + b"/a\r\n\r\n", "drip": bytes(9000)}]
    assert hasty(attempts=1).get(f"{server.url}/old", most=9) == b"a"


FAULTS = {
    "no status": b"hello\r\n\r\n",
    "odd status": b"HTTP/1.1 abc OK\r\n\r\n",
    "other protocol": b"HTTP/9.9 200 OK\r\n\r\n",
    "huge header": OK + b"X: " + b"x" * 70_000 + b"\r\n\r\n",
    "many headers": OK + b"X: x\r\n" * 200 + b"\r\n",
    "two lengths": OK + b"Content-Length: 5, 6\r\n\r\nabcde",
    "bad chunk": CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
    "negative chunk": CHUNKED + b"-5\r\nabc\r\n0\r\n\r\n",
    "half a chunk": CHUNKED + b"ff\r\nabc",
    "wrong length": OK + b"Content-Length: 100\r\n\r\nabc",
    "length too short": OK + b"Content-Length: 3\r\n\r\n" + picture("JPEG"),
    "zipped": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(picture("JPEG")),
    "redirect loop": ELSEWHERE + b"a1.jpg\r\n\r\n",
    "redirect to a file": ELSEWHERE + b"file:///etc/passwd\r\n\r\n",
    "redirect by ftp": ELSEWHERE + b"ftp://127.0.0.1/a\r\n\r\n",
    "redirect to half an address": ELSEWHERE + b"http://[1\r\n\r\n",
    "redirect in odd letters": ELSEWHERE + b"/\xff\xfe\r\n\r\n",
    "redirect to a bad port": ELSEWHERE + b"http://127.0.0.1:99999/\r\n\r\n",
    "redirect to nowhere": ELSEWHERE + b"\r\n\r\n",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_an_answer_is_a_row(gather, server, tmp_path, fault):
    server.faults["/file/images/a1.jpg"] = [{"raw": FAULTS[fault]}] * 40
    counts = gather()
    assert (counts.here, counts.dead, counts.unreached) == (3, 1, 0)
    rows = dict(table(tmp_path / "covers" / "failed.csv")[1:])
    assert set(rows) == {f"{server.url}/file/images/{name}" for name in ("a1.jpg", "t3.jpg")}
    assert 5 < len(rows[f"{server.url}/file/images/a1.jpg"]) <= 300


ADDRESSES = [
    *("ftp://127.0.0.1/a.jpg", "file:///etc/passwd", "data:image/png;a", "a.jpg", "//", "http://", "http:///a.jpg"),
    *("http://[1/a.jpg", "http://127.0.0.1:99999/a", "http://127.0.0.1:x/a", "http://a b/", "http://*/a.jpg"),
    *("http://a..b/", f"http://{'a' * 80}.org/", "http://\x00/", "http://\u2028/", "\ufeffhttp://127.0.0.1/"),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_fault_of_an_address_is_a_row(gather, fma, server, tmp_path, address):
    raw = fma / "fma_metadata" / "raw_tracks.csv"
    raw.write_text(raw.read_text("utf-8").replace(f"{server.url}/file/images/t7.gif", address), "utf-8")
    counts = gather()
    assert (counts.here, counts.dead, counts.unreached) == (3, 1, 0)
    ((link, reason),) = table(tmp_path / "covers" / "failed.csv")[1:]
    assert link == address
    assert len(reason) > 5


ODD = [
    *(b"Content-Length: -5", b"Content-Length: abc", b"no colon", b"\xff\xfe: \x00", b"Transfer-Encoding: odd"),
    *(b"Content-Encoding: gzip", b"Content-Encoding: odd", b"Content-Type: \xff; charset=\xfe", b"Set-Cookie: \xff=;="),
]


@pytest.mark.parametrize("header", ODD)
def test_a_picture_under_an_odd_header_is_taken(gather, server, header):
    server.faults["/file/images/a1.jpg"] = [{"raw": OK + header + b"\r\n\r\n" + picture("JPEG")}]
    assert gather().here == 4


def test_pictures():
    assert [covers._check_picture(picture(kind)) for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP")] == [
        ".jpg",
        ".png",
        ".gif",
        ".webp",
        ".bmp",
    ]
    for data in (b"", b"text", picture("JPEG")[:2000], picture("PPM"), picture("TIFF")):
        with pytest.raises(RequestFailed, match="no picture"):
            covers._check_picture(data)


@pytest.mark.parametrize("side", [10_000, 40_000])
def test_a_picture_that_would_exhaust_the_memory(side):
    header = bytearray(picture("BMP", (64, 64)))
    header[18:26] = side.to_bytes(4, "little") * 2
    with pytest.raises(RequestFailed, match="too many pixels"):
        covers._check_picture(bytes(header))


def test_links_of_the_old_site():
    old = "https://freemusicarchive.org/file/images/albums/AWOL_-_A_Way_Of_Life_-_2009113014120.jpg"
    new = (
        "https://freemusicarchive.org/image?file=images%2Falbums%2FAWOL_-_A_Way_Of_Life_-_2009113014120.jpg"
        "&width=290&height=290&type=image"
    )
    assert covers._links(old) == [new, old]
    assert covers._links(old.replace("https", "http")) == [new, old.replace("https", "http")]
    assert covers._links("https://example.org/file/a.jpg") == ["https://example.org/file/a.jpg"]
    assert covers._links("", f" {old}", old) == [new, old]
