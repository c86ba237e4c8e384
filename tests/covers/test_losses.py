"""Losses and the gradient penalty: known answers."""

import numpy as np
import pytest

from albumlib.backend import input_gradient, load_keras
from albumlib.covers import losses

REAL, FAKE = np.array([[1.0], [3.0]], "float32"), np.array([[0.0], [-1.0]], "float32")


def tensor(values):
    return load_keras().ops.convert_to_tensor(np.asarray(values, "float32"))


def linear_critic(weights):
    ops = load_keras().ops
    return lambda images: ops.sum(images * weights, axis=(1, 2, 3))[:, None]


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


def test_an_ignorant_and_a_certain_discriminator():
    loss = losses.get_loss("sigmoid")
    assert float(loss.critic(tensor([[0.0]]), tensor([[0.0]]))) == pytest.approx(2 * np.log(2))
    assert float(loss.critic(tensor([[200.0]]), tensor([[-200.0]]))) == 0
    assert float(loss.critic(tensor([[-200.0]]), tensor([[200.0]]))) == pytest.approx(400)


@pytest.mark.parametrize(
    ("name", "slope"), [("sigmoid", -4.53979e-5), ("nonsaturating", -0.9999546), ("hinge", -1), ("wasserstein", -1)]
)
def test_slope_of_the_generator_loss_where_the_discriminator_is_sure(name, slope):
    found = input_gradient(lambda score: losses.get_loss(name).generator(score), tensor([[-10.0]]))
    assert float(found[0, 0]) == pytest.approx(slope, rel=1e-5)


def test_hinge_asks_for_no_more_than_one():
    loss = losses.get_loss("hinge").critic
    assert float(loss(tensor([[1.0]]), tensor([[-1.0]]))) == 0
    assert float(loss(tensor([[9.0]]), tensor([[-9.0]]))) == 0
    assert float(loss(tensor([[-1.0]]), tensor([[2.0]]))) == pytest.approx(2 + 3)


@pytest.mark.parametrize("norm", [0.0, 0.5, 1.0, 3.0])
def test_penalty_of_a_linear_critic_is_the_square_of_its_norm_less_one(norm):
    rng = np.random.default_rng(440)
    weights = rng.normal(size=(6, 5, 3)).astype("float32")
    weights *= norm / np.linalg.norm(weights)
    real, fake = rng.normal(size=(2, 4, 6, 5, 3)).astype("float32")
    tensor = load_keras().ops.convert_to_tensor
    epsilon = tensor(rng.random((4, 1, 1, 1), dtype="float32"))
    found = float(losses.gradient_penalty(linear_critic(tensor(weights)), tensor(real), tensor(fake), epsilon))
    assert found == pytest.approx((norm - 1) ** 2, abs=1e-5)


def test_penalty_is_taken_per_sample_between_real_and_generated():
    """For the critic sum(x^2)/2 the gradient is the point itself, so its norm shows where it was taken."""
    ops = load_keras().ops
    tensor = ops.convert_to_tensor
    real, fake = np.zeros((2, 2, 2, 3), "float32"), np.ones((2, 2, 2, 3), "float32")
    epsilon = np.array([0.0, 0.75], "float32").reshape(2, 1, 1, 1)
    critic = lambda images: ops.sum(images**2, axis=(1, 2, 3))[:, None] / 2  # noqa: E731
    norms = np.array([1.0, 0.25]) * np.sqrt(12)
    found = float(losses.gradient_penalty(critic, tensor(real), tensor(fake), tensor(epsilon)))
    assert found == pytest.approx(np.mean((norms - 1) ** 2), rel=1e-5)
