"""Generator and finisher learn on together: from a finished run, against a critic of covers."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from albumlib.backend import load_keras, load_model, run_network, save_model
from albumlib.covers.finishing.finisher import build_finisher, painter, sketching_part
from albumlib.covers.finishing.sampling import generate
from albumlib.covers.networks import build
from albumlib.covers.networks.painter import lay_grain, unite
from albumlib.covers.settings import PAINTER, SKETCH
from albumlib.covers.together import PainterGan, grid_excess
from albumlib.covers.training import train_gan
from albumlib.errors import InputError
from albumlib.runs import Run

GENRES = ["Folk", "Jazz", "Punk"]
SMALL = replace(PAINTER, width=0.1, latent_dim=8, batch_size=4, critic_lead=2, loss="hinge", penalty=0.0)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """A finished run of sketches that has learned nothing."""
    run, generator = Run(tmp_path_factory.mktemp("start")), build("sketch", latent_dim=8, n_genres=3, width=0.1)[0]
    save_model(painter(generator, build_finisher(width=4)), run.model_path)
    run.finish({"kind": "gan", "genres": GENRES, "latent_dim": 8, "noise": "normal", "scores": {}})
    return run


def test_its_networks_are_as_large_as_they_say():
    generator, critic = build("painter", latent_dim=64, n_genres=19)
    assert (generator.output_shape, critic.output_shape) == ((None, 100, 100, 4), (None, 20))
    assert (generator.count_params(), critic.count_params()) == (1_368_599 + 237_748, 903_396)


def test_grain_is_laid_over_in_its_strength():
    covers = np.float32([0.5, -2.0, 0.9, 0.2]).reshape(1, 1, 1, 4)
    tensor = load_keras().ops.convert_to_tensor
    laid = lay_grain(tensor(covers), tensor(np.full((1, 1, 1, 1), 2.0, "float32")))
    np.testing.assert_allclose(np.ravel(laid), [0.9, -1.0, 1.0], atol=1e-6)


def test_a_grid_is_found_whatever_its_period_and_direction():
    noise = np.random.default_rng(0).normal(size=(8, 100, 100, 3)).astype("float32")
    assert float(grid_excess(noise)) < 0.05
    for period in (2, 4):
        lines = np.where(np.arange(100) % period, 0.0, 1.0).astype("float32")
        for grid in (lines[None, :, None, None], lines[None, None, :, None]):
            assert float(grid_excess(noise + grid)) > 5
    assert float(grid_excess(noise + np.where(np.arange(100) % 3, 0.0, 1.0)[:, None, None].astype("float32"))) < 0.05
    assert np.isfinite(float(grid_excess(np.zeros((1, 100, 100, 3), "float32"))))


def test_united_networks_are_the_parts_and_come_apart_again(start):
    whole = load_model(start.model_path)
    united = unite(sketching_part(whole), whole.get_layer("finisher"))
    noise = np.random.default_rng(0).standard_normal((3, 8), "float32")
    finished, strength = np.split(run_network(united, noise, np.eye(3)), [3], axis=-1)
    pattern = np.random.default_rng(0).standard_normal((100, 100, 1), "float32")
    expected = np.clip(finished + strength * pattern, -1, 1)
    again = painter(sketching_part(united), united.get_layer("finisher"))
    for model in (whole, again):
        np.testing.assert_allclose(run_network(model, noise, np.eye(3)), expected, atol=1e-5)
    assert generate(united, np.eye(3), noise).shape == (3, 100, 100, 3)


def test_the_critic_leads_and_the_generator_is_slower(covers, start):
    gan, calls = PainterGan(SMALL, n_genres=3, start=load_model(start.model_path)), []
    gan.update_critic = lambda *given: calls.append(given) or np.zeros(4)
    gan.update_generator = lambda *given: calls.append(given) or np.zeros(2)
    for step in (1, 2):
        gan.step(*covers, seed=0, step=step)
    assert [len(given) for given in calls] == [6, 6, 6, 7, 6, 7]
    grain = np.stack([given[4][-1] for given in calls[:3]])
    assert grain.shape == (3, 4, 100, 100, 1)
    assert grain.std() == pytest.approx(1.0, abs=0.02)
    rates = [float(np.asarray(network.optimizer.learning_rate)) for network in (gan.generator, gan.critic)]
    np.testing.assert_allclose(rates, [0.3e-3, 1e-3], rtol=1e-5)


def test_the_genre_counts_as_far_as_it_is_told():
    """Logits that say nothing among three genres cost log 3, sure and right ones nothing; the score plays no part."""
    gan, labels = PainterGan(SMALL, n_genres=3), np.eye(3, dtype="float32")
    for logits, expected in ((np.zeros((3, 3)), np.log(3)), (50 * labels, 0.0), (50 * labels[::-1], 100 / 3)):
        said = np.concatenate([np.full((3, 1), 7.0), logits], axis=1).astype("float32")
        for network, weight in (("critic", 1.0), ("generator", 0.3)):
            value = float(gan._told(network, load_keras().ops.convert_to_tensor(said), labels))
            assert value == pytest.approx(weight * expected, abs=1e-4)


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
def test_it_starts_from_a_run_and_an_interruption_changes_nothing(covers, start, tmp_path):
    options = {"genres": GENRES, "settings": SMALL, "steps": 3, "start": start, "checkpoint_every": 2}
    whole, cut = Run(tmp_path / "whole"), Run(tmp_path / "cut")
    model = train_gan(*covers, whole, **options, progress=False)
    before = load_model(start.model_path).get_weights()
    moved = [np.abs(one - other).max() for one, other in zip(model.get_weights(), before, strict=True)]
    assert 0 < max(moved) < 0.01
    shutil.copytree(whole.folder, cut.folder)
    for path in (cut.model_path, cut.folder / "card.json"):
        path.unlink()
    train_gan(*covers, cut, **options, progress=False)
    one, other = (load_model(run.model_path).get_weights() for run in (whole, cut))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    card = cut.load_card("gan")
    assert (card["noise"], card["start"]) == ("normal", start.load_card("gan")["digest"])


@pytest.mark.parametrize(
    ("changes", "genres", "message"),
    [
        ({"networks": "sketch"}, GENRES, "these networks start anew"),
        ({"networks": "compact"}, GENRES, "these networks start anew"),
        ({"latent_dim": 9}, GENRES, "no run to start from"),
        ({}, GENRES[::-1], "no run to start from"),
    ],
)
def test_what_does_not_fit_is_no_start(changes, genres, message, covers, start, tmp_path):
    settings = replace(SMALL if changes.get("networks") != "sketch" else SKETCH, **changes)
    with pytest.raises(InputError, match=message):
        train_gan(*covers, Run(tmp_path / "run"), genres=genres, settings=settings, steps=1, start=start)
    assert not list(tmp_path.iterdir())
