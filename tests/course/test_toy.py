"""The GAN of points: what a ring is, what counts as a mode found, and that each network learns when it is its turn."""

import numpy as np
import pytest

from albumlib.course import ToyGan, modes_found, ring


def test_a_ring_has_its_modes_and_a_heap_has_one():
    points = ring(4000, modes=8, spread=0.05)
    assert modes_found(points) == (8, pytest.approx(1.0, abs=0.01))
    assert modes_found(np.tile([1.0, 0.0], (100, 1))) == (1, 1.0)
    assert modes_found(np.zeros((100, 2))) == (0, 0.0)


def test_only_the_network_whose_turn_it_is_learns():
    toy = ToyGan("wasserstein", penalty=1.0)

    def weights():
        return [[weight.copy() for weight in network.get_weights()] for network in (toy.generator, toy.critic)]

    for which, learned in (("critic", [False, True]), ("generator", [True, False]), ("both", [True, True])):
        before = weights()
        gaps = toy.train(ring(500), steps=2, which=which)
        changed = [not np.array_equal(old[0], new[0]) for old, new in zip(before, weights(), strict=True)]
        assert changed == learned
        assert len(gaps) == (0 if which == "critic" else 2)


def test_a_sure_discriminator_pulls_by_one_loss_and_not_by_the_other():
    toy = ToyGan("sigmoid")
    toy.critic.layers[-1].bias.assign([-20.0])  # sure: all that comes is generated
    assert toy.pull("sigmoid") < 1e-6
    assert toy.pull("nonsaturating") == pytest.approx(toy.pull("wasserstein"), rel=1e-4)
