"""FMA's archives over a network that fails, from servers that misbehave, and with hostile contents."""

import hashlib
import io
import itertools
import os
import signal
import stat
import subprocess
import sys
import time
import zipfile
from email.utils import formatdate

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from test_fma import GENRES, TRACKS

from albumlib.cli.data import NAMES, SUBSETS
from albumlib.cli.main import main
from albumlib.data import fma
from albumlib.data.download import archives as download
from albumlib.data.download.archives import ARCHIVES, Archive, fetch_archive
from albumlib.data.download.http import Patience, seconds_asked
from albumlib.errors import InputError

HASTE = Patience(attempts=4, timeout=5, first_wait=0.01, longest_wait=0.02, longest_obeyed=30)


def make_zip(files, method=zipfile.ZIP_BZIP2):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def describe(name, content, *, unpacked=1 << 26):
    return Archive(name, hashlib.sha1(content).hexdigest(), len(content), unpacked)


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


@pytest.fixture(scope="module")
def metadata():
    names = ["README.txt", "checksums", "raw_tracks.csv", "raw_albums.csv", "not_found.pickle"]
    tables = {"fma_metadata/tracks.csv": TRACKS, "fma_metadata/genres.csv": GENRES}
    return make_zip({**tables, **{f"fma_metadata/{name}": name for name in names}})


@pytest.fixture
def fetch(server, small, tmp_path):
    """Serve the archive of clips and give a function that fetches it."""
    server.files["/fma_small.zip"] = small

    def call(*, archive=None, **options):
        archive = archive or describe("fma_small", small)
        options = {"base_url": server.url, "patience": HASTE, "progress": False, **options}
        return fetch_archive(archive, tmp_path / "fma", **options)

    return call


def sent(server):
    return [request["sent"] for request in server.requests]


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


@pytest.mark.parametrize("reset", [False, True])
def test_dropped_connections_are_taken_up_where_they_ended(fetch, server, small, reset):
    server.faults["/fma_small.zip"] = [{"drop": 100_000, "reset": reset}, {"drop": 70_000, "reset": reset}]
    fetch()
    starts = [request["headers"].get("Range") for request in server.requests]
    if not reset:  # a reset may also swallow bytes that were under way
        assert starts == [None, "bytes=100000-", "bytes=170000-"]
        assert sum(sent(server)) == len(small)
    assert len(starts) == 3
    assert all(request["headers"].get("If-Range") for request in server.requests[1:] if request["headers"].get("Range"))


def test_a_server_without_ranges_begins_again(fetch, server, small):
    server.ranges = False
    server.faults["/fma_small.zip"] = [{"drop": 100_000}]
    fetch()
    assert sent(server) == [100_000, len(small)]


def test_a_server_that_always_drops_is_left_alone_and_what_came_is_kept(fetch, server, small, tmp_path):
    server.ranges = False
    server.faults["/fma_small.zip"] = [{"drop": 100_000} for _ in range(20)]
    with pytest.raises(InputError, match=r"connection dropped at 97\.7 KiB of .*run again: 97\.7 KiB are kept"):
        fetch()
    assert len(server.requests) == HASTE.attempts
    server.ranges, server.faults = True, {}
    fetch()
    assert sent(server)[-1] == len(small) - 100_000


def test_progress_renews_the_patience(fetch, server):
    server.faults["/fma_small.zip"] = [{"drop": 20_000} for _ in range(3 * HASTE.attempts)]
    fetch()
    assert len(server.requests) == 3 * HASTE.attempts + 1


def test_a_file_that_changed_is_not_glued_to_its_old_start(fetch, server, small, tmp_path):
    old = bytes(reversed(small))
    server.files["/fma_small.zip"] = old
    server.faults["/fma_small.zip"] = [{"drop": 100_000}, *[{"status": 503}] * HASTE.attempts]
    with pytest.raises(InputError, match="503"):
        fetch()
    server.files["/fma_small.zip"], server.faults = small, {}
    fetch()
    assert server.requests[-1]["headers"]["Range"] == "bytes=100000-"
    assert sent(server)[-1] == len(small)


