"""Any music library as a catalog: a table beside the files, a folder a genre, or the files' own tags."""

import hashlib
import os
import re
import unicodedata
from pathlib import Path
from typing import get_args

import pandas as pd

from albumlib.data.audio import READABLE, audio_duration
from albumlib.data.catalog import list_files, make_catalog, read_texts
from albumlib.data.labels import Choice, Labels, choose_labels, is_missing, is_no_genre
from albumlib.data.splits import UNKNOWN
from albumlib.data.tags import embedded_art, read_tags
from albumlib.errors import InputError, choose
from albumlib.genres import match_genre, one_spelling
from albumlib.report import make_report
from albumlib.text import printable

TABLE = "tracks.csv"
TABLE_COLUMNS = ("path", "genre", "artist", "album", "title", "license")
DECODABLE = set(
    ".mp3 .mp2 .mpga .flac .ogg .oga .opus .wav .wave .w64 .aif .aiff .aifc .au .caf .m4a .m4b .mp4 .aac .alac .wma"
    " .ape .wv .mpc .tta .dsf .webm .mka .mkv .mov".split()
)
# What lies among music and is none; anything else is named in the report, so that nobody wonders where it went
BESIDE = set(
    ".jpg .jpeg .jpe .jfif .png .gif .bmp .webp .tif .tiff .avif .heic .svg .ico .psd .pdf .txt .md .rtf .doc .docx"
    " .html .htm .url .webloc .nfo .log .cue .m3u .m3u8 .pls .xspf .wpl .sfv .md5 .ffp .accurip .csv .tsv .json .xml"
    " .yaml .yml .db .ini .lrc .plist .zip .rar .7z .gz .tar .npy .keras .ipynb .py".split()
)
LONGEST_TEXT = 300  # characters; no title is longer, but a tag may hold a book
COVER_FILES = [stem + suffix for stem in ("cover", "folder", "front") for suffix in (".jpg", ".jpeg", ".png")]


def load_folder(root: str | os.PathLike, *, labels: Labels = "auto") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Load the catalog of a folder of music.

    Parameters
    ----------
    labels
        Where a track's genre stands, and nowhere else: in ``tracks.csv`` (columns ``path``, relative to the root, and
        ``genre``; optional ``artist``, ``album``, ``title``, ``license``), in the name of the first folder below the
        root, or in the file's own tags. By default the table if there is one, then the folders, unless their names
        cannot be genres or contradict the tags: then the tags. What was chosen is told in ``catalog.attrs["labels"]``.

    Returns
    -------
    catalog
        As `albumlib.data.catalog.make_catalog` gives it. What the table leaves open comes from the tags. The cover is
        the one inside the file, else ``cover``, ``folder`` or ``front`` (jpg or png) beside it.
    report
        Files left out: path, stage, reason. With the catalog it holds every file below the root (linked folders too)
        that is music or may be, but for hidden ones.

    Raises
    ------
    InputError
        If the root is missing or without usable audio, the table lacks ``path`` or ``genre``, neither folders nor tags
        can be meant as genres, or `labels` is no choice.

    Notes
    -----
    A genre is matched to the report's 19 without regard to case, accents and punctuation ("hip hop" is "Hip-Hop"), and
    the first of several that is known counts ("Rock; Pop" is "Rock"). Any other name stays as it is, for a guess would
    be a wrong label; of several spellings the commonest is taken.

    A track's artist is that of its album, so that guests do not make two artists of one; on a compilation its own.

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
    files = list_files(root)
    entries = _list_entries(root, files, labels)
    if not entries:
        raise InputError("no music in this folder", where=root, expected=READABLE, todo="check the path")
    choice = _choose_labels(root, entries, labels)
    tracks, failures = {}, []
    for entry in entries:
        try:
            track = _track(root, entry, choice)
            while track["track_id"] in tracks:  # of two files whose names differ in how an accent is written
                if tracks[track["track_id"]]["path"] == track["path"]:
                    raise InputError("listed twice")
                track["track_id"] += "_"
            tracks[track["track_id"]] = track
        except InputError as error:
            failures.append((root / entry["path"], "catalog", error.reason))
    if not tracks:
        got = f"{len(failures)} unusable, the first: {failures[0][0]}: {failures[0][2]}"
        raise InputError("no usable track", where=root, got=got)
    catalog = make_catalog(tracks.values())
    catalog["genre"] = catalog["genre"].map(one_spelling(catalog["genre"]))
    places = {"table": TABLE, "folders": "the folders' names", "tags": "the files' tags"}
    catalog.attrs["labels"] = f"genres from {places[choice.labels]}" + (f": {choice.why}" if choice.why else "")
    return catalog, make_report(failures)


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


