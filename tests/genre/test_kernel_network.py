"""The network of statistics and prototypes: its numbers are the ones that numpy and scipy give."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy.fft import dct

from albumlib.backend import load_keras, load_model
from albumlib.features.slices import Slices, batches
from albumlib.genre.kernel_network import TIMBRE, TOGETHER, fit_prototypes
from albumlib.genre.networks import build_classifier
from albumlib.genre.settings import BEST

SMALL = replace(BEST, prototypes=16)


@pytest.fixture(scope="module")
def slices():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 255, (24, 258, 60)).astype("uint8")
    X[::2, 20:40] //= 4
    return Slices.of_arrays(X, np.arange(24) % 2)


@pytest.fixture(scope="module")
def model(slices):
    model = build_classifier(SMALL, n_genres=2)
    feed = batches(slices, n_genres=2, batch_size=8)
    fit_prototypes(model, feed, SMALL)
    model.fit(feed, verbose=0)
    return model


def inside(model, name, x):
    """What goes into the layer of that name."""
    keras = load_keras()
    part = keras.Model(model.input, model.get_layer(name).input)
    return keras.ops.convert_to_numpy(part(x.astype("float32")))


def test_statistics_are_cepstra_their_spread_and_their_correlations(model, slices):
    x = slices.read()
    cepstra = dct(x[0, :129][::-1] / 255, axis=0, norm="ortho")[:TIMBRE]
    steps = cepstra[:, 2:] - cepstra[:, :-2]
    upper = np.triu_indices(TOGETHER, 1)
    rhythm = dct(x[0, 129:][::-1].mean(axis=1) / 255, norm="ortho")[:20]
    expected = [cepstra.mean(axis=1), cepstra.std(axis=1), rhythm]
    expected += [np.corrcoef(curves[:TOGETHER])[upper] for curves in (cepstra, steps)]
    np.testing.assert_allclose(inside(model, "standardize", x[:1])[0], np.concatenate(expected), atol=2e-4)


def test_features_multiply_to_the_likeness_of_two_prototypes(model, slices):
    """The Nystroem features of the prototypes reproduce the kernel matrix between them."""
    keras, x = load_keras(), slices.read().astype("float32")
    features = keras.ops.convert_to_numpy(keras.Model(model.input, model.get_layer("whiten").output)(x))
    z = inside(model, "prototypes", x)
    chosen = np.random.default_rng(0).permutation(24)[:16]
    squares = ((z[chosen, None] - z[None, chosen]) ** 2).sum(axis=-1)
    np.testing.assert_allclose(features[chosen] @ features[chosen].T, np.exp(-squares), atol=5e-3)


def test_shares_decide_what_counts(slices):
    """Without their share, correlations no longer part two songs; means count twice as much as rhythm."""
    settings = replace(SMALL, shares=(2, 0, 1, 0, 0))
    model, feed = build_classifier(settings, n_genres=2), batches(slices, n_genres=2, batch_size=8)
    fit_prototypes(model, feed, settings)
    variance = inside(model, "prototypes", slices.read()).var(axis=0)
    groups = [part.sum() for part in np.split(variance, [20, 40, 60, 180])]
    np.testing.assert_allclose(groups, [2 / 3, 0, 1 / 3, 0, 0], atol=1e-3)


def test_any_length_is_classified(model):
    for width in (128, 431, 700):
        predicted = model.predict(np.ones((1, 258, width), "uint8") * np.arange(width).astype("uint8"), verbose=0)
        assert predicted.shape == (1, 2)
        assert np.isfinite(predicted).all()


def test_silence_gives_an_answer_not_nan(model):
    assert np.isfinite(model.predict(np.zeros((1, 258, 200), "uint8"), verbose=0)).all()


def test_it_is_small(tmp_path):
    build_classifier(BEST, n_genres=19).save(tmp_path / "m.keras")
    assert (tmp_path / "m.keras").stat().st_size < 2e6


def test_it_loads_in_a_fresh_process(model, slices, tmp_path):
    model.save(tmp_path / "m.keras")
    np.save(tmp_path / "x.npy", slices.read()[:2])
    code = (
        "import numpy as np; from albumlib.backend import load_model; "
        f"m = load_model(r'{tmp_path / 'm.keras'}'); x = np.load(r'{tmp_path / 'x.npy'}'); "
        f"np.save(r'{tmp_path / 'y.npy'}', m.predict(x, verbose=0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    same = load_model(tmp_path / "m.keras").predict(slices.read()[:2], verbose=0)
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), same, rtol=1e-5)
