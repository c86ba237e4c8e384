"""Losses, penalty and the report's faults: known answers, and the same training step on both backends."""

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from albumlib.backend import input_gradient, load_keras
from albumlib.covers import losses
from albumlib.covers.faults import FAULTS, epsilon_shape, genre_codes, penalty_axes
from albumlib.covers.gan import CoverGan, global_norm
from albumlib.covers.networks import NETWORKS
from albumlib.covers.settings import GanSettings
from albumlib.covers.training import train_gan
from albumlib.errors import InputError
from albumlib.runs import Run, read_json

STARVING = ("sigmoid", "nonsaturating")
SMALL = GanSettings(networks="report", width=0.03, latent_dim=8, batch_size=4, critic_updates=1)
REAL, FAKE = np.array([[1.0], [3.0]], "float32"), np.array([[0.0], [-1.0]], "float32")


def tensor(values):
    return load_keras().ops.convert_to_tensor(np.asarray(values, "float32"))


def linear_critic(weights):
    ops = load_keras().ops
    return lambda images: ops.sum(images * weights, axis=(1, 2, 3))[:, None]


@pytest.fixture(scope="module")
def covers():
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (12, 100, 100, 3)).astype("uint8"), np.arange(12) % 3


# By hand: sigmoid(1) = 0.731059, sigmoid(3) = 0.952574, sigmoid(-1) = 0.268941.
@pytest.mark.parametrize(
    ("name", "critic", "generator"),
    [
        ("wasserstein", -0.5 - 2.0, 0.5),
        (
            "sigmoid",
            -(np.log(0.731059) + np.log(0.952574)) / 2 - (np.log(0.5) + np.log(1 - 0.268941)) / 2,
            (np.log(0.5) + np.log(1 - 0.268941)) / 2,
        ),
        (
            "nonsaturating",
            -(np.log(0.731059) + np.log(0.952574)) / 2 - (np.log(0.5) + np.log(1 - 0.268941)) / 2,
            -(np.log(0.5) + np.log(0.268941)) / 2,
        ),
        ("hinge", (0 + 0) / 2 + (1 + 0) / 2, 0.5),
    ],
)
def test_losses_by_hand(name, critic, generator):
    loss = losses.get_loss(name)
    assert float(loss.critic(tensor(REAL), tensor(FAKE))) == pytest.approx(critic, rel=1e-5)
    assert float(loss.generator(tensor(FAKE))) == pytest.approx(generator, rel=1e-5)


def test_an_ignorant_and_a_certain_critic():
    loss = losses.get_loss("sigmoid")
    assert float(loss.critic(tensor([[0.0]]), tensor([[0.0]]))) == pytest.approx(2 * np.log(2))
    assert float(loss.critic(tensor([[200.0]]), tensor([[-200.0]]))) == 0
    assert float(loss.critic(tensor([[-200.0]]), tensor([[200.0]]))) == pytest.approx(400)


@pytest.mark.parametrize(
    ("name", "slope"), [("sigmoid", -4.53979e-5), ("nonsaturating", -0.9999546), ("hinge", -1), ("wasserstein", -1)]
)
def test_slope_of_the_generator_loss_where_the_critic_is_sure(name, slope):
    found = input_gradient(lambda score: losses.get_loss(name).generator(score), tensor([[-10.0]]))
    assert float(found[0, 0]) == pytest.approx(slope, rel=1e-5)


def test_hinge_asks_for_no_more_than_one():
    loss = losses.get_loss("hinge").critic
    assert float(loss(tensor([[1.0]]), tensor([[-1.0]]))) == 0
    assert float(loss(tensor([[9.0]]), tensor([[-9.0]]))) == 0
    assert float(loss(tensor([[-1.0]]), tensor([[2.0]]))) == pytest.approx(2 + 3)


def test_penalty_per_axis_is_another_number():
    """Weights 3 in one pixel: one norm of 3; or, by columns and channels, one 3 and else zeros."""
    weights = np.zeros((6, 5, 3), "float32")
    weights[2, 1, 0] = 3
    images, epsilon = tensor(np.zeros((4, 6, 5, 3))), tensor(np.full((4, 1, 1, 1), 0.5))
    critic = linear_critic(tensor(weights))
    right = losses.gradient_penalty(critic, images, images, epsilon)
    wrong = losses.gradient_penalty(critic, images, images, epsilon, axes=penalty_axes(("per_axis_penalty",)))
    assert float(right) == pytest.approx((3 - 1) ** 2, abs=1e-4)
    assert float(wrong) == pytest.approx(((3 - 1) ** 2 + 14 * 1) / 15, abs=1e-4)


