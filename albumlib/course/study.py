"""The regularization study: the data of one run (notebook 05), and the tables of many (notebook 06)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

import albumlib
from albumlib.course.profiles import ProfileName, get_profile
from albumlib.course.sources import Source, unseen_source
from albumlib.course.trainings import classifier_data
from albumlib.course.variants import Variant
from albumlib.data.splits import split_by_artist
from albumlib.errors import InputError
from albumlib.features.slices import Slices
from albumlib.features.store import load_slices
from albumlib.genre.settings import ClassifierSettings
from albumlib.genres import class_order
from albumlib.runs import Run, home, read_json


@dataclass(frozen=True)
class StudyData:
    """What one run of the study trains and is tested on.

    Attributes
    ----------
    test_songs
        The songs that the test slices were cut from; ``test.songs`` are its rows.
    genres
        Class order.
    songs
        All songs of the source that can be used, whatever split they are in.
    left_out
        Its tracks that cannot: path, stage, reason.
    """

    train: Slices
    validation: Slices
    test: Slices
    test_songs: pd.DataFrame
    genres: list[str]
    songs: pd.DataFrame
    left_out: pd.DataFrame


def study_data(
    source: Source,
    *,
    profile: ProfileName,
    variant: Variant,
    settings: ClassifierSettings,
    seed: int,
    progress: bool = True,
) -> StudyData:
    """Deal songs to the three splits of a run.

    Demo artists are few, so there the test is a second demo world, whose artists are all unseen; the first world is for
    training and validation. Other sources are split in three by artist. With ``variant.split`` "slice", single slices
    are dealt, whatever song they come from: the report's way, in which a song is in training and in the test.

    Parameters
    ----------
    settings
        Their ``width`` and ``step`` say how slices are cut.
    seed
        Of the split, and of the choice where only a share of the songs is used.

    Notes
    -----
    Notebook: 05_regularization
    """
    features = get_profile(profile).features
    index, _, left_out = classifier_data(source, features=features, seed=seed, progress=progress)
    genres = class_order(index["genre"])
    sizes = {"width": settings.width, "step": settings.step}
    rng = np.random.default_rng(seed)
    if variant.split == "slice":
        slices = load_slices(index, genres, **sizes, progress=progress)
        test, validation, train = np.split(rng.permutation(len(slices)), [len(slices) // 10, len(slices) // 5])
        train = np.sort(train[: round(variant.share * len(train))])
        return StudyData(slices[train], slices[validation], slices[test], index, genres, index, left_out)
    if source.kind == "demo":
        index["split"] = split_by_artist(index, fractions=(5 / 6, 1 / 6, 0), seed=seed)
        unseen = unseen_source(source, profile=profile, progress=progress)
        test_songs, *_ = classifier_data(unseen, features=features, progress=progress)
    else:
        test_songs = index[index["split"] == "test"].reset_index(drop=True)
    slices = load_slices(index, genres, **sizes, progress=progress)
    train = np.flatnonzero(index["split"] == "train")
    used = rng.permutation(train)[: round(variant.share * len(train))]
    return StudyData(
        train=slices.of_songs(np.isin(np.arange(len(index)), used)),
        validation=slices.of_songs(index["split"] == "validation"),
        test=load_slices(test_songs, genres, **sizes, progress=progress),
        test_songs=test_songs,
        genres=genres,
        songs=index,
        left_out=left_out,
    )


def runs_folder(source: Source, *, profile: ProfileName) -> Path:
    """Where the study's runs of a source and profile lie."""
    return home() / "runs" / f"study-{source.name}-{profile}"


def results_folder() -> Path:
    """Where the small tables that notebook 06 shows lie: ``notebooks/results`` of the checkout."""
    return Path(albumlib.__file__).parent.parent / "notebooks" / "results"


def collect(folder: str | os.PathLike) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Gather the finished runs of a study: subfolders of `folder`.

    Returns
    -------
    runs
        A row a run: ``variant``, ``seed``, ``parameters``, ``multiplications``, ``seconds``, and the card's scores.
    curves
        A row an epoch of a run: ``variant``, ``seed`` and the run's metrics.
    songs
        A row a test song of a run: ``variant``, ``seed``, ``track_id``, ``artist``, ``genre``, ``predicted``.

    Raises
    ------
    InputError
        If there is no finished run.

    Notes
    -----
    Notebook: 06_regularization_report
    """
    rows, curves, songs = [], [], []
    for path in sorted(Path(folder).glob("*/card.json")):
        card = read_json(path)
        if "variant" not in card:  # trained, but not tested yet
            continue
        who = {name: card[name] for name in ("variant", "seed")}
        metrics = Run(path.parent).metrics()
        costs = {name: card[name] for name in ("parameters", "multiplications")}
        rows.append({**who, **costs, **card["scores"], "seconds": metrics["seconds"].sum()})
        curves.append(metrics.assign(**who))
        songs.append(pd.read_csv(path.parent / "songs.csv", dtype={"track_id": str}).assign(**who))
    if not rows:
        raise InputError("no finished runs", where=folder, todo="albumlib sweep notebooks/05_regularization.ipynb ...")
    return pd.DataFrame(rows), pd.concat(curves, ignore_index=True), pd.concat(songs, ignore_index=True)


def save_results(name: str, tables: Mapping[str, pd.DataFrame], *, command: str) -> None:
    """Write tables small enough to be committed to ``notebooks/results``, with the command that made them.

    Parameters
    ----------
    name, tables
        First part of the files' names; the tables by its second part.
    """
    for part, table in tables.items():
        with open(results_folder() / f"{name}_{part}.csv", "w", encoding="utf-8", newline="") as file:
            file.write(f"# {command}\n")
            table.to_csv(file, index=False, float_format="%.4f")


def load_results(name: str, *, folder: str | os.PathLike | None = None) -> dict[str, pd.DataFrame]:
    """Read the tables of one experiment, by the second part of the files' names.

    Parameters
    ----------
    name
        First part of the files' names.
    folder
        By default the checkout's ``notebooks/results``.

    Raises
    ------
    InputError
        If there are none.

    Notes
    -----
    Notebook: 06_regularization_report
    """
    folder = Path(folder or results_folder())
    paths = sorted(folder.glob(f"{name}_*.csv"))
    if not paths:
        raise InputError(
            "no results", where=folder, expected=f"{name}_....csv", todo="run the notebooks of the checkout"
        )
    read = partial(pd.read_csv, comment="#", dtype={"track_id": str})
    return {path.stem.removeprefix(f"{name}_"): read(path) for path in paths}
