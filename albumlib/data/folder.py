"""Any music library as a catalog: a table beside the files, a folder a genre, or the files' own tags."""

import hashlib
import os
import re
import unicodedata
from pathlib import Path

import pandas as pd

from albumlib.covers.images import embedded_art
from albumlib.data.catalog import COLUMNS, make_catalog, make_report
from albumlib.errors import InputError
from albumlib.genres import NAMES
from albumlib.music.audio import READABLE

TABLE = "tracks.csv"
DECODABLE = {".mp3", ".flac", ".ogg", ".oga", ".opus", ".wav", ".aif", ".aiff"}
# Audio that the decoder does not read: named in the report, so that nobody wonders where it went.
FOREIGN = {".m4a", ".mp4", ".aac", ".wma", ".ape", ".wv"}
COVER_FILES = [stem + suffix for stem in ("cover", "folder", "front") for suffix in (".jpg", ".jpeg", ".png")]


def load_folder(root, *, labels="auto"):
    """Load the catalog of a folder of music.

    Parameters
    ----------
    root : path
    labels : {'auto', 'table', 'folders', 'tags'}
        Where a track's genre stands: in ``tracks.csv`` (columns ``path``, relative to the root, and ``genre``; optional
        the catalog's others), in the name of the first folder below the root, or in the file's own tags. By default the
        first of these that the folder offers. A library sorted by artist wants ``'tags'``.

    Returns
    -------
    catalog : pandas.DataFrame
        As `albumlib.data.catalog.make_catalog` gives it. What the table leaves open comes from the tags.
    report : pandas.DataFrame
        Files left out: path, stage, reason.

    Raises
    ------
    InputError
        If the root is missing or holds no audio, or the table has no ``path`` or ``genre``.

    Notes
    -----
    Notebook: 01_data

    A genre is matched to the report's 19 without regard to case and punctuation ("hip hop" is "Hip-Hop"); any other
    name stays as it is, for a guess would be a wrong label. A track without an artist gets one of its own, named after
    its album, else its folder below the genre, else itself: tracks of one album are most likely by one artist, and two
    songs that nothing connects must not be tied together, or a split by artist could not deal them out.
    """
    root = Path(root)
    if not root.is_dir():
        raise InputError("no such folder", where=root, expected="a folder of music", todo="check the path")
    labels = _find_labels(root) if labels == "auto" else labels
    if labels == "table":
        entries = _read_table(root / TABLE)
    elif labels in ("folders", "tags"):
        entries = [{"path": relative} for relative in _list_audio(root)]
    else:
        raise InputError("no such labels", expected="auto, table, folders or tags", got=repr(labels))
    if not entries:
        raise InputError("no music in this folder", where=root, expected=READABLE, todo="check the path")
    tracks, failures = [], []
    for entry in entries:
        try:
            tracks.append(_track(root, entry, genre_from_folder=labels == "folders"))
        except InputError as error:
            failures.append((root / entry["path"], "catalog", error.reason))
    return make_catalog(tracks), make_report(failures)


def match_genre(name):
    """Give a genre the spelling of the report's 19 where it is one of them.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        The name without surrounding spaces if it is none of them.

    Notes
    -----
    Notebook: 01_data
    """
    known = {_letters(genre): genre for genre in NAMES}
    return known.get(_letters(name), name.strip())


def make_track_id(relative):
    """Make an id from a file's place in the library: readable, unique, fit for a file name, the same on every machine.

    Parameters
    ----------
    relative : str
        Path below the root, with ``/``.

    Returns
    -------
    str
        ASCII: the start of the file's name and 8 hexadecimal digits of the path's SHA-1.
    """
    # macOS writes é as two characters, other systems as one
    digits = hashlib.sha1(unicodedata.normalize("NFC", relative).encode()).hexdigest()[:8]
    plain = unicodedata.normalize("NFKD", Path(relative).stem).encode("ascii", "ignore").decode()
    stem = re.sub(r"\W+", "_", plain).strip("_")[:40]
    return f"{stem or 'track'}-{digits}"


def _letters(name):
    """Only the letters and digits of a name, without case."""
    return "".join(character for character in name.casefold() if character.isalnum())


def _find_labels(root):
    """Where the genres of this folder stand."""
    if (root / TABLE).is_file():
        return "table"
    return "folders" if any("/" in relative for relative in _list_audio(root)) else "tags"


def _list_audio(root):
    """Audio files below the root as relative posix paths, sorted, without hidden files and folders."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [Path(folder, name).relative_to(root) for name in files if not name.startswith(".")]
        found += [path.as_posix() for path in paths if path.suffix.lower() in DECODABLE | FOREIGN]
    return sorted(found)


def _read_table(path):
    """Read the rows of tracks.csv as dictionaries, without empty cells."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:  # a parser's and a decoder's errors are ValueErrors
        raise InputError("unreadable table", where=path, expected="a CSV file in UTF-8", got=str(error)) from None
    for column in ("path", "genre"):
        if column not in table:
            raise InputError(f"no column {column!r}", where=path, got=", ".join(table.columns))
    table = table[table["path"] != ""].drop_duplicates("path")
    known = [column for column in COLUMNS if column in table and column != "duration"]  # the file knows its length
    return [{name: text for name, text in row.items() if text} for row in table[known].to_dict("records")]


def _track(root, entry, *, genre_from_folder):
    """Build the catalog row of one file, or raise `InputError` that says why it has none."""
    path, parts = root / entry["path"], Path(entry["path"]).parts
    track = dict.fromkeys(COLUMNS, "") | _read_tags(path) | {"source": "folder"}
    track["track_id"] = make_track_id(Path(entry["path"]).as_posix())
    if genre_from_folder and len(parts) > 1:
        track["genre"] = parts[0]
    track |= entry | {"path": str(path)}
    track["genre"] = match_genre(track["genre"])
    if not track["genre"]:
        raise InputError("no genre", expected="a genre in tracks.csv, a folder's name or the file's tags")
    if not track["artist"]:
        below_genre = "/".join(parts[1:-1] if genre_from_folder else parts[:-1])
        track["artist"] = f"unknown:{track['album'] or below_genre or track['track_id']}"
    track["title"] = track["title"] or path.stem
    track["cover_path"] = str(root / entry["cover_path"]) if "cover_path" in entry else _find_cover(path)
    return track


def _read_tags(path):
    """Genre, artist, album, title and duration of an audio file, ``""`` where untold."""
    import mutagen

    if not path.is_file():
        raise InputError("no such file")
    if path.stat().st_size == 0:
        raise InputError("file is empty")
    if path.suffix.lower() not in DECODABLE:
        raise InputError("not a format that is read", expected=READABLE, got=path.suffix, todo="convert it")
    try:
        file = mutagen.File(path, easy=True)
    except Exception as error:  # damage can surprise the reader of tags anywhere
        raise InputError("not audio, or damaged", got=str(error)) from None
    if file is None:
        raise InputError("not audio, or damaged", expected=READABLE)
    tags = file.tags or {}
    texts = {name: tags.get(name) or [""] for name in ("genre", "artist", "album", "title")}
    return {name: str(values[0]).strip() for name, values in texts.items()} | {"duration": file.info.length}


def _find_cover(path):
    """Where a track's cover is: inside the file, else beside it, else ``""``."""
    if embedded_art(path):
        return str(path)
    beside = {name.lower(): name for name in sorted(os.listdir(path.parent))}
    return next((str(path.parent / beside[name]) for name in COVER_FILES if name in beside), "")
