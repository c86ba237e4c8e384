"""Exercises that check themselves: known answers to what a reader writes, asked by the cell below it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from albumlib.errors import choose


@dataclass(frozen=True)
class Exercise:
    """What the function that a reader writes must give.

    Attributes
    ----------
    hint
        Where to look when an answer is wrong; it does not give the answer.
    cases
        Arguments and the known answer to each.
    """

    hint: str
    cases: tuple[tuple[tuple, Any], ...]


def check(name: str, answer: Callable) -> bool:
    """Ask a reader's function what is known, and print whether it is right; the known answers stay hidden.

    Parameters
    ----------
    name
        One of `EXERCISES`.
    answer
        A function that gives nothing yet is "not written yet".

    Raises
    ------
    InputError
        If there is no exercise of that name.

    Notes
    -----
    Notebook: 02_features
    """
    exercise = choose(EXERCISES, name, what="exercise", where="check")
    for arguments, expected in exercise.cases:
        got = answer(*arguments)
        if got is None:
            print(f"{name}: not written yet")
            return False
        if np.shape(got) != np.shape(expected) or not np.allclose(got, expected, rtol=1e-3, atol=1e-6):
            given = ", ".join(map(repr, arguments))
            print(f"{name}: not right yet. Given {given}, it says {got!r}.\nHint: {exercise.hint}")
            return False
    print(f"{name}: right, {len(exercise.cases)} of {len(exercise.cases)} known answers")
    return True


def _images(*values):
    """Images of 2x2 pixels in one channel, each of one value."""
    return np.repeat(np.array(values, float), 4).reshape(-1, 2, 2, 1)


EXERCISES: dict[str, Exercise] = {
    "vote": Exercise(
        "`np.bincount` counts, and `argmax` takes the first of several equals.",
        ((([2, 2, 1],), 2), (([3, 1, 1, 3],), 1), (([0, 5, 9, 9],), 9), (([0],), 0)),
    ),
    "share_unseen": Exercise(
        "Count songs, not artists: `np.isin` says for each test song whether its artist is in the training.",
        (((["a", "b"], ["a", "c"]), 0.5), ((["a"], ["b", "b", "c"]), 1.0), ((["a", "b"], ["a", "a", "a", "c"]), 0.25)),
    ),
    "mel_to_hz": Exercise(
        "Below 15 mel a straight line through 0; above, 27 mel for each factor of 6.4 in frequency.",
        (((0.0,), 0.0), ((7.5,), 500.0), ((15.0,), 1000.0), ((42.0,), 6400.0), ((28.5,), 2529.822)),
    ),
    "wilson": Exercise(
        "Centre and half width share one denominator, 1 + z²/n; z is 1.96.",
        (((0, 20), (0.0, 0.16113)), ((10, 20), (0.29929, 0.70071)), ((90, 100), (0.82563, 0.94477))),
    ),
    "receptive_field": Exercise(
        "Keep two numbers: the field, and how many pixels of the input one step of the present layer is. A kernel of k "
        "adds k − 1 steps to the field; pooling adds one step, then doubles the step.",
        (((1, 2), 3), ((4, 2), 31), ((4, 3), 46), ((5, 2), 63)),
    ),
    "soft_threshold": Exercise(
        "Take t off the size, never below 0, and give the sign back.",
        (((3.0, 1.0), 2.0), ((-3.0, 1.0), -2.0), ((0.5, 1.0), 0.0), ((-0.5, 1.0), 0.0), ((-2.0, 0.0), -2.0)),
    ),
    "chance_of_any": Exercise(
        "One comparison looks decided by chance with probability 2 · (1/2)ⁿ. What is the chance that none of m does?",
        (((3, 1), 0.25), ((3, 6), 0.82202), ((1, 4), 1.0), ((6, 6), 0.17344)),
    ),
    "any_of": Exercise(
        "Either none of them holds, or at least one does; independent probabilities multiply.",
        ((([0.5, 0.5],), 0.75), (([0.2],), 0.2), (([0.1, 0.2, 0.5],), 0.64)),
    ),
    "shrink": Exercise(
        "Reshape (height, width) to (height / k, k, width / k, k), and take the mean over both axes of length k.",
        (
            ((np.arange(16.0).reshape(4, 4), 2), np.array([[2.5, 4.5], [10.5, 12.5]])),
            ((np.eye(4), 4), np.array([[0.25]])),
            ((np.arange(8.0).reshape(2, 4), 2), np.array([[2.5, 4.5]])),
        ),
    ),
    "penalty": Exercise(
        "One norm for each image, over all axes but the first; then the mean of (norm − 1)².",
        (
            ((_images(1.0),), 1.0),
            ((_images(0.5, 0.5),), 0.0),
            ((_images(1.0, 0.0),), 1.0),
            ((_images(0.5, 2.0),), 4.5),
            ((np.ones((1, 1, 2, 2)),), 1.0),
        ),
    ),
    "between": Exercise(
        "ε has one value for each image: it must be given the shape (n, 1, 1, 1) before it multiplies.",
        (
            ((_images(1.0, 1.0), _images(0.0, 0.0), np.array([0.25, 1.0])), _images(0.25, 1.0)),
            ((_images(2.0), _images(4.0), np.array([0.5])), _images(3.0)),
        ),
    ),
    "mmd": Exercise(
        "With k(x, y) = (x·y / d + 1)³: the mean of k over pairs of two different members inside each sample, both "
        "added, less twice the mean over all pairs across.",
        (
            ((np.array([[0.0], [1.0]]), np.array([[2.0], [3.0]])), 297.5),
            ((np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])), -2.375),
            ((np.array([[0.0], [1.0]]), np.array([[0.0], [1.0], [2.0]])), -2.33333),
        ),
    ),
    "blended": Exercise(
        "One-hot times 1 − b, shares times b, and add; at b = 0 nothing of the shares is left.",
        (
            (([0.2, 0.8], 0, 0.0), [1.0, 0.0]),
            (([0.2, 0.8], 0, 1.0), [0.2, 0.8]),
            (([0.1, 0.6, 0.3], 1, 0.5), [0.05, 0.8, 0.15]),
        ),
    ),
}
