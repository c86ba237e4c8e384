"""What the pretrained networks say of many songs, kept so that each is heard once."""

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from albumlib.data.catalog import song_stamp
from albumlib.errors import InputError
from albumlib.genre.pretrained.embedding import HEARING, Patches, embed_file
from albumlib.genre.pretrained.mel import MOST_PATCHES
from albumlib.genre.pretrained.musicnn.checkpoint import find_checkpoint
from albumlib.progress import track
from albumlib.report import make_report
from albumlib.runs import home


def embed_catalog(
    paths: Sequence[str | os.PathLike], *, most: int = MOST_PATCHES, folder: Path | None = None, progress: bool = True
) -> tuple[list[Patches | None], pd.DataFrame]:
    """Run the pretrained networks over many songs.

    Parameters
    ----------
    paths
        Of audio files.
    most
        Patches of a song, as in `albumlib.genre.pretrained.cut_patches`.
    folder
        Of the cache; by default in `albumlib.runs.home`. A file that has changed is heard anew.

    Returns
    -------
    songs
        One for each path; None for a file that cannot be used.
    report
        Songs left out: path, stage, reason.

    Raises
    ------
    InputError
        If the networks are not installed.

    Examples
    --------
    >>> songs, report = embed_catalog(catalog["path"])
    """
    from joblib import Memory

    find_checkpoint("MSD")  # a missing package is one error, not one a song
    hear = Memory(folder or home() / "pretrained" / "songs", verbose=0).cache(_embed)
    songs, failures = [], []
    for path in track(paths, total=len(paths), desc="pretrained networks", unit="tracks", show=progress):
        try:
            if not (stamp := song_stamp(path)):
                raise InputError("cannot be read", where=path, expected="an audio file")
            songs.append(hear(str(path), stamp, most, HEARING))
        except (InputError, OSError) as error:
            songs.append(None)
            failures.append((path, "pretrained networks", getattr(error, "reason", str(error))))
    return songs, make_report(failures)


def is_installed() -> bool:
    """Whether the package that brings the networks' weights is there."""
    try:
        find_checkpoint("MSD")
    except InputError:
        return False
    return True


def _embed(path, stamp, most, hearing):
    """Embed a file; the stamp and the hearing are there for the cache, which goes by arguments."""
    return embed_file(path, most=most)
