"""Where the notebooks' songs and covers come from: the demo world, FMA, or a person's own folder."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd

from albumlib.course.profiles import ProfileName, get_profile
from albumlib.data.images import catalog_covers, list_covers, load_covers
from albumlib.data.splits import split_by_artist
from albumlib.errors import InputError, choose
from albumlib.genres import class_order
from albumlib.progress import track
from albumlib.runs import home

SourceKind = Literal["demo", "fma", "folder"]

UNSEEN = 1  # added to a demo world's seed: the world that is the test of what was learned from it
MANY = 20  # covers of a genre, of which a fifth is enough to measure by


@dataclass(frozen=True)
class Source:
    """Where a notebook's songs and covers come from.

    Attributes
    ----------
    folder
        The demo world (made by `open_source`), an FMA folder, or a person's own.
    name
        Short and unique, for the folders of features and runs made from it.
    seed
        Of this demo world; that of `unseen_source` is another. 0 for other kinds.
    """

    kind: SourceKind
    folder: Path
    name: str
    seed: int = 0

    @property
    def note(self) -> str:
        """What a figure made from it has to say: demo data is always called so."""
        return "demo data, not music" if self.kind == "demo" else f"{self.kind}: {self.folder.name}"


def open_source(
    kind: SourceKind,
    *,
    data_dir: str | os.PathLike = "",
    profile: ProfileName = "demo",
    seed: int = 0,
    progress: bool = True,
) -> Source:
    """Choose the data of a notebook; the demo world is made here if it is not there yet.

    Parameters
    ----------
    data_dir
        Folder of the data; may be empty for the demo world, which then lies in `albumlib.runs.home`.
    profile, seed
        Size and seed of the demo world; other sources have none.

    Raises
    ------
    InputError
        If the kind is unknown or a folder is missing.

    Notes
    -----
    Notebook: 01_data

    Examples
    --------
    >>> source = open_source("demo", profile="tiny")
    >>> catalog, report = load_tracks(source)
    >>> own = open_source("folder", data_dir="/music")
    """
    choose(dict.fromkeys(get_args(SourceKind)), kind, what="source", where="source")
    if kind == "demo":
        return _open_demo(data_dir, profile=profile, seed=seed, progress=progress)
    if not data_dir or not Path(data_dir).is_dir():
        raise InputError(
            "no such folder", where="data_dir", expected=f"the folder of the {kind} data", got=str(data_dir)
        )
    folder = Path(data_dir).resolve()
    return Source(kind, folder, f"{kind}-{folder.name}-{hashlib.sha1(str(folder).encode()).hexdigest()[:6]}")


def _open_demo(data_dir, *, profile, seed, progress):
    from albumlib.demoworld.world import make_demo

    size = get_profile(profile)
    name = f"demo-{profile}-{seed}"
    shown = {"desc": "demo songs and covers", "unit": "files", "show": progress}
    try:
        folder = make_demo(
            Path(data_dir) if data_dir else home() / "data" / name,
            songs_per_genre=size.songs_per_genre,
            artists_per_genre=size.artists_per_genre,
            duration=size.duration,
            covers_per_genre=size.covers_per_genre,
            seed=seed,
            progress=lambda files, total: track(files, total=total, **shown),
        )
    except FileExistsError as error:
        raise InputError(str(error), where="data_dir", todo="choose another folder or delete this one") from None
    return Source("demo", folder, name, seed)


def unseen_source(source: Source, *, profile: ProfileName, progress: bool = True) -> Source:
    """Where songs and covers come from that no network of a source has learned from.

    For a demo world it is one of another seed, whose artists are all others. Any other source is itself, and what is
    unseen of it is what its split keeps back.

    Notes
    -----
    Notebook: 06_regularization_report
    """
    if source.kind != "demo":
        return source
    return open_source("demo", profile=profile, seed=source.seed + UNSEEN, progress=progress)


def load_tracks(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Load the catalog of a source, and the report of what was left out of it.

    Notes
    -----
    Notebook: 01_data
    """
    if source.kind == "folder":
        from albumlib.data.folder import load_folder

        return load_folder(source.folder)
    from albumlib.data.fma import load_fma

    catalog, report = load_fma(source.folder)
    return (catalog.assign(source="demo") if source.kind == "demo" else catalog), report


def training_cover_table(source: Source, *, per_genre: int | None = None) -> pd.DataFrame:
    """List the covers of a source that networks may learn from, at most `per_genre` of a genre.

    They are looked for in its folder ``covers``, then in the folder itself, then inside and beside its songs. Of genres
    that have many, a fifth is kept back for `load_unseen_covers`, except in the demo world, which has other worlds.

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
    genres = class_order(table["genre"])
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
    folder = source.folder / "covers"
    try:
        return list_covers(folder if folder.is_dir() else source.folder)
    except InputError:
        table = catalog_covers(load_tracks(source)[0])
        if table.empty:
            raise
        return table
