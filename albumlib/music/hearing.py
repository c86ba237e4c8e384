"""The genre of a whole song, from what the classifier says of its slices."""

from dataclasses import dataclass

import numpy as np

from albumlib.backend import load_model
from albumlib.errors import InputError
from albumlib.music.audio import load_audio
from albumlib.music.features import FeatureSettings, feature_image, slices


@dataclass(frozen=True)
class SongGenre:
    """What a classifier says of one song.

    Attributes
    ----------
    genres : list of str
        Class order.
    probabilities : float array, shape (n_slices, n_genres)
        Of each slice; rows sum to 1.
    """

    genres: list
    probabilities: np.ndarray

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
    told = [SongGenre(names, probabilities[songs == song]) for song in present]
    truth = labels[present]
    return {
        "slice": float((probabilities.argmax(axis=1) == labels[songs]).mean()),
        "song_vote": float(np.mean([song.by_vote for song in told] == truth)),
        "song_mean": float(np.mean([song.by_mean for song in told] == truth)),
    }


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
        self.model = load_model(run.model_path)

    def hear(self, path):
        """Tell the genre of one song, through the very features that the network was trained on.

        Parameters
        ----------
        path : path

        Returns
        -------
        SongGenre

        Raises
        ------
        InputError
            If the file cannot be decoded, is no finite signal or is shorter than one slice.
        """
        try:
            image = feature_image(load_audio(path, sr=self.features.sr), self.features)
            cut = slices(image.values, settings=self.features)
        except InputError as error:
            raise InputError(error.reason, where=path) from None
        return SongGenre(self.genres, self.model.predict(cut, batch_size=32, verbose=0))
