"""Inception's features: their shape, that batches do not matter, and what is said where weights are missing."""

import numpy as np
import pytest

from albumlib.backend import seed_everything
from albumlib.errors import InputError
from albumlib.evaluation.inception import inception_features


@pytest.fixture(scope="module")
def covers():
    return np.random.default_rng(0).integers(0, 256, (5, 100, 100, 3)).astype("uint8")


def features(covers, **options):
    seed_everything(0)
    return inception_features(covers, weights=None, size=75, **options)


def test_batches_do_not_change_the_features(covers):
    whole, parts = features(covers), features(covers, batch_size=2)
    assert whole.shape == (5, 2048)
    assert whole.min() >= 0
    np.testing.assert_allclose(whole, parts, rtol=1e-3, atol=1e-5)
    assert np.abs(whole[0] - whole[1]).max() > 1e-4


def test_missing_weights_are_one_clear_error(covers, tmp_path):
    with pytest.raises(InputError, match=r"no weights of Inception.*judge's features"):
        inception_features(covers, weights=str(tmp_path / "none.weights.h5"), size=75)


def test_a_size_that_inception_cannot_see_is_refused(covers):
    with pytest.raises(InputError, match="at least 75"):
        inception_features(covers, weights=None, size=64)
