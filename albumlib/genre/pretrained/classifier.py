"""Classifiers that hear through the pretrained networks: the 19 genres without any labels, or a trained head."""

import hashlib
import os
from collections.abc import Sequence

import numpy as np

from albumlib.backend import save_model
from albumlib.errors import InputError
from albumlib.genre.prediction import SongPrediction
from albumlib.genre.pretrained.embedding import HEARING, Patches, check_hearing, embed_file
from albumlib.genre.pretrained.head import N_FEATURES, Head, fit_head, head_features
from albumlib.genre.pretrained.table import read_table
from albumlib.genre.pretrained.tags import genre_shares, vote, why_no_music
from albumlib.genres import NAMES
from albumlib.light.export import export_onnx
from albumlib.light.network import load_network
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
        If the folder is no such run, or its head learned from networks that heard songs otherwise.

    Examples
    --------
    >>> song = PretrainedClassifier().classify("song.mp3")
    >>> song.genre, song.mean.round(2)
    """

    def __init__(self, run: Run | None = None):
        self.head, self.genres = None, list(NAMES)
        if run is not None:
            card = run.load_card("classifier")
            check_hearing(card, run.folder)
            self.genres = card["genres"]
            self.head = load_network(run, card, inputs=[(N_FEATURES,)], output=(len(self.genres),))

    def embed(self, path: str | os.PathLike) -> Patches:
        """Run the networks over a song, as `albumlib.genre.pretrained.embed_file`."""
        return embed_file(path)

    def why_not(self, patches: Patches) -> str | None:
        """Tell why a recording is no music, as `albumlib.genre.pretrained.why_no_music`."""
        return why_no_music(patches)

    def classify(self, path: str | os.PathLike) -> SongPrediction:
        """Predict the genre of one song, patch by patch and as a whole.

        Raises
        ------
        InputError
            If the file cannot be decoded, is shorter than 3 s, or is no music: silence, speech, noise.
        """
        patches = self.embed(path)
        if reason := self.why_not(patches):
            raise InputError("no music that I know", where=path, got=reason)
        return self.predict(patches)

    def predict(self, patches: Patches) -> SongPrediction:
        """Predict the genre of a song that was heard before, music or not.

        Notes
        -----
        Notebook: 04_genre_cnn
        """
        facts = {"embedding": song_embedding(patches), "remarks": patches.remarks}
        if self.head is None:
            shares, answer, agreeing = known_shares(patches.tags)
            return SongPrediction(self.genres, shares, answer=answer, agreeing=agreeing, **facts)
        features = head_features(patches.tags, patches.units)
        together = np.concatenate([features, features.mean(axis=0, keepdims=True)])
        *each, whole = self.head.predict(together, verbose=0)
        return SongPrediction(self.genres, np.stack(each), whole, **facts)


def known_shares(tags: np.ndarray) -> tuple[np.ndarray, str, int]:
    """How much of each of the 19 genres the tags show, and the genre that the patches vote for.

    Genres that the tags cannot tell (``known`` is "no" in the table: Avant-Garde, International, Lo-Fi, Trip-Hop) have
    no share and are never the answer.

    Parameters
    ----------
    tags : float, shape (n, 100)

    Returns
    -------
    shares : float, shape (n, 19)
        Rows sum to 1.
    genre
        By the patches' vote.
    agreeing
        How many patches voted for it or its family.
    """
    table = read_table()
    known = [name for name in NAMES if table.known[name] != "no"]
    shares = genre_shares(tags, genres=known, table=table)
    all_shares = np.zeros((len(shares), len(NAMES)))
    all_shares[:, [NAMES.index(name) for name in known]] = shares
    place, agreeing = vote(shares, genres=known, table=table)
    return all_shares, known[place], agreeing


def song_embedding(patches: Patches) -> np.ndarray:
    """Sum up a song by the mean over its patches of the networks' last hidden layers.

    They are standardized by the networks' own last batch normalization, over the 200,000 tracks that they learned from;
    no statistics of other music are needed.

    Returns
    -------
    float32, shape (400,)
    """
    return patches.units.mean(axis=0)


def train_head(
    songs: Sequence[Patches],
    labels: np.ndarray,
    artists: Sequence[str],
    run: Run,
    *,
    genres: Sequence[str],
    seed: int = 0,
    data: str = "",
) -> Head:
    """Train a head on songs of a person's own genres into a run folder, in seconds.

    How stiff it is, is chosen by cross-validation over artists; the kept head is trained on all songs given.

    Parameters
    ----------
    songs
        From `embed_file`, one a song.
    labels : int, shape (n_songs,)
        Index into ``genres``.
    artists
        Who is heard in each, as from `albumlib.data.artist_key`.
    run
        `albumlib.genre.load_classifier` and ``albumlib cover --classifier`` take it.
    genres
        Class order; it is saved with the run.
    data
        What the songs are, for the card.

    Raises
    ------
    InputError
        If a genre has no song, there are fewer than two artists, or the run folder holds another configuration.

    Examples
    --------
    >>> songs = [embed_file(path) for path in catalog["path"]]
    >>> train_head(songs, labels, artist_key(catalog), Run("ears"), genres=genres)
    """
    features = np.stack([head_features(song.tags, song.units).mean(axis=0) for song in songs])
    digest = hashlib.sha256(features.tobytes() + np.asarray(labels, np.int64).tobytes()).hexdigest()
    card = {"kind": "classifier", "network": "pretrained", "hearing": HEARING, "genres": list(genres)}
    card |= {"data": data, "seed": seed}
    with run.training({**card, "digest": digest, "n_songs": len(songs)}):
        head = fit_head(features, labels, artists, n_genres=len(genres), seed=seed)
        save_model(head.network, run.model_path)
        export_onnx(head.network, run.light_path)
        run.finish({**card, "scores": {"log_likelihood": head.scores[head.strength], "strength": head.strength}})
    return head
