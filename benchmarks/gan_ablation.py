"""What each option of the cover GAN does, at equal processor time: ``python benchmarks/gan_ablation.py --out TABLE``.

Every variant trains on the same covers for as many seconds of processor time (which, unlike time by the clock, a busy
machine hardly changes), and is measured by the same judge against the same unseen covers. Rows that the table holds
already are kept, so an interrupted run goes on.
"""

import os

os.environ.update(dict.fromkeys(["OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"], "1"))

import time
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pandas as pd

from albumlib import course
from albumlib.backend import load_model
from albumlib.covers.evaluation import evaluate_covers
from albumlib.covers.gan import CoverGan, paint, sample_noise
from albumlib.covers.growing import enlarge, shrink, size_at
from albumlib.covers.settings import REPORT, GanSettings

OURS = GanSettings()
VARIANTS = {
    "ours": OURS,
    "critic three times as often": replace(OURS, critic_steps=3),
    "the report's Adam": replace(OURS, learning_rate=1e-4, beta_1=0.5, beta_2=0.9),
    "no running average": replace(OURS, ema=0.0),
    "progressive growing": replace(OURS, networks="growing"),
    "5x5 kernel at the top": replace(OURS, top_kernel=5),
    "smoothing filters": replace(OURS, blur=True),
    "DiffAugment": replace(OURS, augment=("color", "translation")),
    "genre faded in": replace(OURS, label_ramp=0.4),
    "hinge loss": replace(OURS, loss="hinge", penalty=1.0),
    "non-saturating loss": replace(OURS, loss="nonsaturating", penalty=1.0),
    "the report's design": REPORT,
}
PER_GENRE = 30  # covers painted of each
METRICS = ["KID", "recognisability", "diversity", "palette distance", "near-copies"]


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Table of results.")
@click.option("--seconds", default=300.0, help="Of processor time, for each variant.")
@click.option("--seed", default=0, help="Of weights, batches and noise.")
@click.option("--only", default="", help="Variants whose name contains this.")
@click.option("--source", default="demo", type=click.Choice(["demo", "folder"]))
@click.option("--data-dir", default="", help="Folder of covers, for the source folder.")
def main(out, seconds, seed, only, source, data_dir):
    """Train and measure every variant, and print the table."""
    data = course.open_source(source, data_dir=data_dir)
    images, labels, genres, _ = course.load_training_covers(data)
    unseen = course.load_unseen_covers(data, genres=genres, profile="demo")
    judge = load_model(course.judge_run(data, profile="demo").model_path)
    done = pd.read_csv(out) if out.exists() else pd.DataFrame(columns=["variant", "seconds", "seed"])
    for name, settings in VARIANTS.items():
        if (
            only not in name
            or ((done["variant"] == name) & (done["seconds"] == seconds) & (done["seed"] == seed)).any()
        ):
            continue
        average, rounds = train(images, labels, settings, n_genres=len(genres), seconds=seconds, seed=seed)
        painted, asked = sample(average, settings, len(genres), seed=seed)
        table, _ = evaluate_covers(painted, asked, (images, labels), unseen, judge, genres=genres, draws=30)
        table = table[table["genre"] == "all"].set_index("metric")
        row = {"variant": name, "seconds": seconds, "seed": seed, "rounds": rounds}
        row |= table.loc[METRICS, "value"].to_dict() | {"of the judge's": np.nan}
        row["of the judge's"] = row["recognisability"] / table.loc["recognisability", "real"]
        done = pd.concat([done, pd.DataFrame([row])], ignore_index=True)
        done.to_csv(out, index=False, float_format="%.4f")
        click.echo(f"{name}: {rounds} rounds, KID {row['KID']:.3f}, recognised {row['recognisability']:.1%}")
    click.echo(done.to_string(index=False, float_format="{:.3f}".format))


def train(images, labels, settings, *, n_genres, seconds, seed):
    """The averaged generator after so many seconds of processor time, and the rounds that were made of them."""
    grows = settings.networks == "growing"
    gan = CoverGan(settings, n_genres=n_genres, seed=seed, size=25 if grows else 100)
    shown, spent, rounds = shrink(images, gan.size), 0.0, 0
    while spent < seconds:
        started, share = time.process_time(), spent / seconds
        rounds += 1
        if grows and gan.size != (size := size_at(1 + int(1000 * share), 1000, settings.shares)):
            gan, shown = gan.grown(size, seed=seed), shrink(images, size)
        condition = min(1.0, share / settings.label_ramp) if settings.label_ramp else 1.0
        gan.step(shown, labels, seed=seed, step=rounds, condition=condition)
        spent += time.process_time() - started
    return gan.average, rounds


def sample(generator, settings, n_genres, *, seed):
    """Paint as many covers of each genre."""
    asked = np.repeat(np.arange(n_genres), PER_GENRE)
    noise = sample_noise(np.random.default_rng(seed), len(asked), settings.latent_dim)
    return enlarge(paint(generator, np.eye(n_genres)[asked], noise)), asked


if __name__ == "__main__":
    main()
