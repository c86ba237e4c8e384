"""The Free Music Archive data set (FMA) as a catalog: its metadata tables joined to its mp3 files.

The folders 000 to 155 carry no genre: it stands in ``tracks.csv``, where the file's number is the track's id.

References
----------
M. Defferrard, K. Benzi, P. Vandergheynst, X. Bresson: *FMA: A Dataset for Music Analysis*, ISMIR 2017.
"""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from albumlib.data.audio import audio_duration
from albumlib.data.catalog import make_catalog
from albumlib.data.tags import embedded_art
from albumlib.errors import InputError, choose
from albumlib.genres import BY_FMA_ID
from albumlib.report import make_report
from albumlib.text import printable

METADATA = "fma_metadata"
Subset = Literal["small", "medium", "large", "full"]
SUBSETS = get_args(Subset)  # each holds the ones before it
NEEDED = [("track", "genres"), ("artist", "name"), ("set", "split"), ("set", "subset")]
OPTIONAL = [("album", "title"), ("track", "title"), ("track", "license")]
AUDIO, UNLISTED = "[0-9][0-9][0-9]/[!.]*.mp3", "not listed in tracks.csv; unpack fma_metadata.zip anew"
SPLITS = {"training": "train", "validation": "validation", "test": "test"}


def load_fma(
    root: str | os.PathLike, *, audio_dir: str | os.PathLike | None = None, subset: Subset | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Load the catalog of an FMA folder.

    Parameters
    ----------
    root
        Holds ``fma_metadata/tracks.csv`` and ``fma_metadata/genres.csv``; or an audio folder beside ``fma_metadata``.
    audio_dir
        Holds ``000/000002.mp3``. By default the one folder ``fma_*`` in the root beside the metadata.
    subset
        Tracks to look for. By default the subset that the audio folder is named after, else all of the table.

    Returns
    -------
    catalog
        As `albumlib.data.catalog.make_catalog` gives it. The duration is the file's own: that of the table is that of
        the whole song, and wrong for some clips.
    report
        Tracks left out: path, stage, reason. FMA has some without a listed genre, and some mp3 files without music.

    Raises
    ------
    InputError
        If a table, a column of it or the audio folder is missing, there is no such subset, or no track is left.

    Notes
    -----
    A track's label is the most specific of its ``genres`` among the report's 19: the one deepest in the tree of
    ``genres.csv``, the first of several equally deep. ``genre_top`` would not do: it is empty for half of FMA, and
    knows no Techno, only Electronic.

    Examples
    --------
    >>> catalog, report = load_fma("fma", subset="small")  # fma/fma_metadata/ and, say, fma/fma_full/
    >>> split = official_split("fma").reindex(catalog["track_id"]).set_axis(catalog.index)
    """
    root = Path(root)
    if audio_dir is None and root.is_dir() and not (root / METADATA).is_dir() and (root.parent / METADATA).is_dir():
        root, audio_dir = root.parent, root
    tracks = _read_tracks(root)
    audio_dir = _find_audio(root) if audio_dir is None else Path(audio_dir)
    if not audio_dir.is_dir():
        raise InputError("no such folder", where=audio_dir, expected="FMA's audio, as in 000/000002.mp3")
    unlisted = _unlisted(audio_dir, set(tracks.index))
    tracks = _take_subset(tracks, subset or _subset_of(audio_dir))
    depths, rows, failures = _read_depths(root, tracks), {}, []
    for track_id, track in zip(tracks.index, tracks.to_dict("records"), strict=True):
        path = audio_dir / track_id[:3] / f"{track_id}.mp3"
        try:
            if not re.fullmatch("[0-9]{6,9}", track_id):
                raise InputError("track id is no number", got=repr(track_id))
            if track_id in rows:
                raise InputError("listed twice")
            rows[track_id] = _row(track_id, track, path, depths=depths)
        except InputError as error:
            failures.append((path, "catalog", error.reason))
    if not rows:
        got = f"{len(failures)} unusable, the first: {failures[0][2]}" if failures else "no track listed"
        raise InputError("no usable track", where=audio_dir, got=got, todo="check that the audio is unpacked here")
    return make_catalog(rows.values()), make_report(failures + unlisted)


def official_split(root: str | os.PathLike) -> pd.Series:
    """Read which split FMA puts each track in; its authors too keep an artist in one split.

    Returns
    -------
    Series
        ``'train'``, ``'validation'`` or ``'test'``, indexed by ``track_id`` (6 digits).

    Raises
    ------
    InputError
        If the table or its column is missing.
    """
    return _read_tracks(root)["set", "split"].map(SPLITS).dropna().rename("split")


def load_labels(root: str | os.PathLike, *, subset: Subset | None = None) -> pd.DataFrame:
    """Read the labels of the tracks that have one, whether or not their audio is here; by default of the whole table.

    Returns
    -------
    DataFrame
        Columns ``genre`` and ``artist``, indexed by ``track_id`` (6 digits).

    Raises
    ------
    InputError
        If a table or a column of it is missing, or there is no such subset.
    """
    tracks = _take_subset(_read_tracks(root), subset)
    depths = _read_depths(root, tracks)
    genre = tracks["track", "genres"].map(lambda text: most_specific(_genre_ids(text), depths))
    labels = pd.DataFrame({"genre": genre, "artist": tracks["artist", "name"].str.strip()})
    return labels.dropna(subset=["genre"])


def most_specific(genres: Sequence[int], depths: Mapping[int, int]) -> str | None:
    """Choose a track's label among its genres.

    Parameters
    ----------
    genres
        FMA ids in the track's order.
    depths
        Depth of each genre in FMA's tree, 0 for a top-level one.

    Returns
    -------
    str or None
        Name of the deepest genre that is one of the report's 19; None if none is.
    """
    listed = [genre for genre in genres if genre in BY_FMA_ID]
    return BY_FMA_ID[max(listed, key=lambda genre: depths.get(genre, 0))].name if listed else None


def _read_tracks(root):
    """Read tracks.csv as text, with two header rows, indexed by the 6 digits that name the file."""
    _check_table(path := Path(root) / METADATA / "tracks.csv")
    try:
        tracks = pd.read_csv(path, index_col=0, header=[0, 1], dtype=str, na_filter=False)
    except ValueError as error:
        raise InputError("unreadable table", where=path, expected="FMA's tracks.csv", got=str(error)) from None
    for column in NEEDED:
        if column not in tracks:
            raise InputError(f"no column {column}", where=path, expected="FMA's tracks.csv with its two header rows")
    tracks = tracks.reindex(columns=NEEDED + OPTIONAL, fill_value="")
    tracks.index = tracks.index.astype(str).str.zfill(6).rename("track_id")
    return tracks


def _read_depths(root, tracks):
    """Read the depth of each genre in the tree of genres.csv, which must know those of the tracks."""
    _check_table(path := Path(root) / METADATA / "genres.csv")
    try:
        table = pd.read_csv(path, usecols=["genre_id", "parent"], dtype=int)
    except ValueError as error:
        raise InputError("unreadable table", where=path, expected="FMA's genres.csv", got=str(error)) from None
    parents = dict(zip(table["genre_id"], table["parent"], strict=True))
    listed = {genre for text in tracks["track", "genres"].unique() for genre in _genre_ids(text)} & BY_FMA_ID.keys()
    above = {genre: _above(genre, parents) for genre in BY_FMA_ID}
    if lacking := sorted(listed.union(*(above[genre] for genre in listed)) - parents.keys()):
        expected, got = "each genre of tracks.csv", f"none with the id {', '.join(map(str, lacking))}"
        raise InputError("lacks genres", where=path, expected=expected, got=got, todo="unpack fma_metadata.zip anew")
    return {genre: len(found) for genre, found in above.items()}


def _above(genre, parents):
    found = set()
    while (genre := parents.get(genre, 0)) and genre not in found:  # a damaged table may hold a ring
        found.add(genre)
    return found


def _check_table(path):
    if not path.is_file():
        raise InputError("no such table", where=path, expected="FMA's metadata", todo="unpack fma_metadata.zip here")


def _find_audio(root):
    """Find the one audio folder of the root."""
    found = sorted(path for path in root.glob("fma_*") if path.is_dir() and path.name != METADATA)
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        todo = "unpack the audio here, as in fma_small/000/000002.mp3"
        if found:
            todo = f"name it: {found[0]}, or give audio_dir (--audio-dir)"
        raise InputError("which audio folder?", where=root, expected="one fma_*", got=names, todo=todo)
    return found[0]


def _unlisted(audio_dir, listed):
    """Rows of a report: audio that no row of the table is about, as there is where the table was cut short."""
    return [(path, "catalog", UNLISTED) for path in sorted(audio_dir.glob(AUDIO)) if path.stem not in listed]


def _subset_of(audio_dir):
    """Give the subset that an audio folder is named after, as fma_small is, or None."""
    name = audio_dir.name.removeprefix("fma_")
    return name if name in SUBSETS else None


def _take_subset(tracks, subset):
    """Keep the tracks of a subset, which the table marks with the smallest one they are in."""
    if subset is None:
        return tracks
    held = {name: SUBSETS[:number] for number, name in enumerate(SUBSETS, start=1)}
    return tracks[tracks["set", "subset"].isin(choose(held, subset, what="subset"))]


def _genre_ids(text):
    """Read a Python list in text, such as ``"[21, 45]"``."""
    return [int(number) for number in re.findall("[0-9]+", text) if len(number) < 10]


def _row(track_id, track, path, *, depths):
    """Build the catalog row of one track, or raise `InputError` that says why it has none."""
    genres = _genre_ids(track["track", "genres"])
    genre = most_specific(genres, depths)
    if genre is None:
        raise InputError("no genre of the 19", got=str(genres) if genres else "no genre at all")
    return {
        "track_id": track_id,
        "path": path,
        "genre": genre,
        "artist": printable(track["artist", "name"]).strip(),
        "album": printable(track["album", "title"]).strip(),
        "title": printable(track["track", "title"]).strip(),
        "duration": audio_duration(path),
        "cover_path": path if embedded_art(path) else "",
        "license": printable(track["track", "license"]).strip(),
        "source": "fma",
    }
