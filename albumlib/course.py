"""What the notebooks share: profiles, where things lie, and the two trainings, made once and then kept."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from albumlib.covers.images import catalog_covers, list_covers, load_covers
from albumlib.covers.settings import REPORT as REPORT_GAN
from albumlib.covers.settings import GanSettings
from albumlib.covers.training import train_gan
from albumlib.data.splits import split_by_artist
from albumlib.errors import InputError
from albumlib.genres import class_order
from albumlib.music.classifier import train_classifier
from albumlib.music.networks import BEST, BEST_LONG, PLAIN, ClassifierSettings
from albumlib.music.networks import REPORT as REPORT_CLASSIFIER
from albumlib.music.settings import PRESETS, FeatureSettings
from albumlib.music.store import extract, load_slices
from albumlib.runs import Run, home

# An eighth of the report's filters and dense units, and a rate and batch that suit a tenth of its songs.
PLAIN_SMALL = replace(PLAIN, channels=1 / 8, dense_units=256, learning_rate=3e-4, batch_size=32)


@dataclass(frozen=True)
class Profile:
    """How much of everything a notebook does.

    Attributes
    ----------
    songs_per_genre, artists_per_genre : int
    duration : float
        Seconds of a demo song.
    covers_per_genre : int
    epochs, tour_epochs : int
        Of the classifier; in the tour, notebook 00.
    gan_steps, tour_steps : int
        Of the GAN; in the tour.
    classifier : ClassifierSettings
    study : ClassifierSettings
        The report's network without regularization, as large as the profile allows: where notebook 05 starts from.
    study_epochs : int
    gan : GanSettings
    features : FeatureSettings
    """

    songs_per_genre: int
    artists_per_genre: int
    duration: float
    covers_per_genre: int
    epochs: int
    tour_epochs: int
    gan_steps: int
    tour_steps: int
    classifier: ClassifierSettings = BEST
    study: ClassifierSettings = PLAIN_SMALL
    study_epochs: int = 20
    gan: GanSettings = field(default_factory=GanSettings)
    features: FeatureSettings = PRESETS["default"]


PROFILES = {
    # Seconds: for tests.
    "tiny": Profile(
        3,
        3,
        6.5,
        4,
        2,
        2,
        4,
        4,
        replace(BEST, width=256, prototypes=32),
        replace(PLAIN_SMALL, channels=1 / 16, dense_units=32),
        2,
        GanSettings(width=0.25, batch_size=4, critic_steps=1),
    ),
    # Minutes on two cores.
    "demo": Profile(12, 6, 15.0, 60, 30, 15, 700, 300),
    # Hours, or a GPU.
    "full": Profile(60, 20, 30.0, 300, 60, 30, 20_000, 5_000, classifier=BEST_LONG, study=PLAIN, study_epochs=30),
    # The settings of 2018: about 2,000 songs, 1,600 covers, and its own networks.
    "report": Profile(
        105, 21, 30.0, 85, 30, 30, 20_000, 5_000, REPORT_CLASSIFIER, PLAIN, 30, REPORT_GAN, PRESETS["report"]
    ),
}


def get_profile(name):
    """Look up a profile.

    Parameters
    ----------
    name : {"tiny", "demo", "full", "report"}

    Returns
    -------
    Profile

    Raises
    ------
    InputError
        If there is none of that name.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    if name not in PROFILES:
        raise InputError("no such profile", where="profile", expected=", ".join(PROFILES), got=name)
    return PROFILES[name]


@dataclass(frozen=True)
class Source:
    """Where a notebook's songs and covers come from.

    Attributes
    ----------
    kind : {"demo", "fma", "folder"}
    folder : pathlib.Path
        The demo world (made when first needed), an FMA folder, or a person's own.
    name : str
        Short and unique, for the folders of features and runs made from it.
    """

    kind: str
    folder: Path
    name: str

    @property
    def note(self):
        """What a figure made from it has to say: demo data is always called so."""
        return "demo data, not music" if self.kind == "demo" else f"{self.kind}: {self.folder.name}"


def open_source(kind, *, data_dir="", profile="demo", seed=0, progress=True):
    """Choose the data of a notebook; the demo world is made here if it is not there yet.

    Parameters
    ----------
    kind : {"demo", "fma", "folder"}
    data_dir : path
        Folder of the data; may be empty for the demo world, which then lies in `albumlib.runs.home`.
    profile : str
        Decides the size of the demo world.
    seed : int
        Of the demo world.
    progress : bool

    Returns
    -------
    Source

    Raises
    ------
    InputError
        If the kind is unknown or a folder is missing.

    Notes
    -----
    Notebook: 01_data
    """
    if kind not in ("demo", "fma", "folder"):
        raise InputError("no such source", where="source", expected="demo, fma or folder", got=kind)
    if kind == "demo":
        from albumlib.data.demo.world import make_demo

        size = get_profile(profile)
        name = f"demo-{profile}-{seed}"
        folder = make_demo(
            Path(data_dir) if data_dir else home() / "data" / name,
            songs_per_genre=size.songs_per_genre,
            artists_per_genre=size.artists_per_genre,
            duration=size.duration,
            covers_per_genre=size.covers_per_genre,
            seed=seed,
            progress=progress,
        )
        return Source(kind, folder, name)
    if not data_dir or not Path(data_dir).is_dir():
        raise InputError(
            "no such folder", where="data_dir", expected=f"the folder of the {kind} data", got=str(data_dir)
        )
    folder = Path(data_dir).resolve()
    return Source(kind, folder, f"{kind}-{folder.name}-{hashlib.sha1(str(folder).encode()).hexdigest()[:6]}")


def load_tracks(source):
    """Load the catalog of a source.

    Parameters
    ----------
    source : Source

    Returns
    -------
    catalog, report : pandas.DataFrame

    Notes
    -----
    Notebook: 01_data
    """
    if source.kind == "folder":
        from albumlib.data.folder import load_folder

        return load_folder(source.folder)
    from albumlib.data.demo.world import load_demo
    from albumlib.data.fma import load_fma

    return (load_demo if source.kind == "demo" else load_fma)(source.folder)


def load_training_covers(source, *, per_genre=None):
    """Load the covers of a source as 100x100 images.

    They are looked for in its folder ``covers``, then in the folder itself, then inside and beside its songs.

    Parameters
    ----------
    source : Source
    per_genre : int, optional
        At most this many covers a genre.

    Returns
    -------
    images : uint8 array, shape (n, 100, 100, 3)
    labels : int array, shape (n,)
    genres : list of str
        Class order.
    report : pandas.DataFrame

    Notes
    -----
    Notebook: 09_train_cover_gan
    """
    table = _cover_table(source)
    if per_genre:
        table = table.groupby("genre", sort=False).head(per_genre)
    genres = class_order(table["genre"])
    images, labels, report = load_covers(table, genres=genres)
    return images, labels, genres, report


def _cover_table(source):
    folder = source.folder / "covers"
    try:
        return list_covers(folder if folder.is_dir() else source.folder)
    except InputError:
        table = catalog_covers(load_tracks(source)[0])
        if table.empty:
            raise
        return table


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
        `albumlib.music.store.extract`'s index, with a column ``split``.
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
    kind : {"classifier", "gan"}
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
    sides = [slices.of_songs(index["split"] == side) for side in ("train", "validation")]
    run = run_folder("classifier", source, profile=profile, amount=epochs, seed=seed)
    train_classifier(
        *sides,
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
