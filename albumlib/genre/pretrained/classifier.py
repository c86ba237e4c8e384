"""Classifiers that hear through the pretrained networks: the 19 genres without any labels, or a trained head."""

import os

import numpy as np

from albumlib.backend import load_model
from albumlib.errors import InputError
from albumlib.genre.prediction import Classifier, SongPrediction
from albumlib.genre.pretrained.embedding import Patches, embed_file
from albumlib.genre.pretrained.head import head_features
from albumlib.genre.pretrained.tags import genre_shares, vote, why_no_music
from albumlib.genres import NAMES
from albumlib.runs import Run


class PretrainedClassifier:
    """The pretrained networks, with the table of tags or with a head that was trained on them.

    Parameters
    ----------
    run
        A finished classifier run whose network is ``pretrained``; without one the 19 genres come from the tags.

    Raises
    ------
    InputError
        If the folder is no such run.

    Notes
    -----
    Notebook: 07_pretrained_ears

    Examples
    --------
    >>> song = PretrainedClassifier().classify("song.mp3")
    >>> song.genre, song.mean.round(2)
    """

    def __init__(self, run: Run | None = None):
        self.head = None if run is None else load_model(run.model_path)
        self.genres: list[str] = list(NAMES) if run is None else run.load_card("classifier")["genres"]

    def classify(self, path: str | os.PathLike) -> SongPrediction:
        """Predict the genre of one song, patch by patch and as a whole.

        Raises
        ------
        InputError
            If the file cannot be decoded, is shorter than 3 s, or is no music: silence, speech, noise.
        """
        patches = embed_file(path)
        if reason := why_no_music(patches):
            raise InputError("no music that I know", where=path, got=reason)
        embedding = song_embedding(patches)
        if self.head is None:
            shares = genre_shares(patches.tags)
            return SongPrediction(self.genres, shares, answer=self.genres[vote(shares)], embedding=embedding)
        features = head_features(patches.tags, patches.units)
        together = np.concatenate([features, features.mean(axis=0, keepdims=True)])
        *each, whole = self.head.predict_on_batch(together)
        return SongPrediction(self.genres, np.stack(each), whole, embedding=embedding)


def song_embedding(patches: Patches) -> np.ndarray:
    """Sum up a song by the mean over its patches of the networks' last hidden layers.

    They are standardized by the networks' own last batch normalization, over the 200,000 tracks that they learned from;
    no statistics of other music are needed.

    Returns
    -------
    float32, shape (400,)
    """
    return patches.units.mean(axis=0)


def load_classifier(run: Run | None = None) -> Classifier | PretrainedClassifier:
    """Load the classifier of a finished run, whichever network it has; without a run, the pretrained one.

    Raises
    ------
    InputError
        If the folder is no finished classifier run.
    """
    if run is None or run.load_card("classifier").get("network") == "pretrained":
        return PretrainedClassifier(run)
    return Classifier(run)