def test_a_mirror_goes_on_with_what_another_server_began(fetch, server, small):
    server.faults["/fma_small.zip"] = [{"drop": 100_000}, {"status": 404}]
    with pytest.raises(InputError, match="404"):
        fetch()
    server.files["/mirror/fma_small.zip"], server.salt = small, "mirror"
    fetch(base_url=f"{server.url}/mirror")
    assert sent(server) == [100_000, 0, len(small) - 100_000]


def test_a_file_of_another_length_is_noticed_without_etags(fetch, server, small):
    server.etags = False
    server.files["/fma_small.zip"] = small[:-1000]
    server.faults["/fma_small.zip"] = [{"drop": 100_000}, *[{"status": 503}] * HASTE.attempts]
    with pytest.raises(InputError, match="503"):
        fetch()
    server.files["/fma_small.zip"], server.faults = small, {}
    fetch()
    assert sent(server)[-1] == len(small)


@pytest.mark.parametrize("extra", [0, 5])
def test_a_partial_file_that_is_whole_or_longer(fetch, server, small, tmp_path, extra):
    partial = tmp_path / "fma" / "fma_small.zip.partial"
    partial.parent.mkdir()
    partial.write_bytes(small + b"x" * extra)
    fetch()
    assert sent(server) == ([0, len(small)] if extra else [0])


def test_an_answer_without_length_is_read_to_its_end(fetch, server, small):
    server.faults["/fma_small.zip"] = [{"length": False}]
    fetch()
    assert sent(server) == [len(small)]


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_wait_is_obeyed(fetch, server, status):
    server.faults["/fma_small.zip"] = [{"status": status, "headers": {"Retry-After": "1"}}]
    fetch()
    first, second = (request["time"] for request in server.requests)
    assert 1.0 <= second - first < 3.0


def test_a_server_that_asks_to_wait_for_an_hour_is_left_alone(fetch, server):
    server.faults["/fma_small.zip"] = [{"status": 429, "headers": {"Retry-After": "3600"}}]
    with pytest.raises(InputError, match=r"429 .*run again in 1 h 00 min"):
        fetch()
    assert len(server.requests) == 1


def test_retry_after_is_seconds_or_a_date():
    assert seconds_asked("120") == 120
    assert 50 < seconds_asked(formatdate(time.time() + 60, usegmt=True)) <= 61
    assert seconds_asked(formatdate(time.time() - 60, usegmt=True)) == 0
    assert seconds_asked("soon") is seconds_asked("") is seconds_asked(None) is None


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
    server.chunk_pause = 1.0
    patience = Patience(attempts=1, timeout=0.2)
    with pytest.raises(InputError, match=r"timed out.*run again: \d+\.\d KiB are kept"):
        fetch(patience=patience)


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
    with pytest.raises(InputError, match=r"another file under this name, of 1\.2 MiB"):
        fetch()
    server.faults["/fma_small.zip"] = [{"length": False}]
    with pytest.raises(InputError, match="sends more than the archive has"):
        fetch()


@pytest.mark.parametrize("fault", [{"type": "text/html; charset=utf-8", "length": False}, {}])
def test_a_login_page_does_not_replace_what_has_arrived(fetch, server, small, fault):
    server.faults["/fma_small.zip"] = [{"drop": 100_000}, {"range": False, "content": b"<html>Log in</html>", **fault}]
    with pytest.raises(InputError, match=r"a web page|another file under this name, of 19 bytes"):
        fetch()
    fetch()
    assert sent(server)[-1] == len(small) - 100_000


def test_a_whole_partial_file_is_known_without_asking(fetch, server, small, tmp_path):
    server.faults["/fma_small.zip"] = [{"drop": 100_000}, {"status": 404}]
    with pytest.raises(InputError, match="404"):
        fetch()
    (tmp_path / "fma" / "fma_small.zip.partial").write_bytes(small)  # killed before it was renamed
    fetch()
    assert len(server.requests) == 2


