"""Splits by artist: nobody in two splits, genres spread, names that stand for many."""

import numpy as np
import pandas as pd
import pytest

from albumlib.data.splits import artist_key, check_no_leak, folds_by_artist, split_by_artist
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
def test_no_artist_is_in_two_splits(seed):
    table = library(seed=seed)
    split = split_by_artist(table, seed=seed)
    assert split.index.equals(table.index)
    assert (split.groupby(table["artist"]).nunique() == 1).all()


@SEEDS
def test_a_planted_leak_is_caught_and_named(seed):
    table = library(seed=seed)
    split = split_by_artist(table, seed=seed)
    check_no_leak(table, split)
    track = table.index[table["artist"].duplicated()][seed]
    split[track] = "test" if split[track] != "test" else "train"
    with pytest.raises(InputError, match=f"^{table.loc[track, 'artist'].lower()}: .*two splits.*test"):
        check_no_leak(table, split)


@SEEDS
def test_every_genre_is_in_each_split_in_about_its_share(seed):
    table = library(seed=seed)
    shares = pd.crosstab(table["genre"], split_by_artist(table, seed=seed), normalize="index")
    assert shares.columns.tolist() == ["test", "train", "validation"]
    assert (shares.to_numpy() > 0).all()
    assert shares["train"].between(0.6, 0.8).all()


def test_a_genre_of_three_artists_is_in_each_split():
    table = pd.DataFrame({"track_id": list("abcdef"), "genre": ["Rock"] * 3 + ["Jazz"] * 3, "artist": list("uvwxyz")})
    assert (pd.crosstab(table["genre"], split_by_artist(table)).to_numpy() == 1).all()


def test_a_genre_of_fewer_artists_is_learned_first():
    artists = ["A", "B", "C", "D", "E", "E", "F"]
    table = pd.DataFrame({"track_id": list("abcdefg"), "genre": ["Rock"] * 4 + ["Jazz"] * 2 + ["Folk"]})
    split = split_by_artist(table.assign(artist=artists))
    assert set(split[4:]) == {"train"}


@SEEDS
def test_an_artist_of_most_songs_is_kept_for_training(seed):
    table = library(seed=seed)
    giant = pd.DataFrame({"genre": [f"g{i % 6}" for i in range(300)], "artist": "Giant"})
    giant["track_id"] = [f"giant-{i}" for i in range(300)]
    table = pd.concat([table, giant], ignore_index=True)
    assert set(split_by_artist(table, seed=seed)[table["artist"] == "Giant"]) == {"train"}


def test_same_seed_same_split_and_another_seed_another():
    table = library()
    assert split_by_artist(table, seed=3).equals(split_by_artist(table, seed=3))
    assert len({tuple(split_by_artist(table, seed=seed)) for seed in range(4)}) == 4


def test_order_of_the_rows_does_not_matter():
    table = library()
    assert split_by_artist(table.sort_index()).equals(split_by_artist(table).sort_index())


def test_fractions_by_name_and_a_split_left_out():
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


def test_a_random_split_leaks():
    table = library()
    with pytest.raises(InputError, match="two splits"):
        check_no_leak(table, np.random.default_rng(0).choice(["train", "test"], len(table)))


def test_a_split_is_matched_by_index_and_must_be_whole():
    table = library()
    split = split_by_artist(table)
    check_no_leak(table.sort_index(), split)
    check_no_leak(table, split.tolist())
    with pytest.raises(InputError, match="in no split"):
        check_no_leak(table, split.set_axis(table["track_id"]))
    with pytest.raises(InputError, match="in no split"):
        check_no_leak(table, split[:-1])


def test_spelling_does_not_make_another_artist():
    names = ["The  Kn\u00edfe", "the kn\u00edfe ", "THE KNI\u0301FE"]
    assert artist_key(pd.DataFrame({"track_id": list("abc"), "artist": names})).nunique() == 1


def test_names_that_stand_for_many_stay_together():
    names = ["Various Artists", "various", "VA", "V.A.", "V/A", "Magnatune Compilation", "DJ Cary", "Soundtrack"]
    table = pd.DataFrame({"track_id": list("abcdefgh"), "artist": names, "album": list("12345678"), "genre": "Rock"})
    assert artist_key(table).nunique() == 1


@pytest.mark.parametrize("name", ["Unknown Artist", "<unknown>", "[Unknown]", "", None])
def test_tracks_of_unknown_artists_stay_together_by_album(name):
    table = pd.DataFrame({"track_id": list("abcde"), "artist": [name] * 5, "album": ["One", "one", "Two", "", ""]})
    groups = artist_key(table).tolist()
    assert groups[0] == groups[1]
    assert len(set(groups)) == 4


@pytest.mark.parametrize("name", ["Vanessa", "Va Bene", "Anonymous 4", "Nova", "Unknown Mortal Orchestra"])
def test_artists_who_only_sound_like_many_are_themselves(name):
    table = pd.DataFrame({"track_id": list("ab"), "artist": [name] * 2, "album": ["One", "Two"]})
    assert artist_key(table).tolist() == [name.lower()] * 2


ARTISTS = [
    ["The Beatles", "Beatles, The", "BEATLES", "Beatles; Wings", "The Beatles feat.X", "Beatles w/ X", "Beatles vs. Y"],
    ["AC/DC", "AC-DC", "ACDC"],
    ["Simon & Garfunkel", "Simon and Garfunkel"],
    ["R\u00f8yksopp", "Royksopp"],
    ["The The"],
    ["!!!"],
    ["???"],
    ["Ada", "ada ", "ADA feat. Bob", "Ada ft. Bob", "Ada (featuring Bob)", "Ada with Bob", "Ad\u00e1 [feat. X]"],
    ["Bj\u00f6rk", "Bjo\u0308rk", "BJORK", "Bjork Ft Y"],
    ["Feat. of Clay"],
    ["Withered Hand"],
    ["Fifty ft Wave"],
]


def test_an_artist_is_one_with_guests_or_without():
    table = pd.DataFrame([(name, number) for number, names in enumerate(ARTISTS) for name in names])
    table = pd.DataFrame({"track_id": table.index.astype(str), "artist": table[0], "who": table[1]})
    keys = artist_key(table)
    assert keys.groupby(table["who"]).nunique().tolist() == [1] * len(ARTISTS)
    assert keys.nunique() == len(ARTISTS)


def test_what_cannot_be_split_is_refused():
    one = pd.DataFrame({"track_id": list("abc"), "genre": "Rock", "artist": "Solo"})
    with pytest.raises(InputError, match="too few artists"):
        split_by_artist(one)
    with pytest.raises(InputError, match="sum to 1"):
        split_by_artist(library(), fractions=(0.8, 0.3, 0.1))
    with pytest.raises(InputError, match="train, validation, test"):
        split_by_artist(library(), fractions=(0.8, 0.2))


@pytest.mark.real
@SEEDS
def test_real_library_is_spread_evenly(real_data, seed):
    catalog = pd.read_csv(real_data / "emotify" / "tracks.csv").rename(columns={"path": "track_id"})
    counts = pd.crosstab(catalog["genre"], split_by_artist(catalog, seed=seed))
    assert counts["train"].between(48, 56).all()
    assert (counts[["validation", "test"]].to_numpy() >= 9).all()
