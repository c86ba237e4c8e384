"""Settings of odd types and sizes: each is used or refused by `InputError`, whatever it is."""

from math import inf, nan

import pytest
from hostile_files import refused_or

from albumlib.covers.settings import GanSettings
from albumlib.features.settings import FeatureSettings
from albumlib.genre.settings import ClassifierSettings

HUGE = 10**400
ODD = [None, True, 0, -1, HUGE, nan, inf, "", "x", "\0", [], [1], ["x"], [None], [[]], {}, {"a": 1}, ()]
ODD += [[0.5, 0.5, 0], [nan] * 3, [HUGE, 0, 0], [1, 2, 3, 4, 5], [HUGE] * 5, [True] * 5]


@pytest.mark.parametrize("kind", [GanSettings, ClassifierSettings, FeatureSettings])
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: str(odd)[:20])
def test_an_odd_value_is_refused_or_kept(kind, odd):
    for name in kind().__dict__:
        made = refused_or(kind, **{name: odd})
        if made is not None:
            assert getattr(made, name) == (tuple(odd) if isinstance(odd, list) else odd)
