"""Commands that are stopped, by Ctrl-C, SIGTERM or kill -9: right status, one line, no process and no file left."""

import os
import signal

import numpy as np
import pytest
import soundfile
from started import ALBUMLIB, PATIENCE, Started, until, write_notebook

from albumlib.batch.sweep import run_name

pytestmark = pytest.mark.slow

SIGNALS = {"Ctrl-C": (signal.SIGINT, 130), "SIGTERM": (signal.SIGTERM, 143), "kill -9": (signal.SIGKILL, -9)}


@pytest.fixture
def command(tmp_path):
    """Start the command, with a temporary folder that can be looked at."""
    begun = []
    (tmp_path / "tmp").mkdir()

    def start(*words):
        begun.append(Started([ALBUMLIB, *words], tmp_path / "tmp"))
        return begun[-1]

    yield start
    for each in begun:
        each.kill()


def stop(started, name):
    """Stop a command as a terminal does (Ctrl-C goes to its whole group), and wait until all that it began is gone."""
    number, status = SIGNALS[name]
    if name == "Ctrl-C":
        os.killpg(started.process.pid, number)
    else:
        started.process.send_signal(number)
    said, _ = started.process.communicate(timeout=PATIENCE)
    assert started.process.returncode == status, said
    until(lambda: not started.living())
    if name != "kill -9":
        assert said.splitlines()[-1:] == ["stopped"]
    # The progress bar writes its own lines, and an empty one where it ends.
    ours = ("feature images", "sweep:", "1 runs:", "stopped")
    return [line for line in said.splitlines() if line and not any(each in line for each in ours)]


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
    started = command("extract", music, "--out", tmp_path / "out", "--jobs", "2")
    until(lambda: len(list((tmp_path / "out").rglob("*.png"))) > 0, started.process)
    assert stop(started, name) == []
    left = [path for path in tmp_path.rglob(".*.tmp*") if path.is_file()]
    if name == "kill -9":
        for path in [*left, *(tmp_path / "tmp").rglob("*")]:
            os.utime(path, (0, 0))
        process = command("extract", music, "--out", tmp_path / "out", "--jobs", "1").process
        said, _ = process.communicate()
        assert process.returncode == 0, said
        left = [path for path in tmp_path.rglob(".*.tmp*") if path.is_file()]
        assert len(list((tmp_path / "out").rglob("[!.]*.png"))) == 6
    assert left == []


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("word", ["run", "sweep"])
def test_a_notebook(command, tmp_path, word, name):
    source = "import pathlib, time\npathlib.Path(flag).touch()\ntime.sleep(600)"
    notebook, flag = write_notebook(tmp_path / "slow.ipynb", 'flag: str = ""  # a file', source), tmp_path / "flag"
    (tmp_path / "out").mkdir()
    good = tmp_path / "out" / ("good.ipynb" if word == "run" else run_name(notebook, {"flag": str(flag)}))
    good.write_text("an executed notebook")
    words = [notebook, good] if word == "run" else [notebook, good.parent, "--jobs", "2"]
    started = command(word, *words, "-p", "flag", flag)
    until(flag.exists, started.process)
    until(lambda: len(started.living()) > 1, started.process)
    assert stop(started, name) == []
    assert good.read_text() == "an executed notebook"
    if name != "kill -9":
        assert [path for path in tmp_path.rglob(".*.tmp*")] == []
        assert not list((tmp_path / "tmp").rglob("kernel-*"))