def test_an_archive_that_was_put_there_needs_no_network(fetch, server, small, tmp_path):
    (tmp_path / "fma").mkdir()
    (tmp_path / "fma" / "fma_small.zip").write_bytes(small)
    target = fetch(keep=True)
    assert server.requests == []
    assert (target / "README.txt").read_text() == "read me"
    assert (tmp_path / "fma" / "fma_small.zip").read_bytes() == small


def test_what_does_not_fit_is_refused_before_it_begins(fetch, server, small):
    huge = Archive("fma_small", "0" * 40, 1 << 60, 1 << 61)
    with pytest.raises(InputError, match=r"no space for fma_small; expected 3,221,225,472\.0 GiB free .*--to"):
        fetch(archive=huge)
    assert server.requests == []


def test_what_has_arrived_needs_no_space_again(tmp_path):
    archive = Archive("a", "0" * 40, 1000, 5000)
    (tmp_path / "a.zip.partial").write_bytes(b"x" * 600)
    assert download.space_needed(archive, tmp_path) == 5400


KILLED = """
import sys
from albumlib.data.download.archives import Archive, fetch_archive
name, sha1, size, folder, url = sys.argv[1:]
fetch_archive(Archive(name, sha1, int(size), 1 << 30), folder, base_url=url)
"""


def test_a_killed_download_goes_on_in_the_next_process(server, tmp_path):
    content = make_zip({"fma_small/noise": np.random.default_rng(1).bytes(6_000_000)}, zipfile.ZIP_STORED)
    archive = describe("fma_small", content)
    server.files["/fma_small.zip"], server.chunk_pause = content, 0.02
    command = [sys.executable, "-c", KILLED, archive.name, archive.sha1, archive.size, tmp_path, server.url]
    process = subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL)
    partial = tmp_path / "fma_small.zip.partial"
    for _ in range(1000):
        if partial.exists() and partial.stat().st_size > 1_000_000:
            break
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = partial.stat().st_size
    assert 1_000_000 < kept < len(content)
    server.chunk_pause = 0
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    assert server.requests[-1]["headers"]["Range"] == f"bytes={kept}-"
    assert sent(server)[-1] == len(content) - kept
    assert len(server.requests) == 2
    assert "unpacking fma_small.zip: 100%" in done.stderr
    assert (tmp_path / "fma_small" / "noise").stat().st_size == 6_000_000


def test_killed_again_and_again_it_is_complete_in_the_end(server, tmp_path):
    rng = np.random.default_rng(3)
    files = {f"fma_small/{i // 50:03d}/{i:06d}.mp3": rng.bytes(20_000) for i in range(200)}
    content = make_zip(files)
    archive = describe("fma_small", content)
    server.files["/fma_small.zip"], server.chunk_pause = content, 0.005
    command = [sys.executable, "-c", KILLED, archive.name, archive.sha1, archive.size, tmp_path, server.url]
    kills = 0
    while True:
        process = subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL)
        try:
            assert process.wait(timeout=0.3 * 1.3**kills) == 0  # a slow machine needs longer to begin
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    assert kills
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    starts = [int(request["headers"].get("Range", "bytes=0-")[6:-1]) for request in server.requests]
    assert starts == sorted(starts)
    assert starts[-1] > 0
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".partial", ".zip")]


def test_an_interrupted_unpacking_keeps_what_is_there(fetch, small, tmp_path):
    target = fetch(keep=True)
    (tmp_path / "fma" / "fma_small.complete.json").unlink()
    kept, lost = target / "checksums", target / "000" / "000002.mp3"
    music, before = lost.read_bytes(), kept.stat()
    lost.unlink()
    lost.with_name(lost.name + ".partial").write_bytes(music[:100])
    (target / "000" / "000005.mp3").write_bytes(music[:-1])  # a wrong size
    fetch()
    assert lost.read_bytes() == (target / "000" / "000005.mp3").read_bytes() == music
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not list(target.rglob("*.partial"))


