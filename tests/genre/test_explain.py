"""Evidence points at what decides; costs and calibration are what one counts by hand."""

from dataclasses import replace

import numpy as np
import pytest

from albumlib.backend import load_keras
from albumlib.errors import InputError
from albumlib.features.settings import PRESETS
from albumlib.features.slices import Slices
from albumlib.genre.explain import class_activation, strongest_moment
from albumlib.genre.metrics import reliability
from albumlib.genre.networks import build_classifier, multiplications
from albumlib.genre.settings import BEST, PLAIN, REPORT, ClassifierSettings
from albumlib.genre.training import train_classifier
from albumlib.runs import Run


def texture(genre, rng, *, width=128):
    x = rng.integers(0, 60, (258, width))
    if genre == 0:
        x[10:250:40] += 150
    else:
        x[:, 5:-3:20] += 150
    return x.astype("uint8")


@pytest.mark.slow
@pytest.mark.parametrize("network", ["report", "compact"])
def test_evidence_lies_where_the_genre_is(network, tmp_path):
    rng = np.random.default_rng(0)
    y = np.arange(48) % 2
    data = Slices.of_arrays(np.stack([texture(genre, rng) for genre in y]), y)
    settings = ClassifierSettings(network=network, blocks=3, channels=1 / 8, dense_units=16, batch_size=8)
    options = {"genres": ["Folk", "Techno"], "features": PRESETS["default"], "settings": settings, "progress": False}
    model = train_classifier(data, data, Run(tmp_path), epochs=6, **options)
    song = np.concatenate([texture(1, rng, width=256), texture(0, rng, width=256)], axis=1)
    evidence = class_activation(model, song, 0)
    assert evidence.shape[1] == 512
    assert evidence[:, 320:].mean() > evidence[:, :192].mean()
    assert strongest_moment(evidence, width=128) >= 192


def test_a_network_without_convolutions_is_refused():
    model = build_classifier(replace(BEST, prototypes=4), n_genres=2)
    with pytest.raises(InputError, match="without convolutions"):
        class_activation(model, np.zeros((258, 200), "uint8"), 0)


def test_multiplications_by_hand():
    """3x3 over 10x8 places from 1 to 4 channels, then 320 inputs to 5 units."""
    layers = load_keras().layers
    inputs = load_keras().Input((10, 8))
    x = layers.Conv2D(4, 3, padding="same")(layers.Reshape((10, 8, 1))(inputs))
    model = load_keras().Model(inputs, layers.Dense(5)(layers.Flatten()(x)))
    assert multiplications(model, rows=10, width=8) == 9 * 4 * 80 + 320 * 5


def test_our_network_costs_a_small_part_of_the_reports():
    ours = multiplications(build_classifier(BEST, n_genres=19), width=BEST.width)
    report = replace(PLAIN, channels=1 / 8, dense_units=256)
    assert ours < multiplications(build_classifier(report, n_genres=19)) / 5
    # the report's own by hand: convolutions of 1-64-128-256-512 channels, then 512 x 16 x 8 inputs, 2048 units
    convolutions = 4 * (258 * 128 * 64 + 129 * 64 * 64 * 128 + 64 * 32 * 128 * 256 + 32 * 16 * 256 * 512)
    assert REPORT.blocks == 4
    assert ours < (convolutions + 512 * 16 * 8 * 2048) / 20


def test_reliability_by_hand():
    probabilities = np.array([[0.95, 0.05], [0.95, 0.05], [0.4, 0.6], [0.4, 0.6]])
    table, error = reliability(probabilities, np.array([0, 1, 1, 1]))
    assert list(table["count"]) == [2, 2]
    np.testing.assert_allclose(table["accuracy"], [1.0, 0.5])
    assert error == pytest.approx((0.4 + 0.45) / 2)
