"""The published musicnn networks: what a network hears that has heard 200,000 tracks.

Both networks have one architecture. MSD learned from the Million Song Dataset, whose 50 tags listeners gave on last.fm;
MTT from MagnaTagATune, whose 50 tags are words that players of a game agreed on. They are built here in Keras, with the
weights from the files of the package ``musicnn`` (ISC licence), which is never imported.

References
----------
J. Pons, X. Serra: *musicnn: Pre-trained convolutional neural networks for music audio tagging*, 2019
(arXiv:1909.06654).
J. Pons et al.: *End-to-end learning for music audio tagging at scale*, ISMIR 2018 (the architecture).
"""

import hashlib
import os
from functools import cache
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

import numpy as np

from albumlib.backend import load_keras, load_model
from albumlib.genre.pretrained.checkpoint import DIGESTS, find_checkpoint, read_checkpoint
from albumlib.genre.pretrained.mel import FRAMES, N_MELS
from albumlib.runs import home

if TYPE_CHECKING:
    import keras

UNITS = 200  # of the last hidden layer
FORMAT = 1  # part of the cached files' names: raise it when `build_network` changes

# In the order of the networks' outputs, spelled as published
TAGS = {
    "MSD": (
        "rock|pop|alternative|indie|electronic|female vocalists|dance|00s|alternative rock|jazz|beautiful|metal|"
        "chillout|male vocalists|classic rock|soul|indie rock|Mellow|electronica|80s|folk|90s|chill|instrumental|punk|"
        "oldies|blues|hard rock|ambient|acoustic|experimental|female vocalist|guitar|Hip-Hop|70s|party|country|"
        "easy listening|sexy|catchy|funk|electro|heavy metal|Progressive rock|60s|rnb|indie pop|sad|House|happy"
    ).split("|"),
    "MTT": (
        "guitar|classical|slow|techno|strings|drums|electronic|rock|fast|piano|ambient|beat|violin|vocal|synth|female|"
        "indian|opera|male|singing|vocals|no vocals|harpsichord|loud|quiet|flute|woman|male vocal|no vocal|pop|soft|"
        "sitar|solo|man|classic|choir|voice|new age|dance|male voice|female vocal|beats|harp|cello|no voice|weird|"
        "country|metal|female voice|choral"
    ).split("|"),
}
ALL_TAGS = [f"{name}: {tag}" for name, tags in TAGS.items() for tag in tags]


def build_network() -> "keras.Model":
    """Build musicnn without its weights, in inference mode. Layers are named as the variables of the checkpoint.

    Returns
    -------
    keras.Model
        From patches ``(batch, 187, 96)`` to a dictionary: ``tags`` (batch, 50), probabilities; ``units`` (batch, 200),
        the last hidden layer; ``pooled`` (batch, 1506), maximum and mean over time of each of 753 features, by turns.
    """
    keras = load_keras()
    layers, ops = keras.layers, keras.ops

    def loudest(x, filters, size, number, padding):
        """Convolve, and keep the greatest value over all bands, axis 1."""
        x = layers.Conv2D(filters, size, padding=padding, use_bias=False, name=_name("conv2d", number))(x)
        # What follows would be as well done before, on 60 times as many values (see `_flipped`).
        x = layers.DepthwiseConv1D(1, activation="relu", name=f"flip_{number}")(ops.max(x, axis=1))
        return layers.BatchNormalization(name=_name("batch_normalization", number + 1))(x)

    def over_time(x, number):
        """Convolve over 7 frames of all features at once, with zeros before the first frame and behind the last."""
        padded = layers.ZeroPadding2D(((3, 3), (0, 0)))(x)
        x = layers.Conv2D(64, (7, x.shape[2]), activation="relu", name=_name("conv2d", number))(padded)
        return layers.Permute((1, 3, 2))(layers.BatchNormalization(name=_name("batch_normalization", number + 1))(x))

    inputs = keras.Input((FRAMES, N_MELS), name="patches")
    # bands before frames: convolutions over time alone are twice as fast along the last axis
    x = layers.Reshape((N_MELS, FRAMES, 1))(layers.Permute((2, 1))(inputs))
    x = layers.BatchNormalization(name="batch_normalization")(x)
    padded = layers.ZeroPadding2D(((0, 0), (3, 3)))(x)
    # front end: timbres, 0.1 s long and 38 or 67 bands high, wherever in pitch; rhythms of 2, 1 and 0.5 s in any band
    front = [loudest(padded, 204, (bands, 7), number, "valid") for number, bands in enumerate((38, 67))]
    front += [loudest(x, 51, (1, frames), number, "same") for number, frames in enumerate((128, 64, 32), start=2)]
    front = layers.Reshape((FRAMES, 561, 1))(ops.concatenate(front, axis=2))
    # mid end: three convolutions over time, with residual connections
    first = over_time(front, 5)
    second = over_time(first, 6) + first
    third = over_time(second, 7) + second
    # back end: what there is of each feature at most, and on average
    x = ops.concatenate([front, first, second, third], axis=2)
    pooled = layers.Flatten(name="pooled")(ops.concatenate([ops.max(x, axis=1), ops.mean(x, axis=1)], axis=2))
    x = layers.BatchNormalization(name="batch_normalization_9")(pooled)
    x = layers.Dense(UNITS, activation="relu", name="dense")(x)
    units = layers.BatchNormalization(name="batch_normalization_10")(x)
    tags = layers.Dense(50, activation="sigmoid", name="dense_1")(units)
    return keras.Model(inputs, {"tags": tags, "units": units, "pooled": pooled}, name="musicnn")


