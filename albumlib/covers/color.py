"""Colours as the eye spaces them, and the few that sum up many covers."""

import numpy as np

from albumlib.errors import InputError

SAMPLE = 20_000  # pixels, drawn from all covers; k-means on them takes a tenth of a second
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_LINEAR = np.arange(256) / 255
_LINEAR = np.where(_LINEAR <= 0.04045, _LINEAR / 12.92, ((_LINEAR + 0.055) / 1.055) ** 2.4).astype("float32")


def to_lab(pixels: np.ndarray) -> np.ndarray:
    """Colours in CIELAB, where a distance of about 2.3 is the least that an eye can see (Mahy and others, 1994).

    Parameters
    ----------
    pixels : uint8, shape (..., 3)
        sRGB, 0 to 255.

    Returns
    -------
    float32, shape (..., 3)
        Lightness L, 0 to 100; a, green to red, and b, blue to yellow, about -110 to 110; white is D65.

    Notes
    -----
    Notebook: 09_gan_losses

    Examples
    --------
    >>> to_lab(np.uint8([255, 0, 0])).round().tolist()
    [53.0, 80.0, 67.0]
    """
    # Each row is divided by its sum, the white's own X, Y and Z, so that greys come out without a tint.
    matrix = (_TO_XYZ / _TO_XYZ.sum(axis=1, keepdims=True)).astype("float32")
    xyz = _LINEAR[pixels] @ matrix.T
    bent = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(bent, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype("float32")


def palette(images: np.ndarray, *, n_colors: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Sum up covers by a few colours: the centres of k-means in Lab, where distance is what the eye sees.

    Parameters
    ----------
    images : uint8, shape (n, height, width, 3)
        Such as all covers of a genre.
    n_colors
        At most; fewer where the covers have fewer.
    seed
        Of the pixels drawn and of the first centres.

    Returns
    -------
    colors : uint8, shape (n_colors, 3)
        RGB, the commonest first: of each group the pixel nearest its centre, so every colour does occur.
    shares : float, shape (n_colors,)
        Of the pixels; they sum to 1.

    Raises
    ------
    InputError
        If there is no pixel, or no colour is asked for.

    Notes
    -----
    Notebook: 08_covers

    Where colours pass into each other, as in photographs, groups have no true borders, and other seeds give somewhat
    other colours.

    Examples
    --------
    >>> covers = np.zeros((4, 100, 100, 3), np.uint8)
    >>> covers[1:] = (200, 30, 30)
    >>> palette(covers)[0].tolist()
    [[200, 30, 30], [0, 0, 0]]
    """
    from sklearn.cluster import KMeans

    pixels = np.asarray(images).reshape(-1, 3)
    if not len(pixels) or n_colors < 1:
        expected = "at least one cover and one colour"
        raise InputError("no palette", expected=expected, got=f"{len(images)} covers, n_colors={n_colors}")
    rng = np.random.default_rng(seed)
    pixels = pixels[rng.choice(len(pixels), min(SAMPLE, len(pixels)), replace=False)]
    lab, n_different = to_lab(pixels), len(np.unique(pixels, axis=0))
    means = KMeans(min(n_colors, n_different), n_init=4, random_state=seed).fit(lab)
    shares = np.bincount(means.labels_) / len(pixels)
    nearest = [((lab - center) ** 2).sum(axis=1).argmin() for center in means.cluster_centers_]
    order = np.argsort(-shares, kind="stable")
    return pixels[nearest][order], shares[order]
