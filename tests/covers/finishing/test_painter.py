"""Generators of sketches and their finisher: from training to pixels, in one file that loads in safe mode."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from albumlib.backend import load_keras, load_model, run_network, save_model
from albumlib.covers.finishing.finisher import build_finisher, painter, sketching_part
from albumlib.covers.finishing.grain import fit_grain, way_back
from albumlib.covers.finishing.sampling import generate
from albumlib.covers.finishing.sketches import SPREAD, to_covers, to_sketches
from albumlib.covers.gan import CoverGan
from albumlib.covers.networks import build
from albumlib.covers.noise import sample_noise
from albumlib.covers.pixels import to_pixels, to_range
from albumlib.covers.settings import SKETCH, GanSettings
from albumlib.covers.training import train_gan
from albumlib.errors import InputError
from albumlib.pipeline import Pipeline
from albumlib.runs import Run

array = load_keras().ops.convert_to_numpy

SMALL = replace(SKETCH, width=0.1, latent_dim=8, batch_size=4, critic_updates=1)
OPTIONS = {"genres": ["Folk", "Jazz", "Punk"], "settings": SMALL, "progress": False}


@pytest.fixture(scope="module")
def generator():
    """Untaught, and louder, or all its sketches would be gray."""
    network = build("sketch", latent_dim=8, n_genres=3, width=0.1)[0]
    kernel, bias = network.layers[-1].get_weights()
    network.layers[-1].set_weights([30 * kernel, bias])
    return network


@pytest.fixture(scope="module")
def finisher_run(tmp_path_factory):
    """A finished run of a finisher that was taught nothing."""
    run = Run(tmp_path_factory.mktemp("finisher"))
    save_model(build_finisher(width=4), run.model_path)
    run.finish({"kind": "finisher", "data": "", "scores": {}})
    return run


@pytest.fixture(scope="module")
def asked():
    """Labels and noise of six covers."""
    return np.eye(3, dtype="float32")[np.arange(6) % 3], sample_noise(np.random.default_rng(0), 6, 8, kind="normal")


def test_networks_of_sketches_are_as_large_as_they_say():
    generator, critic = build("sketch", latent_dim=64, n_genres=19)
    assert (generator.output_shape, critic.output_shape) == ((None, 25, 25, 8), (None, 1))
    assert (generator.count_params(), critic.count_params()) == (1_368_599, 1_097_457)


def test_a_generator_alone_goes_the_linear_way_back(generator, asked):
    labels, noise = asked
    sketches = SPREAD * run_network(generator, noise, labels)
    covers = generate(generator, labels, noise)
    assert covers.shape == (6, 100, 100, 3)
    assert covers.std() > 10
    np.testing.assert_array_equal(covers, to_pixels(to_covers(sketches)))


def test_a_painter_is_its_stages_in_one_file(generator, asked, tmp_path):
    labels, noise = asked
    finisher = build_finisher(width=8)
    for layer in finisher.layers:  # that it does more than the linear way back
        layer.set_weights([each + 0.01 for each in layer.get_weights()])
    of_grain = next(layer for layer in finisher.layers if getattr(layer, "units", 0) == 1)
    of_grain.set_weights([0.1 * of_grain.get_weights()[0], np.float32([-2.0])])
    save_model(painter(generator, finisher), tmp_path / "model.keras")
    whole = load_model(tmp_path / "model.keras", inputs=[(8,), (3,)], output=(100, 100, 3))
    plain, strength = map(array, finisher(SPREAD * run_network(generator, noise, labels)))
    pattern = np.random.default_rng(0).standard_normal((100, 100, 1), "float32")
    expected = plain + strength[:, :, None, None] * pattern
    assert 0.02 < strength.min() < strength.max() < 0.5
    found = run_network(whole, noise, labels)
    np.testing.assert_allclose(found, np.clip(expected, -1, 1), atol=1e-5)
    assert np.abs(found - plain).mean() > 0.005
    np.testing.assert_array_equal(generate(whole, labels, noise), generate(whole, labels, noise))
    np.testing.assert_array_equal(generate(sketching_part(whole), labels, noise), generate(generator, labels, noise))


def test_only_a_painter_has_a_sketching_part():
    with pytest.raises(InputError, match="makes no sketches"):
        sketching_part(build("compact", latent_dim=8, n_genres=3, width=0.1)[0])


@pytest.mark.usefixtures("eagerly")
def test_the_critic_is_shown_scaled_sketches_of_the_covers(covers):
    gan, seen = CoverGan(SMALL, n_genres=3), []
    update = gan.update_critic
    gan.update_critic = lambda *arguments: seen.append(np.asarray(arguments[0])) or update(*arguments)
    row = gan.step(*covers, seed=0, step=1)
    assert np.isfinite(list(row.values())).all()
    assert min(row["critic_gradient"], row["generator_gradient"], row["gradient_penalty"]) > 0
    everything = to_sketches(to_range(covers[0])) / SPREAD
    for sketch in seen[0]:
        assert np.abs(everything - sketch).max(axis=(1, 2, 3)).min() < 1e-6


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
def test_an_interrupted_training_of_sketches_ends_as_the_uninterrupted(covers, finisher_run, tmp_path):
    settings = replace(SMALL, loss="hinge", penalty=0.0)  # compiles in half the time
    options = {**OPTIONS, "settings": settings, "steps": 3, "finisher": finisher_run, "checkpoint_every": 2}
    whole, cut = Run(tmp_path / "whole"), Run(tmp_path / "cut")
    train_gan(*covers, whole, **options)
    shutil.copytree(whole.folder, cut.folder)
    for path in (cut.model_path, cut.folder / "card.json", cut.samples / "0000003.png"):
        path.unlink()
    train_gan(*covers, cut, **options)
    one, other = (load_model(run.model_path).get_weights() for run in (whole, cut))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    a, b = (run.metrics().drop(columns="seconds_per_step") for run in (whole, cut))
    assert len(a) == 3
    assert a.equals(b)
    sheets = [(run.samples / "0000003.png").read_bytes() for run in (whole, cut)]
    assert sheets[0] == sheets[1]
    card = cut.load_card("gan")
    assert (card["noise"], card["finisher"]) == ("normal", finisher_run.load_card("finisher")["digest"])

    pipeline = Pipeline(gan=cut.folder)
    made = [pipeline.generate("Jazz", n=2, seed=seed, truncation=1.0) for seed in (0, 0, 1)]
    noise = sample_noise(np.random.default_rng(0), 2, 8, kind="normal")
    np.testing.assert_array_equal(made[0], generate(load_model(cut.model_path), np.eye(3)[[1, 1]], noise))
    np.testing.assert_array_equal(made[0], made[1])
    assert (made[0] != made[2]).any()


def test_what_makes_covers_is_given_no_finisher(covers, finisher_run, tmp_path):
    options = {"genres": ["A", "B", "C"], "settings": GanSettings(width=0.1), "steps": 1, "finisher": finisher_run}
    with pytest.raises(InputError, match="networks compact: only sketches are finished; got a finisher"):
        train_gan(*covers, Run(tmp_path / "run"), **options)
    assert not list(tmp_path.iterdir())


def test_without_a_finisher_sketches_go_back_by_least_squares_and_get_grain(covers, tmp_path):
    run = Run(tmp_path / "run")
    model = train_gan(*covers, run, **OPTIONS, steps=1)
    noise = sample_noise(np.random.default_rng(0), 3, 8, kind="normal")
    made = generate(model, np.eye(3), noise)
    sketches = SPREAD * array(sketching_part(model)([noise, np.eye(3, dtype="float32")]))
    np.testing.assert_allclose(made, to_pixels(array(way_back(fit_grain(covers[0]))(sketches))), atol=1)
    light = Pipeline(gan=run.folder).generate("Jazz", n=2, seed=0)
    assert light.shape == (2, 100, 100, 3)
    options = {**OPTIONS, "settings": GanSettings(networks="painter", latent_dim=8, width=0.1), "start": run}
    with pytest.raises(InputError, match="no run to start from"):
        train_gan(*covers, Run(tmp_path / "painter"), **options, steps=1)


def test_a_run_of_another_kind_is_no_finisher(covers, tmp_path):
    run = Run(tmp_path / "judge")
    run.folder.mkdir()
    save_model(build_finisher(width=4), run.model_path)
    run.finish({"kind": "judge", "genres": ["A"]})
    with pytest.raises(InputError, match="expected finisher; got judge"):
        train_gan(*covers, Run(tmp_path / "run"), **OPTIONS, steps=1, finisher=run)
