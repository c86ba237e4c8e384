"""A demo world on disk: two that make it at once, one that is killed, files that are damaged: always the same world."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from albumlib.demoworld.world import SUMS, make_demo
from albumlib.errors import InputError
from albumlib.files import sha256

SIZE = {"songs_per_genre": 1, "artists_per_genre": 1, "duration": 1.5, "covers_per_genre": 1, "cover_size": 16}
CODE = f"import sys; from albumlib.demoworld.world import make_demo; make_demo(sys.argv[1], n_jobs=1, **{SIZE})"


def begin(root):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", CODE, str(root)], text=True, **pipes)


def contents(root):
    """Digests of all files but the lock."""
    files = [path for path in Path(root).rglob("*") if path.is_file() and path.name != "lock"]
    return {str(path.relative_to(root)): sha256(path) for path in files}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_demo(tmp_path_factory.mktemp("whole"), n_jobs=1, **SIZE)


@pytest.fixture(scope="module")
def undisturbed(world):
    return contents(world)


def test_two_at_once_make_one_world(undisturbed, tmp_path):
    both = [begin(tmp_path), begin(tmp_path)]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert contents(tmp_path) == undisturbed


def test_a_killed_one_is_gone_on_with(undisturbed, tmp_path):
    process = begin(tmp_path)
    while not (tmp_path / SUMS).exists() or len((tmp_path / SUMS).read_text().splitlines()) < 8:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    made = {path: path.stat().st_ino for path in (tmp_path / "fma_demo").rglob("[0-9]*.mp3")}
    make_demo(tmp_path, n_jobs=1, **SIZE)
    for path in tmp_path.rglob(".*.tmp*"):  # young: the next start but one removes it
        os.utime(path, (0, 0))
    (tmp_path / "demo.json").unlink()
    make_demo(tmp_path, n_jobs=1, **SIZE)
    assert contents(tmp_path) == undisturbed
    assert sum(path.stat().st_ino == number for path, number in made.items()) >= 7


@pytest.mark.parametrize("name", ["fma_demo/*/*.mp3", "covers/*/*.png", "fma_metadata/tracks.csv", "demo.json", SUMS])
def test_what_is_cut_short_is_made_again_and_the_rest_is_kept(world, undisturbed, tmp_path, name):
    root = Path(shutil.copytree(world, tmp_path / "world"))
    path = max(root.glob(name), key=lambda path: path.stat().st_size)
    times = {other: other.stat().st_mtime_ns for other in root.rglob("*.mp3") if other != path}
    path.write_bytes(path.read_bytes()[:-30])
    make_demo(root, n_jobs=1, **SIZE)
    assert contents(root) == undisturbed
    assert all(other.stat().st_mtime_ns == time for other, time in times.items())


def test_a_wrong_place_is_one_line(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        make_demo(tmp_path / "file" / "world", n_jobs=1, **SIZE)
