"""The genre of a whole song, from what the classifier predicts for its slices."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_keras
from albumlib.data.audio import hear_song
from albumlib.errors import InputError
from albumlib.features.settings import FeatureSettings
from albumlib.light.network import LightNetwork, load_network
from albumlib.runs import Run

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from albumlib.features.slices import Slices

SHORTEST = 128  # columns: in less than 3 s no network was trained


@dataclass(frozen=True)
class SongPrediction:
    """What a classifier predicts for one song.

    Attributes
    ----------
    genres
        Class order.
    probabilities : float, shape (n_slices, n_genres)
        Of each slice; rows sum to 1.
    whole : float, shape (n_genres,)
        Of the song as one piece, from a network that takes any length and is better at more.
    answer
        The genre, where the classifier has a rule of its own.
    agreeing
        How many slices voted for that answer or its family, by such a rule.
    embedding : float32, shape (d,)
        Where the song lies among all songs, from a network that knows.
    remarks
        What is odd about the recording, mostly nothing.
    """

    genres: list[str]
    probabilities: np.ndarray
    whole: np.ndarray | None = None
    answer: str | None = None
    agreeing: int | None = None
    embedding: np.ndarray | None = None
    remarks: tuple[str, ...] = ()

    @property
    def genre(self) -> str:
        """The genre: of the song as one piece where there is one, else the most common among the slices."""
        if self.answer:
            return self.answer
        return self.by_vote if self.whole is None else self.genres[int(self.whole.argmax())]

    @property
    def shares(self) -> np.ndarray:
        """How much of each genre there is, of the song as one piece or in the mean; sums to 1, shape (n_genres,)."""
        return self.mean if self.whole is None else self.whole

    @property
    def votes(self) -> np.ndarray:
        """How many slices chose each genre, int array of shape (n_genres,)."""
        return np.bincount(self.probabilities.argmax(axis=1), minlength=len(self.genres))

    @property
    def mean(self) -> np.ndarray:
        """Mean probability of each genre over the slices, float array of shape (n_genres,)."""
        return self.probabilities.mean(axis=0)

    @property
    def by_vote(self) -> str:
        """The most common genre among the slices, the report's rule; a tie goes to the higher mean probability."""
        return self.genres[int(np.lexsort((self.mean, self.votes))[-1])]

    @property
    def by_mean(self) -> str:
        """The genre with the highest mean probability."""
        return self.genres[int(self.mean.argmax())]


def describe_shares(prediction: SongPrediction, *, most: int = 3, least: float = 0.1) -> str:
    """The genre of a song and the doubt, such as ``"Rock 61 %, Indie-Rock 22 % (7 of 10 slices)"``.

    Parameters
    ----------
    most
        How many genres to name; the first is the answer.
    least
        Share below which no other is named.

    Notes
    -----
    Notebook: 12_your_song
    """
    shares = dict(zip(prediction.genres, prediction.shares, strict=True))
    others = sorted((name for name in shares if name != prediction.genre), key=lambda name: -shares[name])
    named = [prediction.genre, *(name for name in others[: most - 1] if shares[name] >= least)]
    doubt = ", ".join(f"{name} {shares[name]:.0%}".replace("%", " %") for name in named)
    votes = prediction.agreeing
    if votes is None:
        votes = prediction.votes[prediction.genres.index(prediction.genre)]
    return f"{doubt} ({votes} of {len(prediction.probabilities)} slices)"


