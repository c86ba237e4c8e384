"""What a catalog is: a pandas table, one row a track, whatever library it came from."""

import hashlib
import os
import warnings
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from albumlib.errors import InputError
from albumlib.files import file_stamp

# Folders and files that systems leave in other people's folders; those with a sign in front need no list
SYSTEM = {"system volume information", "__macosx", "lost+found", "thumbs.db", "desktop.ini", "recycler", "__pycache__"}
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}  # what else programs put between columns
HEARING = 3  # part of every stamp of a song: raise it when the same file starts to be heard otherwise
COLUMNS = ("track_id", "path", "genre", "artist", "album", "title", "duration", "cover_path", "license", "source")


def make_catalog(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Build a catalog from row dictionaries, filling what is absent.

    Parameters
    ----------
    rows
        Keys from `COLUMNS`; ``path`` and ``track_id`` are required. A missing text is ``""``, a missing duration NaN.
        ``cover_path`` is an image file, or the audio file itself where the art is embedded in it.

    Returns
    -------
    DataFrame
        Columns `COLUMNS` in order, sorted by ``track_id``, index 0 to n-1.

    Raises
    ------
    InputError
        If a track id occurs twice or is unfit for a file name.
    """
    table = pd.DataFrame(list(rows), columns=list(COLUMNS))
    text = [column for column in COLUMNS if column != "duration"]
    table[text] = table[text].astype(object).fillna("").astype(str)
    table["duration"] = table["duration"].astype(float)
    return check_catalog(table.sort_values("track_id", ignore_index=True))


def check_catalog(catalog: pd.DataFrame) -> pd.DataFrame:
    """Return the catalog unchanged, or say what breaks its contract.

    Raises
    ------
    InputError
        If a column is missing, a track id repeats, or an id is not made of letters, digits, ``-``, ``_`` and ``.``.
    """
    missing = [column for column in COLUMNS if column not in catalog.columns]
    if missing:
        raise InputError("catalog lacks columns", expected=", ".join(COLUMNS), got=f"no {', '.join(missing)}")
    repeated = catalog["track_id"][catalog["track_id"].duplicated()]
    if len(repeated):
        raise InputError("track_id occurs twice", expected="one row a track", got=repeated.iloc[0])
    unfit = catalog["track_id"][~catalog["track_id"].str.fullmatch(r"[\w-][\w.-]*")]
    if len(unfit):
        raise InputError("track_id is no file name", expected="letters, digits, - _ .", got=repr(unfit.iloc[0]))
    return catalog


def list_files(root: str | os.PathLike) -> list[str]:
    """List the files below a folder as relative posix paths, sorted, through linked folders too.

    Left out is what is hidden or belongs to a system: names that begin with ``.`` or ``@``, bins, thumbnails. A folder
    that is reached on two ways is gone through once.
    """
    found, seen = [], set()
    for folder, folders, files in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not _is_system(name))
        found += [Path(folder, name).relative_to(root).as_posix() for name in files if not _is_system(name)]
    return sorted(found)


def _is_system(name):
    return name.startswith((".", "@", "#", "$")) or name.casefold() in SYSTEM


def data_digest(*parts: np.ndarray | Iterable[str], further: Iterable[np.ndarray] = ()) -> str:
    """Sum up data in a few digits, by which a run knows whether it is given the same again.

    Parameters
    ----------
    parts
        Arrays of numbers, or texts; their order counts.
    further
        More arrays behind them, taken one after the other, so that they need not all be in memory.

    Returns
    -------
    str
        12 hexadecimal digits. Texts count as they are written, arrays with their type and shape.

    Notes
    -----
    Notebook: 10_train_cover_gan
    """
    total = hashlib.blake2b(digest_size=6)
    for part in chain(parts, further):
        if isinstance(part, np.ndarray) and part.dtype != object:
            total.update(f"{part.dtype.str} {part.shape};".encode())
            total.update(np.ascontiguousarray(part).data if part.size else b"")
        else:
            texts = [str(text) for text in part]
            total.update(f"{len(texts)} texts;".encode())
            for text in texts:
                encoded = text.encode(errors="surrogatepass")
                total.update(f"{len(encoded)}:".encode() + encoded)
    return total.hexdigest()


def song_stamp(path: str | os.PathLike) -> str:
    """What a file is and how it is heard, by which what was made of a song is known; "" if it cannot be read."""
    stamp = file_stamp(path)
    return stamp and f"{stamp}, hearing {HEARING}"


def read_texts(path: str | os.PathLike) -> pd.DataFrame:
    """Read a CSV table that a person made, in UTF-8 with a header row: all cells as text, ``""`` where nothing is.

    Raises
    ------
    InputError
        If the file is no such table, or a row has more cells than the header, as a name with a bare comma makes.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            # Without index_col=False, rows with a cell too many would move all cells by one column
            options = {"dtype": str, "na_filter": False, "index_col": False, "encoding": "utf-8-sig"}
            table, first = pd.read_csv(path, **options), pd.read_csv(path, header=None, nrows=1, **options)
    except (OSError, ValueError, pd.errors.ParserWarning) as error:  # a parser's and a decoder's are ValueErrors
        raise InputError("unreadable table", where=path, expected="a CSV file in UTF-8", got=str(error)) from None
    header = str(table.columns[0]) if len(table.columns) == 1 else ""
    sign = next((name for sign, name in SEPARATORS.items() if sign in header), None)
    if sign:
        expected, got = "commas between the columns", f"{sign} in the header {header!r}"
        raise InputError("unreadable table", where=path, expected=expected, got=got, todo="save it with commas")
    names = first.loc[0].str.strip()
    if len(twice := names[names.duplicated() & (names != "")]):  # pandas calls the second genre.1
        raise InputError("unreadable table", where=path, expected="each column once", got=f"{twice.iloc[0]} twice")
    return table.rename(columns=lambda name: str(name).strip())
