"""Split a catalog so that no artist is in two splits.

A network that was trained on one song of an artist knows the voice, the instruments and the studio of the next, so a
score on a random split says how well it recognizes artists (report, what the authors' code got wrong, 1).
"""

import re
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from albumlib.errors import InputError

Split = Literal["train", "validation", "test"]
SPLITS = get_args(Split)
ATTEMPTS = 8  # deals to choose the most even one from
UNKNOWN = re.compile(r"[<\[(]?unknown( artist)?[>\])]?|", re.IGNORECASE)
# What comes after these are guests; in brackets or not
GUESTS = re.compile(
    r"[\s(\[-]+(?:(?:feat|ft|vs|pres|prod)(?:\.\s*|\s+)|(?:featuring|with|w/|versus|presents)\s+)|\s*;|\s/\s",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"^the (?=.)|, the$")
ACCENTS = re.compile("[\u0300-\u036f]")
STROKES = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"})  # are no accents
# Names that stand for many artists. `DJ Cary` mixes other people's songs on the Magnatune label.
COLLECTIVE = re.compile(
    r".*\b(compilations?|various artists?)\b.*|various|v[./ ]{0,2}a\.?|(original )?soundtrack|anonymous|dj cary",
    re.IGNORECASE,
)


def split_by_artist(
    catalog: pd.DataFrame,
    *,
    fractions: Sequence[float] | dict[Split, float] = (0.7, 0.15, 0.15),
    seed: int = 0,
) -> pd.Series:
    """Deal whole artists to training, validation and test, each genre as evenly as its artists allow.

    Parameters
    ----------
    catalog
        Columns ``track_id``, ``genre``, ``artist`` and, for unknown artists, ``album``.
    fractions
        Share of the songs of train, validation and test, in this order or by name; they sum to 1, and 0 leaves a split
        out.

    Returns
    -------
    Series
        ``'train'``, ``'validation'`` or ``'test'``, indexed like the catalog. A genre of at least three artists is in
        each split, unless its artists serve other genres too.

    Raises
    ------
    InputError
        If the fractions do not sum to 1, or there are fewer artists than splits.

    Notes
    -----
    Notebook: 01_data

    Examples
    --------
    >>> split = split_by_artist(catalog, fractions={"train": 0.8, "test": 0.2}, seed=1)
    >>> train = catalog[split == "train"]
    """
    if isinstance(fractions, dict):
        fractions = [fractions.get(split, 0) for split in SPLITS]
    if len(fractions) != len(SPLITS) or not np.isclose(sum(fractions), 1):
        raise InputError("fractions do not sum to 1", expected=", ".join(SPLITS), got=", ".join(map(str, fractions)))
    splits = np.array([split for split, share in zip(SPLITS, fractions, strict=True) if share > 0])
    dealt = _deal(catalog, [share for share in fractions if share > 0], seed=seed)
    split = pd.Series(splits[dealt], index=catalog.index, name="split")
    check_no_leak(catalog, split)
    return split


