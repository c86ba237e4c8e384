"""Changes to slices that leave their genre as it is: more music from the same songs.

All take a batch of pixels (n, rows, width), 0 to 255, and a generator, and give float32; the upper half of the rows is
the spectrogram, the lower half the tempogram.
"""

import numpy as np

from albumlib.features.slices import Augment
from albumlib.genre.settings import ClassifierSettings


def spec_augment(x: np.ndarray, rng: np.random.Generator, *, rows: int = 0, columns: int = 0) -> np.ndarray:
    """Cover a band of rows in each half, and a stretch of columns, with the slice's mean.

    Parameters
    ----------
    x : shape (n, rows, width)
    rows, columns
        The widest band that may be covered; each is drawn from 0 to this.

    References
    ----------
    Park et al., SpecAugment, 2019 (masking; without its time warping).
    """
    x = np.array(x, np.float32)
    half = x.shape[1] // 2
    for image in x:
        mean = image.mean()
        for top in (0, half):
            height = rng.integers(rows + 1)
            start = top + rng.integers(half - height + 1)
            image[start : start + height] = mean
        length = rng.integers(columns + 1)
        start = rng.integers(image.shape[1] - length + 1)
        image[:, start : start + length] = mean
    return x


def mixup(x: np.ndarray, y: np.ndarray, rng: np.random.Generator, *, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Lay each slice over another, and mix their labels alike.

    Parameters
    ----------
    x : shape (n, rows, width)
    y : float, shape (n, n_genres)
    alpha
        Of the Beta distribution that the share is drawn from: small is mostly one or the other, 1 any share.

    References
    ----------
    Zhang et al., mixup: Beyond Empirical Risk Minimization, 2018.
    """
    share = rng.beta(alpha, alpha, len(x)).astype(np.float32)
    other = rng.permutation(len(x))
    x, y = np.asarray(x, np.float32), np.asarray(y, np.float32)
    wide, long = share[:, None, None], share[:, None]
    return wide * x + (1 - wide) * x[other], long * y + (1 - long) * y[other]


def make_augment(settings: ClassifierSettings) -> Augment | None:
    """Join what the settings of a training ask for; None if nothing is."""
    if not (settings.spec_augment or settings.mixup):
        return None

    def augment(x, y, rng):
        if settings.spec_augment:
            x = spec_augment(x, rng, rows=settings.spec_augment, columns=settings.spec_augment)
        return mixup(x, y, rng, alpha=settings.mixup) if settings.mixup else (x, y)

    return augment
