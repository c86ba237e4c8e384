"""The pretrained ears in the notebooks: what they hear of a source's songs, and a head trained on it."""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import pandas as pd

from albumlib.course.sources import Source, load_tracks
from albumlib.data.splits import artist_key
from albumlib.genre.pretrained.classifier import train_head
from albumlib.genre.pretrained.embedding import Patches
from albumlib.genre.pretrained.mel import MOST_PATCHES
from albumlib.genre.pretrained.store import embed_catalog, is_installed
from albumlib.runs import Run, home


def default_network(source: Source, *, otherwise: str) -> str:
    """The network that classifies the songs of a source where none is named.

    ``pretrained`` for real music, where the package that brings it is installed. The demo songs are no music, and what
    has learned from music says little about them.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    return "pretrained" if source.kind != "demo" and is_installed() else otherwise


def hear_songs(
    source: Source, index: pd.DataFrame, *, most: int = MOST_PATCHES, progress: bool = True
) -> tuple[list[Patches], pd.DataFrame]:
    """Run the pretrained networks over the songs of an index, or take up what they said before.

    Parameters
    ----------
    most
        Patches of a song, evenly spaced; a student needs all of them.

    Returns
    -------
    songs
    index
        The rows of those songs, numbered anew; songs that cannot be heard are left out.

    Notes
    -----
    Notebook: 07_pretrained_ears
    """
    paths = load_tracks(source)[0].set_index("track_id")["path"][index["track_id"]]
    songs, _ = embed_catalog(list(paths), most=most, progress=progress)
    heard = np.array([song is not None for song in songs])
    return [song for song in songs if song is not None], index[heard].reset_index(drop=True)


def ears_run(
    source: Source, index: pd.DataFrame, genres: Sequence[str], *, seed: int = 0, progress: bool = True
) -> Run:
    """Train a head on all songs but those of the test split, or take the finished run up from its folder.

    How stiff it is, is chosen by cross-validation over artists inside these songs, so they need no validation split.

    Parameters
    ----------
    index
        With ``split``.
    genres
        Class order.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    songs, index = hear_songs(source, index[index["split"] != "test"], progress=progress)
    labels = index["genre"].map(list(genres).index).to_numpy()
    digest = sha256(np.concatenate([song.units for song in songs]).tobytes() + labels.tobytes()).hexdigest()[:8]
    run = Run(home() / "runs" / f"classifier-{source.name}-pretrained-seed{seed}-{digest}")
    train_head(songs, labels, artist_key(index), run, genres=genres, seed=seed, data=source.note)
    return run
