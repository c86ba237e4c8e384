"""Genre accuracy on unseen artists, every method in the same folds: ``python benchmarks/genres.py MUSIC --out TABLE``.

MUSIC is a folder of songs whose tags or folders name genre and artist, or an FMA folder; without it, the demo songs.
Each repetition deals the artists to five folds anew; the networks are trained for a fixed number of epochs, so no song
outside the training folds decides anything. A row of TABLE, a CSV file, is one method in one repetition; rows that are
there already are kept, so a benchmark that was stopped goes on.
"""

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import numpy as np
import pandas as pd
import pretrained
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from albumlib import course
from albumlib.backend import seed_everything
from albumlib.course.profiles import PLAIN_SMALL
from albumlib.data.audio import load_audio
from albumlib.data.library import load_library
from albumlib.data.splits import artist_key, folds_by_artist
from albumlib.errors import InputError
from albumlib.features.settings import PRESETS
from albumlib.features.slices import batches
from albumlib.features.store import extract, load_slices
from albumlib.genre.augment import make_augment
from albumlib.genre.baseline import SR, catalog_statistics, frame_features, make_baseline, statistics
from albumlib.genre.kernel_network import fit_prototypes
from albumlib.genre.metrics import accuracy_interval
from albumlib.genre.networks import build_classifier
from albumlib.genre.prediction import predict, whole_songs
from albumlib.genre.settings import BEST, BEST_LONG, ClassifierSettings
from albumlib.genre.training import learning_rate
from albumlib.genres import class_order
from albumlib.runs import home

FOLDS = 5
SMALL = replace(PLAIN_SMALL, dropout=0.2, schedule="cosine", per_song=4)
# name: settings and epochs; "slice split" is the report's way to deal, all others deal artists
NETWORKS = {
    "report's network, 1/8 of the filters": (SMALL, 8),
    "report's network, 1/8 of the filters, slice split": (SMALL, 8),
    "convolutions over time": (ClassifierSettings(schedule="cosine", jitter=True, per_song=4), 12),
    "ours, slices of 10 s": (BEST, 15),
    "ours, slices of 20 s": (BEST_LONG, 15),
}
# what each part of ours does, and what did not help; on clips of 30 s
ABLATION = {
    "without correlations": replace(BEST_LONG, shares=(2, 2, 2, 0, 0)),
    "without correlations of steps": replace(BEST_LONG, shares=(2, 2, 2, 3, 0)),
    "without rhythm": replace(BEST_LONG, shares=(2, 2, 0, 3, 2)),
    "only means": replace(BEST_LONG, shares=(1, 0, 0, 0, 0)),
    "100 prototypes": replace(BEST_LONG, prototypes=100),
    "Adam": replace(BEST_LONG, optimizer="adam", learning_rate=3e-3),
    "slices of 3 s": replace(BEST_LONG, width=128),
    "mixup": replace(BEST_LONG, mixup=0.4),
    "SpecAugment": replace(BEST_LONG, spec_augment=20),
    "dropout": replace(BEST_LONG, dropout=0.2),
    "slices anywhere": replace(BEST_LONG, jitter=True),
}
NETWORKS |= {f"ours, 20 s: {name}": (settings, 15) for name, settings in ABLATION.items()}


