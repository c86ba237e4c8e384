"""What `genres.py` measures of the pretrained networks and of the student that learned from them."""

import time
from functools import cache, partial

import numpy as np
from scipy.optimize import minimize

from albumlib.data.audio import load_audio
from albumlib.features.image import feature_image
from albumlib.features.settings import PRESETS
from albumlib.features.slices import cut_slices
from albumlib.features.store import load_slices
from albumlib.genre.distillation.training import distil
from albumlib.genre.pretrained.embedding import HEARING, Patches
from albumlib.genre.pretrained.head import fit_head, head_features
from albumlib.genre.pretrained.mel import SR, cut_patches, level_gain, log_mel
from albumlib.genre.pretrained.musicnn.network import TAGS, load_pretrained
from albumlib.genre.pretrained.store import embed_catalog
from albumlib.genre.pretrained.tags import Calibration, genre_shares, vote
from albumlib.runs import Run, home

EPOCHS = 20  # of a student
FEATURES = PRESETS["default"]

ZERO, CHOSEN = "pretrained, no labels", "pretrained, labels for one offset a genre"
HEAD, MSD = "pretrained, a head", "pretrained, a head, MSD alone"
STUDENT, STUDENT_CHOSEN, STUDENT_HEAD = (
    "distilled, no labels",
    "distilled, labels for one offset a genre",
    "distilled, a head",
)
METHODS = (ZERO, CHOSEN, HEAD, MSD, STUDENT, STUDENT_CHOSEN, STUDENT_HEAD)


def predict_songs(method, index, catalog, folds, artists, genres, *, seed):
    """Predicted genre of every song, int (n_songs,), each by what learned from the other folds; and further facts."""
    truth = index["genre"].map(genres.index).to_numpy()
    songs = embed_catalog(list(catalog["path"]), most=10**6)[0]  # the index has only songs that can be used
    predicted = np.empty(len(songs), int)
    for fold in np.unique(folds):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        heard, model = songs, None
        if method in (STUDENT, STUDENT_CHOSEN, STUDENT_HEAD):
            heard, model = taught(index, songs, train, seed=seed, fold=fold)
        if method in (HEAD, MSD, STUDENT_HEAD):
            features = np.stack([song_features(song, msd_alone=method == MSD) for song in heard])
            head = fit_head(features[train], truth[train], artists[train], n_genres=len(genres))
            predicted[test] = head.network.predict(features[test], verbose=0).argmax(axis=1)
        else:
            chosen = method in (CHOSEN, STUDENT_CHOSEN)
            offsets = likeliest_offsets(heard, train, truth, genres) if chosen else {}
            shares = [song_shares(heard[song], genres, offsets) for song in test]
            predicted[test] = [vote(share, genres=genres)[0] for share in shares]
    if model is None:
        names = ("MSD",) if method == MSD else tuple(TAGS)
        return predicted, {"hearing": teacher_cost(names, tuple(catalog["path"]))}
    cost = hearing_cost(partial(by_image, model), catalog["path"])
    return predicted, {"hearing": cost, "parameters": model.count_params(), "epochs": EPOCHS}


def song_features(song, *, msd_alone=False):
    """What a head learns from, of both networks or of MSD alone, whose training had none of Magnatune's recordings."""
    tags, units = (song.tags[:, :50], song.units[:, :200]) if msd_alone else (song.tags, song.units)
    return head_features(tags, units).mean(axis=0)


def song_shares(song, genres, offsets):
    """Share of each genre in each patch, by the table of tags."""
    return genre_shares(song.tags, genres=genres, calibration=Calibration(offsets=offsets))


def likeliest_offsets(songs, train, truth, genres):
    """The offsets, 0 in the mean, by which the true genres of the training songs are likeliest."""
    tags = np.concatenate([songs[i].tags for i in train])
    counts = np.array([len(songs[i].tags) for i in train])
    begins = np.cumsum(counts) - counts

    def loss(values):
        calibration = Calibration(offsets=dict(zip(genres, values - values.mean(), strict=True)))
        sums = np.add.reduceat(genre_shares(tags, genres=genres, calibration=calibration), begins, axis=0)
        return -np.log(sums[np.arange(len(train)), truth[train]] / counts).mean()

    found = minimize(loss, np.zeros(len(genres)), method="Nelder-Mead", options={"maxiter": 200}).x
    return dict(zip(genres, found - found.mean(), strict=True))


def taught(index, songs, train, *, seed, fold):
    """What a student that learned from the training songs alone, without labels, hears in all songs."""
    slices = load_slices(index.assign(genre=""), [""])
    run = Run(home() / "runs" / f"student{HEARING}-{len(index)}-seed{seed}-fold{fold}")
    chosen = slices.of_songs(np.isin(np.arange(len(index)), train))
    model = distil(chosen, [songs[i] for i in train], run, features=FEATURES, epochs=EPOCHS, seed=seed)
    heard = model.predict(slices.read(), batch_size=64, verbose=0)
    parts = [slices.songs == song for song in range(len(index))]
    return [Patches(heard["tags"][part], heard["units"][part], 1.0) for part in parts], model


def by_image(model, path):
    """Run a network on slices of our own image over a song."""
    return model.predict_on_batch(cut_slices(feature_image(load_audio(path, sr=FEATURES.sr), FEATURES).values))


@cache
def teacher_cost(names, paths):
    """Processor seconds in which the pretrained networks of these names hear a song."""
    return hearing_cost(partial(by_teachers, names), paths)


def by_teachers(names, path):
    """Run pretrained networks over a song."""
    y = load_audio(path, sr=SR)
    patches, _ = cut_patches(log_mel(y, gain=level_gain(y)))
    for name in names:
        load_pretrained(name).predict(patches)


def hearing_cost(hear, paths, *, n=5):
    """Processor seconds from an audio file to what a method judges a song by, the median over `n` songs."""
    spent = []
    for path in list(paths)[: n + 1]:
        started = time.process_time()
        hear(path)
        spent.append(time.process_time() - started)
    return round(float(np.median(spent[1:])), 2)  # the first one may load what the others find loaded
