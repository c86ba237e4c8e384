"""Song -> genre -> cover, from two trained runs."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from albumlib.backend import load_model
from albumlib.covers.gan import generate, sample_noise
from albumlib.covers.pixels import save_cover
from albumlib.covers.settings import TRUNCATION
from albumlib.errors import InputError
from albumlib.genre.prediction import Classifier, SongPrediction
from albumlib.runs import Run
from albumlib.text import fit_name, printable


@dataclass(frozen=True)
class SongCovers:
    """What came of one song.

    Attributes
    ----------
    path : pathlib.Path
    prediction : SongPrediction
    genre : str
        The genre that the covers are in.
    images : uint8 array, shape (n, 100, 100, 3)
    """

    path: Path
    prediction: SongPrediction
    genre: str
    images: np.ndarray


class Pipeline:
    """A classifier and a generator that together turn songs into covers.

    Parameters
    ----------
    classifier, gan : path
        Finished run folders.

    Raises
    ------
    InputError
        If a folder is no finished run of its kind, or the two runs have no genre in common.

    Notes
    -----
    Genres are matched by name: the two runs may know them in another order, or not all of them.

    Notebook: 00_from_song_to_cover
    """

    def __init__(self, classifier, gan):
        gan = Run(gan)
        card = gan.load_card("gan")
        self.classifier = Classifier(Run(classifier))
        self.generator = load_model(gan.model_path)
        self.genres, self.latent_dim = card["genres"], card["latent_dim"]
        if set(self.unknown_genres) == set(self.classifier.genres):
            raise InputError(
                "the generator knows none of the classifier's genres",
                where=gan.folder,
                expected=", ".join(self.classifier.genres),
                got=", ".join(self.genres),
                todo="use two runs that were trained on the same genres",
            )

    @property
    def unknown_genres(self):
        """Genres that the classifier may predict and the generator was not trained on, list of str."""
        return [genre for genre in self.classifier.genres if genre not in self.genres]

    def covers(self, song, *, n=4, seed=0, truncation=TRUNCATION):
        """Classify a song and generate covers in its genre.

        Parameters
        ----------
        song : path
        n : int
            How many covers.
        seed : int
            Of the noise: the same seed gives the same covers.
        truncation : float
            0 to 1: how far the covers may be from the genre's usual one.

        Returns
        -------
        SongCovers

        Raises
        ------
        InputError
            If the song cannot be prediction, or the generator never saw its genre.
        """
        prediction = self.classifier.classify(song)
        genre = prediction.genre
        return SongCovers(Path(song), prediction, genre, self.generate(genre, n=n, seed=seed, truncation=truncation))

    def generate(self, genre, *, n=4, seed=0, truncation=TRUNCATION):
        """Generate covers in a genre.

        Parameters
        ----------
        genre : str
        n, seed : int
        truncation : float
            See `covers`.

        Returns
        -------
        uint8 array, shape (n, 100, 100, 3)

        Raises
        ------
        InputError
            If the generator was not trained on that genre. Genres are matched by name, never by number.
        """
        if genre not in self.genres:
            raise InputError(
                "the generator was not trained on this genre",
                where=genre,
                expected=", ".join(self.genres),
                todo="use a GAN run that has it",
            )
        labels = np.tile(np.eye(len(self.genres), dtype="float32")[self.genres.index(genre)], (n, 1))
        noise = sample_noise(np.random.default_rng(seed), n, self.latent_dim, truncation=truncation)
        return generate(self.generator, labels, noise)


def save_song_covers(made, folder, *, seed, name=None):
    """Write a song's covers as PNG files named after the song, its genre and the seed.

    Parameters
    ----------
    made : SongCovers
    folder : path
    seed : int
    name : str, optional
        First part of the file names, as `albumlib.text.fit_name` leaves it; the song's own name by default.

    Returns
    -------
    list of pathlib.Path
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    # A genre read from a file's tags may hold a slash, which no file name can.
    genre = fit_name(re.sub(r"[^\w &+-]", "-", made.genre), most=50)
    start = f"{fit_name(name or made.path.stem, most=170)} - {genre} - seed {seed}"
    for number, image in enumerate(made.images, start=1):
        path = folder / f"{start} - {number}.png"
        text = {"Genre": printable(made.genre), "Song": printable(made.path.name), "Seed": seed, "Number": number}
        save_cover(image, path, text=text)
        paths.append(path)
    return paths
