"""The 19 genres of the report, in its order.

Class order is never implied by a folder listing or a column: it is this list, or the list saved with a run.
"""

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


def get_genre(name: str) -> Genre:
    """Look up one of the report's genres; any other name raises `InputError`."""
    return choose(BY_NAME, name, what="genre")


def color(name: str) -> str:
    """Plot colour of a genre, hexadecimal; mid-grey for a name outside the list."""
    return BY_NAME[name].color if name in BY_NAME else "#8a8a8a"


def class_order(names: Iterable[str]) -> list[str]:
    """The explicit class order of a data set: the report's order first, other names after it by alphabet.

    Parameters
    ----------
    names
        Genre of each track or cover; repeats are fine.

    Raises
    ------
    InputError
        If no name is given.
    """
    found = set(names)
    if not found:
        raise InputError(
            "no genre found", expected="at least one labelled track or cover", todo="check the data folder"
        )
    return [name for name in NAMES if name in found] + sorted(found - set(NAMES))


def match_genre(name: str) -> str:
    """Spell a genre as the report does, if it is one of its 19; other names only lose surrounding spaces."""
    known = {_letters(genre): genre for genre in NAMES}
    return known.get(_letters(name), name.strip())


def _letters(name):
    """Only the letters and digits of a name, without case."""
    return "".join(character for character in name.casefold() if character.isalnum())
