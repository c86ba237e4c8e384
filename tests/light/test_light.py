"""Networks without Keras: a run's ONNX copy predicts as its Keras model, or is not used."""

import numpy as np
import pytest

from albumlib.backend import load_keras, load_model, save_model
from albumlib.covers.finishing.sampling import generate
from albumlib.genres import NAMES
from albumlib.light.export import export_onnx, export_run
from albumlib.light.network import LightNetwork, load_network
from albumlib.models import PAINTER
from albumlib.runs import Run

SHAPES = {"inputs": [(6,), (None, 3)], "output": (4,)}


def network(seed):
    """Two inputs, one of any length, a normalization of many values, and a layer that only acts in training."""
    keras = load_keras()
    keras.utils.set_random_seed(seed)
    layers, one, other = keras.layers, keras.Input((6,), name="one"), keras.Input((None, 3), name="other")
    scale = layers.Normalization()
    scale.adapt(np.random.default_rng(seed).normal(3, 2, (50, 200)))
    hidden = scale(layers.Dense(200)(layers.Concatenate()([one, keras.ops.mean(other, axis=1)])))
    hidden = layers.Dropout(0.5)(layers.BatchNormalization()(hidden))
    return keras.Model([one, other], layers.Dense(4, activation="softmax")(hidden))


def inputs(n, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(n, 6)).astype("float32"), rng.normal(size=(n, 11, 3)).astype("float32")]


@pytest.fixture
def run(tmp_path):
    """A finished run with its copy."""
    run = Run(tmp_path / "run")
    with run.training({"kind": "classifier"}):
        model = network(0)
        save_model(model, run.model_path)
        export_onnx(model, run.light_path)
        run.finish({"kind": "classifier", "network": "pretrained", "genres": list("abcd")})
    return run


def load(run):
    return load_network(run, run.load_card("classifier"), **SHAPES)


def test_a_copy_predicts_as_keras_does(run):
    copy, model = load(run), load_model(run.model_path)
    assert isinstance(copy, LightNetwork)
    np.testing.assert_allclose(copy.predict(inputs(7)), model.predict(inputs(7), verbose=0), atol=1e-6)


def test_a_row_depends_on_no_other_to_the_last_digit(run):
    copy, rows = load(run), inputs(7)
    whole = copy.predict(rows, batch_size=32)
    for count in range(1, 7):
        found = copy.predict([array[:count] for array in rows], batch_size=count)
        np.testing.assert_array_equal(found, whole[:count])
    assert copy.predict([array[:0] for array in rows]).shape == (0, *whole.shape[1:])


def test_several_outputs_come_by_name(tmp_path):
    keras = load_keras()
    entry = keras.Input((5,))
    outputs = {name: keras.layers.Dense(n)(entry) for name, n in (("units", 3), ("tags", 2))}
    model, x = keras.Model(entry, outputs), np.ones((2, 5), np.float32)
    export_onnx(model, tmp_path / "model.onnx")
    found, wanted = LightNetwork(tmp_path / "model.onnx").predict(x), model.predict(x, verbose=0)
    assert set(found) == {"units", "tags"}
    for name, values in found.items():
        np.testing.assert_allclose(values, wanted[name], atol=1e-6)


@pytest.mark.parametrize("shipped", [False, True])
@pytest.mark.parametrize("fault", ["another's", "damaged", "gone", "unnamed", "of other shapes"])
def test_a_copy_that_does_not_fit_is_not_used(run, fault, shipped, caplog):
    if fault == "another's":
        export_onnx(network(1), run.light_path)
    elif fault == "damaged":
        content = bytearray(run.light_path.read_bytes())
        content[len(content) // 2] ^= 1
        run.light_path.write_bytes(content)
    elif fault == "gone":
        run.light_path.unlink()
    elif fault == "unnamed":
        card = {key: value for key, value in run.load_card("classifier").items() if key != "onnx"}
        assert not isinstance(load_network(run, card, shipped=shipped, **SHAPES), LightNetwork)
        return
    else:
        card = run.load_card("classifier")
        export_onnx(load_keras().Sequential([load_keras().Input((6,)), load_keras().layers.Dense(4)]), run.light_path)
        run.finish({key: card[key] for key in ("kind", "network", "genres")})
    model = load_network(run, run.load_card("classifier"), shipped=shipped, **SHAPES)
    assert not isinstance(model, LightNetwork)
    np.testing.assert_allclose(model.predict(inputs(2), verbose=0), network(0).predict(inputs(2), verbose=0), atol=1e-6)
    assert ("model.keras is used" in caplog.text) == (fault != "gone")


def test_a_run_without_a_copy_gets_one(run):
    run.light_path.unlink()
    export_run(run, "classifier")
    assert isinstance(load(run), LightNetwork)
    assert run.load_card("classifier")["versions"]  # the card is the old one else


def test_weights_that_were_rounded_take_less_room_and_predict_the_same(tmp_path):
    keras, sizes = load_keras(), []
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(64)])
    kernel, bias = model.get_weights()
    unit = np.abs(kernel).max() / np.float32(127)
    given = np.random.default_rng(0).normal(size=(5, 64)).astype("float32")
    for rounded in (kernel, kernel.astype("float16").astype("float32"), np.round(kernel / unit) * unit):
        model.set_weights([rounded, bias])
        path = tmp_path / "copy.onnx"
        export_onnx(model, path)
        sizes.append(path.stat().st_size)
        np.testing.assert_allclose(LightNetwork(path).predict([given]), model.predict(given, verbose=0), atol=1e-5)
    assert sizes[0] > 4 * 64**2 > sizes[1] > 2 * 64**2 > sizes[2]


def test_what_cannot_be_exported_leaves_no_old_copy(run, caplog):
    keras = load_keras()
    entry = keras.Input((4,))
    strange = keras.Model(entry, keras.ops.erfinv(entry))  # there is no such operator in ONNX
    export_onnx(strange, run.light_path)
    assert not run.light_path.exists()
    assert "no ONNX copy" in caplog.text


def test_the_shipped_generator_paints_the_same_without_keras():
    run = Run(PAINTER)
    card = run.load_card("gan")
    shapes = {"inputs": [(card["latent_dim"],), (len(card["genres"]),)], "output": (100, 100, 3)}
    copy = load_network(run, card, **shapes)
    assert isinstance(copy, LightNetwork), "albumlib.light.export.export_run(run, 'gan') renews it"
    assert run.model_path.stat().st_size + run.light_path.stat().st_size < 8e6
    labels, noise = np.eye(len(NAMES)), np.random.default_rng(0).uniform(-0.7, 0.7, (len(NAMES), card["latent_dim"]))
    light, heavy = (generate(each, labels, noise).astype(int) for each in (copy, load_model(run.model_path)))
    assert np.abs(light - heavy).max() <= 1
    assert (light != heavy).mean() <= 1e-4