def _list_entries(root, files, labels):
    """Every file that is music or may be, and every row of the table if it is the table that counts."""
    rest = [path for path in files if Path(path).suffix.lower() not in BESIDE]
    if labels != "table" and not (labels == "auto" and (root / TABLE).is_file()):
        return [{"path": path} for path in rest] if any(map(_is_music, rest)) else []
    rows = _read_table(root / TABLE)
    listed = {os.path.normpath(row["path"]) for row in rows}
    unlisted = [{"path": path, "unlisted": "yes"} for path in rest if path not in listed and _is_music(path)]
    return rows + unlisted if rows else []


def _is_music(path):
    return Path(path).suffix.lower() in DECODABLE


def _choose_labels(root, entries, labels):
    """Where the genres stand, and why there if that is not plain; entries get their tags on the way."""
    for entry in entries:
        place = Path(os.path.normpath(entry["path"]))
        inside = _is_utf8(place) and not place.is_absolute() and ".." not in place.parts
        entry["tags"] = read_tags(root / place) if inside else {}
    if labels != "auto" or (root / TABLE).is_file():
        return Choice("table" if labels == "auto" else labels)
    songs = [
        (Path(entry["path"]).parts[0] if "/" in entry["path"] else "", tags.get("genre", ""), tags.get("artist", ""))
        for entry in entries
        if _is_music(entry["path"]) and (tags := entry["tags"])
    ]
    choice = choose_labels(songs)
    if choice.refused:
        todo = "sort the songs into a folder a genre, tag them, or write tracks.csv"
        raise InputError("no genres", where=root, expected="a folder a genre", got=choice.refused, todo=todo)
    return choice


def _read_table(path):
    """Read the rows of tracks.csv as dictionaries, without empty cells."""
    table = read_texts(path)
    for column in ("path", "genre"):
        if column not in table:
            raise InputError(f"no column {column!r}", where=path, got=", ".join(table.columns))
    if table.empty:
        raise InputError("no rows", where=path, expected="a row a song", todo="fill the table, or take it away")
    known = [column for column in TABLE_COLUMNS if column in table]
    rows = table[known].apply(lambda texts: texts.str.strip()).to_dict("records")
    return [{name: text for name, text in row.items() if text or name == "path"} for row in rows]


def _track(root, entry, choice):
    """Build the catalog row of one file, or raise `InputError` that says why it has none."""
    place = Path(os.path.normpath(entry["path"]))
    if place.is_absolute() or ".." in place.parts:
        raise InputError("lies outside the folder", expected="a path relative to it")
    if not _is_utf8(place):
        raise InputError("file name is not UTF-8", todo="rename the file")
    if "unlisted" in entry:
        raise InputError(f"not listed in {TABLE}", todo="add a row to use it")
    path, folders, labels = root / place, place.parts[:-1], choice.labels
    if labels != "table" and not _is_music(place):
        raise InputError("not music by its name", expected=READABLE, got=place.suffix or "no suffix")
    duration = audio_duration(path)
    tags = dict(entry["tags"])
    named = {name: entry[name] for name in TABLE_COLUMNS if name in entry}
    genres = {"table": entry.get("genre", ""), "folders": "".join(folders[:1]), "tags": tags["genre"]}
    track = {"license": ""} | tags | named
    track |= {"path": path, "duration": duration, "genre": match_genre(*genres[labels].split("\0"))}
    if not track["genre"] or (labels == "table" and is_missing(track["genre"])):
        raise InputError(
            "no genre", expected="a genre in tracks.csv, a folder's name or the file's tags", got=choice.why or None
        )
    if labels == "tags" and is_no_genre(track["genre"]):
        raise InputError("no genre", expected="a genre in the file's tags", got=track["genre"])
    if labels == "folders" and folders[0] in choice.no_genres:
        raise InputError("no genre", expected="a folder a genre", got=f"the folder {folders[0]}")
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


def _find_cover(path):
    """Where a track's cover is: inside the file, else beside it, else ``""``."""
    if embedded_art(path):
        return path
    beside = {name.lower(): path.parent / name for name in sorted(os.listdir(path.parent))}
    return next((beside[name] for name in COVER_FILES if name in beside and beside[name].is_file()), "")
