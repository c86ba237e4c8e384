"""Splits by artist: nobody on two sides, genres spread, collective names taken apart."""

import numpy as np
import pandas as pd
import pytest

from albumlib.data.splits import artist_groups, check_no_leak, folds_by_artist, split_by_artist
from albumlib.errors import InputError

SEEDS = pytest.mark.parametrize("seed", range(6))


def library(*, seed=0, genres=6, artists=9):
    """Artists of 1 to 12 songs; every tenth serves a second genre."""
    rng = np.random.default_rng(seed)
    rows = []
    for artist in range(genres * artists):
        for _ in range(rng.integers(1, 13)):
            genre = (artist % genres + (artist % 10 == 0) * rng.integers(2)) % genres
            rows.append({"genre": f"g{genre}", "artist": f"Artist {artist}", "album": ""})
    table = pd.DataFrame(rows).sample(frac=1, random_state=seed)  # the index is out of order, as after a filter
    return table.assign(track_id=[f"t{number}" for number in table.index])


@SEEDS
def test_no_artist_is_on_two_sides(seed):
    table = library(seed=seed)
    split = split_by_artist(table, seed=seed)
    assert split.index.equals(table.index)
    assert table["artist"].groupby(table["artist"]).size().sum() == len(split)
    assert (split.groupby(table["artist"]).nunique() == 1).all()


@SEEDS
def test_every_genre_is_on_each_side_in_about_its_share(seed):
    table = library(seed=seed)
    shares = pd.crosstab(table["genre"], split_by_artist(table, seed=seed), normalize="index")
    assert shares.columns.tolist() == ["test", "train", "validation"]
    assert (shares.to_numpy() > 0).all()
    assert shares["train"].between(0.6, 0.9).all()


def test_a_genre_of_three_artists_is_on_each_side():
    table = pd.DataFrame({"track_id": list("abcdef"), "genre": ["Rock"] * 3 + ["Jazz"] * 3, "artist": list("uvwxyz")})
    assert (pd.crosstab(table["genre"], split_by_artist(table)).to_numpy() == 1).all()


def test_same_seed_same_split_and_another_seed_another():
    table = library()
    assert split_by_artist(table, seed=3).equals(split_by_artist(table, seed=3))
    assert len({tuple(split_by_artist(table, seed=seed)) for seed in range(4)}) == 4


def test_order_of_the_rows_does_not_matter():
    table = library()
    assert split_by_artist(table.sort_index()).equals(split_by_artist(table).sort_index())


def test_fractions_by_name_and_a_side_left_out():
    split = split_by_artist(library(), fractions={"train": 0.7, "test": 0.3})
    assert set(split) == {"train", "test"}
    assert abs((split == "test").mean() - 0.3) < 0.05


@SEEDS
def test_folds_hold_whole_artists_and_all_genres(seed):
    table = library(seed=seed)
    folds = folds_by_artist(table, n_folds=5, seed=seed)
    assert pd.Series(folds, table.index).groupby(table["artist"]).nunique().max() == 1
    sizes = pd.crosstab(table["genre"], folds)
    assert sizes.columns.tolist() == [0, 1, 2, 3, 4]
    assert (sizes.to_numpy() > 0).all()
    assert sizes.sum().max() < 1.5 * sizes.sum().min()


def test_a_leak_is_caught_and_named():
    table = library()
    split = split_by_artist(table)
    check_no_leak(table, split)
    first = table.index[table["artist"] == table["artist"].mode()[0]][0]
    split[first] = "test" if split[first] != "test" else "train"
    with pytest.raises(InputError, match=table["artist"].mode()[0].lower()):
        check_no_leak(table, split)


def test_a_random_split_leaks():
    table = library()
    with pytest.raises(InputError, match="two sides"):
        check_no_leak(table, np.random.default_rng(0).choice(["train", "test"], len(table)))


def test_spelling_does_not_make_another_artist():
    table = pd.DataFrame({"track_id": list("abc"), "artist": ["The  Knife", "the knife ", "THE KNIFE"]})
    assert artist_groups(table).nunique() == 1


@pytest.mark.parametrize(
    "name", ["Various Artists", "various", "VA", "V.A.", "Magnatune Compilation", "DJ Cary", "Unknown Artist", ""]
)
def test_collective_names_are_taken_apart_by_album(name):
    table = pd.DataFrame({"track_id": list("abcde"), "artist": [name] * 5, "album": ["One", "one", "Two", "", ""]})
    groups = artist_groups(table).tolist()
    assert groups[0] == groups[1]
    assert len(set(groups)) == 4


@pytest.mark.parametrize("name", ["Vanessa", "Va Bene", "Anonymous 4", "Nova", "Unknown Mortal Orchestra"])
def test_artists_who_only_sound_collective_stay_together(name):
    table = pd.DataFrame({"track_id": list("ab"), "artist": [name] * 2, "album": ["One", "Two"]})
    assert artist_groups(table).nunique() == 1


def test_what_cannot_be_split_is_refused():
    one = pd.DataFrame({"track_id": list("abc"), "genre": "Rock", "artist": "Solo"})
    with pytest.raises(InputError, match="too few artists"):
        split_by_artist(one)
    with pytest.raises(InputError, match="sum to 1"):
        split_by_artist(library(), fractions=(0.8, 0.3, 0.1))


@pytest.mark.real
def test_real_library_is_spread_evenly(real_data):
    from albumlib.data.folder import load_folder

    catalog, _ = load_folder(real_data / "emotify")
    counts = pd.crosstab(catalog["genre"], split_by_artist(catalog))
    assert counts["train"].between(50, 66).all()
    assert (counts[["validation", "test"]].to_numpy() >= 4).all()
