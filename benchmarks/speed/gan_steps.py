"""What a step of GAN training costs beside the report's networks: ``python benchmarks/speed/gan_steps.py``.

A round is here, for all of them, three steps of the critic and one of the generator, at batch 32. The networks take
turns, and medians are compared; the average over a training weighs the sizes of the growing networks by their shares.
"""

import time

import click
import numpy as np
import pandas as pd

from albumlib.covers.gan import CoverGan
from albumlib.covers.networks.growing import SIZES
from albumlib.covers.settings import REPORT, GanSettings

N_GENRES = 19
COMPACT, GROWING = (GanSettings(networks=name, critic_updates=REPORT.critic_updates) for name in ("compact", "growing"))
PAIRS = {"report": (REPORT, 100), "compact": (COMPACT, 100)}
PAIRS |= {f"growing, {size}x{size}": (GROWING, size) for size in SIZES}


@click.command()
@click.option("--steps", default=4, help="Of each pair, of which the median is taken.")
def main(steps):
    """Print seconds a round, and the share of the report's."""
    gans = {name: CoverGan(settings, n_genres=N_GENRES, size=size) for name, (settings, size) in PAIRS.items()}
    rng = np.random.default_rng(0)
    covers = {size: rng.integers(0, 256, (64, size, size, 3), dtype=np.uint8) for size in SIZES}
    labels = np.arange(64) % N_GENRES
    seconds = {name: [] for name in gans}
    for number in range(steps + 1):  # the first compiles, and does not count
        for name, gan in gans.items():
            started = time.perf_counter()
            gan.step(covers[gan.size], labels, seed=0, step=number)
            seconds[name].append(time.perf_counter() - started)
    table = pd.DataFrame({"seconds": {name: np.median(times[1:]) for name, times in seconds.items()}})
    by_size = [table.loc[f"growing, {size}x{size}", "seconds"] for size in SIZES]
    table.loc["growing, whole training"] = np.dot(GROWING.shares, by_size)
    table["of the report's"] = [f"1/{table.loc['report', 'seconds'] / value:.1f}" for value in table["seconds"]]
    click.echo(table.to_string(float_format="{:.2f}".format))


if __name__ == "__main__":
    main()