def test_per_axis_penalty_is_content_with_a_critic_far_too_steep():
    """Equal weights with a norm of 1 in every column and channel: a norm of sqrt(300) over the whole image."""
    weights, images = np.full((100, 100, 3), 0.1, "float32"), tensor(np.zeros((2, 100, 100, 3)))
    critic, epsilon = linear_critic(tensor(weights)), tensor(np.zeros((2, 1, 1, 1)))
    assert float(losses.gradient_penalty(critic, images, images, epsilon, axes=(1,))) == pytest.approx(0, abs=1e-6)
    norms = losses.gradient_norms(critic, images, images, epsilon)
    assert np.asarray(norms) == pytest.approx(np.full(2, np.sqrt(300)), rel=1e-5)


def test_epsilon_per_pixel_never_leaves_the_middle():
    rng = np.random.default_rng(0)
    per_image = rng.random(epsilon_shape(400, 100, ()))
    per_pixel = rng.random(epsilon_shape(400, 100, ("epsilon_per_pixel",)))
    assert per_image.shape == (400, 1, 1, 1)
    assert per_pixel.shape == (400, 100, 100, 1)
    assert per_image.mean(axis=(1, 2, 3)).std() == pytest.approx(1 / np.sqrt(12), rel=0.1)
    assert per_pixel.mean(axis=(1, 2, 3)).std() == pytest.approx(1 / np.sqrt(12) / 100, rel=0.1)


def test_lost_labels_are_one_vector_in_several_lengths():
    codes = genre_codes(3, ("lost_labels",))
    np.testing.assert_array_equal(codes, [[0, 0, 0], [1, 1, 1], [2, 2, 2]])
    np.testing.assert_array_equal(genre_codes(3), np.eye(3))


@pytest.mark.parametrize("networks", NETWORKS)
def test_range_mismatch_paints_nothing_darker_than_grey(networks):
    noise, labels = np.random.default_rng(0).normal(size=(4, 8)), np.eye(4)[:, :3]
    settings = replace(SMALL, networks=networks, width=0.05)
    right, wrong = (CoverGan(replace(settings, faults=faults), n_genres=3) for faults in ((), ("range_mismatch",)))
    for gan, low in ((right, -1), (wrong, 0)):
        for part in (gan.generator, gan.ema_generator):
            images = load_keras().ops.convert_to_numpy(part([tensor(20 * noise), tensor(labels)]))
            assert low <= images.min() < low + 0.5
            assert images.max() <= 1
    assert right.generator.count_params() == wrong.generator.count_params()


@pytest.mark.parametrize("networks", NETWORKS)
def test_batch_norm_ties_the_images_of_a_batch_together(networks):
    """How much does the score of one image change with another image? Not at all, unless the batch is normalised."""
    images = np.random.default_rng(0).normal(size=(4, 100, 100, 3))
    others = np.concatenate([images[:1], 3 * images[1:]])
    labels = tensor(np.eye(3)[[0, 1, 2, 0]])
    for faults in ((), ("batch_norm_critic",)):
        settings = replace(SMALL, networks=networks, width=0.05, faults=faults)
        critic = CoverGan(settings, n_genres=3).critic
        assert any("BatchNorm" in type(layer).__name__ for layer in critic.layers) == bool(faults)
        one, other = (float(critic([tensor(x), labels], training=True)[0, 0]) for x in (images, others))
        assert (abs(one - other) > 1e-4) == bool(faults)


@pytest.fixture(scope="module")
def right(covers):
    """Weights without a fault, and what the first round from them logs."""
    gan = CoverGan(SMALL, n_genres=3)
    weights = {part: getattr(gan, part).get_weights() for part in ("generator", "critic")}
    return weights, gan.step(*covers, seed=0, step=1)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_changes_the_first_round(fault, covers, right):
    """Same weights where the networks are the same, same draws: only the fault differs."""
    weights, expected = right
    gan = CoverGan(replace(SMALL, faults=(fault,)), n_genres=3)
    if fault != "batch_norm_critic":
        for part in weights:
            getattr(gan, part).set_weights(weights[part])
    row = gan.step(*covers, seed=0, step=1)
    assert np.isfinite(list(row.values())).all()
    assert row["critic_loss"] != pytest.approx(expected["critic_loss"], rel=1e-4)


@pytest.mark.parametrize(
    ("loss", "penalty"), [("wasserstein", 0), ("sigmoid", 0), ("nonsaturating", 10), ("hinge", 10)]
)
def test_a_round_with_each_loss(loss, penalty, covers):
    gan = CoverGan(replace(SMALL, loss=loss, penalty=penalty), n_genres=3)
    before = [part.get_weights() for part in (gan.generator, gan.critic)]
    row = gan.step(*covers, seed=0, step=1)
    assert np.isfinite(list(row.values())).all()
    assert min(row["critic_gradient"], row["generator_gradient"]) > 0
    assert (row["gradient_penalty"] > 0) == (penalty > 0)
    for part, old in zip((gan.generator, gan.critic), before, strict=True):
        assert any((a != b).any() for a, b in zip(part.get_weights(), old, strict=True))


