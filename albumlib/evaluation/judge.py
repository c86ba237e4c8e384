"""The judge: a small classifier of covers that knows real covers only, to recognise what generated ones show.

It is independent of the GAN: other networks, other loss, and it never sees a generated cover while it learns.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from albumlib.backend import load_keras, load_model, run_network
from albumlib.data.catalog import data_digest
from albumlib.data.images import SIZE, check_covers
from albumlib.data.splits import artist_key, split_by_artist
from albumlib.errors import InputError
from albumlib.fit import best_epoch, train_epochs
from albumlib.runs import Run

if TYPE_CHECKING:
    import keras

BATCH_SIZE = 32
LEARNING_RATE = 2e-3
SHIFT = 10
VALIDATION = 0.15


def build_judge(n_genres: int) -> "keras.Model":
    """A small convolutional network that looks at four scales, from brush strokes to layout.

    Mean and standard deviation over each scale's planes sum up what was found, wherever it stands: a few hundred covers
    a genre are too few to learn where things stand as well.

    Returns
    -------
    keras.Model
        From covers ``(batch, 100, 100, 3)``, 0 to 255, to genre probabilities ``(batch, n_genres)``; about 0.27 million
        parameters. The layer before the last, 64 wide, is called ``features``.

    References
    ----------
    He et al.: *Deep Residual Learning for Image Recognition*, 2016. Huang and Belongie: *Arbitrary Style Transfer in
    Real-time with Adaptive Instance Normalization*, 2017 (mean and deviation of planes describe a style).
    """
    keras = load_keras()
    layers, ops = keras.layers, keras.ops

    def convolved(x, filters, **options):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, **options)(x)
        # Momentum 0.9: small data sets have few batches, and the averages must catch up within an epoch or two.
        return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))

    covers = keras.Input((SIZE, SIZE, 3), name="covers")
    x, found = layers.Rescaling(1 / 127.5, offset=-1)(covers), []
    for filters in (32, 48, 64, 96):
        x = convolved(x, filters, strides=2)
        x = layers.Add()([x, convolved(x, filters)]) if found else x
        # Not ops.std: its gradient is not a number where a plane is flat, which ReLU makes often.
        found += [ops.mean(x, axis=(1, 2)), ops.sqrt(ops.var(x, axis=(1, 2)) + 1e-4)]
    x = layers.BatchNormalization(momentum=0.9)(layers.Concatenate()(found))  # means and deviations on one scale
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(64, activation="relu", name="features")(x)
    outputs = layers.Dense(n_genres, activation="softmax")(layers.Dropout(0.2)(x))
    return keras.Model(covers, outputs, name="judge")


def train_judge(
    images: np.ndarray,
    labels: np.ndarray,
    artists: Iterable[str] | None,
    run: Run,
    *,
    genres: Sequence[str],
    epochs: int = 30,
    validation: float = VALIDATION,
    seed: int = 0,
    data: str = "",
    progress: bool = True,
) -> "keras.Model":
    """Train the judge on real covers into a run folder, from the start or from its last finished epoch.

    Parameters
    ----------
    images : uint8, shape (n, 100, 100, 3)
        Real covers. Those it shall be tested on must not be among them.
    labels : int, shape (n,)
        Index into `genres`.
    artists
        Whose cover it is: an artist's covers look alike, so they are learned from or validated on, never both. With
        None, or ``""``, a cover stands alone. A genre of one artist is learned from, and not validated on.
    genres
        Class order; it is saved with the run.
    validation
        Share of the covers, more than 0 and less than 1, that decides which epoch is kept.
    seed
        Of the split, weights, dropout, batch order and augmentation.
    data
        What the covers are, for the card.

    Raises
    ------
    InputError
        If images, labels and artists do not fit each other or the genres, there are too few artists to split, or the
        run folder holds another configuration.

    Examples
    --------
    >>> judge = train_judge(images, labels, table["artist"], Run("judge run"), genres=genres, epochs=12)
    """
    check_covers(images, labels, genres)
    split = _split(labels, artists, genres, share=validation, seed=seed)
    learned, held_back = np.flatnonzero(split == "train"), np.flatnonzero(split == "validation")
    counts = [len(learned), len(held_back)]
    facts = {"kind": "judge", "data": data, "genres": list(genres), "n_images": counts, "seed": seed}
    digest = data_digest(images, labels, map(str, split))
    batches = -(-len(learned) // BATCH_SIZE)

    def examples(epoch):
        rng = np.random.default_rng([seed, epoch])
        order = rng.permutation(learned)
        return augment(images[order], rng), labels[order]

    config = {**facts, "digest": digest, "epochs": epochs, "validation": validation}
    with run.training(config, defaults={"validation": VALIDATION}):
        if run.finished:
            return load_model(run.model_path)
        model = train_epochs(
            lambda: _compiled(build_judge(len(genres))),
            examples,
            (images[held_back], labels[held_back]),
            run,
            epochs=epochs,
            batch_size=BATCH_SIZE,
            seed=seed,
            desc="training the judge",
            rate=lambda epoch, batch: _rate((epoch - 1) * batches + batch, steps=epochs * batches),
            progress=progress,
        )
        run.finish({**facts, "scores": best_epoch(run)})
        return model


def judge_probabilities(model: "keras.Model", images: np.ndarray) -> np.ndarray:
    """How probable the judge finds each genre of a cover.

    Parameters
    ----------
    model
        From `train_judge`.
    images : uint8, shape (n, 100, 100, 3)

    Returns
    -------
    float32, shape (n, n_genres)
        Each row sums to 1.
    """
    return run_network(model, images)


def judge_features(model: "keras.Model", images: np.ndarray) -> np.ndarray:
    """What the judge's classes rest on: the last layer but one, a space in which to measure distances of covers.

    Each cover's features are scaled to one length. Else the few covers that excite the judge most would decide a mean
    over the cube of products, as `albumlib.evaluation.metrics.kid` is, and hide the difference of all others.

    Parameters
    ----------
    model
        From `train_judge`.
    images : uint8, shape (n, 100, 100, 3)

    Returns
    -------
    float32, shape (n, 64)
        0 or more; the mean square of each row is 1.
    """
    layers = load_keras().Model(model.input, model.get_layer("features").output)
    features = run_network(layers, images)
    return features / np.sqrt(np.mean(features**2, axis=1, keepdims=True) + 1e-8)


def augment(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Vary covers as chance might have: mirrored or not, shifted by up to 10 pixels, lighter or darker, tinted.

    Parameters
    ----------
    images : uint8, shape (n, height, width, 3)

    Returns
    -------
    uint8, shape (n, height, width, 3)
        What a shift leaves open is filled with the mirror image of what lies beside it.
    """
    n, height, width, _ = images.shape
    mirrored = rng.random(n) < 0.5
    tops, lefts = rng.integers(0, 2 * SHIFT + 1, (2, n))
    gains = (rng.uniform(0.85, 1.15, (n, 1)) * rng.uniform(0.95, 1.05, (n, 3))).astype("float32")
    lights = rng.uniform(-15, 15, n).astype("float32")
    varied = np.empty_like(images)
    for i, image in enumerate(images):
        image = image[:, ::-1] if mirrored[i] else image
        wide = np.pad(image, ((SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0)), mode="reflect")
        part = wide[tops[i] : tops[i] + height, lefts[i] : lefts[i] + width]
        varied[i] = np.clip(part * gains[i] + lights[i], 0, 255)
    return varied