def song_scores(probabilities: np.ndarray, songs: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Accuracy over slices, and over songs by vote and by mean probability.

    Parameters
    ----------
    probabilities : float, shape (n_slices, n_genres)
    songs : int, shape (n_slices,)
        Which song a slice comes from.
    labels : int, shape (n_songs,)
        True genre of each song.

    Returns
    -------
    dict
        ``slice``, ``song_vote``, ``song_mean``: accuracies, 0 to 1.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    names = list(range(probabilities.shape[1]))
    present = np.unique(songs)
    predicted = [SongPrediction(names, probabilities[songs == song]) for song in present]
    truth = labels[present]
    return {
        "slice": float((probabilities.argmax(axis=1) == labels[songs]).mean()),
        "song_vote": float(np.mean([song.by_vote for song in predicted] == truth)),
        "song_mean": float(np.mean([song.by_mean for song in predicted] == truth)),
    }


def predict(model: "keras.Model", slices: "Slices", *, batch_size: int = 64) -> np.ndarray:
    """Predict the genre of each slice.

    Returns
    -------
    float32, shape (n, n_genres)
        Probabilities.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    from albumlib.features.slices import batches

    feed = batches(slices, n_genres=model.output_shape[-1], batch_size=batch_size)
    return model.predict(feed, verbose=0)


class Classifier:
    """A finished classifier run, ready to classify songs.

    Raises
    ------
    InputError
        If the folder is no finished classifier run.

    Examples
    --------
    >>> song = Classifier(Run("genre run")).classify("song.mp3")
    >>> genre, probabilities = song.genre, dict(zip(song.genres, song.mean, strict=True))
    """

    def __init__(self, run: Run):
        card = run.load_card("classifier")
        self.genres: list[str] = card["genres"]
        self.features = FeatureSettings.from_dict(card["features"])
        self.width, self.whole_song = card["width"], card["whole_song"]
        inputs = [(2 * self.features.n_mels, None if self.whole_song else self.width)]
        self.model = load_network(run, card, inputs=inputs, output=(len(self.genres),))

    def classify(self, path: str | os.PathLike) -> SongPrediction:
        """Predict the genre of one song, through the very features that the network was trained on.

        Raises
        ------
        InputError
            If the file cannot be decoded, is silent, is no finite signal or is shorter than one slice.
        """
        from albumlib.features.image import feature_image
        from albumlib.features.slices import cut_slices

        try:
            heard = hear_song(path, sr=self.features.sr)
            remarks, signal = heard.remarks, [heard.signal]
            del heard  # of a long song it is half the memory, which is freed when nobody keeps it
            image = feature_image(signal.pop(), self.features)
            width, step = self.width, None
            if self.whole_song:  # then slices only show which moments decide, and may overlap and be short
                width = max(min(width, image.values.shape[1]), SHORTEST)
                step = width // 4
            cut = cut_slices(image.values, width=width, step=step, settings=self.features)
        except InputError as error:
            raise InputError(error.reason, where=path) from None
        probabilities = self.model.predict(cut, batch_size=32, verbose=0)
        whole = self._predict_whole(image.values) if self.whole_song else None
        return SongPrediction(self.genres, probabilities, whole, remarks=remarks)

    def _predict_whole(self, values):
        """Predict the genre of a song as one piece. Keras's ``predict`` would keep a graph for each new length."""
        if isinstance(self.model, LightNetwork):
            return self.model.predict(values[None])[0]
        ops = load_keras().ops
        return ops.convert_to_numpy(self.model(ops.convert_to_tensor(values[None]), training=False))[0]


def whole_songs(model: "keras.Model", index: "pd.DataFrame", genres: Sequence[str]) -> np.ndarray:
    """Predict the genre of each song as one piece, with a network that takes any length.

    Parameters
    ----------
    index, genres
        Rows of `albumlib.features.store.extract`'s index, and the class order.

    Returns
    -------
    float32, shape (len(index), n_genres)
        Probabilities.

    Notes
    -----
    Notebook: 05_regularization
    """
    from albumlib.features.store import load_slices

    probabilities = np.empty((len(index), len(genres)), np.float32)
    for columns in index["columns"].unique():  # songs of like length go through the network together
        alike = (index["columns"] == columns).to_numpy()
        probabilities[alike] = predict(model, load_slices(index[alike], genres, width=int(columns)), batch_size=16)
    return probabilities
