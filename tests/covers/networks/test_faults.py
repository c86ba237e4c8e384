"""The report's faults: each does what it says, and without it the right thing happens."""

from dataclasses import replace

import numpy as np
import pytest

from albumlib.backend import load_keras
from albumlib.covers import losses
from albumlib.covers.gan import CoverGan
from albumlib.covers.networks import NETWORKS
from albumlib.covers.networks.faults import FAULTS, epsilon_shape, genre_codes, penalty_axes

pytestmark = pytest.mark.usefixtures("eagerly")


def tensor(values):
    return load_keras().ops.convert_to_tensor(np.asarray(values, "float32"))


def linear_critic(weights):
    ops = load_keras().ops
    return lambda images: ops.sum(images * weights, axis=(1, 2, 3))[:, None]


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


@pytest.mark.parametrize("networks", sorted(NETWORKS.keys() - {"sketch", "painter"}))  # which have no faults
def test_range_mismatch_generates_nothing_darker_than_grey(networks, small):
    noise, labels = np.random.default_rng(0).normal(size=(4, 8)), np.eye(4)[:, :3]
    settings = replace(small, networks=networks, width=0.05)
    right, wrong = (CoverGan(replace(settings, faults=faults), n_genres=3) for faults in ((), ("range_mismatch",)))
    for gan, low in ((right, -1), (wrong, 0)):
        for part in (gan.generator, gan.ema_generator):
            images = load_keras().ops.convert_to_numpy(part([tensor(20 * noise), tensor(labels)]))
            assert low <= images.min() < low + 0.5
            assert images.max() <= 1
    assert right.generator.count_params() == wrong.generator.count_params()


@pytest.mark.parametrize("networks", sorted(NETWORKS.keys() - {"sketch", "painter"}))  # which have no faults
@pytest.mark.parametrize("faults", [(), ("batch_norm_critic",)])
def test_batch_norm_ties_the_images_of_a_batch_together(networks, faults, small):
    """How much does the score of one image change with its neighbours? Not at all, unless the batch is normalised."""
    images = np.random.default_rng(0).normal(size=(4, 100, 100, 3))
    others = np.concatenate([images[:1], 3 * images[1:]])
    labels = tensor(np.eye(3)[[0, 1, 2, 0]])
    critic = CoverGan(replace(small, networks=networks, width=0.05, faults=faults), n_genres=3).critic
    scores = [load_keras().ops.convert_to_numpy(critic([tensor(x), labels], training=True)) for x in (images, others)]
    change = np.abs(scores[0] - scores[1])[:, 0]
    assert change[1:].min() > 1e-3  # the neighbours themselves score otherwise, in any case
    assert (change[0] > 1e-3) if faults else (change[0] < 1e-5)


def known_layers(gan, part):
    """Layers with weights, but for those that a fault adds: without it, no critic has batch normalization."""
    layers = [layer for layer in getattr(gan, part).layers if layer.weights]
    return [layer for layer in layers if part != "critic" or "BatchNormalization" not in type(layer).__name__]


@pytest.fixture(scope="module")
def right(covers, small):
    """Weights without a fault, layer by layer, and what the first step from them logs."""
    gan = CoverGan(small, n_genres=3)
    weights = {part: [layer.get_weights() for layer in known_layers(gan, part)] for part in ("generator", "critic")}
    return weights, gan.step(*covers, seed=0, step=1)


@pytest.mark.parametrize("fault", [None, *FAULTS])
def test_each_fault_changes_the_first_step_and_nothing_else_does(fault, covers, small, right):
    """Same weights, same draws: only the fault differs."""
    weights, expected = right
    gan = CoverGan(replace(small, faults=(fault,) if fault else ()), n_genres=3, seed=1)
    for part, values in weights.items():
        for layer, value in zip(known_layers(gan, part), values, strict=True):
            layer.set_weights(value)
    row = gan.step(*covers, seed=0, step=1)
    assert np.isfinite(list(row.values())).all()
    assert (row["critic_loss"] == pytest.approx(expected["critic_loss"], rel=1e-4)) == (fault is None)
