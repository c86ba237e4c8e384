"""What is shipped loads in safe mode, is small, and does what its card says."""

import numpy as np
import pytest

from albumlib import Pipeline, load_model
from albumlib.errors import InputError
from albumlib.genres import NAMES
from albumlib.models import PAINTER
from albumlib.runs import Run


@pytest.fixture(scope="module")
def card():
    return Run(PAINTER).load_card("gan")


def test_the_card_says_what_it_is_and_where_it_is_from(card):
    assert card["genres"] == list(NAMES)
    assert card["data"].startswith("demo covers")
    assert card["steps"] > 0
    assert card["scores"]["recognisability"] > 0


def test_the_model_is_small_and_fits_its_card(card):
    assert (PAINTER / "model.keras").stat().st_size < 8e6
    model = load_model(PAINTER / "model.keras")
    assert [tuple(each.shape[1:]) for each in model.inputs] == [(card["latent_dim"],), (len(NAMES),)]
    assert model.output_shape == (None, 100, 100, 3)


def test_every_genre_looks_different_and_so_does_every_noise():
    pipeline = Pipeline()
    covers = np.stack([pipeline.generate(genre, n=4, truncation=1.0) for genre in NAMES]).astype(float)
    by_genre = np.abs(covers[1:] - covers[:-1]).mean(axis=(1, 2, 3, 4))
    by_noise = np.abs(covers[:, 1:] - covers[:, :-1]).mean(axis=(1, 2, 3, 4))
    assert by_genre.min() > 10
    assert by_noise.min() > 3


@pytest.mark.parametrize(
    "options",
    [{"n": 0}, {"n": -1}, {"truncation": 7}, {"truncation": -0.1}, {"truncation": float("nan")}, {"blend": 2}],
)
def test_numbers_out_of_their_range_are_refused_before_a_song_is_heard(options):
    pipeline, (name,) = Pipeline(), options
    with pytest.raises(InputError, match=f"^{name}: .* got "):
        pipeline.covers("no such song.mp3", **options)
    if name != "blend":
        with pytest.raises(InputError, match=f"^{name}: .* got "):
            pipeline.generate("Folk", **options)
