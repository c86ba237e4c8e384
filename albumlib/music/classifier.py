"""Training the genre classifier, epoch by epoch, into a run folder."""

import os
from dataclasses import asdict

import numpy as np

from albumlib.backend import load_model, seed_everything
from albumlib.errors import InputError
from albumlib.music.augment import make_augment
from albumlib.music.feed import batches
from albumlib.music.networks import ClassifierSettings, build_classifier
from albumlib.music.statistics import fit_prototypes
from albumlib.progress import progress_bar


def train_classifier(
    train, validation, run, *, genres, features, settings=None, epochs=20, seed=0, data="", progress=True
):
    """Train a classifier into a run folder, from the start or from its last finished epoch.

    The epoch with the best validation loss is the one that is kept as the model.

    Parameters
    ----------
    train, validation : albumlib.music.feed.Slices
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
        If the run folder holds another configuration, or a side has no slices.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    settings = settings or ClassifierSettings()
    for name, side in (("train", train), ("validation", validation)):
        if not len(side):
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
    first, folder = run.last_checkpoint() or (0, None)
    run.rewind("epoch", first)
    seed_everything(seed)
    model = (
        load_model(folder / "last.keras") if folder else _new_model(settings, train, n_genres=len(genres), seed=seed)
    )
    best = run.metrics()["val_loss"].min() if folder else np.inf
    # no shuffling: what the network is judged by comes in its order
    judged = batches(validation, n_genres=len(genres), batch_size=settings.batch_size)
    with progress_bar(total=epochs, initial=first, desc="training the CNN", unit="epochs", show=progress) as bar:
        for epoch in range(first + 1, epochs + 1):
            if settings.patience and epoch > _best_epoch(run) + settings.patience:
                break
            _seed_dropout(model, seed=seed, epoch=epoch)
            model.optimizer.learning_rate = learning_rate(settings, epoch=epoch, epochs=epochs)
            shuffled = batches(
                train,
                n_genres=len(genres),
                batch_size=settings.batch_size,
                seed=seed,
                epoch=epoch,
                jitter=settings.jitter,
                augment=make_augment(settings),
            )
            row = _train_epoch(model, shuffled, judged)
            run.log({"epoch": epoch, **row})
            if row["val_loss"] < best:
                best = row["val_loss"]
                _save_whole(model, run.model_path)
            run.save_checkpoint(epoch, lambda folder: model.save(folder / "last.keras"))
            bar.set_postfix_str(f"validation accuracy {row['val_accuracy']:.0%}", refresh=False)
            bar.update()
    model = load_model(run.model_path)
    run.finish(
        {
            "kind": "classifier",
            "genres": list(genres),
            "features": features.to_dict(),
            "width": settings.width,
            "hears_whole": settings.hears_whole,
            "data": data,
            "seed": seed,
            "scores": run.metrics().sort_values("val_loss").iloc[0].to_dict(),
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


def _seed_dropout(model, *, seed, epoch):
    """Set what decides which units drop; Keras does not restore it with the model."""
    seed_everything(1000 * seed + epoch)  # PyTorch's dropout draws from its global state
    for number, layer in enumerate(model.layers):  # TensorFlow's from a state in each layer
        if getattr(layer, "seed_generator", None):
            layer.seed_generator.state.assign(np.array([seed, 1000 * epoch + number], "uint32"))


def _new_model(settings, train, *, n_genres, seed):
    model = build_classifier(settings, n_genres=n_genres)
    fit_prototypes(model, batches(train, n_genres=n_genres, batch_size=settings.batch_size), seed=seed)
    return model


def _train_epoch(model, train, validation):
    history = model.fit(train, validation_data=validation, shuffle=False, verbose=0).history
    return {key: float(history[key][-1]) for key in ("loss", "accuracy", "val_loss", "val_accuracy")}


def _best_epoch(run):
    """The epoch of the lowest validation loss so far; the run may have none yet."""
    metrics = run.metrics()
    return int(metrics.loc[metrics["val_loss"].idxmin(), "epoch"]) if len(metrics) else 0


def _save_whole(model, path):
    partial = path.with_name("partial.keras")
    model.save(partial)
    os.replace(partial, path)
