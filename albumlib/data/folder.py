"""Any music library as a catalog: a table beside the files, a folder a genre, or the files' own tags."""

import hashlib
import os
import re
import unicodedata
from pathlib import Path
from typing import Literal, get_args

import mutagen
import pandas as pd

from albumlib.data.audio import READABLE, audio_duration
from albumlib.data.catalog import make_catalog, read_texts
from albumlib.data.splits import UNKNOWN
from albumlib.data.tags import embedded_art
from albumlib.errors import InputError, choose
from albumlib.genres import match_genre
from albumlib.report import make_report
from albumlib.text import printable

Labels = Literal["auto", "table", "folders", "tags"]
TABLE = "tracks.csv"
TABLE_COLUMNS = ("path", "genre", "artist", "album", "title", "license")
DECODABLE = {".mp3", ".flac", ".ogg", ".oga", ".opus", ".wav", ".aif", ".aiff"}
# Audio that the decoder does not read: named in the report, so that nobody wonders where it went.
FOREIGN = {".m4a", ".mp4", ".aac", ".wma", ".ape", ".wv"}
# What the catalog takes from tags, and the frame that holds it where a file (wav, aiff) carries bare ID3
ID3_FRAMES = {"genre": "TCON", "artist": "TPE1", "album": "TALB", "title": "TIT2"}
LONGEST_TEXT = 300  # characters; no title is longer, but a tag may hold a book
COVER_FILES = [stem + suffix for stem in ("cover", "folder", "front") for suffix in (".jpg", ".jpeg", ".png")]


def load_folder(root: str | os.PathLike, *, labels: Labels = "auto") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Load the catalog of a folder of music.

    Parameters
    ----------
    labels
        Where a track's genre stands, and nowhere else: in ``tracks.csv`` (columns ``path``, relative to the root, and
        ``genre``; optional ``artist``, ``album``, ``title``, ``license``), in the name of the first folder below the
        root, or in the file's own tags. By default the first of these that the root offers. A library sorted by artist
        wants ``'tags'``.

    Returns
    -------
    catalog
        As `albumlib.data.catalog.make_catalog` gives it. What the table leaves open comes from the tags. The cover is
        the one inside the file, else ``cover``, ``folder`` or ``front`` (jpg or png) beside it.
    report
        Files left out: path, stage, reason.

    Raises
    ------
    InputError
        If the root is missing or without usable audio, the table lacks ``path`` or ``genre``, or `labels` is no choice.

    Notes
    -----
    A genre is matched to the report's 19 without regard to case and punctuation ("hip hop" is "Hip-Hop"); any other
    name stays as it is, for a guess would be a wrong label.

    Two tracks of unknown artists may be by the same one, and a split by artist must not part them. So such a track is
    given an artist named after its album, else after its folder below the genre: what lies together is most likely by
    one artist. A track with neither gets an artist of its own. One artist for all of these would be safer still, but
    would put a whole untagged library in one split.

    Examples
    --------
    >>> catalog, report = load_folder("music")  # music/Jazz/Ada/song.mp3 is Jazz
    >>> catalog, report = load_folder("music", labels="tags")  # music/Ada/First/song.mp3 is what its tags say
    """
    root = Path(root)
    if not root.is_dir():
        raise InputError("no such folder", where=root, expected="a folder of music", todo="check the path")
    choose(dict.fromkeys(get_args(Labels)), labels, what="labels")
    labels = _find_labels(root) if labels == "auto" else labels
    entries = _read_table(root / TABLE) if labels == "table" else [{"path": path} for path in _list_audio(root)]
    if not entries:
        raise InputError("no music in this folder", where=root, expected=READABLE, todo="check the path")
    tracks, failures = {}, []
    for entry in entries:
        try:
            track = _track(root, entry, labels=labels)
            if track["track_id"] in tracks:
                raise InputError("listed twice")
            tracks[track["track_id"]] = track
        except InputError as error:
            failures.append((root / entry["path"], "catalog", error.reason))
    if not tracks:
        got = f"{len(failures)} unusable, the first: {failures[0][0]}: {failures[0][2]}"
        raise InputError("no usable track", where=root, got=got)
    return make_catalog(tracks.values()), make_report(failures)


def make_track_id(relative: str) -> str:
    """Make an id from a file's place in the library: readable, unique, fit for a file name, the same on every machine.

    Parameters
    ----------
    relative
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
    table = read_texts(path)
    for column in ("path", "genre"):
        if column not in table:
            raise InputError(f"no column {column!r}", where=path, got=", ".join(table.columns))
    known = [column for column in TABLE_COLUMNS if column in table]
    rows = table[known].apply(lambda texts: texts.str.strip()).to_dict("records")
    return [{name: text for name, text in row.items() if text or name == "path"} for row in rows]


def _track(root, entry, *, labels):
    """Build the catalog row of one file, or raise `InputError` that says why it has none."""
    place = Path(os.path.normpath(entry["path"]))
    if place.is_absolute() or ".." in place.parts:
        raise InputError("lies outside the folder", expected="a path relative to it")
    if not _is_utf8(place):
        raise InputError("file name is not UTF-8", todo="rename the file")
    path, folders = root / place, place.parts[:-1]
    duration = audio_duration(path)
    track = _read_tags(path)
    genres = {"table": entry.get("genre", ""), "folders": "".join(folders[:1]), "tags": track["genre"]}
    track |= {"license": ""} | entry | {"path": path, "duration": duration, "genre": match_genre(genres[labels])}
    if not track["genre"]:
        raise InputError("no genre", expected="a genre in tracks.csv, a folder's name or the file's tags")
    track_id = make_track_id(place.as_posix())
    if UNKNOWN.fullmatch(track["artist"]):
        below_genre = folders[1:] if labels == "folders" else folders
        track["artist"] = f"unknown:{track['album'] or '/'.join(below_genre) or track_id}"
    track["title"] = track["title"] or path.stem
    track |= {name: printable(track[name]).strip()[:LONGEST_TEXT] for name in TABLE_COLUMNS if name != "path"}
    return track | {"track_id": track_id, "cover_path": _find_cover(path), "source": "folder"}


def _is_utf8(path):
    """Whether a path can be written in a text file; Linux allows names of any bytes."""
    try:
        return bool(str(path).encode())
    except UnicodeEncodeError:
        return False


def _read_tags(path):
    """Genre, artist, album and title of an audio file, ``""`` where there is none."""
    try:
        tags = getattr(mutagen.File(path, easy=True), "tags", None) or {}
    except Exception:  # damage can surprise the reader of tags anywhere, and the music is fine without them
        tags = {}
    found = {name: tags.get(name) or tags.get(frame) or [""] for name, frame in ID3_FRAMES.items()}
    return {name: str(values[0]).strip() for name, values in found.items()}


def _find_cover(path):
    """Where a track's cover is: inside the file, else beside it, else ``""``."""
    if embedded_art(path):
        return path
    beside = {name.lower(): path.parent / name for name in sorted(os.listdir(path.parent))}
    return next((beside[name] for name in COVER_FILES if name in beside and beside[name].is_file()), "")
