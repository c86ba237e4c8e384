"""The way back by least squares, and grain, on covers of which is known what their sketches leave out."""

import numpy as np
import pytest

from albumlib.backend import load_keras, load_model, save_model
from albumlib.covers.finishing.grain import contrasts, fit_grain, grained_painter, way_back
from albumlib.covers.finishing.sketches import SPREAD, to_covers, to_sketches
from albumlib.covers.networks.sketch import sketch_generator
from albumlib.covers.pixels import to_pixels
from albumlib.light.export import export_onnx
from albumlib.light.network import LightNetwork

array = load_keras().ops.convert_to_numpy


def held_back(rng, n):
    """White noise of which nothing is in a sketch."""
    white = rng.normal(size=(n, 100, 100, 3)).astype("float32")
    return white - to_covers(to_sketches(white))


@pytest.fixture(scope="module")
def sketches():
    return np.random.default_rng(0).uniform(-0.25, 0.25, (60, 25, 25, 8)).astype("float32")


@pytest.fixture
def generator():
    return sketch_generator(latent_dim=4, n_genres=2, width=0.25)


def asked(n):
    rng = np.random.default_rng(3)
    return [rng.normal(size=(n, 4)).astype("float32"), np.tile(np.float32([[1, 0]]), (n, 1))]


def test_where_nothing_is_left_out_it_is_the_linear_way_back(sketches):
    grain = fit_grain(to_pixels(to_covers(sketches)))
    one = np.eye(8, dtype="float32")[:, None, None] * np.ones((8, 25, 25, 1), "float32")
    expected = to_covers(one)[:, :4, :4].reshape(8, 48)
    np.testing.assert_allclose(grain.kernel[1, 1], expected, atol=0.005)
    around = np.delete(grain.kernel.reshape(9, 8, 48), 4, axis=0)
    assert abs(around).max() < 0.005
    assert abs(grain.bias).max() < 0.005


def test_what_the_neighbours_tell_is_no_grain():
    """Stripes three blocks wide and smooth: the block's eight numbers alone would leave more out."""
    rng = np.random.default_rng(1)
    waves = np.sin(np.arange(100)[None] / 6 + rng.uniform(0, 6.3, (40, 1)))
    covers = np.broadcast_to(0.8 * waves[:, None, :, None], (40, 100, 100, 3)).astype("float32")
    alone = covers - to_covers(to_sketches(covers))
    grain = fit_grain(to_pixels(covers))
    lively = array(contrasts(to_sketches(covers))) @ grain.strengths
    assert np.sqrt(np.mean(lively**2)) < 0.5 * np.sqrt(np.mean(alone**2))


@pytest.mark.parametrize("strength", [0.05, 0.2])
def test_grain_has_the_strength_and_the_covariance_of_what_is_left_out(sketches, strength):
    rng = np.random.default_rng(2)
    of_color = np.float32([1.0, 0.5, 0.25])
    left_out = strength * held_back(rng, len(sketches)) * of_color
    left_out -= to_covers(to_sketches(left_out))
    back = way_back(fit_grain(to_pixels(to_covers(sketches) + left_out)))
    painted = array(back(sketches))
    found = painted - to_covers(sketches)
    np.testing.assert_allclose(found.std(axis=(0, 1, 2)), left_out.std(axis=(0, 1, 2)), rtol=0.1, atol=0.003)
    np.testing.assert_allclose(to_sketches(painted), sketches, atol=0.05)


def test_a_plain_surface_stays_plain(sketches):
    left_out = 0.1 * held_back(np.random.default_rng(2), len(sketches))
    back = way_back(fit_grain(to_pixels(to_covers(sketches) + left_out)))
    plain = np.broadcast_to(np.float32([0.5, -0.2, 0.1, 0, 0, 0, 0, 0]), (1, 25, 25, 8))
    painted = array(back(plain))[:, 8:-8, 8:-8]
    np.testing.assert_allclose(painted, np.broadcast_to(plain[..., :3][:, :1, :1], painted.shape), atol=0.03)


def test_equal_inputs_give_equal_covers(sketches, generator, tmp_path):
    painter = grained_painter(generator, fit_grain(to_pixels(to_covers(sketches))))
    given = asked(3)
    covers = array(painter(given))
    np.testing.assert_array_equal(covers, array(painter(given)))
    # its sketches are the generator's, scaled
    rough = to_covers(SPREAD * array(generator(given)))
    np.testing.assert_allclose(covers, np.clip(rough, -1, 1), atol=0.05)
    save_model(painter, tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras", inputs=[(4,), (2,)], output=(100, 100, 3))
    np.testing.assert_array_equal(array(loaded(given)), covers)


@pytest.mark.skipif(load_keras().backend.backend() != "tensorflow", reason="ONNX copies are made under TensorFlow")
def test_an_onnx_copy_gives_the_same_covers(sketches, generator, tmp_path):
    painter, given = grained_painter(generator, fit_grain(to_pixels(to_covers(sketches)))), asked(3)
    export_onnx(painter, tmp_path / "model.onnx")
    light = LightNetwork(tmp_path / "model.onnx")
    np.testing.assert_allclose(light.predict(given), array(painter(given)), atol=1e-4)


def test_a_generator_that_was_loaded_can_be_grained(sketches, generator, tmp_path):
    """Its layers' names must not meet those of the way back: a resumed training has such a one."""
    save_model(generator, tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras", inputs=[(4,), (2,)], output=(25, 25, 8))
    grain = fit_grain(to_pixels(to_covers(sketches)))
    given = asked(2)
    ours, again = (array(grained_painter(each, grain)(given)) for each in (generator, loaded))
    np.testing.assert_allclose(ours, again, atol=1e-5)


def test_few_covers_and_covers_of_one_colour_are_no_trouble(generator):
    grain = fit_grain(np.full((1, 100, 100, 3), 200, "uint8"))
    assert all(np.isfinite(part).all() for part in grain)
    painted = array(grained_painter(generator, grain)(asked(1)))
    assert np.isfinite(painted).all()
