"""Is it a copy? The training cover nearest to each generated one, and how near real covers come to each other."""

import numpy as np
import pandas as pd

from albumlib.covers.palette import to_lab
from albumlib.errors import InputError

BLOCK = 5
NEIGHBOURS = 10
MOST_REFERENCES = 2000


def nearest_training(generated, training, *, share=0.01):
    """Find the training cover nearest to each generated one, or to its mirror image, and mark near-copies.

    Plain distance would accuse every blurred or flat picture, which is near to many. A copy is near to one: its
    distance to the nearest training cover is small beside that to the tenth nearest. This ratio is what is compared,
    with the same ratio of real training covers among each other.

    Parameters
    ----------
    generated, training : uint8 array, shape (n, 100, 100, 3)
        At least 12 training covers.
    share : float
        Share of the training covers that would be called near-copies of other training covers.

    Returns
    -------
    pandas.DataFrame
        One row a generated cover, in order: ``nearest`` (index into training), ``mirrored`` (whether it is near to the
        mirror image), ``distance`` (root mean square difference in Lab after blurring), ``ratio`` (0 to 1) and
        ``near_copy``.

    Raises
    ------
    InputError
        If there are fewer than 12 training covers.

    References
    ----------
    Lowe: *Distinctive Image Features from Scale-Invariant Keypoints*, 2004 (the ratio of distances).

    Notes
    -----
    Notebook: 10_gallery
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
    return pd.DataFrame(
        {
            "nearest": nearest,
            "mirrored": mirrored == 1,
            "distance": least,
            "ratio": ratio,
            "near_copy": ratio < np.quantile(_least_and_ratio(among)[1], share),
        }
    )


def _least_and_ratio(distances):
    """Distance to the nearest, and its ratio to that to the tenth nearest (0 where both are copies)."""
    ordered = np.partition(distances, (0, NEIGHBOURS - 1), axis=1)
    least, tenth = ordered[:, 0], ordered[:, NEIGHBOURS - 1]
    return least, np.divide(least, tenth, out=np.zeros_like(least), where=tenth > 0)


def _thumbnails(images):
    """Blurred covers in Lab, flat: means of blocks of 5 by 5 pixels, shape (n, 1200)."""
    n, height, width, _ = images.shape
    blocks = images.reshape(n, height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3)
    small = np.stack([cover.mean(axis=(1, 3)) for cover in blocks])
    return to_lab(small.round().astype("uint8")).reshape(n, -1)


def _distances(images, kept):
    """Distances of covers and of their mirror images from kept thumbnails, shape (2, n, kept)."""
    return np.stack([_root_mean_square(_thumbnails(side), kept) for side in (images, images[:, :, ::-1])])


def _root_mean_square(one, other):
    square = (one**2).mean(axis=1)[:, None] + (other**2).mean(axis=1) - 2 * (one @ other.T) / one.shape[1]
    return np.sqrt(np.maximum(square, 0))