def convert(name: Literal["MSD", "MTT"]) -> "keras.Model":
    """Build a network with its published weights.

    Parameters
    ----------
    name : {"MSD", "MTT"}

    Returns
    -------
    keras.Model
        As `build_network`; its weights do not train.

    Raises
    ------
    InputError
        If the package is missing or not the published one.
    """
    weights = read_checkpoint(find_checkpoint(name), wanted=lambda variable: "Adam" not in variable)
    model = build_network()
    model.trainable = False
    for number in range(5):
        weights |= _flipped(weights, number)
    for layer in model.layers:
        if layer.weights:
            parts = [variable.path.split("/")[-1] for variable in layer.weights]
            layer.set_weights([weights[f"{layer.name}/{part}"] for part in parts])
    return model


def _flipped(weights, number):
    """Prepare a convolution of the front end for taking the maximum first.

    As published, each filter's output passes a bias, a ReLU and a batch normalization before the maximum over all bands
    is taken. None of them changes which value is the greatest, unless the normalization's scale is negative, as many
    are: then it is the least. Such a filter is turned upside down before the maximum, and back after it.
    """
    name, scale = _name("conv2d", number), weights[f"{_name('batch_normalization', number + 1)}/gamma"]
    sign = np.where(scale < 0, -1, 1).astype(np.float32)
    return {
        f"{name}/kernel": weights[f"{name}/kernel"].transpose(1, 0, 2, 3) * sign,
        f"flip_{number}/kernel": sign.reshape(1, -1, 1),
        f"flip_{number}/bias": weights[f"{name}/bias"],
    }


def _name(kind, number):
    """Return the checkpoint's name for the layer of a kind with a number: the first has none."""
    return f"{kind}_{number}" if number else kind


@cache
def load_pretrained(name: Literal["MSD", "MTT"]) -> "keras.Model":
    """Load a network; at the first call ever it is converted, and kept in `albumlib.runs.home`.

    Parameters
    ----------
    name : {"MSD", "MTT"}

    Returns
    -------
    keras.Model
        As `build_network`.

    Raises
    ------
    InputError
        If it is not in the cache and the package is missing.
    """
    # the names of the file tell which weights and which way to build them, so that no old file is taken for a new one
    folder = home() / "pretrained"
    path = folder / f"musicnn-{name}-{DIGESTS[name][1][:10]}-{FORMAT}.keras"
    seal = path.with_suffix(".sha256")
    if path.is_file() and seal.is_file() and seal.read_text() == _digest(path):
        return load_model(path)
    model = convert(name)
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{uuid4().hex}.keras"  # a name of its own, for two may convert at once
    try:
        model.save(partial)
        seal.write_text(_digest(partial))
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return model


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
