"""Figures of networks: the way of the data, the layers, a critic's field."""

import numpy as np
import pytest

from albumlib.backend import load_keras
from albumlib.course import plots


def test_a_flow_has_a_box_a_step_and_an_arrow_between(ax, read):
    plots.flow([["song", "genre"], ["covers", "generator", "cover"]], ax)
    assert [text for text in read.texts(ax) if text] == ["song", "genre", "covers", "generator", "cover"]
    assert len(ax.patches) == 5
    assert len([text for text in ax.texts if not text.get_text()]) == 4  # three within the rows, one between them


def test_an_architecture_shows_the_layers_that_make_shapes(ax, read):
    keras = load_keras()
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((8, 4, 1)), layers.Conv2D(3, 2, padding="same"), layers.ELU(), layers.MaxPooling2D(2)]
    )
    model.add(layers.Flatten())
    model.add(layers.Dense(5))
    plots.architecture(model, ax)
    texts = read.texts(ax)
    assert "Conv 2×2" in texts
    assert "8×4×3\n15 weights" in texts
    assert "4×2×3" in texts
    assert "5\n125 weights" in texts
    assert not [text for text in texts if "ELU" in text or "Flatten" in text]


def test_a_critic_s_field_points_uphill(ax):
    keras = load_keras()
    critic = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    critic.set_weights([np.array([[1.0], [0.0]], "float32"), np.zeros(1, "float32")])
    plots.critic_field(critic, ax, real=np.ones((3, 2)), fake=np.zeros((3, 2)))
    (arrows,) = (each for each in ax.collections if type(each).__name__ == "Quiver")
    assert np.ravel(arrows.U) == pytest.approx(1, abs=1e-4)
    assert np.ravel(arrows.V) == pytest.approx(0, abs=1e-4)
