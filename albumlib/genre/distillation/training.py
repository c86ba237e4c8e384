"""Training a student into a run folder; no label is used anywhere.

References
----------
G. Hinton, O. Vinyals, J. Dean: *Distilling the knowledge in a neural network*, 2015 (arXiv:1503.02531; soft answers).
A. Romero et al.: *FitNets: hints for thin deep nets*, 2015 (arXiv:1412.6550; hidden layers for answers).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_keras, load_model, save_model
from albumlib.errors import InputError
from albumlib.features.settings import FeatureSettings
from albumlib.features.slices import Slices
from albumlib.fit import best_epoch, train_epochs
from albumlib.genre.distillation.lessons import lessons
from albumlib.genre.distillation.student import DistillationSettings, feature_weights, student_network
from albumlib.genre.pretrained.embedding import HEARING, Patches
from albumlib.genre.pretrained.head import head_features
from albumlib.genre.training import half_cosine
from albumlib.genres import NAMES
from albumlib.light.export import export_onnx
from albumlib.runs import Run

if TYPE_CHECKING:
    import keras

# of a teacher's feature: one that hardly changes in the songs at hand would count for too much in all others
LEAST_DEVIATION = 0.1


def distil(
    slices: Slices,
    songs: Sequence[Patches],
    run: Run,
    *,
    features: FeatureSettings,
    validation: tuple[Slices, Sequence[Patches]] | None = None,
    settings: DistillationSettings | None = None,
    epochs: int = 40,
    seed: int = 0,
    data: str = "",
    progress: bool = True,
) -> "keras.Model":
    """Train a student on songs that need no labels, from the start or from its last finished epoch.

    It learns the log-odds of the teacher's 100 tags and its 400 units, each standardized over the songs given.

    Parameters
    ----------
    slices
        Of all songs; their labels are not looked at.
    songs
        What the teacher says of each: ``embed_file(path, most=10**6)``, in the order of the slices' songs.
    features
        How the slices were made.
    validation
        Slices and patches of other songs: the epoch that agrees best with the teacher on them is kept. Without it, the
        last.
    data
        What the songs are, for the card.

    Raises
    ------
    InputError
        If there are no songs, patches and slices do not belong together, or the folder holds another configuration.

    Notes
    -----
    Notebook: 07_pretrained_ears

    Examples
    --------
    >>> songs = [embed_file(path, most=10**6) for path in catalog["path"]]
    >>> slices = load_slices(index.assign(genre=""), [""])
    >>> distil(slices, songs, Run("student"), features=PRESETS["default"])
    """
    settings = settings or DistillationSettings()
    if not len(slices):
        raise InputError("no slices", expected="at least one song of 3 s", todo="use more or longer songs")
    stacked = np.concatenate([head_features(song.tags, song.units) for song in songs])
    mean, deviation = stacked.mean(axis=0), np.maximum(stacked.std(axis=0), LEAST_DEVIATION)
    weights = feature_weights(settings, len(mean))
    card = {"kind": "classifier", "network": "distilled", "genres": list(NAMES), "width": slices.width}
    card |= {"hearing": HEARING, "whole_song": False, "features": features.to_dict(), "data": data, "seed": seed}
    digest = hashlib.sha256(stacked.tobytes()).hexdigest()
    config = {**card, **asdict(settings), "epochs": epochs, "n_songs": len(songs), "digest": digest}

    def feed(slices, songs, **chance):
        targets = [(head_features(song.tags, song.units) - mean) / deviation * weights for song in songs]
        return lessons(slices, targets, settings, features=features, **chance)

    defaults = {**asdict(DistillationSettings()), "features": FeatureSettings().to_dict()}
    with run.training(config, defaults=defaults):
        if run.finished:
            return load_model(run.model_path)
        model = train_epochs(
            lambda: student_network(settings, mean=mean, deviation=deviation),
            lambda epoch: feed(slices, songs, seed=seed, epoch=epoch),
            feed(*validation) if validation else None,
            run,
            epochs=epochs,
            batch_size=settings.batch_size,
            seed=seed,
            desc="teaching the small network",
            rate=lambda epoch, _: half_cosine(settings.learning_rate, epoch=epoch, epochs=epochs),
            progress=progress,
        )
        # Without its optimizer: a third of the size.
        model = load_keras().Model(model.inputs, model.output, name=model.name)
        save_model(model, run.model_path)
        export_onnx(model, run.light_path)
        run.finish({**card, "scores": best_epoch(run)})
        return model
