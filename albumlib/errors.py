"""The one exception that a person meets when the input, not the program, is at fault."""

import os
from collections.abc import Mapping
from typing import TypeVar

from albumlib.text import printable

Choice = TypeVar("Choice")

MOST_GOT = 500  # characters; what was found instead may be a whole file


class InputError(ValueError):
    """Bad input, in one line: what, where, expected, got, what to do.

    Parameters
    ----------
    what
        What went wrong, a short clause.
    where
        The file, folder, option or column concerned.
    expected, got
        What would have been right, and what was found instead.
    todo
        What the person can do about it.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | os.PathLike | None = None,
        expected: str | None = None,
        got: str | None = None,
        todo: str | None = None,
    ):
        self.what, self.where = what, where
        parts = [what]
        if expected is not None:
            parts.append(f"expected {expected}")
        if got is not None:
            got = str(got)
            parts.append(f"got {got}" if len(got) <= MOST_GOT else f"got {got[:MOST_GOT]}…")
        if todo is not None:
            parts.append(todo)
        # Without the place, for reports that have a column for it.
        self.reason = " ".join(printable("; ".join(parts)).split())
        super().__init__(self.reason if where is None else f"{printable(where)}: {self.reason}")


def choose(options: Mapping[str, Choice], name: str, *, what: str, where: str | os.PathLike | None = None) -> Choice:
    """Look something up by the name that a person gave.

    Parameters
    ----------
    what
        What is chosen, for the message: "loss", "profile".
    where
        The option, column or file that gave the name.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name not in list(options):  # a list, for a value from a file may have no hash
        raise InputError(f"no such {what}", where=where, expected=", ".join(map(str, options)), got=str(name))
    return options[name]
