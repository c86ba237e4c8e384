"""What the notebooks call: profiles, sources, and the three trainings, each made once and then kept."""

from albumlib.course.profiles import get_profile
from albumlib.course.sources import load_tracks, load_training_covers
from albumlib.covers.training import train_gan
from albumlib.data.splits import split_by_artist
from albumlib.evaluation.judge import train_judge
from albumlib.features.store import extract, load_slices
from albumlib.genre.training import train_classifier
from albumlib.genres import class_order
from albumlib.runs import Run, home


def classifier_data(source, *, features, seed=0, progress=True):
    """Everything the classifier needs: features of all tracks, the split by artist, the class order.

    Parameters
    ----------
    source : Source
    features : FeatureSettings
    seed : int
        Of the split.
    progress : bool

    Returns
    -------
    index : pandas.DataFrame
        `albumlib.features.store.extract`'s index, with a column ``split``.
    genres : list of str

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    catalog, _ = load_tracks(source)
    index, _ = extract(catalog, home() / "features" / source.name, settings=features, progress=progress)
    return index.assign(split=split_by_artist(index, seed=seed)), class_order(index["genre"])


def run_folder(kind, source, *, profile, amount, seed):
    """Where a training of these choices lies, so that one notebook finds what another has trained.

    Parameters
    ----------
    kind : {"classifier", "gan", "judge"}
    source : Source
    profile : str
    amount : int
        Epochs or steps.
    seed : int

    Returns
    -------
    albumlib.runs.Run
    """
    return Run(home() / "runs" / f"{kind}-{source.name}-{profile}-{amount}-seed{seed}")


def classifier_run(source, *, profile, epochs, seed=0, progress=True):
    """Train the genre classifier of a profile, or take the finished run up from its folder.

    Parameters
    ----------
    source : Source
    profile : str
    epochs, seed : int
    progress : bool

    Returns
    -------
    run : albumlib.runs.Run
        Finished.
    index : pandas.DataFrame
        Tracks with their ``split``.
    genres : list of str

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    chosen = get_profile(profile)
    index, genres = classifier_data(source, features=chosen.features, seed=seed, progress=progress)
    slices = load_slices(index, genres, width=chosen.classifier.width, step=chosen.classifier.step)
    splits = [slices.of_songs(index["split"] == split) for split in ("train", "validation")]
    run = run_folder("classifier", source, profile=profile, amount=epochs, seed=seed)
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


def judge_run(source, *, profile, seed=0, progress=True):
    """Train the judge of covers on what the GAN may learn from, or take the finished run up from its folder.

    Parameters
    ----------
    source : Source
    profile : str
    seed : int
    progress : bool

    Returns
    -------
    albumlib.runs.Run
        Finished.

    Notes
    -----
    Notebook: 10_gallery
    """
    images, labels, genres, _ = load_training_covers(source)
    epochs = get_profile(profile).judge_epochs
    run = run_folder("judge", source, profile=profile, amount=epochs, seed=seed)
    options = {"genres": genres, "epochs": epochs, "seed": seed, "data": source.note, "progress": progress}
    train_judge(images, labels, None, run, **options)
    return run


def gan_run(source, *, profile, steps, seed=0, progress=True):
    """Train the cover GAN of a profile, or take the finished run up from its folder.

    Parameters
    ----------
    source : Source
    profile : str
    steps, seed : int
    progress : bool

    Returns
    -------
    albumlib.runs.Run
        Finished.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    images, labels, genres, _ = load_training_covers(source)
    run = run_folder("gan", source, profile=profile, amount=steps, seed=seed)
    train_gan(
        images,
        labels,
        run,
        genres=genres,
        settings=get_profile(profile).gan,
        steps=steps,
        seed=seed,
        data=source.note,
        progress=progress,
    )
    return run
