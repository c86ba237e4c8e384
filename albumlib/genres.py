"""The 19 genres of the report, in its order.

Class order is never implied by a folder listing or a column: it is this list, or the list saved with a run.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from albumlib.errors import InputError, choose


@dataclass(frozen=True)
class Genre:
    """One genre.

    Attributes
    ----------
    id
        0 to 18, alphabetical (report, "Genres").
    fma_id
        ``genre_id`` in the Free Music Archive.
    color
        Hexadecimal plot colour, the same in every figure.
    """

    id: int
    name: str
    fma_id: int
    color: str


GENRES = tuple(
    Genre(i, name, fma_id, color)
    for i, (name, fma_id, color) in enumerate(
        [
            ("Ambient Electronic", 42, "#7fb7be"),
            ("Avant-Garde", 1, "#b39c4d"),
            ("Blues", 3, "#2f5d8a"),
            ("Classical", 5, "#8c6d46"),
            ("Electronic", 15, "#00a6a6"),
            ("Experimental", 38, "#b9c46a"),
            ("Folk", 17, "#6a994e"),
            ("Hip-Hop", 21, "#f2a541"),
            ("Indie-Rock", 66, "#e07a5f"),
            ("International", 2, "#d1495b"),
            ("Jazz", 4, "#30638e"),
            ("Lo-Fi", 27, "#a3a380"),
            ("Metal", 31, "#3d3d3d"),
            ("Pop", 10, "#ef7fb0"),
            ("Psych-Rock", 58, "#9b5de5"),
            ("Punk", 25, "#e63946"),
            ("Rock", 12, "#6e2a1f"),
            ("Techno", 181, "#3a3fd4"),
            ("Trip-Hop", 286, "#5f6f94"),
        ]
    )
)
NAMES = tuple(genre.name for genre in GENRES)
BY_NAME = {genre.name: genre for genre in GENRES}
BY_FMA_ID = {genre.fma_id: genre for genre in GENRES}


# What may stand beside a genre in a folder's name: a number and a sign before it; brackets, or "music", behind
BESIDE = re.compile(r"^[\W_]*\d{1,4}[\W_]+|\s*[(\[{].*$|\s+music\s*$", re.IGNORECASE)


def get_genre(name: str) -> Genre:
    """Look up one of the report's genres; any other name raises `InputError`."""
    return choose(BY_NAME, name, what="genre")


def color(name: str) -> str:
    """Plot colour of a genre, hexadecimal; mid-grey for a name outside the list."""
    return BY_NAME[name].color if name in BY_NAME else "#8a8a8a"


def class_order(names: Iterable[str], *, least: int = 1) -> list[str]:
    """The explicit class order of a data set: the report's order first, other names after it by alphabet.

    Parameters
    ----------
    names
        Genre of each track or cover; repeats are fine.
    least
        How many different genres there must be; to tell them apart takes two.

    Raises
    ------
    InputError
        If there are fewer.
    """
    found = set(names)
    if not found:
        raise InputError(
            "no genre found", expected="at least one labelled track or cover", todo="check the data folder"
        )
    if len(found) < least:
        got, todo = f"only {', '.join(sorted(found))}", "check where the genres stand: labels is table, folders or tags"
        raise InputError("nothing to tell apart", expected=f"at least {least} genres", got=got, todo=todo)
    return [name for name in NAMES if name in found] + sorted(found - set(NAMES))


def match_genre(*names: str) -> str:
    """Spell a genre as the report does, if it is one of its 19, else as it is written, without surrounding spaces.

    Parameters
    ----------
    names
        What a file or folder calls its genre; each may be a list itself, as "Rock; Pop" or "Rock/Pop", or have a number
        before it or a remark behind, as "01 - Rock" or "Rock (FLAC)". The first that is known counts. Where none is,
        the first name stays whole, for a guess would be a wrong label.
    """
    known = {genre_key(genre): genre for genre in NAMES}
    parts = [part for name in names for part in (name, *re.split(r"[;,/|\\\0]", name))]
    parts = [each for part in parts for each in (part, BESIDE.sub("", part))]
    first = next((name.strip() for name in names if name.strip()), "")
    return next((known[genre_key(part)] for part in parts if genre_key(part) in known), first)


def genre_key(name: str) -> str:
    """What is left of a genre's name for comparing it: letters and digits, without case and accents."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(character for character in plain if character.isalnum()) or name.strip()


def one_spelling(names: Iterable[str], *, like: Iterable[str] = ()) -> dict[str, str]:
    """Find one spelling for all names of a genre: "hip hop", "Hip-Hop" and "HIPHOP" are one.

    Parameters
    ----------
    names
        Genre of each track or cover; repeats count.
    like
        Spellings that come first, as those of another data set.

    Returns
    -------
    dict
        From each name to its spelling: that of `like`, else the report's, else the commonest in NFC, the first by
        alphabet of several equally common.
    """
    names = list(names)
    counts = Counter(unicodedata.normalize("NFC", name) for name in names)
    chosen = {}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        chosen.setdefault(genre_key(name), name)
    chosen |= {genre_key(name): name for name in (*NAMES, *like)}
    return {name: chosen[genre_key(name)] for name in set(names)}
