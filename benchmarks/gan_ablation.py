"""What each option of the cover GAN does, at equal processor time: ``python benchmarks/gan_ablation.py --out TABLE``.

Ours, and a plain recipe in which one thing is changed at a time.

Every variant trains on the same covers for as many seconds of processor time (which, unlike time by the clock, a busy
machine hardly changes), and is measured by the same judge against the same unseen covers. Rows that the table holds
already are kept, so an interrupted run goes on.
"""

import os

os.environ.update(dict.fromkeys(["OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"], "1"))

import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
import pandas as pd

from albumlib import course
from albumlib.backend import load_model
from albumlib.covers.finishing.grain import fit_grain, grained_painter
from albumlib.covers.finishing.sampling import generate
from albumlib.covers.gan import CoverGan
from albumlib.covers.networks.growing import enlarge, shrink, size_at
from albumlib.covers.noise import TRUNCATION, sample_noise
from albumlib.covers.settings import QUICK, REPORT, GanSettings
from albumlib.evaluation.report import evaluate_covers

OURS = GanSettings()
PLAIN = replace(OURS, critic_updates=1, rate_decay=0.0)
VARIANTS = {
    "ours: two critic updates, rate sinks": OURS,
    "plain: one critic update, rate stays": PLAIN,
    "rate sinks": replace(OURS, critic_updates=1),
    "three critic updates": replace(PLAIN, critic_updates=3),
    "the report's Adam": replace(PLAIN, learning_rate=1e-4, beta_1=0.5, beta_2=0.9),
    "no running average": replace(PLAIN, ema=0.0),
    "progressive growing": replace(PLAIN, networks="growing"),
    "5x5 kernel at the top": replace(PLAIN, top_kernel=5),
    "smoothing filters": replace(PLAIN, blur=True),
    "DiffAugment": replace(PLAIN, augment=("color", "translation")),
    "genre faded in": replace(PLAIN, label_ramp=0.4),
    "hinge loss": replace(PLAIN, loss="hinge", penalty=1.0),
    "non-saturating loss": replace(PLAIN, loss="nonsaturating", penalty=1.0),
    "minibatch standard deviation": replace(PLAIN, deviation=True),
    "penalty in every 4th update": replace(PLAIN, penalty_every=4),
    "bfloat16": replace(PLAIN, precision="bfloat16"),
    "quick: all three, sketches": QUICK,
    "the report's design": REPORT,
}
PAINTED = 570  # covers to measure, or a few less: as many of each genre
METRICS = ["KID", "recognisability", "diversity", "palette distance", "near-copies"]


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Table of results.")
@click.option("--seconds", default=300.0, help="Of processor time, for each variant.")
@click.option("--seed", default=0, help="Of weights, batches and noise.")
@click.option("--only", default="", help="Variants whose name contains this.")
@click.option("--truncation", default=TRUNCATION["uniform"], help="Of the noise that is generated from.")
@click.option("--source", default="demo", type=click.Choice(["demo", "folder"]))
@click.option("--data-dir", default="", help="Folder of covers, for the source folder.")
def main(out, seconds, seed, only, truncation, source, data_dir):
    """Train and measure every variant, and print the table."""
    covers = load(source, data_dir)
    names = ["variant", "seconds", "seed", "truncation"]
    done = pd.read_csv(out) if out.exists() else pd.DataFrame(columns=names)
    for name, settings in VARIANTS.items():
        same = (done[names] == [name, seconds, seed, truncation]).all(axis=1)
        if only not in name or same.any():
            continue
        ema_generator, steps = train(covers.train, settings, n_genres=len(covers.genres), seconds=seconds, seed=seed)
        row = {"variant": name, "seconds": seconds, "seed": seed, "steps": steps, "truncation": truncation}
        row |= measure(ema_generator, covers, settings=settings, seed=seed, truncation=truncation)
        done = pd.concat([done, pd.DataFrame([row])], ignore_index=True)
        done.to_csv(out, index=False, float_format="%.4f")
        click.echo(f"{name}: {steps} steps, KID {row['KID']:.3f}, recognised {row['recognisability']:.1%}")
    click.echo(done.to_string(index=False, float_format="{:.3f}".format))


class Covers(NamedTuple):
    """What is trained on, what is measured by, and who judges.

    Attributes
    ----------
    train, unseen : tuple of (images, labels)
    genres : list of str
    judge : keras.Model
    """

    train: tuple
    unseen: tuple
    genres: list
    judge: object


def load(source, data_dir):
    """Open a source of covers and train its judge, or take it from its run folder."""
    data = course.open_source(source, data_dir=data_dir)
    images, labels, genres, _ = course.load_training_covers(data)
    unseen = course.load_unseen_covers(data, genres=genres, profile="demo")
    return Covers((images, labels), unseen, genres, load_model(course.judge_run(data, profile="demo").model_path))


def measure(generator, covers, *, settings, seed, truncation=TRUNCATION["uniform"]):
    """The measures of a generator, over all genres, as a row of a table."""
    asked = np.repeat(np.arange(len(covers.genres)), PAINTED // len(covers.genres))
    chance, kind = np.random.default_rng(seed), settings.noise
    noise = sample_noise(chance, len(asked), settings.latent_dim, truncation=truncation, kind=kind)
    if settings.networks == "sketch":
        generator = grained_painter(generator, fit_grain(covers.train[0]))
    generated = enlarge(generate(generator, np.eye(len(covers.genres))[asked], noise))
    sides = (covers.train, covers.unseen, covers.judge)
    table, _ = evaluate_covers(generated, asked, *sides, genres=covers.genres, draws=30)
    table = table[table["genre"] == "all"].set_index("metric")
    row = table.loc[METRICS, "value"].to_dict()
    return row | {"of the judge's": row["recognisability"] / table.loc["recognisability", "real"]}


def train(covers, settings, *, n_genres, seconds, seed):
    """The averaged generator after so many seconds of processor time, and the steps that were made of them."""
    images, labels = covers
    grows = settings.networks == "growing"
    gan = CoverGan(settings, n_genres=n_genres, seed=seed, size=25 if grows else 100)
    shown, spent, steps = shrink(images, gan.size) if grows else images, 0.0, 0
    while spent < seconds:
        started, share = time.process_time(), spent / seconds
        steps += 1
        if grows and gan.size != (size := size_at(1 + int(1000 * share), 1000, settings.shares)):
            gan, shown = gan.grown(size, seed=seed), shrink(images, size)
        gan.step(shown, labels, seed=seed, step=steps, share=share)
        spent += time.process_time() - started
    return gan.ema_generator, steps


if __name__ == "__main__":
    main()
