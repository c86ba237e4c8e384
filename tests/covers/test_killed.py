"""A training that is killed again and again, at any moment, ends as if nothing had happened."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from albumlib.runs import Run

STEPS, KILLS, CHECKPOINT = 360, 10, 5
TRAINING = f"""
import sys
import numpy as np
from albumlib.covers.settings import GanSettings
from albumlib.covers.training import train_gan
from albumlib.runs import Run

images = np.random.default_rng(0).integers(0, 256, (12, 100, 100, 3), dtype=np.uint8)
settings = GanSettings(networks="growing", width=0.25, batch_size=4, critic_updates=1, augment=("translation",))
options = {{"genres": ["A", "B", "C"], "settings": settings, "steps": {STEPS}, "progress": False}}
options |= {{"log_every": 1, "sample_every": 60, "checkpoint_every": {CHECKPOINT}}}
train_gan(images, np.arange(12) % 3, Run(sys.argv[1]), **options)
"""


def start(folder, log):
    """Train in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", TRAINING, str(folder)], stdout=log, stderr=log)


def last_step(run):
    """The last step that the run has written down in full."""
    path = run.folder / "metrics.csv"
    lines = path.read_bytes().split(b"\n")[1:-1] if path.exists() else []
    return int(lines[-1].split(b",")[0]) if lines else 0


def kill_after(process, run, steps, pause, note):
    """Wait until the process has gone on by some steps, and a moment more, then kill it."""
    begun, deadline = last_step(run), time.monotonic() + 120
    rewound = run.last_checkpoint() or (0,)
    while last_step(run) < max(begun, rewound[0]) + steps:
        assert process.poll() is None, f"the training ended by itself; {note}"
        assert time.monotonic() < deadline, note
        time.sleep(0.005)
    time.sleep(pause)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_ten_kills_at_random_moments_change_nothing(tmp_path):
    seed = int(time.time())
    rng, note = np.random.default_rng(seed), f"seed {seed}"
    whole, killed = Run(tmp_path / "whole"), Run(tmp_path / "killed")
    with (tmp_path / "log").open("w") as log:
        begun = start(whole.folder, log)
        for _ in range(KILLS):
            kill_after(start(killed.folder, log), killed, rng.integers(0, 20), rng.uniform(0, 0.5), note)
            assert not killed.finished, note
        assert start(killed.folder, log).wait() == begun.wait() == 0, f"{note}\n" + (tmp_path / "log").read_text()
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
