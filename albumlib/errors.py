"""The one exception that a person meets when the input, not the program, is at fault."""

from collections.abc import Mapping

from albumlib.text import printable

MOST_GOT = 500  # characters; what was found instead may be a whole file


class InputError(ValueError):
    """Bad input, told in one line: what, where, expected, got, what to do.

    Parameters
    ----------
    what : str
        What went wrong, a short clause.
    where : str or path, optional
        The file, folder, option or column concerned.
    expected, got : str, optional
        What would have been right, and what was found instead.
    todo : str, optional
        What the person can do about it.
    """

    def __init__(self, what, *, where=None, expected=None, got=None, todo=None):
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


def choose(options: Mapping, name: str, *, what: str, where=None):
    """Look something up by the name that a person gave.

    Parameters
    ----------
    options : mapping of str
        What there is to choose from, by name.
    name : str
    what : str
        What is chosen, for the message: "loss", "profile".
    where : str or path, optional
        The option, column or file that gave the name.

    Returns
    -------
    object
        ``options[name]``

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name not in options:
        raise InputError(f"no such {what}", where=where, expected=", ".join(map(str, options)), got=str(name))
    return options[name]
