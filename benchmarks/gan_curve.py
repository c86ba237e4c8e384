"""How good a cover GAN gets with its budget: ``python benchmarks/gan_curve.py --out TABLE``.

Measures one training after some numbers of steps: with ``--networks report`` the report's design, for as many images
shown as ours. Each row says how many images the critic was shown, and how much processor time had gone by.
"""

import os

os.environ.update(dict.fromkeys(["OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"], "1"))

import time
from dataclasses import replace
from pathlib import Path

import click
import pandas as pd
from gan_ablation import load, measure

from albumlib.covers.gan import CoverGan
from albumlib.covers.networks.growing import shrink, size_at
from albumlib.covers.noise import TRUNCATION
from albumlib.covers.settings import REPORT, GanSettings


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Table of results; rows are added.")
@click.option("--networks", default="compact", type=click.Choice(["compact", "growing", "report"]))
@click.option("--steps", default="250,500,1000,2000", help="After which to measure.")
@click.option("--samplings", default=3, help="Times that covers are generated and measured at the end.")
@click.option("--truncation", default=TRUNCATION["uniform"], help="Of the noise that is generated from.")
@click.option("--seed", default=0, help="Of the training.")
@click.option("--save", type=click.Path(path_type=Path), help="Folder that keeps the generator of each stop.")
@click.option("--source", default="demo", type=click.Choice(["demo", "folder"]))
@click.option("--data-dir", default="", help="Folder of covers, for the source folder.")
def main(out, networks, steps, samplings, truncation, seed, save, source, data_dir):
    """Train once, and measure on the way."""
    covers = load(source, data_dir)
    (images, labels), genres = covers.train, covers.genres
    settings = REPORT if networks == "report" else replace(GanSettings(), networks=networks)
    stops = sorted(int(number) for number in steps.split(","))
    grows = networks == "growing"
    gan = CoverGan(settings, n_genres=len(genres), seed=seed, size=25 if grows else 100)
    shown, spent = shrink(images, gan.size), 0.0
    for step in range(1, stops[-1] + 1):
        started = time.process_time()
        if grows and gan.size != (size := size_at(step, stops[-1], settings.shares)):
            gan, shown = gan.grown(size, seed=seed), shrink(images, size)
        gan.step(shown, labels, seed=seed, step=step, share=step / stops[-1])
        spent += time.process_time() - started
        if step not in stops:
            continue
        if save:
            save.mkdir(parents=True, exist_ok=True)
            gan.ema_generator.save(save / f"{networks}-{len(genres)}-seed{seed}-{step}.keras")
        for sampling in range(samplings if step == stops[-1] else 1):
            row = {"networks": networks, "genres": len(genres), "seed": seed, "sampling": sampling, "steps": step}
            row |= {
                "truncation": truncation,
                "images shown": step * settings.critic_updates * settings.batch_size,
                "seconds": round(spent),
            }
            row |= measure(
                gan.ema_generator, covers, latent_dim=settings.latent_dim, seed=sampling, truncation=truncation
            )
            table = pd.DataFrame([row])
            table.to_csv(out, mode="a", header=not out.exists(), index=False, float_format="%.4f")
            click.echo(table.to_string(index=False, header=sampling == 0, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
