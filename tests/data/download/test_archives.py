"""FMA's archives: fetched, verified, unpacked, and what a person is told where that fails."""

import itertools
import time
from email.utils import formatdate
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from served import describe, hasty, make_zip, sent
from test_fma import GENRES, TRACKS

from albumlib.cli.data import NAMES, SUBSETS
from albumlib.cli.main import main
from albumlib.data import fma
from albumlib.data.download import RequestFailed
from albumlib.data.download.archives import ARCHIVES, Archive
from albumlib.errors import InputError


@pytest.fixture(scope="module")
def metadata():
    names = ["README.txt", "checksums", "raw_tracks.csv", "raw_albums.csv", "not_found.pickle"]
    tables = {"fma_metadata/tracks.csv": TRACKS, "fma_metadata/genres.csv": GENRES}
    return make_zip({**tables, **{f"fma_metadata/{name}": name for name in names}})


def test_what_is_fetched_is_what_the_catalog_reads(fetch, server, metadata, tmp_path):
    server.files["/fma_metadata.zip"] = metadata
    assert fetch() == tmp_path / "fma" / "fma_small"
    fetch(archive=describe("fma_metadata", metadata))
    catalog, _ = fma.load_fma(tmp_path / "fma")
    assert catalog["track_id"].tolist() == ["000002", "000005"]
    assert catalog["genre"].tolist() == ["Hip-Hop", "Techno"]
    assert sorted(path.name for path in (tmp_path / "fma").iterdir()) == [
        "fma_metadata",
        "fma_metadata.complete.json",
        "fma_small",
        "fma_small.complete.json",
    ]


def test_a_complete_data_set_asks_nobody(fetch, server, tmp_path):
    target = fetch()
    fetch()
    assert len(server.requests) == 1
    (target / "000" / "000002.mp3").unlink()  # no longer complete
    fetch()
    assert len(server.requests) == 2
    assert (target / "000" / "000002.mp3").exists()


def test_a_missing_archive_is_one_request_and_says_what_to_do(fetch, server, tmp_path):
    del server.files["/fma_small.zip"]
    with pytest.raises(InputError) as caught:
        fetch()
    assert len(server.requests) == 1
    for part in ("404 Not Found", "--base-url", str(tmp_path / "fma" / "fma_small.zip"), f"{server.url}/fma_small.zip"):
        assert part in str(caught.value)


def test_no_server_at_all(fetch, server):
    server.close()
    with pytest.raises(InputError, match=r"download interrupted.*no answer: .*refused.*run again: 0 bytes are kept"):
        fetch()


def test_a_silent_server_times_out(fetch, server):
    server.chunk_pause = 30.0
    with pytest.raises(InputError, match=r"timed out.*run again: \d+\.\dkiB are kept"):
        fetch(client=hasty(attempts=1, timeout=3))


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_wait_is_obeyed(fetch, server, status):
    server.faults["/fma_small.zip"] = [{"status": status, "headers": {"Retry-After": "1"}}]
    fetch()
    first, second = (request["time"] for request in server.requests)
    assert 1.0 <= second - first < 60


def test_a_server_that_asks_to_wait_for_an_hour_is_left_alone(fetch, server):
    server.faults["/fma_small.zip"] = [{"status": 429, "headers": {"Retry-After": "3600"}}]
    with pytest.raises(InputError, match=r"429 .*run again in 1:00:00"):
        fetch()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [
        ("120", 120, 120),
        (formatdate(time.time() + 18_000, usegmt=True), 10_000, 18_000),
        (formatdate(time.time() - 60, usegmt=True), 0, 0),
        *((text, 0, 0) for text in ("soon", "", "-1", "9" * 5000, "Mon, 99 Foo 99999999 99:99:99 GMT")),
    ],
    ids=["seconds", "date", "past", "word", "nothing", "negative", "huge", "no date"],
)
def test_retry_after_is_seconds_or_a_date(server, told, least, most):
    server.faults["/a"] = [{"status": 503, "headers": {"Retry-After": told}}]
    with pytest.raises(RequestFailed, match="503") as caught:
        hasty().ask(f"{server.url}/a")
    assert least <= caught.value.after <= most


