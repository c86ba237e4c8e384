"""Near-copies of training covers are found, and what only resembles them is not."""

import numpy as np
import pytest

from albumlib.errors import InputError
from albumlib.evaluation.copies import nearest_training


def test_planted_copies_are_found_and_unseen_covers_are_not(drawn):
    images, _ = drawn
    training, unseen = images[::2], images[1::2]
    noisy = np.clip(training[3] + np.random.default_rng(0).normal(0, 15, (100, 100, 3)), 0, 255).astype("uint8")
    found = nearest_training(np.stack([training[5], training[7][:, ::-1], noisy, *unseen]), training)
    assert found["nearest"].tolist()[:3] == [5, 7, 3]
    assert found["near_copy"].tolist()[:3] == [True, True, True]
    assert found["mirrored"].tolist()[1] is True
    assert found["distance"][0] == found["distance"][1] == 0
    assert found["near_copy"][3:].mean() < 0.1


def test_plain_covers_of_one_rare_colour_are_near_and_no_copies(drawn):
    """A red with a mark here, among training covers one red with a mark there: near as no other, and something else."""
    red = np.full((2, 100, 100, 3), (150, 0, 0), np.uint8)
    red[0, 20:35, 20:35] = red[1, 60:75, 70:85] = (180, 40, 40)
    training = np.concatenate([red[:1], drawn[0][:60]])
    found = nearest_training(red, training)
    assert found["nearest"].tolist() == [0, 0]
    assert found["ratio"][1] < 0.1
    assert found["near_copy"].tolist() == [True, False]


def test_duplicates_in_training_do_not_hide_an_exact_copy(drawn):
    training = np.concatenate([drawn[0][:20], drawn[0][:20]])
    assert nearest_training(training[:3], training)["near_copy"].all()


def test_too_few_training_covers_are_refused(drawn):
    with pytest.raises(InputError, match="at least 12"):
        nearest_training(drawn[0][:2], drawn[0][:5])
