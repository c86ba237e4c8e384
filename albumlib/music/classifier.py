"""Training the genre classifier into a run folder."""

from dataclasses import asdict

from albumlib.backend import load_model
from albumlib.epochs import best_epoch, train_epochs
from albumlib.errors import InputError
from albumlib.music.networks import ClassifierSettings, build_classifier


def train_classifier(
    train, validation, run, *, genres, features, settings=None, epochs=20, seed=0, data="", progress=True
):
    """Train a classifier into a run folder, from the start or from its last finished epoch.

    The epoch with the best validation loss is the one that is kept as the model.

    Parameters
    ----------
    train, validation : tuple of (uint8 array (n, 258, 128), int array (n,))
        Slices and their genres as indices into ``genres``.
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
        if not len(side[0]):
            raise InputError("no slices", where=name, expected="at least one song", todo="use more songs or artists")
    run.start(
        {
            "kind": "classifier",
            "data": data,
            "genres": list(genres),
            "features": features.to_dict(),
            "n_slices": [len(train[0]), len(validation[0])],
            "epochs": epochs,
            "seed": seed,
            **asdict(settings),
        }
    )
    if run.finished:
        return load_model(run.model_path)

    def shuffled(rng):
        order = rng.permutation(len(train[0]))
        return train[0][order], train[1][order]

    model = train_epochs(
        lambda: build_classifier(settings, n_genres=len(genres)),
        shuffled,
        validation,
        run,
        epochs=epochs,
        batch_size=settings.batch_size,
        seed=seed,
        desc="training the CNN",
        progress=progress,
    )
    run.finish(
        {
            "kind": "classifier",
            "genres": list(genres),
            "features": features.to_dict(),
            "data": data,
            "seed": seed,
            "scores": best_epoch(run),
        }
    )
    return model
