"""Is it a copy? The training cover nearest to each generated one, and how near real covers come to each other."""

import numpy as np
import pandas as pd

from albumlib.covers.color import to_lab
from albumlib.errors import InputError

BLOCK = 10
NEIGHBOURS = 10
NEAR = 0.25
LIKE = 0.7  # copies that were made a little darker, noisier or tinted, or moved by 2 pixels, have 0.9 and more
MOST_REFERENCES = 1000


def nearest_training(generated: np.ndarray, training: np.ndarray, *, share: float = 0.01) -> pd.DataFrame:
    """Find the training cover nearest to each generated one, or to its mirror image, and mark near-copies.

    A small distance alone says little: a flat or blurred picture is near to many, and a copy that is a little darker
    or shifted is no nearer. But a copy is near to one only: its distance to the nearest training cover is small beside
    that to the tenth nearest. A near-copy is a cover for which this ratio is smaller than for all but a few real
    training covers among each other, which lies no further from its nearest than a quarter of these do, and which has
    its light and colours in the same places: two plain covers in the same rare red are near, and no copies.

    Parameters
    ----------
    generated, training : uint8, shape (n, 100, 100, 3)
        At least 12 training covers; with duplicates among them (two in a hundred), only exact copies are found.
    share : 0 to 1
        Of the training covers whose ratio would be small enough: how often a real cover is called a near-copy.

    Returns
    -------
    pandas.DataFrame
        One row a generated cover, in order: ``nearest`` (index into training), ``mirrored`` (whether it is near to the
        mirror image), ``distance`` (root mean square difference in Lab after blurring), ``ratio`` (0 to 1),
        ``likeness`` (correlation of the two covers less their mean colours, -1 to 1) and ``near_copy``.

    Raises
    ------
    InputError
        If there are fewer than 12 training covers.

    References
    ----------
    Lowe: *Distinctive Image Features from Scale-Invariant Keypoints*, 2004 (the ratio of distances).

    Examples
    --------
    >>> found = nearest_training(covers, images)
    >>> copied = covers[found["near_copy"]], images[found.loc[found["near_copy"], "nearest"]]
    """
    if len(training) < NEIGHBOURS + 2:
        expected = f"at least {NEIGHBOURS + 2}, to know how near real covers come to each other"
        raise InputError("too few training covers", expected=expected, got=str(len(training)))
    kept = _thumbnails(training)
    chosen = np.random.default_rng(0).permutation(len(kept))[:MOST_REFERENCES]
    among = _distances(training[chosen], kept).min(axis=0)
    among[np.arange(len(chosen)), chosen] = np.inf  # not itself
    distances = _distances(generated, kept)
    mirrored, nearest = np.divmod(np.hstack(distances).argmin(axis=1), len(kept))
    least, ratio = _least_and_ratio(distances.min(axis=0))
    usual_least, usual_ratio = _least_and_ratio(among)
    like = _likeness(generated, training[nearest], mirrored == 1)
    near = (ratio <= np.quantile(usual_ratio, share)) & (least <= np.quantile(usual_least, NEAR)) & (like >= LIKE)
    return pd.DataFrame(
        {
            "nearest": nearest,
            "mirrored": mirrored == 1,
            "distance": least,
            "ratio": ratio,
            "likeness": like,
            "near_copy": near,
        }
    )


def _least_and_ratio(distances):
    """Distance to the nearest, and its ratio to that to the tenth nearest (0 where both are copies)."""
    ordered = np.partition(distances, (0, NEIGHBOURS - 1), axis=1)
    least, tenth = ordered[:, 0], ordered[:, NEIGHBOURS - 1]
    return least, np.divide(least, tenth, out=np.zeros_like(least), where=tenth > 0)


def _likeness(images, others, mirrored):
    """Correlation of pairs of covers, their mean colours taken out; 0 where one of them is all of one colour."""
    others = np.where(mirrored[:, None, None, None], others[:, :, ::-1], others)
    a, b = (_thumbnails(covers).reshape(len(covers), -1, 3) for covers in (images, others))
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    return np.sum(a * b, axis=(1, 2)) / np.sqrt(np.sum(a**2, axis=(1, 2)) * np.sum(b**2, axis=(1, 2)) + 1e-9)


def _thumbnails(images):
    """Blurred covers in Lab, flat: means of blocks of 10 by 10 pixels, shape (n, 300)."""
    n, height, width, _ = images.shape
    blocks = images.reshape(n, height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3)
    small = np.stack([cover.mean(axis=(1, 3)) for cover in blocks])
    return to_lab(small.round().astype("uint8")).reshape(n, -1)


def _distances(images, kept):
    """Distances of covers and of their mirror images from kept thumbnails, shape (2, n, kept)."""
    from scipy.spatial.distance import cdist

    both = (_thumbnails(images), _thumbnails(images[:, :, ::-1]))
    return np.stack([cdist(seen, kept) for seen in both]) / np.sqrt(kept.shape[1])