def folds_by_artist(catalog: pd.DataFrame, *, n_folds: int = 5, seed: int = 0) -> np.ndarray:
    """Deal whole artists to folds of like size, each genre as evenly as its artists allow.

    Parameters
    ----------
    catalog
        As in `split_by_artist`.
    n_folds
        At least 2.

    Returns
    -------
    int, shape (len(catalog),)
        0 to ``n_folds - 1``.

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


def artist_key(catalog: pd.DataFrame) -> pd.Series:
    """Name who plays in each track, so that equal names must stay together.

    Parameters
    ----------
    catalog
        Columns ``track_id``, ``artist`` and, where known, ``album``.

    Returns
    -------
    Series
        str, indexed like the catalog.

    Notes
    -----
    Artists are compared by letters and digits alone, without regard to case, accents and "the", and by what comes
    before guests ("feat.", "ft.", "with", "vs." and such). "A & B" is another than "A", for it may be a band's name. A
    name such as "Various Artists" stands for many, and any of
    them may be on another compilation too, so all such tracks share one key: this costs some evenness, and cannot leak.
    What it cannot see is an artist known elsewhere by name. Tracks of an unknown artist share a key by album, and stand
    alone without one (`albumlib.data.folder.load_folder` names them after their folder, and says why).
    """
    artist, album = (_plain(catalog.get(name, pd.Series("", index=catalog.index))) for name in ("artist", "album"))
    unknown = artist.str.fullmatch(UNKNOWN)
    artist = artist.map(_main_artist)
    artist = artist.groupby(artist.map(_letters)).transform("min")
    by_album = "album: " + album.where(album.ne(""), catalog["track_id"].astype(str))
    return artist.mask(artist.str.fullmatch(COLLECTIVE), "(many artists)").mask(unknown, by_album)


def check_no_leak(catalog: pd.DataFrame, split: pd.Series | ArrayLike) -> None:
    """Raise `InputError`, naming the artist, if one is in two splits.

    Parameters
    ----------
    catalog
        As in `artist_key`.
    split
        The split of each track: a series by the catalog's index, anything else in its order.

    Raises
    ------
    InputError
        If a track has no split, or an artist has tracks in two.

    Notes
    -----
    Notebook: 01_data
    """
    splits = pd.Series(split, index=catalog.index)
    if splits.isna().any():
        raise InputError("track is in no split", where=catalog["track_id"][splits.isna()].iloc[0])
    splits = splits.groupby(artist_key(catalog)).unique()
    leaks = splits[splits.str.len() > 1]
    if len(leaks):
        got = ", ".join(map(str, leaks.iloc[0]))
        raise InputError("artist is in two splits", where=leaks.index[0], expected="one split an artist", got=got)


def _plain(names):
    """Names without case, accents and superfluous spaces."""
    plain = names.fillna("").astype(str).str.casefold().str.normalize("NFKD")
    return plain.str.replace(ACCENTS, "", regex=True).str.split().str.join(" ")


def _main_artist(name):
    """Drop the guests of a name, unless nothing else is there."""
    return GUESTS.split(name, maxsplit=1)[0].strip() or name


def _letters(name):
    """What of a name is compared: "the b-52's" and "b52s, the" are one."""
    plain = ARTICLE.sub("", name).replace("&", " and ").translate(STROKES)
    return "".join(character for character in plain if character.isalnum()) or name


def _deal(catalog, shares, *, seed):
    """Deal artists to splits several times, and take the deal that leaves fewest gaps and is most even.

    Returns an int array, shape (len(catalog),), the split of each track.
    """
    group, names = pd.factorize(artist_key(catalog), sort=True)
    if len(names) < len(shares):
        raise InputError(
            "too few artists to split",
            expected=f"at least {len(shares)} artists",
            got=str(len(names)),
            todo="add music of other artists, or artist tags",
        )
    counts = pd.crosstab(group, catalog["genre"].to_numpy()).to_numpy()  # (artists, genres)
    wanted = np.outer(shares, counts.sum(axis=0))  # (splits, genres)
    rng = np.random.default_rng(seed)
    deals = [_deal_once(counts, shares, wanted, order=rng.permutation(len(names))) for _ in range(ATTEMPTS)]

    def unevenness(splits):
        dealt = np.stack([counts[splits == split].sum(axis=0) for split in range(len(shares))])
        return (dealt == 0).sum(), (abs(dealt - wanted) / wanted.sum(axis=0)).sum()

    return min(deals, key=unevenness)[group]


def _deal_once(counts, shares, wanted, *, order):
    """Deal one artist of each genre to every split, then the rest, largest first, where most is missing."""
    totals, missing = counts.sum(axis=0), wanted.copy()
    split_of = np.full(len(counts), -1)

    def deal(artist, split):
        split_of[artist] = split
        missing[split] -= counts[artist]

    for genre in np.argsort((counts > 0).sum(axis=0), kind="stable"):  # genres of few artists choose first
        players = order[counts[order, genre] > 0]
        for split in _seats(shares):
            free = players[split_of[players] < 0]
            if len(free) and split not in split_of[players]:
                load = (counts[free] / wanted[split]).max(axis=1)  # how far each would overfill the split in any genre
                deal(free[(load <= 2).argmax() if load.min() <= 2 else load.argmin()], split)
    for artist in sorted(order[split_of[order] < 0], key=lambda a: -counts[a].sum()):
        deal(artist, int((missing / totals @ counts[artist]).argmax()))
    return split_of


def _seats(shares):
    """Order in which a genre of few artists fills the splits: the largest first, then test before validation."""
    return sorted(range(len(shares)), key=lambda split: (-shares[split], -split))
