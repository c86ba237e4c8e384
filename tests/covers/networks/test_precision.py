"""Mixed precision: which layers compute in bfloat16, and that nothing else changes by it."""

import numpy as np
import pytest

from albumlib.backend import load_keras, load_model, run_network, save_model, seed_everything
from albumlib.covers.gan import CoverGan
from albumlib.covers.networks import NETWORKS, build
from albumlib.covers.networks.precision import in_precision
from albumlib.covers.settings import GanSettings

pytestmark = pytest.mark.usefixtures("eagerly")


def layers(network):
    """All layers by name, those of networks within it included."""
    found = {}
    for layer in network.layers:
        found |= layers(layer) if hasattr(layer, "layers") else {layer.name: layer}
    return found


def computing_in(network, dtype):
    return {name for name, layer in layers(network).items() if layer.compute_dtype == dtype}


@pytest.mark.parametrize("networks", sorted(NETWORKS))
def test_convolutions_and_products_are_cast_and_what_comes_out_is_not(networks):
    heavy = {"Conv2D", "Dense"}
    deviation = networks not in ("growing", "report")
    for network in build(networks, latent_dim=8, n_genres=3, width=0.125, deviation=deviation):
        mixed = in_precision(network, "bfloat16")
        cast = computing_in(mixed, "bfloat16")
        assert cast
        assert {type(layers(mixed)[name]).__name__ for name in cast} <= heavy
        assert all(weight.dtype == "float32" for weight in mixed.weights)
        assert {tensor.dtype for tensor in mixed.outputs} == {"float32"}
        last = mixed.outputs[0]._keras_history.operation
        assert last.name not in cast
        for one, other in zip(network.get_weights(), mixed.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_last_layers_of_a_network_within_a_network_stay_exact():
    painter = in_precision(build("painter", latent_dim=8, n_genres=3, width=0.25)[0], "bfloat16")
    finisher = painter.get_layer("finisher")
    of_covers = [layer for layer in finisher.layers if getattr(layer, "filters", 0) == 3]
    assert [layer.compute_dtype for layer in (*of_covers, finisher.get_layer("rough"))] == ["float32"] * 2
    assert computing_in(finisher, "bfloat16")


@pytest.mark.parametrize("networks", ["compact", "sketch"])
def test_outputs_differ_by_the_precision_and_no_more(networks):
    """8 bits of precision are steps of 1/256; some layers one after another add up to a few of them."""
    seed_everything(0)
    generator, critic = build(networks, latent_dim=8, n_genres=3, width=0.25)
    rng = np.random.default_rng(0)
    noise, labels = rng.uniform(-1, 1, (6, 8)).astype("float32"), np.eye(3, dtype="float32")[[0, 1, 2] * 2]
    images = run_network(generator, noise, labels)
    for network, inputs in ((generator, (noise, labels)), (critic, (images, labels))):
        exact, mixed = (run_network(each, *inputs) for each in (network, in_precision(network, "bfloat16")))
        off = np.sqrt(np.mean((mixed - exact) ** 2)) / exact.std()
        assert 0 < off < 5 / 256


def test_float32_is_the_network_itself():
    generator = build("compact", latent_dim=8, n_genres=3, width=0.125)[0]
    assert in_precision(generator, "float32") is generator


def test_a_cast_network_is_saved_as_such(tmp_path):
    critic = in_precision(build("compact", latent_dim=8, n_genres=3, width=0.125)[1], "bfloat16")
    save_model(critic, tmp_path / "critic.keras")
    loaded = load_model(tmp_path / "critic.keras")
    assert computing_in(loaded, "bfloat16") == computing_in(critic, "bfloat16")


@pytest.mark.parametrize("networks", ["compact", "sketch"])
def test_training_in_bfloat16_goes_the_way_of_float32(networks):
    """The same draws, so losses and gradients of the first step differ by rounding; what is shown is exact again."""
    images, rows = np.random.default_rng(0).integers(0, 256, (8, 100, 100, 3)).astype("uint8"), []
    for precision in ("float32", "bfloat16"):
        small = {"networks": networks, "width": 0.25, "batch_size": 4, "critic_updates": 1, "latent_dim": 8}
        gan = CoverGan(GanSettings(**small, precision=precision), n_genres=2)
        rows.append(gan.step(images, np.arange(8) % 2, seed=0, step=1))
    assert load_keras().backend.standardize_dtype(gan.ema_generator.compute_dtype) == "float32"
    assert not computing_in(gan.ema_generator, "bfloat16")
    for name in ("gradient_penalty", "critic_gradient", "generator_gradient"):
        assert rows[1][name] == pytest.approx(rows[0][name], rel=0.1)
