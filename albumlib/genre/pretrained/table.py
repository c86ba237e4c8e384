"""The table of signs: which tags speak for which genre, and how common each tag is.

`tags.csv` beside this file can be read and changed by anyone. Each row is one sign of a genre, and the tags of
``any_of`` are alternatives of which one is enough. A sign that ``is`` the genre counts as the probability that it is
there. A sign that the genre goes ``with`` (rock with drums) counts as how many times more of it there is than in music
at large, and one that it goes ``without`` as the probability that it is not there; each to the power of ``weight``.
``part_of`` names the genre that contains it in the tree of the Free Music Archive: first the containing genres are told
apart, then those inside. ``known`` says how well the tags describe a genre at all.
"""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from albumlib.errors import InputError
from albumlib.genre.pretrained.musicnn.network import TAGS

TABLE = Path(__file__).with_name("tags.csv")
SIGNS = ("is", "with", "without")


@dataclass(frozen=True)
class TagTable:
    """Signs of genres.

    Attributes
    ----------
    signs : dict of list of tuple
        By genre: which of `SIGNS` it is, its weight, and places of the tags in `albumlib.genre.pretrained.ALL_TAGS`.
    part_of : dict of str
        By genre: the genre that contains it, or "".
    known : dict of str
        By genre: ``"well"``, ``"partly"`` or ``"no"``.
    """

    signs: dict
    part_of: dict
    known: dict

    def kin(self, genre):
        """Names of the nearest kin of a genre: the one that contains it and those it contains, list of str."""
        children = [name for name, parent in self.part_of.items() if parent == genre]
        return [self.part_of[genre], *children] if self.part_of[genre] else children


def read_table(path: str | os.PathLike = TABLE) -> TagTable:
    """Read a table of signs.

    Parameters
    ----------
    path : path
        CSV with the columns ``genre, part_of, known, sign, weight, any_of``. Tags are written ``MSD rock`` or
        ``MTT rock``; several are separated by semicolons. The first row of a genre has ``part_of`` and ``known``.

    Returns
    -------
    TagTable

    Raises
    ------
    InputError
        If the file is missing, or a row names a sign, tag or genre that there is not.
    """
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise InputError("cannot be read", where=path, expected="a table of tags", got=str(error)) from None
    names = [f"{network} {tag}" for network, tags in TAGS.items() for tag in tags]
    table = TagTable({}, {}, {})
    for number, row in enumerate(rows, start=2):
        try:
            places = [names.index(tag.strip()) for tag in row["any_of"].split(";")]
            sign = (SIGNS[SIGNS.index(row["sign"])], float(row["weight"]), places)
            table.signs.setdefault(row["genre"], []).append(sign)
            table.part_of.setdefault(row["genre"], row["part_of"])
            table.known.setdefault(row["genre"], row["known"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InputError("no such tag, sign or column", where=f"{path}, line {number}", got=str(error)) from None
    lost = sorted(set(table.part_of.values()) - {"", *table.signs})
    if lost:
        raise InputError("no signs of a containing genre", where=path, got=lost[0], todo="add it to the table")
    return table


def tag_rates() -> np.ndarray:
    """How common each tag is in the music that the networks learned from.

    Returns
    -------
    float array, shape (100,)
        Share of tracks, 0 to 1.

    Notes
    -----
    The publishers list tags by how common they are, and rates fall about as a power of the rank (Zipf's law): of
    MagnaTagATune's clips 19 % have the first (guitar) and 2 % the last. For the Million Song Dataset the power is an
    estimate: the networks' own answers on music of many kinds sum to some two tags a track.
    """
    rank = np.arange(1, 51)
    return np.concatenate([0.22 * rank**-0.7, 0.19 * rank**-0.57])
