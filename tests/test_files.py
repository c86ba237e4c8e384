"""Files written whole or not at all; leftovers go by age and owner."""

import os
import subprocess
import sys
import time

import pytest

from albumlib.errors import InputError
from albumlib.files import HOST, owned_name, sweep, whole_file


def test_a_file_takes_its_place_at_the_end(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("before")
    with whole_file(path) as temporary:
        temporary.write_text("after")
        assert path.read_text() == "before"
        assert temporary.suffix == ".txt"
    assert path.read_text() == "after"
    assert os.listdir(tmp_path) == ["a.txt"]


def fail(path, error):
    with whole_file(path) as temporary:
        temporary.write_text("half")
        raise error


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError()])
def test_what_was_there_stays_where_writing_fails(tmp_path, error):
    path = tmp_path / "a.txt"
    path.write_text("before")
    expected = InputError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected) as raised:
        fail(path, error)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["a.txt"]
    if expected is InputError:
        assert f"{path}: cannot be written; got No space left on device" in str(raised.value)


def test_a_folder_that_is_gone_is_one_line(tmp_path):
    with pytest.raises(InputError, match="cannot be written"), whole_file(tmp_path / "gone" / "a") as temporary:
        temporary.write_text("x")


@pytest.fixture(scope="module")
def dead():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


LIVING, OTHER, NOW, LATELY, LONG_AGO = "living", "0" * 8, 0, 600, 2 * 24 * 3600


@pytest.mark.parametrize(
    ("host", "owner", "age", "goes"),
    [
        (HOST, LIVING, LATELY, False),
        (HOST, LIVING, LONG_AGO, True),
        (HOST, "dead", NOW, False),  # its number may be another machine's, where a name is shared
        (HOST, "dead", LATELY, True),
        (OTHER, "dead", LATELY, False),
        (OTHER, "dead", LONG_AGO, True),
    ],
)
@pytest.mark.parametrize("folder", [False, True])
def test_leftovers_go_by_age_and_owner(tmp_path, dead, host, owner, age, goes, folder):
    path = tmp_path / f".{host}-{os.getpid() if owner == LIVING else dead}-0123abcd.tmp.png"
    path.mkdir() if folder else path.touch()
    os.utime(path, (time.time() - age,) * 2)
    sweep(tmp_path)
    assert path.exists() != goes


def test_nothing_else_goes(tmp_path):
    others = ["a.tmp", ".tmp", ".x.tmp", ".hidden", "tmp", ".12345678-x-12345678.tmp", ".12345678-1-12345678.tmp.a.b"]
    for name in others:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    sweep(tmp_path)
    sweep(tmp_path / "gone")
    assert sorted(os.listdir(tmp_path)) == sorted(others)


def test_a_name_is_of_this_process_and_once():
    assert owned_name().startswith(f".{HOST}-{os.getpid()}-")
    assert owned_name(".png").endswith(".tmp.png")
    assert owned_name() != owned_name()