def put(folder, content):
    (folder / "fma").mkdir(exist_ok=True)
    (folder / "fma" / "fma_small.zip").write_bytes(content)
    return describe("fma_small", content)


HOSTILE = [
    "../escaped.txt",
    "fma_small/../../escaped.txt",
    "/tmp/escaped.txt",
    "fma_small//tmp/escaped.txt",
    "C:/escaped.txt",
    "fma_small/C:escaped.txt",
    "fma_small\\..\\..\\escaped.txt",
    "fma_small/..\\escaped.txt",
    "elsewhere/escaped.txt",
    "escaped.txt",
    "fma_small",
    "fma_small/.hidden",
    "fma_small/./a",
    "fma_small/a\nb",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_entry_leaves_the_folder(fetch, tmp_path, name):
    archive = put(tmp_path, make_zip({"fma_small/good.txt": "good", name: "bad"}))
    with pytest.raises(InputError, match="entry outside its folder"):
        fetch(archive=archive)
    assert [path.name for path in tmp_path.rglob("*")] == ["fma", "fma_small.zip"]


def test_a_name_cut_by_a_zero_byte_is_refused(fetch, tmp_path):
    content = make_zip({"fma_small/abXcd": "bad"}).replace(b"fma_small/abXcd", b"fma_small/ab\0cd")
    with pytest.raises(InputError, match="entry outside its folder"):
        fetch(archive=put(tmp_path, content))


def test_links_are_refused(fetch, tmp_path):
    link = zipfile.ZipInfo("fma_small/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(InputError, match=r"entry is no file.*a link: fma_small/link"):
        fetch(archive=put(tmp_path, make_zip({link: "/etc/passwd"})))
    assert not (tmp_path / "fma" / "fma_small").exists()


def test_folders_are_fine_and_names_in_two_cases_are_not(fetch, tmp_path):
    fetch(archive=put(tmp_path, make_zip({"fma_small/": "", "fma_small/000/": "", "fma_small/000/a.txt": "a"})))
    with pytest.raises(InputError, match=r"occurs twice; got fma_small/A\.txt"):
        fetch(archive=put(tmp_path, make_zip({"fma_small/a.txt": "a", "fma_small/A.txt": "b"})))


def test_a_bomb_is_refused_before_it_is_unpacked(fetch, tmp_path):
    content = make_zip({"fma_small/zeros": bytes(50_000_000)})
    assert len(content) < 1000
    archive = describe("fma_small", content, unpacked=10_000_000)
    put(tmp_path, content)
    with pytest.raises(InputError, match=r"too large; expected at most 9\.5 MiB unpacked; got 47\.7 MiB"):
        fetch(archive=archive)


def test_a_bomb_that_lies_about_its_size_writes_no_more_than_it_told(fetch, tmp_path):
    content = make_zip({"fma_small/zeros": bytes(50_000_000)})
    told = (50_000_000).to_bytes(4, "little")
    with pytest.raises(InputError, match="damaged entry; got fma_small/zeros: Bad CRC-32"):
        fetch(archive=put(tmp_path, content.replace(told, (1000).to_bytes(4, "little"))))
    assert [path.name for path in (tmp_path / "fma").rglob("*")] == ["fma_small.zip", "fma_small"]


def test_a_damaged_entry_is_named(fetch, tmp_path):
    content = bytearray(make_zip({"fma_small/noise": np.random.default_rng(2).bytes(50_000)}))
    content[25_000] ^= 0xFF
    with pytest.raises(InputError, match=r"damaged entry; got fma_small/noise: .*delete the archive"):
        fetch(archive=put(tmp_path, bytes(content)))
    with pytest.raises(InputError, match="no readable zip file"):
        fetch(archive=put(tmp_path, b"PK no zip at all"))


def test_encrypted_entries_are_refused(fetch, tmp_path):
    content = bytearray(make_zip({"fma_small/a": "a"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    with pytest.raises(InputError, match="entry cannot be read"):
        fetch(archive=put(tmp_path, bytes(content)))


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
