"""Changes to slices that leave their genre as it is: more music from the same songs.

All take a batch of pixels (n, rows, width), 0 to 255, and a generator; the upper half of the rows is the spectrogram,
the lower half the tempogram.
"""

import numpy as np


def spec_augment(x, rng, *, rows=0, columns=0):
    """Cover a band of rows in each half, and a stretch of columns, with the slice's mean.

    Parameters
    ----------
    x : array, shape (n, rows, width)
    rng : numpy.random.Generator
    rows, columns : int
        The widest band that may be covered; each is drawn from 0 to this.

    Returns
    -------
    float32 array, shape (n, rows, width)

    References
    ----------
    Park et al., SpecAugment, 2019 (masking; without its time warping).

    Notes
    -----
    Notebook: 05_regularization
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


def mixup(x, y, rng, *, alpha):
    """Lay each slice over another, and mix their labels alike.

    Parameters
    ----------
    x : array, shape (n, rows, width)
    y : float array, shape (n, n_genres)
    rng : numpy.random.Generator
    alpha : float
        Of the Beta distribution that the share is drawn from: small is mostly one or the other, 1 any share.

    Returns
    -------
    x, y : float32 array

    References
    ----------
    Zhang et al., mixup: Beyond Empirical Risk Minimization, 2018.

    Notes
    -----
    Notebook: 05_regularization
    """
    share = rng.beta(alpha, alpha, len(x)).astype(np.float32)
    other = rng.permutation(len(x))
    x, y = np.asarray(x, np.float32), np.asarray(y, np.float32)
    wide, long = share[:, None, None], share[:, None]
    return wide * x + (1 - wide) * x[other], long * y + (1 - long) * y[other]


def make_augment(settings):
    """Join what the settings of a training ask for.

    Parameters
    ----------
    settings : albumlib.genre.settings.ClassifierSettings

    Returns
    -------
    callable or None
        From pixels, labels and a generator to pixels and labels; None if nothing is asked for.
    """
    if not (settings.spec_augment or settings.mixup):
        return None

    def augment(x, y, rng):
        if settings.spec_augment:
            x = spec_augment(x, rng, rows=settings.spec_augment, columns=settings.spec_augment)
        return mixup(x, y, rng, alpha=settings.mixup) if settings.mixup else (x, y)

    return augment
