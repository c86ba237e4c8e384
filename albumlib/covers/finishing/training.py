"""Teaching the finisher, without any GAN: covers are made into sketches, spoiled, and to be had back."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_keras, load_model, save_model
from albumlib.covers.finishing.finisher import build_finisher
from albumlib.covers.finishing.sketches import PLANES, to_sketches
from albumlib.covers.pixels import to_range
from albumlib.data.catalog import data_digest
from albumlib.data.images import check_covers
from albumlib.fit import best_epoch, train_epochs
from albumlib.runs import Run

if TYPE_CHECKING:
    import keras

BATCH_SIZE = 16
LEARNING_RATE = 1e-3  # it sinks over the second half of the training
# How far a sketch may be off (standard deviation), of colours and of coefficients: as a young generator's are.
WRONG = np.array([0.06] * 3 + [0.12] * (PLANES - 3), "float32")
WORST = 1.3  # times that at most
EDGES = 0.5  # weight of the differences of neighbours


def train_finisher(
    images: np.ndarray,
    run: Run,
    *,
    epochs: int = 30,
    seed: int = 0,
    data: str = "",
    progress: bool = True,
) -> "keras.Model":
    """Train the finisher into a run folder, from the start or from its last finished epoch.

    The error of pixels, half the error of the differences of neighbours both ways, so that edges count, and the error
    of the grain are added, all absolute.

    Parameters
    ----------
    images : uint8, shape (n, 100, 100, 3)
        Covers; their genre does not matter.
    epochs
        In each, every cover is met once.
    seed
        Of weights, batches and what is spoiled.
    data
        What the covers are, for the card.

    Returns
    -------
    keras.Model
        As `build_finisher`'s; also saved as ``model.keras``.

    Raises
    ------
    InputError
        If the images are no covers, or the run folder holds another configuration.

    Examples
    --------
    >>> finisher = train_finisher(images, Run("finisher run"), epochs=12)
    >>> covers = generate(painter(generator, finisher), labels, noise)
    """
    check_covers(images, np.zeros(len(images), int), ["any"])
    facts = {"kind": "finisher", "data": data, "n_images": len(images), "epochs": epochs, "seed": seed}
    with run.training({**facts, "digest": data_digest(images)}):
        if run.finished:
            return load_model(run.model_path)
        taught = train_epochs(
            _taught,
            lambda epoch: _lessons_class()(images, seed, epoch),
            None,
            run,
            epochs=epochs,
            batch_size=BATCH_SIZE,
            seed=seed,
            desc="training the finisher",
            rate=lambda epoch, _: LEARNING_RATE * min(1.0, 2 * (1 - (epoch - 1) / epochs)),
            progress=progress,
        )
        finisher = load_keras().Model(taught.inputs, taught.outputs[:2], name="finisher")
        save_model(finisher, run.model_path)
        run.finish({**facts, "scores": best_epoch(run)})
        return finisher


def lesson(images: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the finisher is asked and what it should answer.

    Parameters
    ----------
    images : uint8, shape (n, 100, 100, 3)

    Returns
    -------
    sketches : float32, shape (n, 25, 25, 8)
        Spoiled.
    covers : float32, shape (n, 100, 100, 3)
    grain : float32, shape (n, 1)
    """
    covers = to_range(images)
    return spoil(to_sketches(covers), rng).astype("float32"), covers, grain_of(covers)


def grain_of(covers: np.ndarray) -> np.ndarray:
    """How strong the grain of covers is, where nothing else happens.

    Second differences both ways are 0 on every plane and slope; white noise of deviation s leaves 6 s. Edges are few,
    and leave the median as it is.

    Parameters
    ----------
    covers : float32, shape (n, 100, 100, 3)
        -1 to 1.

    Returns
    -------
    float32, shape (n, 1)
        Standard deviation of brightness.
    """
    bent = np.diff(np.diff(covers.mean(axis=-1), n=2, axis=1), n=2, axis=2)
    return (np.median(np.abs(bent), axis=(1, 2)) / 0.6745 / 6)[:, None].astype("float32")


def spoil(sketches: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sketches with a generator's faults: coefficients too weak, too strong or missing, and noise where edges are.

    What is wrong in a block is mostly wrong in its neighbours too, so part of the noise is shared by 2x2 and 4x4 of
    them.

    Parameters
    ----------
    sketches : float32, shape (n, 25, 25, 8)
    rng
        Decides, too, how much each is spoiled: from not at all.

    Returns
    -------
    float32, shape (n, 25, 25, 8)
    """
    count, side = len(sketches), sketches.shape[1]
    one_each = (count, 1, 1, 1)
    level = WORST * rng.random(one_each, "float32")
    missing = 0.9 * rng.random((count, side, side, 1), "float32") * rng.random(one_each, "float32")
    off = 1 + level * rng.uniform(-0.4, 0.3, (count, 1, 1, PLANES)).astype("float32")
    spoiled = np.where(np.arange(PLANES) < 3, sketches, sketches * (1 - missing) * off)
    edges = np.minimum(1.5, np.abs(spoiled[..., 3:]).sum(axis=-1, keepdims=True))
    noise = sum(
        weight * _shared_noise(sketches.shape, blocks, rng) for blocks, weight in ((1, 1.0), (2, 0.7), (4, 0.5))
    )
    return spoiled + level * WRONG * noise * (0.5 + edges)


def _shared_noise(shape, blocks, rng):
    """Normal noise that is the same in squares of so many blocks."""
    count, side, _, planes = shape
    drawn = rng.standard_normal((count, -(-side // blocks), -(-side // blocks), planes), "float32")
    return drawn.repeat(blocks, axis=1).repeat(blocks, axis=2)[:, :side, :side]


def _taught():
    """A finisher whose outputs are all that is compared, each by its absolute error."""
    keras = load_keras()
    finisher = build_finisher()
    covers, grain = finisher.outputs
    across = [keras.ops.diff(covers, axis=axis) for axis in (1, 2)]
    model = keras.Model(finisher.inputs, [covers, grain, *across])
    optimizer = keras.optimizers.Adam(LEARNING_RATE, 0.9, 0.99)
    model.compile(optimizer, loss=["mean_absolute_error"] * 4, loss_weights=[1, 1, EDGES, EDGES])
    return model


@cache
def _lessons_class():
    """Make the class when it is first needed, for its parent is Keras's."""

    class Lessons(load_keras().utils.PyDataset):
        """Spoiled sketches of an epoch's covers, and what the finisher should make of them."""

        def __init__(self, images, seed, epoch):
            super().__init__(workers=1, max_queue_size=4)
            self.images, self.chance = images, [seed, epoch]
            self.order = np.random.default_rng(self.chance).permutation(len(images))

        def __len__(self):
            return -(-len(self.order) // BATCH_SIZE)

        def __getitem__(self, number):
            chosen = self.order[number * BATCH_SIZE : (number + 1) * BATCH_SIZE]
            sketches, covers, grain = lesson(self.images[chosen], np.random.default_rng([*self.chance, number]))
            return sketches, (covers, grain, *(np.diff(covers, axis=axis) for axis in (1, 2)))

    return Lessons
