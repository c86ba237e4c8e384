"""How fast the genre networks train, and how long they wait for their input: ``python benchmarks/speed/training.py``.

Each epoch is run twice, in turns: with slices read from the store in the background, and with the very same slices in
memory. What the first takes longer is the time spent waiting. Machines differ and are shared, so medians over several
epochs are compared, and what counts is the share.
"""

import time

import click
import numpy as np
import pandas as pd

from albumlib import course
from albumlib.backend import load_keras, seed_everything
from albumlib.course.profiles import PLAIN_SMALL
from albumlib.features.slices import batches
from albumlib.features.store import load_slices
from albumlib.genre.kernel_network import fit_prototypes
from albumlib.genre.networks import build_classifier
from albumlib.genre.settings import BEST, ClassifierSettings

NETWORKS = {
    "report's, 1/8 of the filters": PLAIN_SMALL,
    "convolutions over time": ClassifierSettings(jitter=True),
    "ours": BEST,
}


@click.command()
@click.option("--epochs", default=5, help="Of each kind, of which the medians are taken.")
def main(epochs):
    """Print slices per second, seconds of music per second, and the share of time spent waiting for input."""
    source = course.open_source("demo")
    index, genres, _ = course.classifier_data(source, features=course.get_profile("demo").features)
    rows = {}
    for name, settings in NETWORKS.items():
        slices = load_slices(index, genres, width=settings.width, step=settings.step)
        seed_everything(0)
        model = build_classifier(settings, n_genres=len(genres))
        fit_prototypes(model, batches(slices, n_genres=len(genres), batch_size=64), settings)
        X, y = load_keras().ops.cast(slices.read(), "float32"), np.eye(len(genres), dtype="float32")[slices.labels]
        times = {"store": [], "memory": []}
        for epoch in range(epochs + 1):  # the first of each kind compiles, and does not count
            options = {"batch_size": settings.batch_size, "seed": 0, "epoch": epoch, "jitter": settings.jitter}
            feed = batches(slices, n_genres=len(genres), **options)
            times["store"].append(timed(model.fit, feed, shuffle=False, verbose=0))
            times["memory"].append(timed(model.fit, X, y, batch_size=settings.batch_size, shuffle=False, verbose=0))
        store, memory = (float(np.median(part[1:])) for part in times.values())
        rows[name] = {
            "slices a second": len(slices) / store,
            "music, times real time": len(slices) * settings.width * 512 / 22050 / store,
            "waiting for input": f"{max(0.0, 1 - memory / store):.1%}",
        }
    click.echo(pd.DataFrame.from_dict(rows, orient="index").to_string(float_format="{:,.0f}".format))


def timed(call, *arguments, **options):
    """Seconds that a call takes."""
    started = time.perf_counter()
    call(*arguments, **options)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
