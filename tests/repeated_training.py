"""A small GAN training for a process of its own, which a test may kill (`tests/covers/test_killed.py`).

A module, so that a fork server can import what is heavy once and for all processes.
"""

import numpy as np

from albumlib.backend import load_keras
from albumlib.covers.settings import GanSettings
from albumlib.covers.training import train_gan
from albumlib.runs import Run

load_keras()


def train(folder, *, steps, checkpoint_every, precision):
    """Growing networks, through all three sizes, into a run folder.

    Parameters
    ----------
    folder : path
    steps, checkpoint_every : int
    precision : "float32" or "bfloat16"
    """
    images = np.random.default_rng(0).integers(0, 256, (12, 100, 100, 3), dtype=np.uint8)
    # Without the penalty a step compiles in half the time, and every process compiles anew.
    small = {"networks": "growing", "width": 0.125, "batch_size": 2, "critic_updates": 1}
    settings = GanSettings(**small, loss="hinge", penalty=0.0, precision=precision)
    options = {"genres": ["A", "B", "C"], "settings": settings, "steps": steps, "progress": False}
    options |= {"log_every": 1, "sample_every": steps // 6, "checkpoint_every": checkpoint_every}
    train_gan(images, np.arange(12) % 3, Run(folder), **options)
