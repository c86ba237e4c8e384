"""Options of the GAN do what they say: larger kernels at the top, smoothing filters, a genre that is faded in."""

import numpy as np
import pytest

from albumlib.backend import load_keras, load_model, run_network, save_model, seed_everything
from albumlib.covers.gan import CoverGan
from albumlib.covers.networks import build
from albumlib.covers.settings import GanSettings

pytestmark = pytest.mark.usefixtures("eagerly")


def kernels(network):
    return [layer.kernel_size[0] for layer in network.layers if "Conv2D" in type(layer).__name__]


@pytest.mark.parametrize("networks", ["compact", "growing"])
def test_only_the_kernel_at_the_top_becomes_larger(networks):
    plain, larger = (kernels(build(networks, latent_dim=8, n_genres=2, top_kernel=size)[0]) for size in (3, 7))
    changed = [(a, b) for a, b in zip(plain, larger, strict=True) if a != b]
    assert changed == [(3, 7)]


def test_a_smoothed_critic_does_not_see_a_fine_grid():
    """Stripes one pixel wide are almost plain gray to a critic that smooths, and anything else to one that does not."""
    stripes = np.broadcast_to(np.where(np.arange(100) % 2, 1.0, -1.0)[:, None], (100, 100))
    stripes = np.repeat(stripes[None, :, :, None], 3, axis=3).astype("float32")
    labels, change = np.eye(2, dtype="float32")[:1], {}
    for blur in (False, True):
        seed_everything(0)
        critic = build("compact", latent_dim=8, n_genres=2, blur=blur)[1]
        scores = [run_network(critic, images, labels).item() for images in (stripes, 0 * stripes)]
        change[blur] = abs(scores[0] - scores[1])
    assert change[True] < 0.5 * change[False]


def test_smoothing_enlarges_without_steps():
    inputs = [np.ones((1, 8), "float32"), np.eye(2, dtype="float32")[:1]]
    names = {}
    for blur in (False, True):
        generator = build("compact", latent_dim=8, n_genres=2, blur=blur)[0]
        names[blur] = {layer.interpolation for layer in generator.layers if "UpSampling" in type(layer).__name__}
        assert run_network(generator, *inputs).shape == (1, 100, 100, 3)
    assert names == {False: {"nearest"}, True: {"bilinear"}}


@pytest.mark.parametrize("networks", ["compact", "sketch", "painter"])
def test_a_critic_that_sees_deviation_knows_a_batch_of_copies(networks, tmp_path):
    """The same image scores otherwise among others than among copies of itself; without the option, it does not."""
    seed_everything(0)
    rng, labels = np.random.default_rng(0), np.eye(2, dtype="float32")[[0, 0, 0, 0]]
    for deviation, differs in ((False, False), (True, True)):
        critic = build(networks, latent_dim=8, n_genres=2, width=0.25, deviation=deviation)[1]
        colours = rng.uniform(-1, 1, (4, 1, 1, critic.input_shape[0][-1]))
        images = np.broadcast_to(colours, (4, *critic.input_shape[0][1:])).astype("float32")
        copies = np.repeat(images[:1], 4, axis=0)
        among_others, among_copies = (run_network(critic, batch, labels)[0, 0] for batch in (images, copies))
        assert (abs(among_others - among_copies) > 1e-5) == differs
    save_model(critic, tmp_path / "critic.keras")
    np.testing.assert_array_equal(
        run_network(load_model(tmp_path / "critic.keras"), images, labels)[0, 0], among_others
    )


def test_a_training_step_with_all_options():
    options = {"blur": True, "deviation": True, "top_kernel": 5, "label_ramp": 0.5, "augment": ("translation",)}
    gan = CoverGan(GanSettings(width=0.1, batch_size=4, critic_updates=1, latent_dim=8, **options), n_genres=2)
    images = np.random.default_rng(0).integers(0, 256, (8, 100, 100, 3)).astype("uint8")
    row = gan.step(images, np.arange(8) % 2, seed=0, step=1, share=0.25)
    assert all(np.isfinite(list(row.values())))
    assert min(row["critic_gradient"], row["generator_gradient"]) > 0


def test_the_genre_is_faded_in():
    settings = GanSettings(width=0.1, batch_size=2, critic_updates=1, latent_dim=8, label_ramp=0.5)
    gan, given, ops = CoverGan(settings, n_genres=2), [], load_keras().ops
    gan.update_critic = lambda real, labels, *rest: given.append(float(ops.max(labels))) or np.zeros(4)
    gan.update_generator = lambda labels, *rest: given.append(float(ops.max(labels))) or np.zeros(2)
    for step in range(1, 9):
        gan.step(np.zeros((4, 100, 100, 3), "uint8"), np.arange(4) % 2, seed=0, step=step, share=step / 8)
    assert given == [strength for strength in (0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0) for _ in range(2)]


def test_the_penalty_is_left_out_of_all_but_one_of_so_many_updates():
    settings = GanSettings(width=0.1, batch_size=2, critic_updates=2, latent_dim=8, penalty_every=3)
    gan, flags, rows = CoverGan(settings, n_genres=2), [], []
    gan.update_critic = lambda *given: flags.append(given[-1]) or np.full(4, 7.0)
    gan.update_generator = lambda *given: np.zeros(2)
    for step in range(1, 7):
        rows.append(gan.step(np.zeros((4, 100, 100, 3), "uint8"), np.arange(4) % 2, seed=0, step=step))
    assert flags == [False, True, False, False, True, False] * 2
    penalties = [row["gradient_penalty"] for row in rows]
    np.testing.assert_array_equal(penalties, [7, np.nan, 7, 7, np.nan, 7])


def test_a_penalty_that_is_seldom_weighs_so_much_more():
    images, gradients = np.random.default_rng(0).integers(0, 256, (8, 100, 100, 3)).astype("uint8"), []
    for penalty, every in ((30.0, 1), (10.0, 3), (10.0, 1)):
        options = {"width": 0.1, "batch_size": 4, "critic_updates": 1, "latent_dim": 8}
        gan = CoverGan(GanSettings(**options, penalty=penalty, penalty_every=every), n_genres=2)
        gradients.append(gan.step(images, np.arange(8) % 2, seed=0, step=3)["critic_gradient"])
    assert gradients[0] == pytest.approx(gradients[1])
    assert gradients[0] != pytest.approx(gradients[2], rel=0.1)


def test_the_learning_rate_sinks_and_an_update_is_as_long_as_it_says():
    """Adam's first update moves a weight by the learning rate, whatever the gradient: half the rate, half the way."""
    images, moved = np.random.default_rng(0).integers(0, 256, (8, 100, 100, 3)).astype("uint8"), []
    options = {"width": 0.1, "batch_size": 4, "critic_updates": 1, "latent_dim": 8, "rate_decay": 0.5}
    settings = GanSettings(**options, loss="hinge", penalty=0.0)
    for share in (0.0, 0.75, 1.0):
        gan = CoverGan(settings, n_genres=2)
        networks = (gan.generator, gan.critic)
        before = [network.get_weights() for network in networks]
        gan.step(images, np.arange(8) % 2, seed=0, step=1, share=share)
        pairs = [zip(network.get_weights(), old, strict=True) for network, old in zip(networks, before, strict=True)]
        moved.append([max(np.abs(a - b).max() for a, b in weights) for weights in pairs])
    np.testing.assert_allclose(moved, [[1e-3, 1e-3], [5e-4, 5e-4], [0, 0]], rtol=0.01)
