"""The judge of covers: it learns what can be learned, keeps artists apart, resumes, and hands out its features."""

import json

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from albumlib.errors import InputError
from albumlib.evaluation.judge import _split, augment, build_judge, judge_features, judge_probabilities, train_judge
from albumlib.runs import Run

GENRES = ["Stripes", "Rings"]


@pytest.fixture(scope="module")
def shapes():
    """Covers of stripes and of rings in any two colours, so that only the shape gives the genre away."""
    rng = np.random.default_rng(0)
    down, across = np.mgrid[:100, :100]
    labels = np.arange(200) % 2
    covers = np.empty((200, 100, 100, 3))
    for i, label in enumerate(labels):
        place = (across, np.hypot(down - 50, across - 50))[label]
        wave = np.sin(place / rng.uniform(2, 3) + rng.uniform(0, 6))[..., None]
        covers[i] = rng.uniform(60, 190, 3) + 60 * wave * rng.choice([-1, 1], 3)
    return np.clip(covers, 0, 255).astype("uint8"), labels


def train(shapes, folder, *, n=40, artists=None, **changes):
    images, labels = shapes
    options = {"genres": GENRES, "epochs": 2, "data": "shapes", "progress": False} | changes
    return train_judge(images[:n], labels[:n], artists, Run(folder), **options)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return Run(tmp_path_factory.mktemp("judge"))


@pytest.fixture(scope="module")
def judge(shapes, run):
    return train(shapes, run.folder, n=150, epochs=8)


def test_shapes_are_recognised_on_unseen_covers(judge, shapes):
    images, labels = shapes
    assert (judge_probabilities(judge, images[150:]).argmax(axis=1) == labels[150:]).mean() > 0.9


def test_probabilities_sum_to_one(judge, shapes):
    predicted = judge_probabilities(judge, shapes[0][:5])
    assert predicted.dtype == np.float32
    np.testing.assert_allclose(predicted.sum(axis=1), 1, rtol=1e-5)


def test_features_of_a_genre_lie_together(judge, shapes):
    """Unseen covers are nearer to the middle of their own genre, and all are of one length."""
    features, labels = judge_features(judge, shapes[0][150:]), shapes[1][150:]
    assert (features.shape, features.dtype) == ((50, 64), np.float32)
    np.testing.assert_allclose((features**2).mean(axis=1), 1, rtol=1e-4)
    middles = np.stack([features[labels == k].mean(axis=0) for k in range(2)])
    distance = np.linalg.norm(features[:, None] - middles, axis=2)
    assert (distance.argmin(axis=1) == labels).mean() > 0.9


@pytest.mark.usefixtures("eagerly")
def test_flat_covers_do_not_break_the_training(tmp_path):
    """Flat planes have no spread, and the gradient of a standard deviation of 0 is not a number."""
    images, labels = np.full((12, 100, 100, 3), 90, "uint8"), np.arange(12) % 2
    model = train_judge(images, labels, None, Run(tmp_path), genres=GENRES, epochs=1, progress=False)
    assert all(np.isfinite(weights).all() for weights in model.get_weights())


@pytest.mark.usefixtures("eagerly")
def test_artists_stay_in_one_split(shapes, tmp_path):
    """Ten artists of four covers each: both splits hold whole artists."""
    artists = np.repeat([f"artist {i}" for i in range(10)], 4)
    train(shapes, tmp_path, artists=artists, epochs=1)
    learned, held_back = json.loads((tmp_path / "card.json").read_text())["n_images"]
    assert (learned + held_back, held_back % 4) == (40, 0)
    assert held_back > 0


@pytest.mark.usefixtures("eagerly")
def test_one_artist_with_twenty_covers_beside_others(shapes, tmp_path):
    """A genre of one artist is learned from, and not validated on; the other genre is split."""
    images, labels = shapes
    chosen = np.concatenate([np.flatnonzero(labels == 0)[:20], np.flatnonzero(labels == 1)[:8]])
    artists = ["A"] * 20 + list("BBCCDDEE")
    train((images[chosen], labels[chosen]), tmp_path, artists=artists, epochs=1)
    assert Run(tmp_path).load_card("judge")["n_images"] == [26, 2]


