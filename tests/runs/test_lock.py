"""Two processes in one run folder: the second is told who trains there, or waits; a killed one holds nothing."""

import os
import signal
import subprocess
import sys

import pytest

from albumlib.errors import InputError
from albumlib.runs import Run

CONFIG = {"kind": "judge"}
TRAINING = """
import sys
from albumlib.runs import Run
run = Run(sys.argv[1])
with run.training({"kind": "judge"}):
    if not run.finished:
        print("held", flush=True)
        sys.stdin.read()
        run.log({"epoch": 1})
        run.model_path.write_bytes(b"model")
        run.finish({"kind": "judge", "genres": ["A"]})
print("rows", len(run.metrics()))
"""


@pytest.fixture
def start(tmp_path):
    """Train in a process of its own, which goes on as its input ends."""
    started = []

    def call(**environment):
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        command = [sys.executable, "-c", TRAINING, str(tmp_path)]
        process = subprocess.Popen(command, **pipes, text=True, env={**os.environ, **environment})
        started.append(process)
        return process

    yield call
    for process in started:
        process.kill()
        process.communicate()


def test_the_second_is_told_who_holds_it_and_a_third_waits(start, tmp_path):
    first = start()
    assert first.stdout.readline() == "held\n"
    with pytest.raises(InputError, match=rf"is being trained; got process {first.pid} on .+ since \d{{4}}-"):
        Run(tmp_path).training(CONFIG).__enter__()
    third = start(ALBUMLIB_WAIT="1")
    assert third.stdout.readline().endswith(": waiting\n")
    assert first.communicate()[0] == "rows 1\n"
    assert third.communicate()[0] == "rows 1\n"
    assert first.returncode == third.returncode == 0
    assert not (tmp_path / "training.json").exists()


def test_a_killed_one_holds_nothing(start, tmp_path):
    first = start()
    assert first.stdout.readline() == "held\n"
    first.send_signal(signal.SIGKILL)
    first.wait()
    with Run(tmp_path).training(CONFIG) as run:
        assert not run.finished


def test_an_error_ends_the_hold(tmp_path):
    with pytest.raises(KeyError), Run(tmp_path).training(CONFIG):
        raise KeyError
    with Run(tmp_path).training(CONFIG):
        assert (tmp_path / "training.json").exists()


def test_a_finished_run_is_free_for_all(tmp_path):
    run = Run(tmp_path).start(CONFIG)
    run.model_path.write_bytes(b"model")
    run.finish({"kind": "judge", "genres": ["A"]})
    with run.training(CONFIG), Run(tmp_path).training(CONFIG) as second:
        assert second.finished
