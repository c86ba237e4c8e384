"""A training that is killed again and again, at any moment, ends as if nothing had happened."""

import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import pytest

from albumlib.covers.networks.precision import PRECISIONS
from albumlib.runs import Run

pytestmark = pytest.mark.slow

STEPS, KILLS, CHECKPOINT = 60, 5, 3


@pytest.fixture
def start(monkeypatch):
    """Start the training in a process of its own; what is heavy is imported once, in the server that forks them."""
    import repeated_training

    folders = (str(Path(repeated_training.__file__).parent), os.environ.get("PYTHONPATH", ""))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(folders))
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["repeated_training"])

    def started(folder, precision):
        options = {"steps": STEPS, "checkpoint_every": CHECKPOINT, "precision": precision}
        process = server.Process(target=repeated_training.train, args=(folder,), kwargs=options)
        process.start()
        return process

    return started


def last_step(run):
    """The last step that the run has written down in full."""
    path = run.folder / "metrics.csv"
    lines = path.read_bytes().split(b"\n")[1:-1] if path.exists() else []
    return int(lines[-1].split(b",")[0]) if lines else 0


def kill_after(process, run, steps, pause, note):
    """Wait until the process has gone on by some steps, and a moment more, then kill it."""
    begun, rewound = last_step(run), run.last_checkpoint() or (0,)
    while last_step(run) < max(begun, rewound[0]) + steps:
        assert process.is_alive(), f"the training ended by itself; {note}"
        time.sleep(0.005)
    time.sleep(pause)
    process.kill()
    process.join()


@pytest.mark.parametrize("precision", PRECISIONS)
def test_kills_at_random_moments_change_nothing(precision, tmp_path, start):
    seed = int(time.time())
    rng, note = np.random.default_rng(seed), f"seed {seed}"
    whole, killed = Run(tmp_path / "whole"), Run(tmp_path / "killed")
    undisturbed = start(whole.folder, precision)
    for _ in range(KILLS):
        kill_after(start(killed.folder, precision), killed, rng.integers(0, 8), rng.uniform(0, 0.3), note)
        assert not killed.finished, note
    last = start(killed.folder, precision)
    for process in (last, undisturbed):
        process.join()
        assert process.exitcode == 0, note
    a, b = (run.metrics().drop(columns="seconds_per_step") for run in (whole, killed))
    assert list(a["step"]) == list(range(1, STEPS + 1)), note
    assert a.equals(b), note
    for sheet in sorted(whole.samples.glob("*.png")):
        assert sheet.read_bytes() == (killed.samples / sheet.name).read_bytes(), note
    assert weights(whole) == weights(killed), note


def weights(run):
    """All weights of the finished model, as bytes."""
    from albumlib.backend import load_model

    return [value.tobytes() for value in load_model(run.model_path).get_weights()]
