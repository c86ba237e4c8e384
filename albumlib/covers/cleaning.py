"""Covers that a generator should not learn from: two-colour, noise-like, empty, and doubles of another."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from PIL import Image

from albumlib.covers.color import to_lab
from albumlib.data.images import SIZE
from albumlib.data.validation import NEAR, cover_fingerprint, earlier_twins
from albumlib.errors import InputError

MEASURES = ("colors", "two_tone", "entropy", "roughness", "detail")
BLOCK = 8  # covers measured together; their colours in Lab take 1 MB, which caches hold
COARSE = 3  # bits a channel of the histogram of colours: 512 of them
CLOSE, CLOSE_SHARE = 3.0, 0.15  # to one of two colours: this near in Lab, or this share of the way to the other one
TILE = 8  # pixels a side
FAINT = 8.0  # in Lab; what varies less, such as the grain of paper, is not seen as noise


def measure_covers(images: np.ndarray) -> pd.DataFrame:
    """Measure what is troublesome about covers.

    Parameters
    ----------
    images : uint8, shape (n, 100, 100, 3)

    Returns
    -------
    pandas.DataFrame
        One row a cover:

        ``colors``
            Effective number of colours, 1 to 512: the exponential of the entropy of a histogram of 8 levels a channel.
        ``two_tone``
            Share of the pixels, 0 to 1, that have one of the two best colours or lie on an edge between them; the mean
            over the two colours, so that a portrait on a black ground is not two-tone for its ground alone.
        ``entropy``
            Of the 256 grey levels, 0 to 8 bits.
        ``roughness``
            How noise-like even the calmer parts are, 0 to about 0.5 (white noise).
        ``detail``
            Standard deviation of the 16 x 16 thumbnail, 0 to 127 levels: what blurring leaves.
        ``fingerprint``
            That thumbnail, a float32 array of shape (768,), from `albumlib.data.validation.cover_fingerprint`.

    Raises
    ------
    InputError
        If the images are of another shape or type.

    Notes
    -----
    Notebook: 08_covers

    Roughness is energy at high frequency, but not all of it, as a drawing in fine lines has much of that too. In each
    tile of 8 x 8 pixels the smaller eigenvalue of the structure tensor says how much neighbouring pixels differ *in
    every direction*, which is nothing along lines and edges. It is divided by the variance of the whole cover. A
    quarter of the tiles are calmer than the value that counts, so that a rough figure on a calm ground is not noise.
    """
    images = _checked(images)
    blocks = [_measure(images[start : start + BLOCK]) for start in range(0, len(images), BLOCK)]
    table = pd.DataFrame(np.concatenate(blocks) if blocks else np.empty((0, 4)), columns=list(MEASURES[:4]))
    prints = [cover_fingerprint(image) for image in images]
    table["detail"] = np.array([np.sqrt(each.reshape(-1, 3).var(axis=0).mean()) for each in prints], float)
    return table.assign(fingerprint=pd.Series(prints, index=table.index, dtype=object))


def clean_covers(
    images: np.ndarray,
    *,
    labels: ArrayLike | None = None,
    two_tone: float | None = 0.85,
    roughness: float | None = 0.18,
    detail: float | None = 4.5,
    duplicate: float | None = NEAR,
    measures: pd.DataFrame | None = None,
) -> tuple[np.ndarray, pd.DataFrame]:
    """Choose the covers to train on. Each rule is a threshold, and None switches it off.

    Parameters
    ----------
    images : uint8, shape (n, 100, 100, 3)
    labels : int, shape (n,)
        Genres; with them, it is an error if one of them loses all its covers.
    two_tone
        Leave out covers above it: the binary ones. Of the 21 real covers above 0.85, 19 are prints in two colours;
        below it photographs of high contrast become more. A genre of flat designs may be so by intent: look at it.
    roughness
        Leave out covers above it: white noise has 0.5, static and fine patterns without a figure about 0.2; below 0.17
        there are drawings in fine lines.
    detail
        Leave out covers below it: almost empty ones. Real covers with a faint or small figure have 5 and more; at 12 it
        takes soft and dark pictures too, the nearest that it comes to "abstract", which no such number measures.
    duplicate
        Leave out covers whose thumbnail differs less from that of an earlier one (root mean square, of 255 levels); the
        first of a group stays. Only among covers that the other rules leave. A copy saved anew as JPEG differs by about
        2, by up to 6 if saved badly; different covers by 9 or more among 5,432 real ones.
    measures
        From `measure_covers`, where it is there already.

    Returns
    -------
    kept : int
        Indices, ascending.
    report
        One row a cover and rule that it breaks: ``index``, ``reason`` (the rule's name), ``value``, ``threshold``, and
        ``twin``, the index of the earlier cover for a duplicate (otherwise missing).

    Raises
    ------
    InputError
        If the images are of another shape or type, or no cover of a label is left.

    References
    ----------
    The report, C-GAN, step 4 (two-colour covers polluted the results and were removed) and "proposed next" (exclude
    abstract and noise-like images). The thresholds come from looking at 5,432 real covers of nine genres.

    Notes
    -----
    Notebook: 08_covers

    Examples
    --------
    >>> kept, report = clean_covers(images, labels=labels, roughness=None)
    >>> images, labels = images[kept], labels[kept]
    """
    images = _checked(images)
    measures = measure_covers(images) if measures is None else measures
    rules = {"two_tone": (np.greater, two_tone), "roughness": (np.greater, roughness), "detail": (np.less, detail)}
    rows, good = [], np.ones(len(images), bool)
    for rule, (compare, threshold) in rules.items():
        if threshold is not None:
            bad = compare(measures[rule].to_numpy(), threshold)
            rows += [(i, rule, measures[rule].iloc[i], threshold, None) for i in np.flatnonzero(bad)]
            good &= ~bad
    left = np.flatnonzero(good)
    if duplicate is not None and len(left):
        twins = earlier_twins(np.stack(measures["fingerprint"].iloc[left].tolist()), near=duplicate)
        rows += [(left[i], "duplicate", distance, duplicate, left[twin]) for i, (twin, distance) in twins.items()]
        good[left[list(twins)]] = False
    _check_labels(labels, good)
    types = {"index": int, "reason": "str", "value": float, "threshold": float, "twin": "Int64"}
    return np.flatnonzero(good), pd.DataFrame(rows, columns=list(types)).astype(types)


def _checked(images):
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.shape[1:] != (SIZE, SIZE, 3):
        expected, got = f"uint8, shape (n, {SIZE}, {SIZE}, 3)", f"{images.dtype}, shape {images.shape}"
        raise InputError("not covers", expected=expected, got=got, todo="see load_covers")
    return images


def _check_labels(labels, good):
    """Refuse a choice that leaves no cover of some label."""
    if labels is None:
        return
    if len(labels) != len(good):
        raise InputError("labels do not fit", expected=f"one a cover, {len(good)}", got=str(len(labels)))
    lost = set(np.unique(labels)) - set(np.unique(np.asarray(labels)[good]))
    if lost:
        names = ", ".join(map(str, sorted(lost)))
        raise InputError("no cover is left", where=f"label {names}", todo="relax a threshold, or set it to None")


def _measure(images):
    """Measure a block: all but the detail, shape (n, 4)."""
    planes = np.ascontiguousarray(np.moveaxis(to_lab(images), -1, 1))  # sums over the colour are fast only so
    red, green, blue = np.moveaxis(images >> (8 - COARSE), -1, 0).astype(int)
    colors = np.exp(_entropy((red << 2 * COARSE) + (green << COARSE) + blue, 1 << 3 * COARSE))
    grey = np.stack([np.asarray(Image.fromarray(image).convert("L")) for image in images])
    bits = _entropy(grey.astype(int), 256) / np.log(2)
    return np.stack([colors, _two_tone(planes), bits, _roughness(planes)], axis=1)


def _entropy(levels, n):
    """Entropy of each picture's histogram, in nats."""
    places = levels.reshape(len(levels), -1) + n * np.arange(len(levels))[:, None]
    shares = np.bincount(places.ravel(), minlength=n * len(levels)).reshape(len(levels), n) / places.shape[1]
    return -(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=1)


def _two_tone(planes):
    pixels = planes.reshape(*planes.shape[:2], -1)
    one, other = _two_colors(np.ascontiguousarray(pixels[:, :, ::3]))  # every third meets all columns in turn
    to_one, to_other = (_apart(pixels, color).reshape(len(planes), SIZE, SIZE) for color in (one, other))
    close = np.clip(CLOSE_SHARE * np.linalg.norm(one - other, axis=1), 0.01, CLOSE)  # more than rounding, in any case
    is_one, is_other = to_one <= close[:, :, None] ** 2, to_other <= close[:, :, None] ** 2
    explained = is_one | is_other | (_grow(is_one) & _grow(is_other))
    nearer = to_one <= to_other
    shares = []
    for group in (nearer, ~nearer):
        n_pixels = group.sum(axis=(1, 2))
        shares.append(np.where(n_pixels, (explained & group).sum(axis=(1, 2)) / np.maximum(n_pixels, 1), 1))
    return np.mean(shares, axis=0)


def _two_colors(pixels):
    """Find the two colours about which pixels gather, each of shape (n, 3, 1): 2-means, then the cores of both groups.

    Pixels on edges, mixtures of the two, would draw the mere means together.
    """
    centered = pixels - pixels.mean(axis=2, keepdims=True)
    axis = np.linalg.eigh(centered @ centered.swapaxes(1, 2))[1][:, :, -1:]
    member = (centered * axis).sum(axis=1) > 0
    for _ in range(5):
        one, other = _mean(pixels, member), _mean(pixels, ~member)
        member = _apart(pixels, one) < _apart(pixels, other)
    radius = np.linalg.norm(one - other, axis=1)
    for share in (0.2, 0.12):
        core = np.maximum(share * radius, 1) ** 2
        one, other = (_mean(pixels, _apart(pixels, color) <= core, color) for color in (one, other))
    return one, other


def _apart(pixels, color):
    """Squared distance of each pixel to its picture's colour, shape (n, pixels)."""
    return ((pixels - color) ** 2).sum(axis=1)


def _mean(pixels, member, default=None):
    """Mean colour of each picture's members; where it has none, the default, or the mean of all its pixels."""
    counts = member.sum(axis=1)[:, None, None]
    means = pixels @ member[:, :, None].astype("float32") / np.maximum(counts, 1)
    return np.where(counts, means, pixels.mean(axis=2, keepdims=True) if default is None else default)


def _grow(mask):
    """Widen each picture's mask by one pixel to all sides."""
    wide = np.pad(mask, ((0, 0), (1, 1), (1, 1)))
    wide = wide[:, :-2] | wide[:, 1:-1] | wide[:, 2:]
    return wide[:, :, :-2] | wide[:, :, 1:-1] | wide[:, :, 2:]


def _roughness(planes):
    n, tiles = len(planes), SIZE // TILE
    side = tiles * TILE
    down, right = (np.diff(planes, axis=axis)[:, :, :side, :side] for axis in (2, 3))

    def per_tile(product):
        return product.sum(axis=1).reshape(n, tiles, TILE, tiles, TILE).mean(axis=(2, 4)).reshape(n, -1)

    yy, xx, xy = per_tile(down * down), per_tile(right * right), per_tile(down * right)
    smaller = (yy + xx) / 2 - np.hypot((yy - xx) / 2, xy)
    variance = planes.var(axis=(2, 3)).sum(axis=1)
    calm = np.sort(smaller, axis=1)[:, smaller.shape[1] // 4]
    return calm / 2 / np.maximum(variance, FAINT**2)
