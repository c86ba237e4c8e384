"""What GAN training costs beside the report's networks: ``python benchmarks/speed/gan_steps.py``.

The networks take turns. Means of processor time are compared, for a step that has the penalty takes longer than one
without; what counts is how many images the critic is shown in a second. The average over a training weighs the sizes of
the growing networks by their shares.
"""

import os

os.environ.update(dict.fromkeys(["OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"], "1"))

import time
from dataclasses import replace

import click
import numpy as np
import pandas as pd

from albumlib.covers.gan import CoverGan
from albumlib.covers.networks.growing import SIZES
from albumlib.covers.settings import QUICK, REPORT, GanSettings

N_GENRES = 19
COMPACT, GROWING = GanSettings(), GanSettings(networks="growing")
PAIRS = {
    "report": (REPORT, 100),
    "compact": (COMPACT, 100),
    "compact, bfloat16": (replace(COMPACT, precision="bfloat16"), 100),
    "compact, penalty every 4th": (replace(COMPACT, penalty_every=4), 100),
    "quick": (QUICK, 100),
    "quick, float32": (replace(QUICK, precision="float32"), 100),
}
PAIRS |= {f"growing, {size}x{size}": (GROWING, size) for size in SIZES}


@click.command()
@click.option("--steps", default=8, help="Of each pair.")
@click.option("--only", default="", help="Pairs whose name contains this.")
def main(steps, only):
    """Print parameters, seconds a step, and images a second."""
    rng = np.random.default_rng(0)
    covers = {size: rng.integers(0, 256, (64, size, size, 3), dtype=np.uint8) for size in SIZES}
    labels, rows = np.arange(64) % N_GENRES, {}
    gans = {
        name: CoverGan(settings, n_genres=N_GENRES, size=size)
        for name, (settings, size) in PAIRS.items()
        if only in name
    }
    seconds = {name: [] for name in gans}
    for number in range(steps + 4):  # the first ones compile, with and without the penalty, and do not count
        for name, gan in gans.items():
            started = time.process_time()
            gan.step(covers[100 if gan.settings.networks == "sketch" else gan.size], labels, seed=0, step=number)
            seconds[name].append(time.process_time() - started)
    for name, gan in gans.items():
        step, settings = np.mean(seconds[name][4:]), gan.settings
        millions = (gan.generator.count_params() + gan.critic.count_params()) / 1e6
        images = settings.batch_size * settings.critic_updates / step
        rows[name] = {"million parameters": millions, "seconds a step": step, "images a second": images}
    table = pd.DataFrame(rows).T
    by_size = [1 / rows[name]["images a second"] for name in rows if name.startswith("growing")]
    if len(by_size) == len(SIZES):
        table.loc["growing, whole training", "images a second"] = 1 / np.dot(GROWING.shares, by_size)
    table["of the first"] = table["images a second"] / table["images a second"].iloc[0]
    click.echo(table.to_string(float_format="{:.2f}".format, na_rep=""))


if __name__ == "__main__":
    main()
