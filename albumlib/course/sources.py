"""Where the notebooks' songs and covers come from: the demo world, FMA, or a person's own folder."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from albumlib.course.profiles import ProfileName, get_profile
from albumlib.data.fma import METADATA
from albumlib.data.labels import Labels
from albumlib.errors import InputError, choose
from albumlib.genres import NAMES, genre_key
from albumlib.progress import track
from albumlib.runs import home
from albumlib.text import fit_name

SourceKind = Literal["demo", "fma", "folder"]

MOST_REASONS = 4  # named in a line; all are in the table
DEMO = ("demo.json", "fma_demo")  # in a demo world, whole or begun
UNSEEN = 1  # added to a demo world's seed: the world that is the test of what was learned from it


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
    labels
        Where the genres of a folder stand, see `albumlib.data.folder.load_folder`.
    """

    kind: SourceKind
    folder: Path
    name: str
    seed: int = 0
    labels: Labels = "auto"

    @property
    def note(self) -> str:
        """What a figure made from it has to say: demo data is always called so."""
        return "demo data, not music" if self.kind == "demo" else f"{self.kind}: {self.folder.name}"


def open_source(
    kind: SourceKind,
    *,
    data_dir: str | os.PathLike = "",
    labels: Labels = "auto",
    profile: ProfileName = "demo",
    seed: int = 0,
    progress: bool = True,
) -> Source:
    """Choose the data of a notebook; the demo world is made here if it is not there yet.

    Parameters
    ----------
    data_dir
        Folder of the data; may be empty for the demo world, which then lies in `albumlib.runs.home`. A demo world is
        made only where nothing else lies. Of FMA it is the folder with the metadata, or one with audio beside it.
    labels
        Where the genres of a folder stand: ``'auto'``, ``'table'``, ``'folders'`` or ``'tags'``.
    profile, seed
        Size and seed of the demo world; other sources have none.

    Raises
    ------
    InputError
        If the kind or the labels are unknown, a folder is missing, or a demo world is asked for in a folder of music.

    Notes
    -----
    Notebook: 01_data

    Where the kind is ``'demo'`` and the folder is plainly FMA's, it is taken for that.

    Examples
    --------
    >>> source = open_source("demo", profile="tiny")
    >>> catalog, report = load_tracks(source)
    >>> own = open_source("folder", data_dir="/music")
    """
    choose(dict.fromkeys(get_args(SourceKind)), kind, what="source", where="source")
    choose(dict.fromkeys(get_args(Labels)), labels, what="labels", where="labels")
    folder = Path(data_dir).expanduser().resolve() if str(data_dir) else None
    if kind == "demo" and folder and _is_fma(folder):
        kind = "fma"
    if kind == "demo":
        return _open_demo(folder, profile=profile, seed=seed, progress=progress)
    if not folder or not folder.is_dir():
        raise InputError(
            "no such folder", where="data_dir", expected=f"the folder of the {kind} data", got=str(data_dir)
        )
    told = str(folder) if labels == "auto" else f"{folder} {labels}"
    name = f"{kind}-{fit_name(folder.name)}-{hashlib.sha1(told.encode(errors='surrogateescape')).hexdigest()[:6]}"
    return Source(kind, folder, name, labels=labels)


def _is_fma(folder):
    """Whether a folder holds FMA's tables, and is no demo world, which has such too."""
    return (folder / METADATA).is_dir() and not any((folder / name).exists() for name in DEMO)


def _check_free(folder):
    """Raise `InputError` where a demo world would be made among other things."""
    if not folder.exists() or any((folder / name).exists() for name in DEMO):
        return
    if not folder.is_dir():
        raise InputError("is no folder", where=folder, expected="a folder for the demo data")
    held = sorted(os.listdir(folder))
    if held:
        expected = "-p source folder (or fma) beside -p data_dir, or an empty folder for the demo data"
        raise InputError("which source?", where=folder, expected=expected, got=f"source demo and {held[0]}, …")


def _open_demo(data_dir, *, profile, seed, progress):
    from albumlib.demoworld.world import make_demo

    size = get_profile(profile)
    name = f"demo-{profile}-{seed}"
    if data_dir:
        _check_free(data_dir)
    shown = {"desc": "demo songs and covers", "unit": "files", "show": progress}
    try:
        folder = make_demo(
            data_dir or home() / "data" / name,
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

        return load_folder(source.folder, labels=source.labels)
    from albumlib.data.fma import load_fma

    catalog, report = load_fma(source.folder)
    return (catalog.assign(source="demo") if source.kind == "demo" else catalog), report


def count_line(usable: pd.DataFrame, left_out: pd.DataFrame) -> str:
    """Say in one line how many tracks were found, can be used, and are left out and why.

    Parameters
    ----------
    usable
        A catalog, or the index of its features.
    left_out
        The report that came with it: path, stage, reason.

    Notes
    -----
    Notebook: 01_data

    Examples
    --------
    >>> print(count_line(*load_tracks(source)))
    30 found: 28 usable, 2 left out (2 file is empty) · genres from the folders' names
    """
    line = f"{len(usable) + len(left_out):,} found: {len(usable):,} usable, {len(left_out):,} left out"
    table = reasons(left_out)
    if len(table):
        named = [f"{row.files:,} {row.reason}" for row in table.head(MOST_REASONS).itertuples()]
        rest = table["files"].iloc[MOST_REASONS:].sum()
        line += f" ({'; '.join([*named, f'{rest:,} for other reasons'] if rest else named)})"
    odd = int((usable["remarks"] != "").sum()) if "remarks" in usable else 0
    parts = [line, f"{odd:,} sound odd, see remarks" if odd else "", usable.attrs.get("labels", "")]
    return " · ".join(filter(None, parts))


def named_genres(text: str, among: Sequence[str]) -> list[str]:
    """Genres that a person names between commas, as far as there are such here; with an empty text, all.

    Parameters
    ----------
    among
        Genres that there are; their spelling and order are kept.

    Raises
    ------
    InputError
        If a name is none of them and none of the report's 19: it is mistyped.

    Notes
    -----
    Notebook: 07_pretrained_ears
    """
    names = {genre_key(name): name for name in map(str.strip, text.split(",")) if name}
    unknown = names.keys() - {genre_key(name) for name in (*NAMES, *among)}
    if unknown:
        got = ", ".join(name for key, name in names.items() if key in unknown)
        raise InputError("no such genre", expected=", ".join(dict.fromkeys([*among, *NAMES])), got=got)
    return [genre for genre in among if genre_key(genre) in names or not names]


def reasons(left_out: pd.DataFrame) -> pd.DataFrame:
    """Count the reasons why tracks were left out, the commonest first: ``reason``, ``files`` and an ``example``.

    Notes
    -----
    Notebook: 03_leakage
    """
    table = left_out.assign(reason=left_out["reason"].str.split(";").str[0])
    table["example"] = [Path(path).name for path in table["path"]]
    groups = table.groupby("reason", sort=False)["example"].agg(files="size", example="first").reset_index()
    return groups.sort_values("files", ascending=False, kind="stable", ignore_index=True)
