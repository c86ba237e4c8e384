"""The genre of a whole song, from what the classifier says of its slices."""

from dataclasses import dataclass

import numpy as np

from albumlib.backend import load_model
from albumlib.data.audio import load_audio
from albumlib.errors import InputError
from albumlib.features.image import feature_image
from albumlib.features.settings import FeatureSettings
from albumlib.features.slices import batches, cut_slices
from albumlib.features.store import load_slices

SHORTEST = 128  # columns: in less than 3 s no network was trained


@dataclass(frozen=True)
class SongPrediction:
    """What a classifier says of one song.

    Attributes
    ----------
    genres : list of str
        Class order.
    probabilities : float array, shape (n_slices, n_genres)
        Of each slice; rows sum to 1.
    whole : float array, shape (n_genres,), optional
        Of the song as one piece, from a network that hears any length and is better at more.
    """

    genres: list
    probabilities: np.ndarray
    whole: np.ndarray | None = None

    @property
    def genre(self):
        """The answer: of the song as one piece if there is one, else the most common among the slices."""
        return self.by_vote if self.whole is None else self.genres[int(self.whole.argmax())]

    @property
    def votes(self):
        """How many slices chose each genre, int array of shape (n_genres,)."""
        return np.bincount(self.probabilities.argmax(axis=1), minlength=len(self.genres))

    @property
    def mean(self):
        """Mean probability of each genre over the slices, float array of shape (n_genres,)."""
        return self.probabilities.mean(axis=0)

    @property
    def by_vote(self):
        """The most common genre among the slices, the report's rule; a tie goes to the higher mean probability."""
        return self.genres[int(np.lexsort((self.mean, self.votes))[-1])]

    @property
    def by_mean(self):
        """The genre with the highest mean probability."""
        return self.genres[int(self.mean.argmax())]


def song_scores(probabilities, songs, labels):
    """Accuracy over slices, and over songs by vote and by mean probability.

    Parameters
    ----------
    probabilities : float array, shape (n_slices, n_genres)
    songs : int array, shape (n_slices,)
        Which song a slice comes from.
    labels : int array, shape (n_songs,)
        True genre of each song.

    Returns
    -------
    dict of float
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


def predict(model, slices, *, batch_size=64):
    """Tell the genre of each slice.

    Parameters
    ----------
    model : keras.Model
    slices : Slices
    batch_size : int

    Returns
    -------
    float32 array, shape (n, n_genres)
        Probabilities.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    feed = batches(slices, n_genres=model.output_shape[-1], batch_size=batch_size)
    return model.predict(feed, verbose=0)


class Classifier:
    """A finished classifier run, ready to hear songs.

    Parameters
    ----------
    run : albumlib.runs.Run

    Raises
    ------
    InputError
        If the folder is no finished classifier run.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """

    def __init__(self, run):
        card = run.load_card("classifier")
        self.genres = card["genres"]
        self.features = FeatureSettings.from_dict(card["features"])
        self.width, self.whole_song = card["width"], card["whole_song"]
        self.model = load_model(run.model_path)

    def classify(self, path):
        """Tell the genre of one song, through the very features that the network was trained on.

        Parameters
        ----------
        path : path

        Returns
        -------
        SongPrediction

        Raises
        ------
        InputError
            If the file cannot be decoded, is no finite signal or is shorter than one slice.
        """
        try:
            image = feature_image(load_audio(path, sr=self.features.sr), self.features)
            width, step = self.width, None
            if self.whole_song:  # then slices only show which moments decide, and may overlap and be short
                width = max(min(width, image.values.shape[1]), SHORTEST)
                step = width // 4
            cut = cut_slices(image.values, width=width, step=step, settings=self.features)
        except InputError as error:
            raise InputError(error.reason, where=path) from None
        probabilities = self.model.predict(cut, batch_size=32, verbose=0)
        whole = self.model.predict(image.values[None], verbose=0)[0] if self.whole_song else None
        return SongPrediction(self.genres, probabilities, whole)


def whole_songs(model, index, genres):
    """Tell the genre of each song as one piece, with a network that hears any length.

    Parameters
    ----------
    model : keras.Model
    index : pandas.DataFrame
        Rows of `albumlib.features.store.extract`'s index.
    genres : list of str
        Class order.

    Returns
    -------
    float32 array, shape (len(index), n_genres)

    Notes
    -----
    Notebook: 05_regularization
    """
    probabilities = np.empty((len(index), len(genres)), np.float32)
    for columns in index["columns"].unique():  # songs of like length go through the network together
        alike = (index["columns"] == columns).to_numpy()
        probabilities[alike] = predict(model, load_slices(index[alike], genres, width=int(columns)), batch_size=16)
    return probabilities
