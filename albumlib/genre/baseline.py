"""The classical baseline: statistics of hand-made audio features, and a support vector machine.

What a network has to beat. Before 2016 most genre classifiers were of this kind, and on a few hundred songs it is hard
to beat still.

References
----------
M. Defferrard, K. Benzi, P. Vandergheynst, X. Bresson: *FMA: A Dataset for Music Analysis*, ISMIR 2017 (its usage
notebook classifies with such statistics).
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from albumlib.data.audio import hear_song
from albumlib.data.catalog import song_stamp
from albumlib.errors import InputError
from albumlib.parallel import in_parallel
from albumlib.progress import progress_bar
from albumlib.report import make_report
from albumlib.runs import home

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

SR = 22050
HOP_LENGTH = 512
STATISTICS = ("mean", "standard deviation", "skewness", "kurtosis", "median", "least", "greatest")


def frame_features(y: np.ndarray, *, sr: int = SR) -> np.ndarray:
    """Describe each moment of a song by features made by hand.

    Parameters
    ----------
    y : float, shape (n,)
        Mono samples.
    sr
        Their rate, in Hz.

    Returns
    -------
    float32, shape (43, T) with ``T = 1 + n // 512``
        20 mel-frequency cepstral coefficients, 7 bands of spectral contrast, the spectral centroid and 85 % roll-off
        (Hz), 12 pitch classes, zero-crossing rate, and root-mean-square level.
    """
    from librosa import feature, power_to_db, stft

    magnitude = np.abs(stft(y, n_fft=2048, hop_length=HOP_LENGTH))
    power = magnitude**2
    # named tunings keep librosa from estimating one for each piece, which takes longer than all the rest
    rows = [
        feature.mfcc(S=power_to_db(feature.melspectrogram(S=power, sr=sr)), n_mfcc=20),
        feature.spectral_contrast(S=magnitude, sr=sr),
        feature.spectral_centroid(S=magnitude, sr=sr),
        feature.spectral_rolloff(S=magnitude, sr=sr),
        feature.chroma_stft(S=power, sr=sr, tuning=0.0),
        feature.zero_crossing_rate(y, hop_length=HOP_LENGTH),
        feature.rms(y=y, hop_length=HOP_LENGTH),
    ]
    return np.concatenate(rows).astype(np.float32)


def statistics(frames: np.ndarray) -> np.ndarray:
    """Sum up a stretch of music by seven statistics of each feature over time.

    Parameters
    ----------
    frames : float, shape (43, T)
        From `frame_features`.

    Returns
    -------
    float32, shape (301,)
        `STATISTICS` of all features, one after the other. A feature that does not change has skewness and kurtosis 0.
    """
    mean, sd = frames.mean(axis=1), frames.std(axis=1)
    z = (frames - mean[:, None]) / np.where(sd > 1e-6, sd, np.inf)[:, None]
    moments = [mean, sd, (z**3).mean(axis=1), np.where(sd > 1e-6, (z**4).mean(axis=1) - 3, 0)]
    return np.concatenate([*moments, np.median(frames, axis=1), frames.min(axis=1), frames.max(axis=1)])


def catalog_statistics(
    catalog: pd.DataFrame,
    *,
    width: int | None = None,
    folder: str | os.PathLike | None = None,
    n_jobs: int = -1,
    progress: bool = True,
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Compute the statistics of every song of a catalog, or of every slice of every song.

    The features of a song are kept in a cache, so only the first call takes long.

    Parameters
    ----------
    width
        Columns of a slice, 43 a second; by default a song is one stretch.
    folder
        Of the cache; by default in `albumlib.runs.home`.
    n_jobs
        Processes; -1 takes every core.

    Returns
    -------
    X : float32, shape (n, 301)
    songs : int, shape (n,)
        Row of the catalog that each belongs to, 0 to len(catalog) - 1; a song that cannot be used has none.
    report
        Songs left out: path, stage, reason.

    Raises
    ------
    InputError
        If no song can be used.

    Notes
    -----
    Notebook: 03_leakage

    Examples
    --------
    >>> X, songs, report = catalog_statistics(catalog, width=128)
    >>> baseline = make_baseline().fit(X, catalog["genre"].iloc[songs])
    """
    folder = Path(folder or home() / "baseline")
    tasks = [(path, width, folder) for path in catalog["path"]]
    found, failures = {}, []
    with progress_bar(total=len(tasks), desc="baseline features", unit="tracks", show=progress) as bar:
        for number, result in in_parallel(_song_statistics, tasks, n_jobs=n_jobs):
            if isinstance(result, str):
                failures.append((catalog["path"].iloc[number], "baseline", result))
            else:
                found[number] = result
            bar.update()
    if not found:
        raise InputError("no usable song", got=f"{len(failures)} failures, the first: {failures[0][2]}")
    numbers = sorted(found)
    songs = np.repeat(numbers, [len(found[number]) for number in numbers])
    return np.concatenate([found[number] for number in numbers]), songs, make_report(sorted(failures))


def make_baseline(*, C: float = 3.0) -> "Pipeline":
    """Build the classifier: standardized statistics, a support vector machine with a radial kernel.

    Parameters
    ----------
    C
        How much an error on the training split costs.

    Notes
    -----
    Notebook: 03_leakage
    """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    return make_pipeline(StandardScaler(), SVC(C=C))


def _song_statistics(path, width, folder):
    """Compute one song's statistics, float32 (slices, 301), or the reason why it has none."""
    from joblib import Memory

    try:
        frames = Memory(folder, verbose=0).cache(_frames)(str(path), song_stamp(path))
    except (InputError, OSError) as error:
        return getattr(error, "reason", str(error))
    width = width or frames.shape[1]
    count = frames.shape[1] // width
    if not count:
        return f"song is too short for one slice; expected {width} columns; got {frames.shape[1]}"
    return np.stack([statistics(frames[:, i * width : (i + 1) * width]) for i in range(count)])


def _frames(path, stamp):
    """Compute a file's frame features; the stamp is there for the cache, which goes by arguments."""
    return frame_features(hear_song(path, sr=SR).signal)
