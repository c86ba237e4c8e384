"""Exercises that check themselves: a right answer passes, a wrong one does not, none gives itself away."""

from statistics import median_low

import numpy as np
import pytest

from albumlib.course import check
from albumlib.errors import InputError

WRONG = {
    "vote": lambda answers: answers[-1],
    "share_unseen": lambda train, test: np.isin(test, train).mean(),
    "mel_to_hz": lambda mel: 700 * (10 ** (mel / 2595) - 1),  # another mel scale
    "wilson": lambda right, n: (right / n - 1.96 * (right / n * (1 - right / n) / n) ** 0.5, 1.0),
    "receptive_field": lambda blocks, kernel: kernel**blocks,
    "soft_threshold": lambda w, t: w - t,
    "chance_of_any": lambda n, m: m * 2 * 0.5**n,
    "shrink": lambda image, k: image[::k, ::k],
    "penalty": lambda gradients: ((np.linalg.norm(gradients, axis=1) - 1) ** 2).mean(),  # the report's: one axis
    "between": lambda real, fake, epsilon: epsilon[0] * real + (1 - epsilon[0]) * fake,
    "blended": lambda shares, first, blend: [blend * share for share in shares],
    "mmd": lambda one, other: ((one.mean(axis=0) - other.mean(axis=0)) ** 2).sum(),
}


def mmd_of_equal_sizes(one, other):
    def pairs(x, y):
        return (x @ y.T / x.shape[1] + 1) ** 3

    n = len(one)
    inside = [(pairs(x, x).sum() - np.trace(pairs(x, x))) / (n * (n - 1)) for x in (one, other)]
    return sum(inside) - 2 * pairs(one, other).sum() / n**2


NEARLY = {
    "vote": median_low,
    "soft_threshold": lambda w, t: max(w - t, 0) if w > 0 else w + t,  # a small weight changes its sign
    "penalty": lambda gradients: ((np.sqrt((gradients**2).sum(axis=(1, 2))) - 1) ** 2).mean(),  # a norm each channel
    "mmd": mmd_of_equal_sizes,
}


@pytest.mark.parametrize(("name", "answer"), [*WRONG.items(), *NEARLY.items()])
def test_a_wrong_answer_gets_a_hint_and_not_the_answer(name, answer, capsys):
    assert not check(name, answer)
    assert "not right yet" in (said := capsys.readouterr().out)
    assert "Hint: " in said


def test_a_right_answer_passes(capsys):
    assert check("soft_threshold", lambda w, t: np.sign(w) * max(abs(w) - t, 0))
    assert capsys.readouterr().out == "soft_threshold: right, 5 of 5 known answers\n"


def test_what_is_not_written_yet_is_no_error(capsys):
    assert not check("vote", lambda answers: None)
    assert capsys.readouterr().out == "vote: not written yet\n"


def test_an_unknown_exercise_is_named():
    with pytest.raises(InputError, match=r"no such exercise; expected vote.*got votes"):
        check("votes", len)
