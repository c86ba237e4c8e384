"""Networks that grow, and augmentation that the gradient runs through."""

import numpy as np
import pytest

from albumlib.backend import input_gradient, load_keras, load_model
from albumlib.covers.diffaugment import DRAWS, augment
from albumlib.covers.gan import CoverGan
from albumlib.covers.networks import build
from albumlib.covers.networks.growing import SIZES, enlarge, shrink, size_at, transfer_weights
from albumlib.covers.settings import GanSettings
from albumlib.covers.training import train_gan
from albumlib.runs import Run

GENRES = ["Folk", "Techno"]
SMALL = {"networks": "growing", "width": 0.25, "batch_size": 4, "critic_updates": 1, "latent_dim": 8}


def pair(size):
    load_keras().utils.set_random_seed(size)  # some weights go to where tanh is 1 and cannot be undone
    return build("growing", latent_dim=8, n_genres=2, width=0.25, size=size)


def array(tensor):
    return load_keras().ops.convert_to_numpy(tensor)


@pytest.fixture(scope="module")
def inputs():
    rng = np.random.default_rng(0)
    return [rng.uniform(-1, 1, (3, 8)).astype("float32"), np.eye(2, dtype="float32")[[0, 1, 0]]]


@pytest.mark.parametrize("size", SIZES)
def test_each_size_generates_and_scores_its_own_covers(size, inputs):
    generator, critic = pair(size)
    images = array(generator(inputs))
    assert images.shape == (3, size, size, 3)
    assert array(critic([images, inputs[1]])).shape == (3, 1)


@pytest.mark.parametrize("small", [25, 50])
def test_growing_changes_no_output(small, inputs):
    """The larger generator gives the enlarged picture; the larger critic scores the picture shrunk to means."""
    (generator, critic), (larger, larger_critic) = pair(small), pair(2 * small)
    transfer_weights(generator, larger)
    transfer_weights(critic, larger_critic)
    up = load_keras().layers.UpSampling2D(interpolation="bilinear")
    before = np.tanh(array(up(np.arctanh(np.clip(array(generator(inputs)), -0.9999, 0.9999)))))
    np.testing.assert_allclose(array(larger(inputs)), before, atol=1e-4)
    images = np.random.default_rng(1).uniform(-1, 1, (3, 2 * small, 2 * small, 3)).astype("float32")
    small_images = images.reshape(3, small, 2, small, 2, 3).mean(axis=(2, 4))
    labels = inputs[1]
    np.testing.assert_allclose(array(larger_critic([images, labels])), array(critic([small_images, labels])), atol=1e-4)


def test_sizes_take_their_shares():
    sizes = [size_at(step, 10, (0.5, 0.3, 0.2)) for step in range(1, 11)]
    assert sizes == [25] * 5 + [50] * 3 + [100] * 2


def test_covers_shrink_to_means_and_grow_by_repeating():
    cover = np.zeros((1, 100, 100, 3), np.uint8)
    cover[0, :4, :4] = 200
    cover[0, 0, 0] = 40
    assert shrink(cover, 25)[0, 0, 0, 0] == 190  # 15 of 16 pixels at 200, one at 40
    np.testing.assert_array_equal(enlarge(shrink(cover, 25))[0, :4, :4], 190)
    np.testing.assert_array_equal(shrink(cover, 100), cover)


def train(folder, steps=6, **changes):
    rng = np.random.default_rng(0)
    covers, labels = rng.integers(0, 255, (8, 100, 100, 3)).astype("uint8"), np.arange(8) % 2
    # Without the penalty a step compiles in half the time, and each of three sizes does so.
    settings = GanSettings(**SMALL, shares=(0.4, 0.3, 0.3), loss="hinge", penalty=0.0, **changes)
    options = {"genres": GENRES, "settings": settings, "steps": steps, "checkpoint_every": 1, "progress": False}
    return train_gan(covers, labels, Run(folder), **options)


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
def test_a_training_cut_where_it_grows_ends_as_the_uninterrupted(tmp_path, monkeypatch):
    whole = train(tmp_path / "whole", augment=("color", "translation", "cutout"))
    go_on = CoverGan.step

    def dying(self, *arguments, step, **options):
        if step > 2:  # the last step at 25x25
            raise KeyboardInterrupt
        return go_on(self, *arguments, step=step, **options)

    with monkeypatch.context() as patch:
        patch.setattr(CoverGan, "step", dying)
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path / "cut", augment=("color", "translation", "cutout"))
    resumed = train(tmp_path / "cut", augment=("color", "translation", "cutout"))
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert load_model(tmp_path / "whole/model.keras").output_shape == (None, 100, 100, 3)


@pytest.fixture
def images():
    return np.random.default_rng(0).uniform(-1, 1, (2, 25, 25, 3)).astype("float32")


def draws(**values):
    """Draws that change nothing, but for those named by their number."""
    all_draws = np.full((2, DRAWS), 0.5, "float32")
    for name, value in values.items():
        all_draws[:, int(name.removeprefix("d"))] = value
    return all_draws


def test_draws_in_the_middle_change_neither_color_nor_place(images):
    np.testing.assert_allclose(array(augment(images, draws(), ("color", "translation"))), images, atol=1e-5)


def test_each_change_is_what_it_says(images):
    brighter = array(augment(images, draws(d0=0.8), ("color",)))
    np.testing.assert_allclose(brighter, images + 0.3, atol=1e-5)
    gray = array(augment(images, draws(d1=0.0), ("color",)))
    np.testing.assert_allclose(gray, images.mean(axis=3, keepdims=True).repeat(3, axis=3), atol=1e-5)
    moved = array(augment(images, draws(d3=0.99), ("translation",)))  # down by 3 pixels
    np.testing.assert_allclose(moved[:, 3:], images[:, :-3])
    assert (moved[:, :3] == -1).all()
    cut = array(augment(images, draws(), ("cutout",)))
    assert (cut[:, 8:18, 8:18] == 0).all()
    np.testing.assert_array_equal(cut[:, :7], images[:, :7])


def test_the_gradient_runs_through_and_each_cover_changes_by_its_own_draws(images):
    ops = load_keras().ops
    every = ("color", "translation", "cutout")
    chance = np.random.default_rng(1).random((2, DRAWS)).astype("float32")
    gradient = array(input_gradient(lambda x: ops.sum(augment(x, chance, every)), ops.convert_to_tensor(images)))
    assert np.isfinite(gradient).all()
    assert (np.abs(gradient).sum(axis=(1, 2, 3)) > 0).all()
    both, alone = array(augment(images, chance, every)), array(augment(images[1:], chance[1:], every))
    np.testing.assert_allclose(both[1:], alone, atol=1e-6)
