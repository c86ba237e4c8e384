"""The covers of a source: those that networks may learn from, and those kept back."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from albumlib.course.profiles import ProfileName
from albumlib.course.sources import Source, load_tracks, unseen_source
from albumlib.data.catalog import list_files
from albumlib.data.folder import DECODABLE
from albumlib.data.images import IMAGE_SUFFIXES, catalog_covers, list_covers, load_covers
from albumlib.data.splits import split_by_artist
from albumlib.errors import InputError
from albumlib.genres import class_order

MANY = 20  # covers of a genre, of which a fifth is enough to measure by


def training_cover_table(source: Source, *, per_genre: int | None = None) -> pd.DataFrame:
    """List the covers of a source that networks may learn from, at most `per_genre` of a genre.

    They are looked for in its folder ``covers`` or its ``covers.csv``, else in the folder itself, or inside and beside
    its songs if there are more. Of genres that have many, a fifth is kept back for `load_unseen_covers`, except in the
    demo world, which has other worlds. A picture without a genre is listed, and left out where covers are loaded.

    Returns
    -------
    table
        Columns ``path``, ``genre`` and ``artist`` (``""`` where it is not known).
    """
    table = _cover_table(source)
    if source.kind != "demo":
        table = table[~_kept_back(table)]
    return table.groupby("genre", sort=False).head(per_genre) if per_genre else table


def load_training_covers(
    source: Source, *, per_genre: int | None = None
) -> tuple[np.ndarray, np.ndarray, list[str], pd.DataFrame]:
    """Load the covers of `training_cover_table` as images of 100x100 pixels.

    Returns
    -------
    images : uint8, shape (n, 100, 100, 3)
    labels : int, shape (n,)
        Index into ``genres``.
    genres
        Class order.
    report
        Covers left out: path, stage, reason.

    Notes
    -----
    Notebook: 10_train_cover_gan
    """
    table = training_cover_table(source, per_genre=per_genre)
    genres = class_order(filter(None, table["genre"]))
    images, labels, report = load_covers(table, genres=genres)
    return images, labels, genres, report


def load_unseen_covers(source: Source, *, genres: Sequence[str], profile: ProfileName) -> tuple[np.ndarray, np.ndarray]:
    """Load covers that no generator has learned from: those of a second demo world, or those kept back.

    Parameters
    ----------
    genres
        Class order.

    Returns
    -------
    images : uint8, shape (n, 100, 100, 3)
    labels : int, shape (n,)
        Index into ``genres``.

    Raises
    ------
    InputError
        If a genre has none: it has fewer than 20 covers.

    Notes
    -----
    Notebook: 11_gallery
    """
    if source.kind == "demo":
        table = _cover_table(unseen_source(source, profile=profile))
    else:
        table = _cover_table(source)
        table = table[_kept_back(table)]
    missing = [genre for genre in genres if genre not in set(table["genre"])]
    if missing:
        expected = f"at least {MANY} covers a genre, of which a fifth is kept back"
        raise InputError("no unseen covers", where=source.folder, expected=expected, got=f"fewer of {missing[0]}")
    return load_covers(table[table["genre"].isin(genres)], genres=genres)[:2]


def _kept_back(table):
    """Which covers are not for training: a fifth of each genre that has many, all of an artist or none."""
    many = table.groupby("genre")["path"].transform("size") >= MANY
    alone = table.assign(
        track_id=table["path"], album="", artist=table["artist"].where(table["artist"] != "", table["path"])
    )
    kept = pd.Series(False, index=table.index)
    if many.any():
        kept[many] = split_by_artist(alone[many], fractions=(0.8, 0, 0.2)) == "test"
    return kept


def _cover_table(source):
    """Covers in the folder ``covers``, else in the folder itself, else those of the songs' albums.

    Where there are fewer pictures than albums with one, the pictures are strays, and hide none of the albums'.
    """
    folder = source.folder / "covers"
    if folder.is_dir() or (source.folder / "covers.csv").is_file():
        return list_covers(folder if folder.is_dir() else source.folder)
    files = list_files(source.folder)
    pictures = any("/" in path and Path(path).suffix.lower() in IMAGE_SUFFIXES for path in files)
    table = list_covers(source.folder) if pictures else pd.DataFrame({"path": [], "genre": [], "artist": []})
    if source.kind == "fma" or any(Path(path).suffix.lower() in DECODABLE for path in files):
        albums = catalog_covers(load_tracks(source)[0])
        table = albums if len(albums) > (table["genre"] != "").sum() else table
    return list_covers(source.folder) if table.empty else table
