"""Song -> genre -> cover, from two trained runs or what is shipped."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from albumlib.covers.finishing.sampling import generate
from albumlib.covers.noise import TRUNCATION, sample_noise, song_noise
from albumlib.covers.pixels import save_cover
from albumlib.data.images import SIZE
from albumlib.errors import InputError
from albumlib.files import make_folder
from albumlib.genre.loading import load_classifier
from albumlib.genre.prediction import SongPrediction
from albumlib.genre.pretrained.classifier import song_embedding
from albumlib.genre.pretrained.embedding import embed_file
from albumlib.genres import one_spelling
from albumlib.light.network import load_network
from albumlib.models import PAINTER
from albumlib.runs import Run
from albumlib.text import fit_name, printable


@dataclass(frozen=True)
class SongCovers:
    """What came of one song.

    Attributes
    ----------
    genre
        The genre that the covers are in.
    images : uint8, shape (n, 100, 100, 3)
    """

    path: Path
    prediction: SongPrediction
    genre: str
    images: np.ndarray


class Pipeline:
    """A classifier and a generator that together turn songs into covers.

    Parameters
    ----------
    classifier
        A finished run folder; by default the pretrained networks tell the 19 genres.
    gan
        A finished run folder; by default the generator that is shipped.

    Raises
    ------
    InputError
        If a folder is no finished run of its kind, or the two runs have no genre in common.

    Notes
    -----
    Genres are matched by name: the two runs may know them in another order, or not all of them.

    Notebook: 00_from_song_to_cover

    Examples
    --------
    >>> pipeline = Pipeline()
    >>> made = pipeline.covers("song.mp3", n=4, seed=7)
    >>> made.images.shape
    (4, 100, 100, 3)
    >>> paths = save_song_covers(made, "covers", seed=7)
    >>> folk = pipeline.generate("Folk", n=9, truncation=1)
    """

    def __init__(self, classifier: str | os.PathLike | None = None, gan: str | os.PathLike | None = None):
        self.gan = Run(gan or PAINTER)
        card = self.gan.load_card("gan")
        self.classifier = load_classifier(Run(classifier) if classifier else None)
        spelled = one_spelling(card["genres"], like=self.classifier.genres)
        self.genres, self.latent_dim = [spelled[genre] for genre in card["genres"]], card["latent_dim"]
        self.noise = card.get("noise", "uniform")  # a card of before normal noise says nothing of it
        inputs = [(self.latent_dim,), (len(self.genres),)]
        self.generator = load_network(self.gan, card, inputs=inputs, output=(SIZE, SIZE, 3), shipped=not gan)
        if set(self.unknown_genres) == set(self.classifier.genres):
            raise InputError(
                "the generator knows none of the classifier's genres",
                where=self.gan.folder,
                expected=", ".join(self.classifier.genres),
                got=", ".join(self.genres),
                todo="use two runs that were trained on the same genres",
            )

    @property
    def unknown_genres(self) -> list[str]:
        """Genres that the classifier may predict and the generator was not trained on."""
        return [genre for genre in self.classifier.genres if genre not in self.genres]

    def covers(
        self,
        song: str | os.PathLike,
        *,
        n: int = 4,
        seed: int = 0,
        truncation: float | None = None,
        blend: float = 0.0,
        prediction: SongPrediction | None = None,
    ) -> SongCovers:
        """Classify a song and generate covers in its genre, its own: the noise comes from its sound and the seed.

        Parameters
        ----------
        song
            An audio file.
        n
            How many covers.
        seed
            The same song and seed give the same covers; songs that sound alike get covers that look alike.
        truncation
            0 to 1: how far the covers may be from the genre's usual one; by default
            `albumlib.covers.noise.TRUNCATION` of the generator's noise.
        blend
            0 takes the first genre alone, 1 mixes the genres as much as the song is in doubt between them; values
            between lie between these two.
        prediction
            What was predicted for this song before, as in `SongCovers`; without one it is classified.

        Raises
        ------
        InputError
            If the song cannot be classified, the generator never saw its genre, or a number is out of its range.
        """
        truncation = self._usual(truncation)
        _check(n, truncation=truncation, blend=blend)
        prediction = prediction or self.classifier.classify(song)
        embedding = prediction.embedding
        if embedding is None:
            embedding = song_embedding(embed_file(song))
        noise = truncation * song_noise(embedding, self.latent_dim, n=n, seed=seed, kind=self.noise)
        condition = self._condition(prediction, blend)
        images = generate(self.generator, np.tile(condition, (n, 1)), noise)
        return SongCovers(Path(song), prediction, prediction.genre, images)

    def generate(self, genre: str, *, n: int = 4, seed: int = 0, truncation: float | None = None) -> np.ndarray:
        """Generate covers in a genre, of no song.

        Returns
        -------
        uint8, shape (n, 100, 100, 3)

        Raises
        ------
        InputError
            If the generator was not trained on that genre, or a number is out of its range. Genres are matched by
            name, never by number.
        """
        truncation = self._usual(truncation)
        _check(n, truncation=truncation)
        rng = np.random.default_rng(seed)
        noise = sample_noise(rng, n, self.latent_dim, truncation=truncation, kind=self.noise)
        return generate(self.generator, np.tile(self._one_hot(genre), (n, 1)), noise)

    def _usual(self, truncation):
        return TRUNCATION[self.noise] if truncation is None else truncation

    def _one_hot(self, genre):
        if genre not in self.genres:
            raise InputError(
                "the generator was not trained on this genre",
                where=genre,
                expected=", ".join(self.genres),
                todo="use a GAN run that has it",
            )
        return np.eye(len(self.genres), dtype="float32")[self.genres.index(genre)]

    def _condition(self, prediction, blend):
        """Between the first genre and the mixture; where only the mixture counts, the first need not be known."""
        if blend == 1:
            return self._mixture(prediction)
        first = self._one_hot(prediction.genre)
        return first + blend * (self._mixture(prediction) - first) if blend else first

    def _mixture(self, prediction):
        """Shares of the genres that the generator knows, which sum to 1."""
        known = dict(zip(prediction.genres, prediction.shares, strict=True))
        shares = np.array([known.get(genre, 0.0) for genre in self.genres], "float32")
        return shares / shares.sum() if shares.sum() > 0 else self._one_hot(prediction.genre)


def _check(n, **shares):
    """Refuse what would give no covers, or such as the generator never learned to make."""
    if n < 1:
        raise InputError("no covers", where="n", expected="1 or more", got=str(n))
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise InputError("out of its range", where=name, expected="0 to 1", got=str(share))


def save_song_covers(made: SongCovers, folder: str | os.PathLike, *, seed: int, name: str | None = None) -> list[Path]:
    """Write a song's covers as PNG files named after the song, its genre and the seed.

    Parameters
    ----------
    seed
        That the covers were generated with.
    name
        First part of the file names, as `albumlib.text.fit_name` leaves it; the song's own name by default.

    Raises
    ------
    InputError
        If they cannot be written.
    """
    folder, paths = make_folder(folder), []
    # A genre read from a file's tags may hold a slash, which no file name can.
    genre = fit_name(re.sub(r"[^\w &+-]", "-", made.genre), most=50)
    start = f"{fit_name(name or made.path.stem, most=170)} - {genre} - seed {seed}"
    for number, image in enumerate(made.images, start=1):
        path = folder / f"{start} - {number}.png"
        text = {"Genre": printable(made.genre), "Song": printable(made.path.name), "Seed": seed, "Number": number}
        save_cover(image, path, text=text)
        paths.append(path)
    return paths
