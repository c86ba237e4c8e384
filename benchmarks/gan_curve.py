"""How good a cover GAN gets with its budget: ``python benchmarks/gan_curve.py --out TABLE``.

Measures one training after some seconds of processor time, the last of which is its end. Each row says, too, how many
images the critic was shown. Two at once on two cores see the same machine. Unseen covers come in two parts, always the
same: by "choosing" settings were chosen, by "rest" none were.
"""

import os

os.environ.update(dict.fromkeys(["OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"], "1"))

import time
from pathlib import Path

import click
import numpy as np
import pandas as pd
from gan_ablation import load, measure

from albumlib.covers.gan import CoverGan
from albumlib.covers.networks.growing import shrink, size_at
from albumlib.covers.noise import TRUNCATION
from albumlib.covers.settings import QUICK, RECIPES

CHOOSING = 400  # unseen covers that settings were chosen by
CURVES = {name: RECIPES[name] for name in ("compact", "growing", "report")} | {"quick": QUICK}


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Table of results; rows are added.")
@click.option("--recipe", default="compact", type=click.Choice(list(CURVES)))
@click.option("--seconds", default="150,300,600,1200", help="After which to measure.")
@click.option("--samplings", default=3, help="Times that covers are generated and measured at each.")
@click.option("--truncation", default=TRUNCATION["uniform"], help="Of the noise that is generated from.")
@click.option("--measured-by", default="all", type=click.Choice(["all", "choosing", "rest"]), help="Unseen covers.")
@click.option("--seed", default=0, help="Of the training.")
@click.option("--save", type=click.Path(path_type=Path), help="Folder that keeps the generator of each stop.")
@click.option("--source", default="demo", type=click.Choice(["demo", "folder"]))
@click.option("--data-dir", default="", help="Folder of covers, for the source folder.")
def main(out, recipe, seconds, samplings, truncation, measured_by, seed, save, source, data_dir):
    """Train once, and measure on the way."""
    covers = load(source, data_dir)
    order = np.random.default_rng(5).permutation(len(covers.unseen[0]))
    part = {"all": np.sort(order), "choosing": order[:CHOOSING], "rest": order[CHOOSING:]}[measured_by]
    covers = covers._replace(unseen=tuple(each[part] for each in covers.unseen))
    (images, labels), genres = covers.train, covers.genres
    settings = CURVES[recipe]
    stops = sorted(float(number) for number in seconds.split(","))
    grows = settings.networks == "growing"
    gan = CoverGan(settings, n_genres=len(genres), seed=seed, size=25 if grows else 100)
    shown, spent, step, end = shrink(images, gan.size) if grows else images, 0.0, 0, stops[-1]
    while stops:
        started, share, step = time.process_time(), min(1.0, spent / end), step + 1
        if grows and gan.size != (size := size_at(1 + int(1000 * share), 1000, settings.shares)):
            gan, shown = gan.grown(size, seed=seed), shrink(images, size)
        gan.step(shown, labels, seed=seed, step=step, share=share)
        spent += time.process_time() - started
        if spent < stops[0]:
            continue
        stops.pop(0)
        if save:
            save.mkdir(parents=True, exist_ok=True)
            gan.ema_generator.save(save / f"{recipe}-{len(genres)}-seed{seed}-{step}.keras")
        for sampling in range(samplings):
            row = {"networks": recipe, "genres": len(genres), "seed": seed, "sampling": sampling, "steps": step}
            row |= {
                "truncation": truncation,
                "measured by": measured_by,
                "images shown": step * settings.critic_updates * settings.batch_size,
                "seconds": round(spent),
            }
            row |= measure(gan.ema_generator, covers, settings=settings, seed=sampling, truncation=truncation)
            table = pd.DataFrame([row])
            table.to_csv(out, mode="a", header=not out.exists(), index=False, float_format="%.4f")
            click.echo(table.to_string(index=False, header=sampling == 0, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