def test_a_wrong_digest_sets_the_archive_aside_and_begins_afresh(fetch, server, small, tmp_path):
    damaged = small[:1000] + bytes([small[1000] ^ 1]) + small[1001:]
    server.files["/fma_small.zip"] = damaged
    with pytest.raises(InputError, match=r"damaged archive; expected SHA-1 .*fma_small\.zip\.damaged"):
        fetch()
    assert (tmp_path / "fma" / "fma_small.zip.damaged").read_bytes() == damaged
    assert not (tmp_path / "fma" / "fma_small").exists()
    server.files["/fma_small.zip"] = small
    fetch()
    assert sent(server) == [len(small), len(small)]


def test_another_file_under_the_name_is_not_downloaded(fetch, server, small):
    server.files["/fma_small.zip"] = small * 3
    with pytest.raises(InputError, match=r"another file under this name, of 1\.\d+MiB"):
        fetch()
    server.faults["/fma_small.zip"] = [{"length": False}]
    with pytest.raises(InputError, match=r"too large: more than \d+kiB"):
        fetch()


def test_an_archive_that_was_put_there_needs_no_network(fetch, server, small, tmp_path):
    (tmp_path / "fma").mkdir()
    (tmp_path / "fma" / "fma_small.zip").write_bytes(small)
    target = fetch(keep=True)
    assert server.requests == []
    assert (target / "README.txt").read_text() == "read me"
    assert (tmp_path / "fma" / "fma_small.zip").read_bytes() == small


def test_what_does_not_fit_is_refused_before_it_begins(fetch, server, small):
    huge = Archive("fma_small", "0" * 40, 1 << 60, 1 << 61)
    with pytest.raises(InputError, match=r"no space for fma_small; expected 3\.00EiB free.*--to"):
        fetch(archive=huge)
    assert server.requests == []


def test_what_has_arrived_needs_no_space_again(fetch, server, tmp_path, monkeypatch):
    archive = Archive("fma_small", "0" * 40, 1000, 5000)
    (tmp_path / "fma").mkdir()
    (tmp_path / "fma" / "fma_small.zip.partial").write_bytes(b"x" * 600)
    free = SimpleNamespace(free=5399)
    monkeypatch.setattr("shutil.disk_usage", lambda _: free)
    with pytest.raises(InputError, match=r"no space for fma_small; expected 5\.27kiB free"):
        fetch(archive=archive)
    assert server.requests == []
    free.free = 5400
    with pytest.raises(InputError, match="another file under this name"):
        fetch(archive=archive)


def command(*arguments, **environment):
    return CliRunner(env=environment).invoke(main, ["data", *map(str, arguments)])


def test_the_command(server, metadata, tmp_path, monkeypatch):
    server.files["/mirror/fma_metadata.zip"] = metadata
    monkeypatch.setitem(ARCHIVES, "fma-metadata", describe("fma_metadata", metadata))
    arguments = ["fetch", "fma-metadata", "--base-url", f"{server.url}/mirror/", "--keep-archive"]
    for _ in range(2):
        done = command(*arguments, ALBUMLIB_HOME=str(tmp_path))
        assert done.exit_code == 0, done.output
        assert done.stdout == f"fma-metadata is complete in {tmp_path / 'fma' / 'fma_metadata'}\n"
    assert len(server.requests) == 1
    assert (tmp_path / "fma" / "fma_metadata.zip").exists()


def test_the_command_fails_in_one_line(server, tmp_path):
    done = command("fetch", "fma-metadata", "--to", tmp_path / "x", "--base-url", server.url)
    assert (done.exit_code, done.stdout) == (1, "")
    errors = [line for line in done.stderr.splitlines() if "error: " in line]
    assert len(errors) == 1
    assert "404" in errors[0]
    (tmp_path / "file").write_text("")
    done = command("fetch", "fma-metadata", "--to", tmp_path / "file" / "x", "--base-url", server.url)
    assert done.exit_code == 1
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.output


def test_the_command_offers_what_there_is():
    assert list(NAMES) == list(ARCHIVES)
    assert fma.SUBSETS == SUBSETS
    for before, after in itertools.pairwise(list(ARCHIVES.values())[1:]):
        assert before.size < before.unpacked < after.size
