"""Features of covers by Inception, for a distance that does not depend on our own judge."""

import os

import numpy as np

from albumlib.backend import load_keras
from albumlib.errors import InputError

LEAST_SIZE = 75


def inception_features(
    images: np.ndarray,
    *,
    weights: str | os.PathLike | None = "imagenet",
    size: int = 299,
    batch_size: int = 32,
) -> np.ndarray:
    """What Inception v3 finds in covers, for `albumlib.evaluation.report.evaluate_covers` in place of the judge's.

    The network knows photographs, not covers, and no genre; so its KID says nothing about the judge. Keras fetches its
    weights (90 MB) at the first call. They are not those of the published KID and FID figures, which therefore compare
    with each other only.

    Parameters
    ----------
    images : uint8, shape (n, height, width, 3)
    weights
        "imagenet", a file of weights, or None for weights drawn at random.
    size
        Covers are enlarged to this before; 75 at least. Half the size takes a quarter of the time.

    Returns
    -------
    float32, shape (n, 2048)
        0 or more.

    Raises
    ------
    InputError
        If the weights can be neither found nor fetched, or the size is too small.

    References
    ----------
    Szegedy et al.: *Rethinking the Inception Architecture for Computer Vision*, 2016.

    Examples
    --------
    >>> table, _ = evaluate_covers(covers, labels, seen, unseen, judge, genres=genres, features=inception_features)
    """
    if size < LEAST_SIZE:
        raise InputError("too small for Inception", where="size", expected=f"at least {LEAST_SIZE}", got=str(size))
    keras = load_keras()
    shape = {"include_top": False, "pooling": "avg", "input_shape": (size, size, 3)}
    try:
        network = keras.applications.InceptionV3(weights=weights, **shape)
    except Exception as error:  # Keras raises a bare Exception where a download fails
        raise InputError(
            "no weights of Inception",
            where=f"weights={weights!r}",
            expected="a connection to the internet at the first call, or a file of weights",
            got=str(error).splitlines()[0],
            todo="measure with the judge's features, which need no download",
        ) from None
    batches = [images[first : first + batch_size] for first in range(0, len(images), batch_size)]
    resized = (keras.ops.image.resize(batch.astype("float32") / 127.5 - 1, (size, size)) for batch in batches)
    return np.concatenate([network.predict_on_batch(batch) for batch in resized])
