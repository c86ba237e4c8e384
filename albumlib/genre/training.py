"""Training the genre classifier into a run folder."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_model
from albumlib.errors import InputError
from albumlib.features.settings import FeatureSettings
from albumlib.features.slices import Slices, batches
from albumlib.fit import best_epoch, train_epochs
from albumlib.genre.augment import make_augment
from albumlib.genre.kernel_network import fit_prototypes
from albumlib.genre.networks import build_classifier
from albumlib.genre.settings import ClassifierSettings
from albumlib.light.export import export_onnx
from albumlib.runs import Run

if TYPE_CHECKING:
    import keras


def train_classifier(
    train: Slices,
    validation: Slices,
    run: Run,
    *,
    genres: Sequence[str],
    features: FeatureSettings,
    settings: ClassifierSettings | None = None,
    epochs: int = 20,
    seed: int = 0,
    data: str = "",
    progress: bool = True,
) -> "keras.Model":
    """Train a classifier into a run folder, from the start or from its last finished epoch.

    The epoch with the best validation loss is the one that is kept as the model.

    Parameters
    ----------
    train, validation
        Their labels are indices into `genres`.
    genres
        Class order; it is saved with the run.
    features
        How the slices were made; prediction uses the same, from the run's card.
    seed
        Of weights, dropout and batch order.
    data
        What the songs are, for the card.

    Raises
    ------
    InputError
        If the run folder holds another configuration, or a split has no slices.

    Notes
    -----
    Notebook: 04_genre_cnn

    Examples
    --------
    >>> genres, split = class_order(index["genre"]), split_by_artist(index, seed=0)
    >>> slices = load_slices(index, genres)
    >>> parts = [slices.of_songs(split == name) for name in ("train", "validation")]
    >>> options = {"genres": genres, "features": PRESETS["default"], "epochs": 2}
    >>> model = train_classifier(*parts, Run("genre run"), **options)
    """
    settings = settings or ClassifierSettings()
    for name, split in (("train", train), ("validation", validation)):
        if not len(split):
            raise InputError("no slices", where=name, expected="at least one song", todo="use more songs or artists")
    facts = {"kind": "classifier", "data": data, "genres": list(genres), "features": features.to_dict(), "seed": seed}
    known = {"n_slices": [len(train), len(validation)], "digest": [train.digest(), validation.digest()]}
    config = {**facts, **known, "epochs": epochs, **asdict(settings)}
    feed = partial(batches, n_genres=len(genres), batch_size=settings.batch_size)

    def build():
        model = build_classifier(settings, n_genres=len(genres))
        fit_prototypes(model, feed(train), settings, seed=seed)
        return model

    defaults = {**asdict(ClassifierSettings()), "features": FeatureSettings().to_dict()}
    with run.training(config, defaults=defaults):
        if run.finished:
            return load_model(run.model_path)
        model = train_epochs(
            build,
            lambda epoch: feed(train, seed=seed, epoch=epoch, jitter=settings.jitter, augment=make_augment(settings)),
            feed(validation),
            run,
            epochs=epochs,
            batch_size=settings.batch_size,
            seed=seed,
            desc="training the classifier",
            rate=lambda epoch, _: learning_rate(settings, epoch=epoch, epochs=epochs),
            patience=settings.patience,
            progress=progress,
        )
        export_onnx(model, run.light_path)
        run.finish({**facts, "width": settings.width, "whole_song": settings.whole_song, "scores": best_epoch(run)})
        return model


def learning_rate(settings: ClassifierSettings, *, epoch: int, epochs: int) -> float:
    """The learning rate of an epoch, from 1 to `epochs`.

    With the schedule "cosine" it falls along half a cosine from the full rate to nearly 0; "constant" stays.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    if settings.schedule == "constant":
        return settings.learning_rate
    return half_cosine(settings.learning_rate, epoch=epoch, epochs=epochs)


def half_cosine(rate: float, *, epoch: int, epochs: int) -> float:
    """A rate that falls along half a cosine, at an epoch from 1 to `epochs`."""
    return rate * 0.5 * (1 + float(np.cos(np.pi * (epoch - 1) / epochs)))
