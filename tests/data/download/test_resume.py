"""A download that is interrupted goes on where it was, on the bytes of the same file alone."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest
from served import ATTEMPTS, describe, make_zip, sent

from albumlib.errors import InputError


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
    with pytest.raises(InputError, match=r"connection dropped at 97\.7kiB of .*run again: 97\.7kiB are kept"):
        fetch()
    assert len(server.requests) == ATTEMPTS
    server.ranges, server.faults = True, {}
    fetch()
    assert sent(server)[-1] == len(small) - 100_000


def test_progress_renews_the_patience(fetch, server):
    server.faults["/fma_small.zip"] = [{"drop": 20_000} for _ in range(3 * ATTEMPTS)]
    fetch()
    assert len(server.requests) == 3 * ATTEMPTS + 1


def test_a_file_that_changed_is_not_glued_to_its_old_start(fetch, server, small, tmp_path):
    old = bytes(reversed(small))
    server.files["/fma_small.zip"] = old
    server.faults["/fma_small.zip"] = [{"drop": 100_000}, *[{"status": 503}] * ATTEMPTS]
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
    server.faults["/fma_small.zip"] = [{"drop": 100_000}, *[{"status": 503}] * ATTEMPTS]
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


KILLED = """
import signal
import sys
from albumlib.data.download.archives import Archive, fetch_archive
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have switched it off
name, sha1, size, folder, url = sys.argv[1:]
fetch_archive(Archive(name, sha1, int(size), 1 << 30), folder, base_url=url)
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_a_killed_download_goes_on_in_the_next_process(server, tmp_path, sign):
    content = make_zip({"fma_small/noise": np.random.default_rng(1).bytes(6_000_000)}, zipfile.ZIP_STORED)
    archive = describe("fma_small", content)
    server.files["/fma_small.zip"], server.chunk_pause = content, 0.02
    command = [sys.executable, "-c", KILLED, archive.name, archive.sha1, archive.size, tmp_path, server.url]
    process = subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL)
    partial = tmp_path / "fma_small.zip.partial"
    for _ in range(10_000):
        if partial.exists() and partial.stat().st_size > 1_000_000:
            break
        time.sleep(0.02)
    os.kill(process.pid, sign)
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

    def arrived():
        with contextlib.suppress(OSError):  # renamed meanwhile
            return sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
        return 0

    kills = 0
    while True:
        process = subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL)
        goal = arrived() + len(content) // 2
        while process.poll() is None and arrived() < goal:
            time.sleep(0.002)
        process.kill()
        if process.wait() != -signal.SIGKILL:
            break
        kills += 1
    assert process.returncode == 0
    assert kills > 1
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    starts = [int(request["headers"].get("Range", "bytes=0-")[6:-1]) for request in server.requests]
    assert starts == sorted(starts)
    assert starts[-1] > 0
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".partial", ".zip")]
