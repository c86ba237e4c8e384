"""Commands that are stopped, by Ctrl-C, SIGTERM or kill -9: right status, one line, no process and no file left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
import soundfile

SIGNALS = {"Ctrl-C": (signal.SIGINT, 130), "SIGTERM": (signal.SIGTERM, 143), "kill -9": (signal.SIGKILL, -9)}
PATIENCE = 600  # seconds after which a process that is still there is taken to stay


def processes(session):
    """Processes that a command has begun and that live, itself too: kernels and workers inherit its mark."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            marked = f"ALBUMLIB_TEST={session}".encode() in (path / "environ").read_bytes().split(b"\0")
            if marked and "\nState:\tZ" not in (path / "status").read_text():
                found.append(int(path.name))
        except OSError:
            continue
    return found


@pytest.fixture
def command(tmp_path):
    """Start the command in a session of its own, marked, with a temporary folder that can be looked at."""
    begun = []
    (tmp_path / "tmp").mkdir()

    def start(*words):
        mark = f"{os.getpid()}-{len(begun)}-{tmp_path.name}"
        environment = {**os.environ, "ALBUMLIB_TEST": mark, "TMPDIR": str(tmp_path / "tmp")}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        words = [str(Path(sys.executable).parent / "albumlib"), *map(str, words)]
        process = subprocess.Popen(words, **pipes, text=True, env=environment, start_new_session=True)
        begun.append((process, mark))
        return process, mark

    yield start
    for process, mark in begun:
        for each in processes(mark):
            os.kill(each, signal.SIGKILL)
        process.communicate()


def until(true, process=None):
    """Wait for something that is bound to happen."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.05)


def stop(process, mark, name):
    """Stop a command as a terminal does (Ctrl-C goes to its whole group), and wait until all that it began is gone."""
    number, status = SIGNALS[name]
    if name == "Ctrl-C":
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == status, said
    until(lambda: not processes(mark))
    if name == "kill -9":  # what is said then is said by Python's keeper of shared resources, which lives on
        return []
    assert said.splitlines()[-1:] == ["stopped"]
    # The progress bar writes its own lines, and an empty one where it ends.
    return [line for line in said.splitlines() if line and "feature images" not in line and line != "stopped"]


@pytest.fixture
def music(tmp_path):
    """Songs that take some seconds each."""
    folder = tmp_path / "music" / "Rock"
    folder.mkdir(parents=True)
    noise = np.random.default_rng(0).normal(0, 0.1, 22050 * 240)
    for number in range(6):
        soundfile.write(folder / f"{number}.wav", noise, 22050)
    return folder.parent


@pytest.mark.parametrize("name", SIGNALS)
def test_an_extraction(command, music, tmp_path, name):
    process, mark = command("extract", music, "--out", tmp_path / "out", "--jobs", "2")
    until(lambda: len(list((tmp_path / "out").rglob("*.png"))) > 0, process)
    assert stop(process, mark, name) == []
    left = [path for path in tmp_path.rglob(".*.tmp*") if path.is_file()]
    if name == "kill -9":
        for path in [*left, *(tmp_path / "tmp").rglob("*")]:
            os.utime(path, (0, 0))
        process, mark = command("extract", music, "--out", tmp_path / "out", "--jobs", "1")
        _, said = process.communicate()
        assert process.returncode == 0, said
        left = [path for path in tmp_path.rglob(".*.tmp*") if path.is_file()]
        assert len(list((tmp_path / "out").rglob("[!.]*.png"))) == 6
    assert left == []


@pytest.fixture
def notebook(tmp_path):
    cells = [
        nbformat.v4.new_code_cell('flag: str = ""  # a file'),
        nbformat.v4.new_code_cell("import pathlib, time\npathlib.Path(flag).touch()\ntime.sleep(600 if flag else 0)"),
    ]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "slow.ipynb")
    return tmp_path / "slow.ipynb"


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("word", ["run", "sweep"])
def test_a_notebook(command, notebook, tmp_path, word, name):
    out = tmp_path / "out"
    out.mkdir()
    good = out / ("good.ipynb" if word == "run" else f"slow-{fit(tmp_path)}.ipynb")
    good.write_text("an executed notebook")
    process, mark = command(word, notebook, good if word == "run" else out, "-p", "flag", tmp_path / "flag")
    until((tmp_path / "flag").exists, process)
    until(lambda: len(processes(mark)) > 1, process)
    assert stop(process, mark, name) == []
    assert good.read_text() == "an executed notebook"
    if name != "kill -9":
        assert [path for path in tmp_path.rglob(".*.tmp*")] == []
        assert not list((tmp_path / "tmp").rglob("kernel-*.json"))


def fit(tmp_path):
    from albumlib.text import fit_name

    return fit_name(str(tmp_path / "flag"))
