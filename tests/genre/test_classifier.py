"""The genre classifier: it learns what can be learned, resumes, and adds up votes as the report did."""

import json
from dataclasses import asdict
from typing import get_args

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from albumlib.errors import InputError
from albumlib.features.settings import PRESETS
from albumlib.features.slices import Slices
from albumlib.genre.networks import NETWORKS, OPTIMIZERS, build_classifier
from albumlib.genre.prediction import SongPrediction, song_scores
from albumlib.genre.settings import BEST, REPORT, ClassifierSettings, Network, Optimizer
from albumlib.genre.training import train_classifier
from albumlib.runs import Run


@pytest.fixture(scope="module")
def two_textures():
    """Slices with lines along time (genre 0) and across it (genre 1), under noise."""
    rng = np.random.default_rng(0)
    y = np.arange(48) % 2
    X = rng.integers(0, 60, (48, 258, 128))
    X[y == 0, 10:250:40] += 150
    X[y == 1, :, 5:125:20] += 150
    return Slices.of_arrays(X.astype("uint8"), y)


def train(data, folder, **changes):
    options = {"genres": ["Folk", "Techno"], "features": PRESETS["default"], "epochs": 4, "progress": False} | changes
    return train_classifier(data, data, Run(folder), **options)


@pytest.mark.slow
def test_the_difference_between_lines_and_columns_is_learned(two_textures, tmp_path):
    train(two_textures, tmp_path, epochs=8, settings=ClassifierSettings(batch_size=8))
    assert Run(tmp_path).metrics()["val_accuracy"].max() == 1.0


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
def test_interrupted_training_ends_as_the_uninterrupted(two_textures, tmp_path, monkeypatch):
    whole = train(two_textures, tmp_path / "whole")
    log = Run.log

    def dying_log(self, row):
        if row["epoch"] == 3:
            raise KeyboardInterrupt
        log(self, row)

    monkeypatch.setattr(Run, "log", dying_log)
    with pytest.raises(KeyboardInterrupt):
        train(two_textures, tmp_path / "cut")
    monkeypatch.undo()
    assert not Run(tmp_path / "cut").finished
    resumed = train(two_textures, tmp_path / "cut")
    one, other = (Run(tmp_path / name).metrics().drop(columns="seconds") for name in ("cut", "whole"))
    assert_frame_equal(one, other, check_exact=True)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_training_that_stops_early_says_why(two_textures, tmp_path, capsys):
    settings = ClassifierSettings(batch_size=8, learning_rate=1.0, patience=1)  # so fast that it gets worse
    train(two_textures[:8], tmp_path, epochs=30, settings=settings, progress=True)
    losses = Run(tmp_path).metrics()["val_loss"]
    done, best = len(losses), losses.argmin() + 1
    assert done < 30
    shown = capsys.readouterr().err
    assert f"{done}/{done}" in shown
    assert f"epoch {best} was the best" in shown


def test_class_order_and_features_travel_with_the_model(two_textures, tmp_path):
    train(two_textures, tmp_path, epochs=1)
    card = json.loads((tmp_path / "card.json").read_text())
    assert card["genres"] == ["Folk", "Techno"]
    assert card["features"] == PRESETS["default"].to_dict()
    assert json.loads((tmp_path / "config.json").read_text())["seed"] == 0


def test_no_slices_is_an_error(two_textures, tmp_path):
    nothing = two_textures[:0]
    with pytest.raises(InputError, match="validation: no slices"):
        train_classifier(two_textures, nothing, Run(tmp_path), genres=["A", "B"], features=PRESETS["default"])


def test_report_network_has_the_report_s_size():
    assert build_classifier(REPORT, n_genres=19).count_params() == pytest.approx(135e6, rel=0.01)


def test_compact_network_is_small():
    assert build_classifier(ClassifierSettings(), n_genres=19).count_params() < 150_000


@pytest.mark.parametrize("blocks", [3, 4])
@pytest.mark.parametrize("pooling", ["max", "average"])
def test_report_variants(blocks, pooling):
    settings = ClassifierSettings(network="report", blocks=blocks, pooling=pooling, l1=0.1, l2=0.2, dense_units=8)
    model = build_classifier(settings, n_genres=3)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds.count("Conv2D") == blocks
    assert kinds.count({"max": "MaxPooling2D", "average": "AveragePooling2D"}[pooling]) == blocks
    penalty = model.layers[-1].kernel_regularizer
    assert (float(penalty.l1), float(penalty.l2)) == pytest.approx((0.1, 0.2))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("network", "vast"), ("pooling", "min"), ("optimizer", "sgdx"), ("schedule", "linear"), ("jitter", "False")],
        *[("blocks", 9), ("blocks", 0), ("blocks", 2.0), ("width", 0), ("batch_size", "8"), ("prototypes", True)],
        *[("dropout", 1.5), ("dropout", float("nan")), ("l2", -1), ("learning_rate", float("inf")), ("channels", 0)],
        *[("shares", (1, 2, 3)), ("shares", (0,) * 5), ("shares", "22232"), ("spec_augment", 129)],
    ],
)
def test_settings_that_cannot_be_are_refused(name, value):
    with pytest.raises(InputError, match=f"^{name}: no such setting; expected .*; got "):
        ClassifierSettings(**{name: value})


def test_the_report_s_network_takes_slices_of_one_width():
    with pytest.raises(InputError, match="width: no such setting; expected 128 for the network report; got 430"):
        ClassifierSettings(network="report", width=430)


def test_every_choice_is_built():
    assert (set(NETWORKS), set(OPTIMIZERS)) == (set(get_args(Network)), set(get_args(Optimizer)))


def test_settings_come_back_from_a_run_s_config():
    assert ClassifierSettings(**json.loads(json.dumps(asdict(BEST)))) == BEST


def test_a_song_by_vote_and_by_mean():
    """Two lukewarm votes for A, one sure vote for B: the vote says A, the mean B."""
    song = SongPrediction(["A", "B"], np.array([[0.55, 0.45], [0.55, 0.45], [0.0, 1.0]]))
    assert list(song.votes) == [2, 1]
    assert (song.by_vote, song.by_mean) == ("A", "B")


def test_a_tie_of_votes_goes_to_the_higher_mean():
    assert SongPrediction(["A", "B"], np.array([[0.6, 0.4], [0.1, 0.9]])).by_vote == "B"


def test_song_scores_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.45, 0.55], [0.2, 0.8]])
    scores = song_scores(probabilities, np.array([0, 0, 0, 1]), np.array([0, 1]))
    assert scores == pytest.approx({"slice": 0.5, "song_vote": 0.5, "song_mean": 1.0})
