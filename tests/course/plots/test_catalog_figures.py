"""Figures of a catalog: how many tracks, and what is wrong with them."""

import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from albumlib.course.plots import genre_counts, problems
from albumlib.genres import color

GENRES = pd.Series(["Jazz", "Rock", "Jazz", "Jazz"])


def bars(ax):
    return [[bar.get_width() for bar in part] for part in ax.containers]


def test_counts_by_genre(ax, read):
    assert genre_counts(GENRES, ax, order=["Rock", "Folk", "Jazz"]) is ax
    assert bars(ax) == [[1, 0, 3]]
    assert ax.get_xlabel() == "tracks"
    assert read.ticks(ax.yaxis) == ["Rock", "Folk", "Jazz"]
    assert ax.yaxis_inverted()
    assert read.legend(ax) == []
    assert ax.containers[0][2].get_facecolor()[:3] == to_rgb(color("Jazz"))


def test_splits_are_stacked_in_the_order_of_their_use(ax, read):
    split = pd.Series(["test", "train", "train", "validation"])
    genre_counts(GENRES, ax, order=["Jazz", "Rock"], split=split)
    assert read.legend(ax) == ["train", "validation", "test"]
    assert bars(ax) == [[1, 1], [1, 0], [1, 0]]
    assert [part[0].get_x() for part in ax.containers] == [0, 1, 2]
    assert [part[0].get_alpha() for part in ax.containers] == [1.0, 0.6, 0.3]


def test_a_split_has_one_shade_whatever_others_there_are(ax):
    genre_counts(GENRES, ax, order=["Jazz", "Rock"], split=pd.Series(["train", "train", "test", "test"]))
    assert [part[0].get_alpha() for part in ax.containers] == [1.0, 0.3]


def test_no_track_is_left_out(ax, read):
    genres, split = pd.Series(["Jazz", "Polka", None, "Jazz"]), pd.Series(["train", "train", None, "extra"])
    genre_counts(genres, ax, order=["Jazz"], split=split)
    assert read.ticks(ax.yaxis) == ["Jazz", "Polka", "no genre"]
    assert read.legend(ax) == ["train", "extra", "in no split"]
    assert sum(map(sum, bars(ax))) == 4


def test_one_genre_and_an_empty_catalog(axes):
    genre_counts(pd.Series(["Jazz"]), axes[0], order=["Jazz"])
    assert bars(axes[0]) == [[1]]
    genre_counts(pd.Series([], dtype=object), axes[1], order=["Jazz"])
    assert sum(map(sum, bars(axes[1]))) == 0


def test_problems_are_counted_in_what_they_are_of(ax, read):
    """A genre of few artists is a row of the table, but no track."""
    table = pd.DataFrame({"problem": ["silent", "few artists", "few artists", "artist in two splits"]})
    kinds = ["unreadable", "silent", "artist in two splits", "few artists"]
    assert problems(table, ax, kinds=kinds) is ax
    assert bars(ax) == [[0, 1, 1, 2]]
    assert read.texts(ax) == ["none", "1 track", "1 artist", "2 genres"]
    assert read.ticks(ax.yaxis) == kinds
    assert ax.get_xlabel() == "problems found"
    assert ax.get_xlim() == (0, pytest.approx(2.5))


def test_a_problem_that_was_not_looked_for_is_shown_all_the_same(ax, read):
    problems(pd.DataFrame({"problem": ["new", "silent"]}), ax, kinds=["silent"])
    assert read.ticks(ax.yaxis) == ["silent", "new"]


def test_nothing_wrong(ax, read):
    problems(pd.DataFrame({"problem": pd.Series([], dtype=object)}), ax, kinds=["silent", "unreadable"])
    assert read.texts(ax) == ["none", "none"]
    assert ax.get_xlim()[1] > 0