def _compiled(model):
    keras = load_keras()
    # The measure itself, not its name: it has its variables before the first step (see `albumlib.fit.train_epochs`).
    accuracy = keras.metrics.SparseCategoricalAccuracy("accuracy")
    optimizer = keras.optimizers.AdamW(LEARNING_RATE, weight_decay=0.01)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=[accuracy])
    return model


def _rate(step, *, steps):
    """Rise over a twentieth of the training, then sink to zero, which a short training gains most by.

    Not one of Keras's schedules: the optimizer would compute it anew for every variable.
    """
    warm = max(1, steps // 20)
    if step < warm:
        return LEARNING_RATE * step / warm
    return LEARNING_RATE * 0.5 * (1 + float(np.cos(np.pi * min(1.0, (step - warm) / max(1, steps - warm)))))


def _split(labels, artists, genres, *, share, seed):
    """Split of each cover, "train" or "validation": whole artists, and no genre without a cover to learn from."""
    artists = [""] * len(labels) if artists is None else list(artists)
    if len(artists) != len(labels):
        raise InputError("covers and artists differ in number", got=f"{len(labels)} covers, {len(artists)} artists")
    if not 0 < share < 1:
        raise InputError("no such share", where="validation", expected="more than 0 and less than 1", got=str(share))
    numbers, genre = np.arange(len(labels)).astype(str), np.array(genres)[labels]
    table = pd.DataFrame({"track_id": numbers, "genre": genre, "artist": artists})
    artist, split = artist_key(table).to_numpy(), np.full(len(table), "train", object)
    if len(set(artist)) > 1:
        fractions = {"train": 1 - share, "validation": share}
        split = split_by_artist(table, fractions=fractions, seed=seed).to_numpy(copy=True)
    for missing in sorted(set(genre) - set(genre[split == "train"])):  # its artists made up for those of other genres
        names, counts = np.unique(artist[genre == missing], return_counts=True)
        split[artist == names[counts.argmin()]] = "train"
    if (split == "train").all():
        expected, got = "an artist to validate on, whose genres others have too", f"{len(set(artist))} in all"
        todo = "add covers of other artists, or leave the artist empty where it is not known"
        raise InputError("too few artists to split", where="artists", expected=expected, got=got, todo=todo)
    return split