@click.command()
@click.argument("music", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Table of results.")
@click.option("--repetitions", default=3, help="Seeds; each deals the artists anew.")
@click.option("--methods", default="", help="Only methods whose name contains one of these, separated by commas.")
def main(music, out, repetitions, methods):
    """Compare the methods and print their accuracies over songs."""
    index, catalog = load_songs(music)
    done = pd.read_csv(out, comment="#") if out.exists() else pd.DataFrame(columns=["method", "seed"])
    for seed in range(repetitions):
        folds = folds_by_artist(index, n_folds=FOLDS, seed=seed)
        for method in ("majority", "statistics and SVM", *NETWORKS, *pretrained.METHODS):
            wanted = any(part in method for part in methods.split(","))
            if not wanted or ((done["method"] == method) & (done["seed"] == seed)).any():
                continue
            started = time.perf_counter()
            try:
                row = measure(method, index, catalog, folds, seed=seed)
            except InputError as error:
                click.echo(f"{method}: {error}")
                continue
            seconds = round(time.perf_counter() - started, 1)
            done = pd.concat([done, pd.DataFrame([{"method": method, "seed": seed, **row, "seconds": seconds}])])
            done.round(4).to_csv(out, index=False)
            click.echo(f"{method}, seed {seed}: {row['accuracy']:.1%} in {seconds:.0f} s")
    table = done.groupby("method", sort=False)["accuracy"].agg(["mean", "std", "count"])
    click.echo(table.to_string(float_format="{:.3f}".format))


def load_songs(music):
    """The index of feature images and the catalog, in the same order."""
    if music is None:
        source = course.open_source("demo")
        music, name = source.folder, source.name
        catalog, _ = course.load_tracks(source)
    else:
        name = f"benchmark-{music.name}"
        catalog, _ = load_library(music)
    index, _ = extract(catalog, home() / "features" / name, settings=PRESETS["default"])
    return index, catalog.set_index("track_id").loc[index["track_id"]].reset_index()


def measure(method, index, catalog, folds, *, seed):
    """Accuracy over songs of one method in one repetition, its interval over artists, and its worst genre.

    For the slice split it is the accuracy over slices, which has no interval.
    """
    genres = class_order(index["genre"])
    truth = index["genre"].map(genres.index).to_numpy()
    artists = artist_key(catalog).to_numpy()
    facts = {"hearing": 0.0}
    if method == "majority":
        predicted = np.empty(len(index), int)
        for fold in range(FOLDS):
            predicted[folds == fold] = np.bincount(truth[folds != fold]).argmax()
    elif method == "statistics and SVM":
        X, songs, _ = catalog_statistics(catalog, progress=False)
        predicted = np.full(len(index), -1)
        predicted[songs] = cross_val_predict(make_baseline(), X, truth[songs], cv=PredefinedSplit(folds[songs]))
        facts = {"hearing": pretrained.hearing_cost(song_statistics, catalog["path"])}
    elif method in pretrained.METHODS:
        predicted, facts = pretrained.predict_songs(method, index, catalog, folds, artists, genres, seed=seed)
    else:
        predicted, facts = by_network(method, index, catalog, folds, genres, seed=seed)
        if predicted is None:
            return facts
    right = predicted == truth
    low, high = accuracy_interval(right, artists)
    by_genre = [right[truth == genre].mean() for genre in range(len(genres))]
    worst = int(np.argmin(by_genre))
    facts |= {"worst_genre": genres[worst], "worst": by_genre[worst]}
    return {"accuracy": right.mean(), "low": low, "high": high, **facts}


def song_statistics(path):
    """What the support vector machine judges a song by."""
    return statistics(frame_features(load_audio(path, sr=SR)))


def by_network(method, index, catalog, folds, genres, *, seed):
    """Predicted genre of every song by a network on our images, and further facts; all facts for the slice split."""
    settings, epochs = NETWORKS[method]
    slices = load_slices(index, genres, width=settings.width, step=settings.step, per_song=settings.per_song or None)
    if not len(slices):
        raise InputError("songs are shorter than a slice", expected=f"{settings.width} columns")
    by_slice = method.endswith("slice split")
    dealt = np.random.default_rng(seed).permutation(len(slices)) % FOLDS if by_slice else folds[slices.songs]
    probabilities = np.zeros((len(index), len(genres)))
    right = []
    for fold in range(FOLDS):
        model = fit(slices[dealt != fold], settings, epochs, n_genres=len(genres), seed=seed)
        test = slices[dealt == fold]
        predicted = predict(model, test)
        right.append(predicted.argmax(axis=1) == test.labels)
        if settings.whole_song:
            probabilities[folds == fold] = whole_songs(model, index[folds == fold], genres)
        elif not by_slice:
            np.add.at(probabilities, test.songs, predicted)
    facts = {"slice_accuracy": np.concatenate(right).mean(), "parameters": model.count_params(), "epochs": epochs}
    facts["hearing"] = pretrained.hearing_cost(partial(pretrained.by_image, model), catalog["path"])
    if by_slice:
        return None, {"accuracy": facts["slice_accuracy"], **facts}
    return probabilities.argmax(axis=1), facts


def fit(slices, settings, epochs, *, n_genres, seed):
    """Train a network for a fixed number of epochs."""
    seed_everything(seed)
    model = build_classifier(settings, n_genres=n_genres)
    fit_prototypes(model, batches(slices, n_genres=n_genres, batch_size=64), settings, seed=seed)
    chance = {"seed": seed, "jitter": settings.jitter, "augment": make_augment(settings)}
    for epoch in range(1, epochs + 1):
        model.optimizer.learning_rate = learning_rate(settings, epoch=epoch, epochs=epochs)
        feed = batches(slices, n_genres=n_genres, batch_size=settings.batch_size, epoch=epoch, **chance)
        model.fit(feed, shuffle=False, verbose=0)
    return model


if __name__ == "__main__":
    main()
