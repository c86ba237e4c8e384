"""The cover GAN: networks that fit each other, learning of a condition, interruption."""

import json
from dataclasses import replace

import numpy as np
import pytest

from albumlib.backend import load_keras
from albumlib.covers.finishing.sampling import generate
from albumlib.covers.gan import CoverGan
from albumlib.covers.networks import NETWORKS, build
from albumlib.covers.noise import sample_noise
from albumlib.covers.settings import GanSettings
from albumlib.covers.training import train_gan
from albumlib.errors import InputError
from albumlib.runs import Run

SMALL = GanSettings(width=0.25, latent_dim=8, batch_size=8, critic_updates=2)


@pytest.fixture(scope="module")
def two_colours():
    """Red covers of genre 0, blue ones of genre 1, each a little lighter or darker."""
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    colours = np.where(labels[:, None] == 0, (200, 40, 40), (40, 40, 200)) + rng.integers(-30, 30, (40, 1))
    return np.broadcast_to(colours[:, None, None], (40, 100, 100, 3)).astype("uint8"), labels


@pytest.mark.skipif(load_keras().backend.backend() != "tensorflow", reason="PyTorch compiles no step")
def test_a_training_of_few_steps_is_not_compiled(small):
    few, many = (CoverGan(small, n_genres=3, steps=steps) for steps in (6, 7))
    assert few.update_critic == few._update_critic
    assert many.update_critic != many._update_critic


@pytest.mark.parametrize("networks", sorted(NETWORKS.keys() - {"sketch", "painter"}))
def test_networks_fit_each_other(networks):
    generator, critic = build(networks, latent_dim=8, n_genres=3, width=0.1)
    labels = load_keras().ops.eye(3)
    images = generator([load_keras().ops.zeros((3, 8)), labels])
    assert tuple(images.shape) == (3, 100, 100, 3)
    assert np.abs(load_keras().ops.convert_to_numpy(images)).max() <= 1
    assert tuple(critic([images, labels]).shape) == (3, 1)
    assert not any("BatchNormalization" in type(layer).__name__ for layer in critic.layers)


def test_report_networks_have_the_report_s_size():
    generator, critic = build("report", latent_dim=64, n_genres=19)
    assert generator.count_params() == pytest.approx(82e6, rel=0.02)
    assert critic.count_params() == pytest.approx(82e6, rel=0.02)


def test_unknown_networks_are_refused():
    with pytest.raises(InputError, match="expected compact, growing, painter, report, sketch; got huge"):
        build("huge", latent_dim=8, n_genres=3)


@pytest.mark.slow
def test_the_condition_is_learned(two_colours):
    """Few steps on two colours, and genre 0 is generated redder than genre 1, whatever the noise."""
    images, labels = two_colours
    gan = CoverGan(replace(SMALL, critic_updates=1), n_genres=2)
    for step in range(60):
        gan.step(images, labels, seed=0, step=step)
    noise = np.tile(sample_noise(np.random.default_rng(1), 8, SMALL.latent_dim), (2, 1))
    generated = generate(gan.generator, np.repeat(np.eye(2), 8, axis=0), noise).astype(float)
    redness = (generated[..., 0] - generated[..., 2]).mean(axis=(1, 2))
    assert redness[:8].mean() - redness[8:].mean() > 60


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize(
    "settings", [SMALL, replace(SMALL, precision="bfloat16", penalty_every=3)], ids=["plain", "lazy"]
)
def test_interrupted_training_ends_as_the_uninterrupted(settings, two_colours, tmp_path, monkeypatch):
    images, labels = two_colours
    options = {"genres": ["Red", "Blue"], "settings": settings, "steps": 6, "log_every": 1, "sample_every": 3}
    options |= {"checkpoint_every": 2, "progress": False}
    # TensorFlow adds up in another order where layers have other names, which Keras counts through a process. Each
    # training counts from nothing here, as in a process of its own.
    load_keras().utils.clear_session()
    whole = train_gan(images, labels, Run(tmp_path / "whole"), **options)
    load_keras().utils.clear_session()

    step = CoverGan.step

    def dying_step(self, *args, step_function=step, **kwargs):
        if kwargs["step"] == 6:
            raise KeyboardInterrupt
        return step_function(self, *args, **kwargs)

    run = Run(tmp_path / "cut")
    monkeypatch.setattr(CoverGan, "step", dying_step)
    with pytest.raises(KeyboardInterrupt):
        train_gan(images, labels, run, **options)
    monkeypatch.undo()
    assert not run.finished
    assert list(run.metrics()["step"]) == [1, 2, 3, 4, 5]
    resumed = train_gan(images, labels, run, **options)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    columns = ["step", "critic_loss", "generator_loss"]
    assert run.metrics()[columns].equals(Run(tmp_path / "whole").metrics()[columns])
    assert sorted(path.name for path in run.samples.iterdir()) == ["0000003.png", "0000006.png"]
    assert json.loads((run.folder / "card.json").read_text())["genres"] == ["Red", "Blue"]


def test_half_written_checkpoints_are_ignored(tmp_path):
    run = Run(tmp_path).start({})
    run.save_checkpoint(3, lambda folder: (folder / "x").write_text("3"))

    def failing(folder):
        (folder / "x").write_text("half")
        raise OSError("disk full")

    with pytest.raises(InputError, match="disk full"):
        run.save_checkpoint(6, failing)
    number, folder = run.last_checkpoint()
    assert (number, (folder / "x").read_text()) == (3, "3")


def test_another_configuration_in_the_same_folder_is_refused(tmp_path):
    Run(tmp_path).start({"seed": 0, "steps": 10})
    with pytest.raises(InputError, match=r"expected steps = 10; got steps = 20"):
        Run(tmp_path).start({"seed": 0, "steps": 20})


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((2, 64, 64, 3), "uint8"), np.zeros(2, int), "another shape"),
        (np.zeros((2, 100, 100, 3), "float32"), np.zeros(2, int), "another shape"),
        (np.zeros((2, 100, 100, 3), "uint8"), np.zeros(3, int), "2 covers, 3 labels"),
        (np.zeros((2, 100, 100, 3), "uint8"), np.array([0, 2]), "label outside"),
    ],
)
def test_unfit_training_data_is_refused(images, labels, message, tmp_path):
    with pytest.raises(InputError, match=message):
        train_gan(images, labels, Run(tmp_path), genres=["A", "B"], steps=1)
