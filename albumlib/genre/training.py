"""Training the genre classifier into a run folder."""

from dataclasses import asdict
from functools import partial

import numpy as np

from albumlib.backend import load_model
from albumlib.errors import InputError
from albumlib.features.slices import batches
from albumlib.fit import best_epoch, train_epochs
from albumlib.genre.augment import make_augment
from albumlib.genre.kernel_network import fit_prototypes
from albumlib.genre.networks import build_classifier
from albumlib.genre.settings import ClassifierSettings


def train_classifier(
    train, validation, run, *, genres, features, settings=None, epochs=20, seed=0, data="", progress=True
):
    """Train a classifier into a run folder, from the start or from its last finished epoch.

    The epoch with the best validation loss is the one that is kept as the model.

    Parameters
    ----------
    train, validation : albumlib.features.slices.Slices
        Their labels are indices into ``genres``.
    run : albumlib.runs.Run
    genres : list of str
        Class order; it is saved with the run.
    features : FeatureSettings
        How the slices were made; prediction uses the same, from the run's card.
    settings : ClassifierSettings, optional
    epochs : int
    seed : int
        Of weights, dropout and batch order.
    data : str
        What the songs are, for the card.
    progress : bool

    Returns
    -------
    keras.Model

    Raises
    ------
    InputError
        If the run folder holds another configuration, or a split has no slices.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    settings = settings or ClassifierSettings()
    for name, split in (("train", train), ("validation", validation)):
        if not len(split):
            raise InputError("no slices", where=name, expected="at least one song", todo="use more songs or artists")
    run.start(
        {
            "kind": "classifier",
            "data": data,
            "genres": list(genres),
            "features": features.to_dict(),
            "n_slices": [len(train), len(validation)],
            "epochs": epochs,
            "seed": seed,
            **asdict(settings),
        }
    )
    if run.finished:
        return load_model(run.model_path)
    feed = partial(batches, n_genres=len(genres), batch_size=settings.batch_size)

    def build():
        model = build_classifier(settings, n_genres=len(genres))
        fit_prototypes(model, feed(train), settings, seed=seed)
        return model

    model = train_epochs(
        build,
        lambda epoch: feed(train, seed=seed, epoch=epoch, jitter=settings.jitter, augment=make_augment(settings)),
        feed(validation),
        run,
        epochs=epochs,
        batch_size=settings.batch_size,
        seed=seed,
        desc="training the CNN",
        rate=lambda epoch: learning_rate(settings, epoch=epoch, epochs=epochs),
        patience=settings.patience,
        progress=progress,
    )
    run.finish(
        {
            "kind": "classifier",
            "genres": list(genres),
            "features": features.to_dict(),
            "width": settings.width,
            "whole_song": settings.whole_song,
            "data": data,
            "seed": seed,
            "scores": best_epoch(run),
        }
    )
    return model


def learning_rate(settings, *, epoch, epochs):
    """The learning rate of an epoch.

    Parameters
    ----------
    settings : ClassifierSettings
        ``schedule`` "cosine" falls along half a cosine from the full rate to nearly 0; "constant" stays.
    epoch : int
        From 1 to `epochs`.
    epochs : int

    Returns
    -------
    float

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    if settings.schedule == "constant":
        return settings.learning_rate
    return settings.learning_rate * 0.5 * (1 + float(np.cos(np.pi * (epoch - 1) / epochs)))