def test_global_norm_by_hand():
    assert float(global_norm([tensor([[3.0, 0.0]]), tensor([4.0])])) == pytest.approx(5)


def test_a_sure_critic_starves_the_generator_under_the_sigmoid_loss_only(covers):
    """All scores near -10: the logged gradient norms differ by the ratio of the two losses' slopes, e^-10."""
    gans = {name: CoverGan(replace(SMALL, loss=name, learning_rate=0.0), n_genres=3) for name in STARVING}
    *_, kernel, bias = gans["sigmoid"].critic.trainable_variables
    kernel.assign(0.01 * kernel)
    bias.assign([-10.0])
    norms = {}
    for name, gan in gans.items():
        for part in ("generator", "critic"):
            getattr(gan, part).set_weights(getattr(gans["sigmoid"], part).get_weights())
        norms[name] = gan.step(*covers, seed=0, step=1)["generator_gradient"]
    assert norms["nonsaturating"] > 0
    assert norms["sigmoid"] / norms["nonsaturating"] == pytest.approx(np.exp(-10), rel=0.01)


@pytest.mark.parametrize(("critic_updates", "generator_updates"), [(3, 1), (1, 2)])
def test_steps_of_a_round(critic_updates, generator_updates, covers):
    gan = CoverGan(replace(SMALL, critic_updates=critic_updates, generator_updates=generator_updates), n_genres=3)
    for step in (1, 2):
        gan.step(*covers, seed=0, step=step)
    assert int(gan.critic.optimizer.iterations) == 2 * critic_updates
    assert int(gan.generator.optimizer.iterations) == 2 * generator_updates


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": "cosine"}, "no such loss; expected wasserstein, sigmoid"),
        ({"faults": ("lost_label",)}, "no such fault; expected per_axis_penalty.*got lost_label"),
        ({"critic_updates": 0}, "too few steps; expected at least 1"),
        ({"generator_updates": 0}, "too few steps; expected at least 1"),
    ],
)
def test_unknown_settings_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        GanSettings(**options)


def test_settings_survive_the_run_folder(covers, tmp_path):
    settings = replace(SMALL, loss="hinge", faults=["range_mismatch", "lost_labels"], generator_updates=2)
    options = {"genres": ["A", "B", "C"], "settings": settings, "steps": 2, "progress": False}
    train_gan(*covers, Run(tmp_path), **options)
    config = read_json(tmp_path / "config.json")
    assert GanSettings(**{name: config[name] for name in asdict(settings)}) == settings
    assert list(Run(tmp_path).metrics()["step"]) == [1, 2]
    train_gan(*covers, Run(tmp_path), **options)  # taken up, not refused as another configuration
    assert GanSettings(faults="lost_labels").faults == ("lost_labels",)


PEER = """
import json, sys
import numpy as np
from albumlib.covers.gan import CoverGan
from albumlib.covers.settings import GanSettings
folder = sys.argv[1]
data = np.load(folder + "/data.npz")
rows = {}
for loss in json.loads(sys.argv[2]):
    gan = CoverGan(GanSettings(**json.loads(sys.argv[3]), loss=loss), n_genres=3)
    for part in ("generator", "critic"):
        network = getattr(gan, part)
        network.set_weights([data[f"{part}{i}"] for i in range(len(network.weights))])
    rows[loss] = [gan.step(data["images"], data["labels"], seed=0, step=step) for step in (1, 2)]
import keras
print(json.dumps({"backend": keras.backend.backend(), "rows": rows}))
"""


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
def test_both_backends_take_the_same_steps(covers, tmp_path):
    """Two rounds from the same weights; the second rests on the weights that the first has made."""
    options = asdict(replace(SMALL, learning_rate=1e-3))
    del options["loss"]
    gan = CoverGan(GanSettings(**options), n_genres=3)
    weights = {
        f"{part}{i}": values
        for part in ("generator", "critic")
        for i, values in enumerate(getattr(gan, part).get_weights())
    }
    np.savez(tmp_path / "data.npz", images=covers[0], labels=covers[1], **weights)
    found = {}
    for backend in ("tensorflow", "torch"):
        path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-c", PEER, str(tmp_path), json.dumps(list(losses.LOSSES)), json.dumps(options)]
        environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": path}
        child = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        answer = json.loads(child.stdout.splitlines()[-1])
        assert answer["backend"] == backend
        found[backend] = answer["rows"]
    for loss in losses.LOSSES:
        for ours, theirs in zip(found["tensorflow"][loss], found["torch"][loss], strict=True):
            assert theirs == pytest.approx(ours, rel=1e-4, abs=1e-4), loss
