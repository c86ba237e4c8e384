"""Generator and finisher learn on together, from what a critic says about finished covers."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import Tensor, load_keras
from albumlib.covers.finishing.finisher import SIZE, sketching_part
from albumlib.covers.finishing.training import EDGES, lesson
from albumlib.covers.gan import CoverGan
from albumlib.covers.networks.painter import GRAINED, lay_grain, unite

if TYPE_CHECKING:
    import keras

# Beside the critic's scores count what the finisher was taught before, so that it does not forget it, and the grid.
ANCHOR, GRID = 30.0, 2.0
# And the genre: the critic learns to tell that of covers, the generator to be told right (Odena et al., AC-GAN, 2017).
# It weighs less in the generator, whose covers vary less for it (notebook 10).
GENRE = {"critic": 1.0, "generator": 0.3}
PERIODS = (2, 4)  # pixels of a grid: what doubling the size once or twice leaves behind
ASIDE = (2, 3)  # frequencies on either side of a grid's that it is compared with


class PainterGan(CoverGan):
    """A training of the networks "painter": the critic is shown grain and tells genres, and the finisher is held.

    Parameters
    ----------
    start
        A painter that has learned (`albumlib.covers.finishing.finisher.painter`), whose parts learn on.

    Notes
    -----
    Everything else as in `albumlib.covers.gan.CoverGan`.
    """

    def __init__(self, *args, start: "keras.Model | None" = None, **kwargs):
        united = None if start is None else unite(sketching_part(start), start.get_layer("finisher"))
        super().__init__(*args, start=united, **kwargs)

    def _seen(self, images, draws):
        return lay_grain(images, draws) if images.shape[-1] == GRAINED else images

    def _draws(self, rng, parts):
        return rng.standard_normal((parts, self.settings.batch_size, SIZE, SIZE, 1), "float32")

    def _told(self, network, said, labels):
        ops = load_keras().ops
        return GENRE[network] * ops.mean(ops.categorical_crossentropy(labels, said[:, 1:], from_logits=True))

    def _lesson(self, rng, images):
        return lesson(images[rng.integers(len(images), size=-(-self.settings.batch_size // 2))], rng)

    def _beside(self, images, sketches, covers, grain):
        ops = load_keras().ops
        finished, strength = self.generator.get_layer("finisher")(sketches, training=True)
        off = ops.mean(ops.abs(finished - covers)) + ops.mean(ops.abs(strength - grain))
        for axis in (1, 2):
            edges = ops.diff(finished, axis=axis) - ops.diff(covers, axis=axis)
            off = off + EDGES * ops.mean(ops.abs(edges))
        return ANCHOR * off + GRID * grid_excess(images)


def grid_excess(images: Tensor) -> Tensor:
    """How much more power a batch has at the frequencies of a grid than beside them, rows and columns alike.

    `albumlib.evaluation.spectrum.grid_peak` as a loss, of which the mean counts in the place of the worst.

    Parameters
    ----------
    images : shape (batch, 100, 100, 3)

    Returns
    -------
    scalar
        0 where nothing stands out; 1 where a grid has twice the power of its neighbours.

    References
    ----------
    Durall, Keuper, Keuper: *Watch your Up-Convolution: CNN Based Generative Deep Neural Networks are Failing to
    Reproduce Spectral Distributions*, 2020.
    """
    ops = load_keras().ops
    brightness = ops.mean(images, axis=-1)
    brightness = brightness - ops.mean(brightness, axis=(1, 2), keepdims=True)
    excess = []
    for lines in (brightness, ops.transpose(brightness, (0, 2, 1))):
        for at, beside in grid_waves():
            power, usual = (ops.sum(ops.square(ops.matmul(lines, waves))) for waves in (at, beside))
            excess.append(ops.relu(power / (usual + 1e-6) - 1.0))
    return sum(excess) / len(excess)


@cache
def grid_waves() -> list[tuple[np.ndarray, np.ndarray]]:
    """For each frequency of a grid its waves, and those of its neighbours in the same strength together.

    Returns
    -------
    pairs of float32, shapes (100, 2) and (100, 8)
        Cosine and sine by column, under a Hann window.
    """
    places, pairs = np.arange(SIZE), []
    for period in PERIODS:
        at = SIZE // period
        pair = []
        for frequencies in ([at], [at + step * side for step in ASIDE for side in (-1, 1)]):
            turns = 2 * np.pi * np.outer(places, frequencies) / SIZE
            waves = np.hanning(SIZE)[:, None] * np.concatenate([np.cos(turns), np.sin(turns)], axis=1)
            pair.append((waves / np.sqrt(len(frequencies))).astype("float32"))
        pairs.append(tuple(pair))
    return pairs