# In the last one, artists serve several genres, and a split by artist alone gives one genre to validation only.
@pytest.mark.parametrize(
    ("labels", "artists", "seed"),
    [
        ([0] * 21, ["A"] * 20 + ["B"], 0),
        ([0] * 20 + [1, 1], ["A"] * 20 + ["B", "C"], 0),
        ([0] * 20 + [1, 1], ["A"] * 20 + ["", ""], 0),
        ([5, 3, 3, 5, 1, 3, 4, 2, 0, 0, 2, 4, 3, 5, 3, 2], list("CACABBACCBBBCACB"), 348),
    ],
    ids=["same genre", "other genre", "unknown artists", "several genres"],
)
def test_every_genre_is_learned_and_no_artist_is_in_both_splits(labels, artists, seed):
    labels = np.array(labels)
    split = _split(labels, artists, [f"genre {k}" for k in range(6)], share=0.15, seed=seed)
    assert set(split) == {"train", "validation"}
    assert set(labels[split == "train"]) == set(labels)
    named = np.array(artists) != ""
    assert not set(np.array(artists)[named & (split == "train")]) & set(np.array(artists)[named & (split != "train")])


@pytest.mark.parametrize(
    ("labels", "artists", "got"),
    [
        ([0] * 20, ["A"] * 20, "1 in all"),
        ([0, 1] * 10, ["A"] * 20, "1 in all"),
        ([0, 1] * 10, ["Various Artists", "Compilation"] * 10, "1 in all"),
        ([0, 1] * 10, ["A", "B"] * 10, "2 in all"),
        ([0], None, "1 in all"),
    ],
)
def test_artists_that_cannot_be_split_are_one_clear_error(labels, artists, got, tmp_path):
    images = np.zeros((len(labels), 100, 100, 3), "uint8")
    message = f"artists: too few artists to split; expected an artist to validate on.*got {got}; add covers of other"
    with pytest.raises(InputError, match=message):
        train_judge(images, np.array(labels), artists, Run(tmp_path / "run"), genres=GENRES)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("share", [0, 1, -0.1, float("nan")])
def test_a_share_without_covers_to_learn_from_or_validate_on_is_refused(share, shapes, tmp_path):
    with pytest.raises(InputError, match="validation: no such share; expected more than 0 and less than 1"):
        train(shapes, tmp_path / "run", validation=share)
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
def test_interrupted_training_ends_as_the_uninterrupted(shapes, tmp_path, monkeypatch):
    whole = train(shapes, tmp_path / "whole")
    log = Run.log

    def dying_log(self, row):
        if row["epoch"] == 2:
            raise KeyboardInterrupt
        log(self, row)

    monkeypatch.setattr(Run, "log", dying_log)
    with pytest.raises(KeyboardInterrupt):
        train(shapes, tmp_path / "cut")
    monkeypatch.undo()
    assert not Run(tmp_path / "cut").finished
    resumed = train(shapes, tmp_path / "cut")
    one, other = (Run(tmp_path / name).metrics().drop(columns="seconds") for name in ("cut", "whole"))
    assert_frame_equal(one, other, check_exact=True)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_finished_run_is_loaded_and_its_card_says_what_it_is(judge, run, shapes):
    again = train(shapes, run.folder, n=150, epochs=8)
    images = shapes[0][:3]
    np.testing.assert_array_equal(judge_probabilities(judge, images), judge_probabilities(again, images))
    card = run.load_card("judge")
    assert (card["genres"], card["data"], card["seed"]) == (GENRES, "shapes", 0)
    assert card["scores"].keys() >= {"val_loss", "val_accuracy"}


def test_augmentation_varies_place_and_light_only():
    ramp = np.broadcast_to(np.arange(50, 150, dtype="uint8")[None, :, None], (20, 100, 100, 3))
    varied = augment(ramp, np.random.default_rng(0))
    np.testing.assert_array_equal(varied, augment(ramp, np.random.default_rng(0)))
    assert (varied.shape, varied.dtype) == (ramp.shape, np.uint8)
    assert (varied == varied[:, :1]).all()  # rows were alike and are so still
    rising = np.diff(varied[:, 0, 20:80, 1].astype(int), axis=1).mean(axis=1)
    assert (rising > 0).any()
    assert (rising < 0).any()  # mirrored
    assert np.abs(varied.mean(axis=(1, 2, 3)) - ramp.mean()).max() < 45


def test_judge_is_small():
    assert build_judge(19).count_params() < 300_000


@pytest.mark.parametrize(
    ("images", "labels", "artists", "message"),
    [
        (np.zeros((4, 64, 64, 3), "uint8"), np.zeros(4, int), None, "another shape"),
        (np.zeros((4, 100, 100, 3), "uint8"), np.array([0, 0, 0, 3]), None, "label outside"),
        (np.zeros((4, 100, 100, 3), "uint8"), np.zeros(4, int), ["A"], "4 covers, 1 artists"),
    ],
)
def test_unfit_training_data_is_refused(images, labels, artists, message, tmp_path):
    with pytest.raises(InputError, match=message):
        train_judge(images, labels, artists, Run(tmp_path), genres=GENRES)
