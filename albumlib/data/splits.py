"""Split a catalog so that no artist is heard on two sides.

A network that has heard one song of an artist knows the voice, the instruments and the studio of the next, so a score
on a random split tells how well it recognizes artists. Notebook 03_leakage measures by how much.
"""

import re

import numpy as np
import pandas as pd

from albumlib.errors import InputError

SIDES = ("train", "validation", "test")
# Names that stand for many artists. `DJ Cary` mixes other people's songs on the Magnatune label.
COLLECTIVE = re.compile(
    r".*\b(compilations?|various artists?)\b.*|various|va|v\. ?a\.?|(original )?soundtrack|anonymous"
    r"|unknown( artist)?|dj cary"
)


def split_by_artist(catalog, *, fractions=(0.8, 0.1, 0.1), seed=0):
    """Deal whole artists to training, validation and test, each genre as evenly as its artists allow.

    Parameters
    ----------
    catalog : pandas.DataFrame
        Columns ``track_id``, ``genre``, ``artist`` and, for compilations, ``album``.
    fractions : sequence of float or dict
        Share of the songs of train, validation and test, in this order or by name; they sum to 1, and 0 leaves a side
        out.
    seed : int

    Returns
    -------
    pandas.Series
        ``'train'``, ``'validation'`` or ``'test'``, indexed like the catalog. A genre of at least three artists is on
        each side, unless its artists serve other genres too.

    Raises
    ------
    InputError
        If the fractions do not sum to 1, or there are fewer artists than sides.

    Notes
    -----
    Notebook: 03_leakage
    """
    if isinstance(fractions, dict):
        fractions = [fractions.get(side, 0) for side in SIDES]
    sides = np.array([side for side, share in zip(SIDES, fractions, strict=True) if share > 0])
    dealt = _deal(catalog, [share for share in fractions if share > 0], seed=seed)
    split = pd.Series(sides[dealt], index=catalog.index, name="split")
    check_no_leak(catalog, split)
    return split


def folds_by_artist(catalog, *, n_folds=5, seed=0):
    """Deal whole artists to folds of like size, each genre as evenly as its artists allow.

    Parameters
    ----------
    catalog : pandas.DataFrame
        As in `split_by_artist`.
    n_folds : int
        At least 2.
    seed : int

    Returns
    -------
    numpy.ndarray
        int, shape (len(catalog),), 0 to ``n_folds - 1``.

    Raises
    ------
    InputError
        If there are fewer artists than folds.

    Notes
    -----
    Notebook: 03_leakage
    """
    folds = _deal(catalog, [1 / n_folds] * n_folds, seed=seed)
    check_no_leak(catalog, folds)
    return folds


def artist_groups(catalog):
    """Name who is heard in each track, so that equal names must stay together.

    Parameters
    ----------
    catalog : pandas.DataFrame
        Columns ``track_id``, ``artist`` and, where known, ``album``.

    Returns
    -------
    pandas.Series
        str, indexed like the catalog.

    Notes
    -----
    Notebook: 03_leakage

    Artists are compared without regard to case and spaces. A name such as "Various Artists" is no artist: kept together
    it would drag a large, mixed part of a library to one side. Its tracks are grouped by album, because songs of one
    album share a mastering and often an artist, and stand alone where there is no album. The same holds for a missing
    artist. What this cannot see is an artist who hides in two compilations.
    """
    artist, album = (_plain(catalog.get(name, pd.Series("", index=catalog.index))) for name in ("artist", "album"))
    alone = artist.eq("") | artist.map(lambda name: bool(COLLECTIVE.fullmatch(name)))
    by_album = "album: " + album.where(album.ne(""), catalog["track_id"].astype(str))
    return artist.where(~alone, by_album)


def check_no_leak(catalog, split):
    """Raise `InputError`, naming the artist, if one is on two sides.

    Parameters
    ----------
    catalog : pandas.DataFrame
        As in `artist_groups`.
    split : array_like
        Shape (len(catalog),): the side of each track, in the catalog's order.

    Raises
    ------
    InputError
        If an artist has tracks on two sides.

    Notes
    -----
    Notebook: 03_leakage
    """
    sides = pd.Series(np.asarray(split)).groupby(artist_groups(catalog).to_numpy()).unique()
    leaks = sides[sides.str.len() > 1]
    if len(leaks):
        got = ", ".join(map(str, leaks.iloc[0]))
        raise InputError("artist is on two sides", where=leaks.index[0], expected="one side an artist", got=got)


def _plain(names):
    """Names without case and superfluous spaces."""
    return names.fillna("").astype(str).str.split().str.join(" ").str.casefold()


def _deal(catalog, shares, *, seed):
    """Deal artists to sides: one of each genre to every side, then the rest, largest first, where most is missing.

    Returns an int array, shape (len(catalog),), the side of each track.
    """
    if not np.isclose(sum(shares), 1):
        raise InputError("fractions do not sum to 1", got=", ".join(map(str, shares)))
    group, names = pd.factorize(artist_groups(catalog), sort=True)
    if len(names) < len(shares):
        raise InputError(
            "too few artists to split",
            expected=f"at least {len(shares)} artists",
            got=str(len(names)),
            todo="add music of other artists, or artist tags",
        )
    counts = pd.crosstab(group, catalog["genre"].to_numpy()).to_numpy()  # (artists, genres)
    totals = counts.sum(axis=0)
    missing = np.outer(shares, totals).astype(float)  # (sides, genres), falls as artists are dealt
    side_of = np.full(len(names), -1)
    order = np.random.default_rng(seed).permutation(len(names))

    def deal(artist, side):
        side_of[artist] = side
        missing[side] -= counts[artist]

    for genre in np.argsort((counts > 0).sum(axis=0), kind="stable"):  # genres of few artists choose first
        for side in _seats(shares):
            players = [artist for artist in order if counts[artist, genre]]
            free = [artist for artist in players if side_of[artist] < 0]
            if free and not any(side_of[artist] == side for artist in players):
                fitting = [a for a in free if counts[a, genre] <= 2 * shares[side] * totals[genre]]
                deal(fitting[0] if fitting else min(free, key=lambda a: counts[a, genre]), side)
    for artist in sorted(order[side_of[order] < 0], key=lambda a: -counts[a].sum()):
        deal(artist, int((missing / totals @ counts[artist]).argmax()))
    return side_of[group]


def _seats(shares):
    """Sides in the order in which a genre of few artists fills them: the largest first, then test before validation."""
    return sorted(range(len(shares)), key=lambda side: (-shares[side], -side))
