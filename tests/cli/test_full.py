"""Nowhere to write: a full disk, a folder that is none or goes away, a screen that is closed or knows only ASCII."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
import soundfile

pytestmark = pytest.mark.slow

MOST = 30_000  # bytes that a file may have where "the disk is full"


@pytest.fixture
def albumlib(tmp_path):
    """Call the command as a person does: its exit status, lines, and lines of errors."""

    def call(*words, full=False, **options):
        limit = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, MOST))) if full else None
        words = [str(Path(sys.executable).parent / "albumlib"), *map(str, words)]
        options = {"stdout": subprocess.PIPE, "env": {**os.environ, "TMPDIR": str(tmp_path)}} | options
        done = subprocess.run(words, stderr=subprocess.PIPE, text=True, preexec_fn=limit, check=False, **options)
        return done.returncode, (done.stdout or "").splitlines(), done.stderr.splitlines()

    return call


@pytest.fixture
def notebook(tmp_path):
    cells = [
        nbformat.v4.new_code_cell('vanish: str = ""  # a folder'),
        nbformat.v4.new_code_cell("import shutil\nprint('é' * 50_000)\nif vanish:\n    shutil.rmtree(vanish)"),
    ]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb")
    return tmp_path / "n.ipynb"


@pytest.fixture
def music(tmp_path):
    (tmp_path / "music" / "Rock").mkdir(parents=True)
    noise = np.random.default_rng(0).normal(0, 0.1, 22050 * 8)
    for name in ("a", "café"):
        soundfile.write(tmp_path / "music" / "Rock" / f"{name}.wav", noise, 22050)
    return tmp_path / "music"


def one_line(result, place):
    status, _, errors = result
    errors = [line for line in errors if line and not line.startswith("feature images:")]
    assert status == 1, result
    assert len(errors) == 1, result
    assert errors[0].startswith("error: ")
    assert str(place) in errors[0]


def test_run_on_a_full_disk(albumlib, notebook, tmp_path):
    (tmp_path / "out.ipynb").write_text("what was there")
    one_line(albumlib("run", notebook, tmp_path / "out.ipynb", full=True), tmp_path / "out.ipynb")
    assert (tmp_path / "out.ipynb").read_text() == "what was there"


def test_run_into_a_folder_that_vanishes(albumlib, notebook, tmp_path):
    out = tmp_path / "out"
    one_line(albumlib("run", notebook, out / "out.ipynb", "-p", "vanish", out), out / "out.ipynb")


@pytest.mark.parametrize("words", [("run",), ("sweep",)])
def test_a_file_where_a_folder_should_be(albumlib, notebook, tmp_path, words):
    (tmp_path / "file").write_text("what was there")
    place = tmp_path / "file" / "out.ipynb" if words == ("run",) else tmp_path / "file"
    status, _, errors = albumlib(*words, notebook, place)
    assert status == 1
    assert [line for line in errors if "Traceback" in line] == []
    assert str(tmp_path / "file") in errors[-1]
    assert (tmp_path / "file").read_text() == "what was there"


def test_extract_on_a_full_disk(albumlib, music, tmp_path):
    one_line(albumlib("extract", music, "--out", tmp_path / "out", "--jobs", "2", full=True), tmp_path / "out")


def test_extract_into_a_file(albumlib, music, tmp_path):
    (tmp_path / "out").write_text("what was there")
    one_line(albumlib("extract", music, "--out", tmp_path / "out", "--jobs", "1"), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "what was there"


def test_a_screen_of_ascii(albumlib, notebook, tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    status, lines, errors = albumlib("run", notebook, tmp_path / "out.ipynb", env=environment)
    assert (status, errors) == (0, [])
    assert "?????" in lines[-1]


def test_a_screen_that_is_closed(albumlib, notebook, tmp_path):
    with open(os.devnull) as nothing:
        code = "import os, sys; os.close(1); os.execv(sys.argv[1], sys.argv[1:])"
        words = [
            sys.executable,
            "-c",
            code,
            Path(sys.executable).parent / "albumlib",
            "run",
            notebook,
            tmp_path / "o.ipynb",
        ]
        done = subprocess.run(list(map(str, words)), stdin=nothing, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "o.ipynb").exists()


def test_a_screen_that_nobody_reads_any_more(albumlib, notebook, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    status, _, errors = albumlib("run", notebook, tmp_path / "out.ipynb", stdout=writing)
    os.close(writing)
    assert status == 1
    assert errors == []


def test_a_screen_on_a_full_disk(albumlib, notebook, tmp_path):
    with open("/dev/full", "w") as full:
        status, _, errors = albumlib("run", notebook, tmp_path / "out.ipynb", stdout=full)
    assert status == 1
    assert len(errors) == 1
    assert "No space left" in errors[0]
