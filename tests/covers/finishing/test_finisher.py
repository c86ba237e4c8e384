"""The finisher: it begins as the linear way back, learns, and goes on after an interruption."""

import shutil

import numpy as np
import pytest

from albumlib.backend import load_keras, load_model, seed_everything
from albumlib.covers.finishing import training
from albumlib.covers.finishing.finisher import build_finisher
from albumlib.covers.finishing.sketches import to_covers, to_sketches
from albumlib.covers.finishing.training import grain_of, spoil, train_finisher
from albumlib.covers.pixels import to_range
from albumlib.demoworld.pictures.covers import draw_cover
from albumlib.errors import InputError
from albumlib.runs import Run

array = load_keras().ops.convert_to_numpy


@pytest.fixture(scope="module")
def drawn():
    return np.stack([draw_cover("Folk", artist_seed=n, seed=n, size=100) for n in range(8)])


@pytest.fixture
def narrow(monkeypatch):
    """A finisher an eighth as wide, which compiles and trains in a moment."""
    monkeypatch.setattr(training, "build_finisher", lambda: build_finisher(width=4))


def test_an_untaught_finisher_is_the_linear_way_back():
    sketches = np.random.default_rng(0).uniform(-1, 1, (2, 25, 25, 8)).astype("float32")
    covers, grain = map(array, build_finisher()(sketches))
    np.testing.assert_allclose(covers, to_covers(sketches), atol=1e-5)
    assert grain.shape == (2, 1)
    assert (grain > 0).all()


def test_the_finisher_is_as_large_as_it_says():
    assert build_finisher().count_params() == 237_748


@pytest.mark.parametrize("strength", [0.02, 0.1])
def test_grain_is_measured_whatever_is_below_it(strength):
    rng = np.random.default_rng(1)
    slope = np.linspace(-0.5, 0.5, 100)[:, None] + np.where(np.arange(100) < 40, 0.0, 0.4)
    grainy = slope[None, :, :, None] + strength * rng.normal(size=(2, 100, 100, 1))
    found = grain_of(np.repeat(grainy, 3, axis=3).astype("float32"))
    np.testing.assert_allclose(found, strength, rtol=0.06)
    assert grain_of(np.repeat(slope[None, :, :, None], 3, axis=3).astype("float32")).max() < 1e-6


def test_spoiling_is_of_the_strength_it_says():
    off = spoil(np.zeros((400, 25, 25, 8), "float32"), np.random.default_rng(2))
    # three noises, of weights 1, 0.7 and 0.5; half of them where no edge is
    strongest = 0.5 * training.WORST * np.sqrt(1 + 0.7**2 + 0.5**2) * training.WRONG
    strengths = off.std(axis=(1, 2))
    # strengths are uniform from 0 to the strongest: so is their mean half of it
    np.testing.assert_allclose(strengths.mean(axis=0), strongest / 2, rtol=0.1)
    assert (strengths < 1.25 * strongest).all()


def test_what_is_wrong_in_a_block_is_wrong_in_its_neighbours_and_most_at_edges():
    rng = np.random.default_rng(3)
    off = spoil(np.zeros((4000, 25, 25, 8), "float32"), rng)[..., 0]
    off /= off.std(axis=(1, 2), keepdims=True)
    shared = [np.mean(off[:, 0, 0] * off[:, 0, x]) for x in (1, 2, 4)]
    np.testing.assert_allclose(shared, [0.74 / 1.74, 0.25 / 1.74, 0], atol=0.07)
    edges = np.zeros((400, 25, 25, 8), "float32")
    edges[:, 12, 12, 3:] = 3.0
    noise = (spoil(edges, rng) - edges)[..., 0]  # of a colour, which is never too weak or missing
    assert noise[:, 12, 12].std() > 2 * noise[:, 2, 2].std()


@pytest.mark.usefixtures("eagerly")
def test_the_loss_is_the_sum_that_it_says_and_sinks(drawn, narrow):
    """By hand: pixels, half the differences of neighbours both ways, grain."""
    model, covers = training._taught(), to_range(drawn)
    sketches = spoil(to_sketches(covers), np.random.default_rng(0))
    finished, grain, *_ = map(array, model([sketches]))
    off = finished - covers
    parts = [off, grain - grain_of(covers), *(0.5 * np.diff(off, axis=axis) for axis in (1, 2))]
    (_, targets), expected = training._lessons_class()(drawn, 0, 1)[0], sum(np.abs(part).mean() for part in parts)
    sketches = sketches[np.random.default_rng([0, 1]).permutation(len(drawn))]  # as the lesson has them
    before = model.evaluate(sketches, targets, verbose=0, return_dict=True)["loss"]
    assert before == pytest.approx(expected, rel=1e-4)
    model.fit(sketches, targets, batch_size=8, epochs=20, verbose=0)
    assert model.evaluate(sketches, targets, verbose=0, return_dict=True)["loss"] < 0.97 * before


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
def test_an_interrupted_finisher_ends_as_the_uninterrupted(drawn, narrow, tmp_path):
    options, (whole, cut) = {"epochs": 3, "progress": False}, (Run(tmp_path / name) for name in ("whole", "cut"))
    trained = train_finisher(drawn, whole, **options)
    shutil.copytree(whole.folder, cut.folder)
    for path in (cut.model_path, cut.folder / "card.json"):
        path.unlink()
    shutil.rmtree(cut.last_checkpoint()[1])
    seed_everything(5)  # whatever came between
    resumed = train_finisher(drawn, cut, **options)
    assert len(cut.metrics()) == 3
    loaded = load_model(cut.model_path)
    for one, other, kept in zip(*(each.get_weights() for each in (trained, resumed, loaded)), strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(kept, other)
    assert [tuple(each.shape[1:]) for each in loaded.outputs] == [(100, 100, 3), (1,)]
    card = cut.load_card("finisher")
    assert (card["epochs"], card["n_images"]) == (3, 8)
    with pytest.raises(InputError, match="expected epochs = 3; got epochs = 7"):
        train_finisher(drawn, cut, epochs=7, progress=False)


def test_no_covers_are_refused(tmp_path):
    with pytest.raises(InputError, match="another shape"):
        train_finisher(np.zeros((4, 64, 64, 3), "uint8"), Run(tmp_path), epochs=1)
    assert not list(tmp_path.iterdir())


def test_a_sketch_holds_a_quarter_of_the_grain():
    """Colours of a sketch are means of 16 pixels: of grain of strength s they keep s / 4."""
    grainy = np.random.default_rng(4).normal(size=(1, 100, 100, 1)).astype("float32").repeat(3, axis=3)
    assert to_sketches(grainy)[..., :3].std() == pytest.approx(0.25, rel=0.1)
