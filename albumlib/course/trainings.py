"""What the notebooks call: profiles, sources, and the trainings, each made once and then kept."""

from dataclasses import replace

import pandas as pd

from albumlib.course.cover_sources import load_training_covers, training_cover_table
from albumlib.course.ears import default_network, ears_run
from albumlib.course.profiles import ProfileName, get_profile
from albumlib.course.sources import Source, load_tracks
from albumlib.covers.finishing.training import train_finisher
from albumlib.covers.settings import SKETCH, GanSettings
from albumlib.covers.training import train_gan
from albumlib.data.catalog import data_digest
from albumlib.data.images import load_covers
from albumlib.data.splits import split_by_artist
from albumlib.evaluation.judge import train_judge
from albumlib.features.settings import FeatureSettings
from albumlib.features.store import extract, load_slices
from albumlib.genre.training import train_classifier
from albumlib.genres import class_order
from albumlib.runs import Run, RunKind, home


def classifier_data(
    source: Source, *, features: FeatureSettings, seed: int = 0, progress: bool = True
) -> tuple[pd.DataFrame, list[str], pd.DataFrame]:
    """Everything the classifier needs: features of all tracks, the split by artist, the class order.

    Parameters
    ----------
    seed
        Of the split.

    Returns
    -------
    index
        `albumlib.features.store.extract`'s index, with a column ``split``.
    genres
        Class order.
    left_out
        Tracks that cannot be used: path, stage, reason.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    catalog, rejected = load_tracks(source)
    index, failed = extract(catalog, home() / "features" / source.name, settings=features, progress=progress)
    genres = class_order(index["genre"], least=2)
    left_out = pd.concat([rejected, failed], ignore_index=True)
    return index.assign(split=split_by_artist(index, seed=seed)), genres, left_out


def run_folder(
    kind: RunKind, source: Source, *, profile: ProfileName, amount: int | str, seed: int, digest: str
) -> Run:
    """Where a training of these choices on this data lies, so that one notebook finds what another has trained.

    Parameters
    ----------
    amount
        Epochs of a classifier or steps of a GAN, and what else tells trainings apart, for the folder's name.
    digest
        Of what it learns from: `albumlib.features.slices.Slices.digest`, or `albumlib.data.catalog.data_digest` of
        covers and labels. A library that has changed since is learned from anew, in another folder.
    """
    return Run(home() / "runs" / f"{kind}-{source.name}-{profile}-{amount}-seed{seed}-{digest[:8]}")


def classifier_run(
    source: Source, *, profile: ProfileName, epochs: int, seed: int = 0, progress: bool = True
) -> tuple[Run, pd.DataFrame, list[str]]:
    """Train the genre classifier of a profile, or take the finished run up from its folder.

    For real music, it is a head on the pretrained networks where these are installed (`default_network`).

    Returns
    -------
    run
        Finished.
    index
        Tracks with their ``split``.
    genres
        Class order.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    chosen = get_profile(profile)
    index, genres, _ = classifier_data(source, features=chosen.features, seed=seed, progress=progress)
    if default_network(source, otherwise=chosen.classifier.network) == "pretrained":
        return ears_run(source, index, genres, seed=seed, progress=progress), index, genres
    slices = load_slices(index, genres, width=chosen.classifier.width, step=chosen.classifier.step)
    splits = [slices.of_songs(index["split"] == split) for split in ("train", "validation")]
    run = run_folder("classifier", source, profile=profile, amount=epochs, seed=seed, digest=slices.digest())
    train_classifier(
        *splits,
        run,
        genres=genres,
        features=chosen.features,
        settings=chosen.classifier,
        epochs=epochs,
        seed=seed,
        data=source.note,
        progress=progress,
    )
    return run, index, genres


def judge_run(source: Source, *, profile: ProfileName, seed: int = 0, progress: bool = True) -> Run:
    """Train the judge of covers on what the GAN may learn from, or take the finished run up from its folder.

    Notes
    -----
    Notebook: 11_gallery
    """
    table = training_cover_table(source)
    genres = class_order(filter(None, table["genre"]))
    images, labels, report = load_covers(table, genres=genres)
    artists = table["artist"].drop(report.index)
    epochs = get_profile(profile).judge_epochs
    digest = data_digest(images, labels, artists)
    run = run_folder("judge", source, profile=profile, amount=epochs, seed=seed, digest=digest)
    options = {"genres": genres, "epochs": epochs, "seed": seed, "data": source.note, "progress": progress}
    train_judge(images, labels, artists, run, **options)
    return run


def finisher_run(source: Source, *, profile: ProfileName, seed: int = 0, progress: bool = True) -> Run:
    """Train the finisher of a profile's sketches, or take the finished run up from its folder."""
    images, *_ = load_training_covers(source)
    epochs, digest = get_profile(profile).finisher_epochs, data_digest(images)
    run = run_folder("finisher", source, profile=profile, amount=epochs, seed=seed, digest=digest)
    train_finisher(images, run, epochs=epochs, seed=seed, data=source.note, progress=progress)
    return run


def gan_run(
    source: Source,
    *,
    profile: ProfileName,
    steps: int,
    settings: GanSettings | None = None,
    seed: int = 0,
    progress: bool = True,
) -> Run:
    """Train the cover GAN of a profile, or take the finished run up from its folder.

    Where it sketches, its finisher is trained first; where its networks are "painter", the networks "sketch" before.

    Parameters
    ----------
    settings
        By default the profile's.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    images, labels, genres, _ = load_training_covers(source)
    digest, usual = data_digest(images, labels), get_profile(profile).gan
    settings = settings or usual
    amount = steps if settings == usual else f"{steps}-{settings.networks}"
    run = run_folder("gan", source, profile=profile, amount=amount, seed=seed, digest=digest)
    options = {"genres": genres, "seed": seed, "data": source.note, "progress": progress}
    before = stages_before(source, settings, profile=profile, seed=seed, progress=progress)
    train_gan(images, labels, run, settings=settings, steps=steps, **options, **before)
    return run


def stages_before(
    source: Source, settings: GanSettings, *, profile: ProfileName, seed: int = 0, progress: bool = True
) -> dict[str, Run]:
    """What a training of these networks builds on, trained or taken up: options of `albumlib.covers.train_gan`.

    Notes
    -----
    Notebook: 10_train_cover_gan
    """
    options = {"profile": profile, "seed": seed, "progress": progress}
    if settings.networks == "sketch":
        return {"finisher": finisher_run(source, **options)}
    if settings.networks == "painter":
        return {"start": sketch_run(source, **options)}
    return {}


def sketch_run(source: Source, *, profile: ProfileName, seed: int = 0, progress: bool = True) -> Run:
    """Train the networks "sketch" that the networks "painter" of a profile start from, or take the run up."""
    chosen = get_profile(profile)
    options = {"profile": profile, "seed": seed, "progress": progress}
    return gan_run(source, steps=chosen.sketch_steps, settings=replace(SKETCH, width=chosen.gan.width), **options)
