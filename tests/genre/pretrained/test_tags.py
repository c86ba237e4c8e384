"""Genres from tags: the table, the shares, the vote, and what is no music."""

import numpy as np
import pytest

from albumlib.errors import InputError
from albumlib.genre.pretrained.embedding import Patches
from albumlib.genre.pretrained.musicnn.network import TAGS
from albumlib.genre.pretrained.table import read_table, tag_rates
from albumlib.genre.pretrained.tags import Calibration, genre_shares, vote, why_no_music
from albumlib.genres import NAMES

ALL = [f"{network} {tag}" for network, tags in TAGS.items() for tag in tags]


def tags_of(**probabilities):
    """One patch: all tags rare, but those named, with _ for spaces."""
    tags = np.full((1, 100), 0.004)
    for name, value in probabilities.items():
        tags[0, ALL.index(name.replace("_", " "))] = value
    return tags


def test_table_has_all_genres_and_a_family_tree():
    table = read_table()
    assert set(table.signs) == set(NAMES)
    assert all(parent in ("", "Electronic", "Rock", "Experimental") for parent in table.part_of.values())
    assert table.kin("Techno") == ["Electronic"]
    assert "Indie-Rock" in table.kin("Rock")
    assert [name for name in NAMES if table.known[name] == "no"] == [
        "Avant-Garde",
        "International",
        "Lo-Fi",
        "Trip-Hop",
    ]


def test_rates_fall_with_the_rank():
    rates = tag_rates()
    assert rates.shape == (100,)
    assert (np.diff(rates[:50]) < 0).all()
    assert rates[50] == pytest.approx(0.19)


@pytest.mark.parametrize(
    ("genre", "tags"),
    [
        ("Classical", {"MTT_classical": 0.8, "MTT_violin": 0.6, "MSD_instrumental": 0.4}),
        ("Hip-Hop", {"MSD_Hip-Hop": 0.7}),
        ("Jazz", {"MSD_jazz": 0.6, "MSD_instrumental": 0.3}),
        ("Blues", {"MSD_blues": 0.6, "MTT_guitar": 0.6}),
        ("Folk", {"MSD_folk": 0.5, "MSD_acoustic": 0.4}),
        ("Metal", {"MSD_metal": 0.6, "MSD_rock": 0.4, "MTT_metal": 0.3, "MTT_rock": 0.5, "MTT_drums": 0.3}),
        ("Punk", {"MSD_punk": 0.4, "MSD_rock": 0.5, "MTT_rock": 0.5, "MTT_drums": 0.3}),
        ("Techno", {"MTT_techno": 0.8, "MSD_House": 0.4, "MSD_electronic": 0.5, "MTT_beat": 0.4}),
        ("Ambient Electronic", {"MSD_ambient": 0.6, "MTT_ambient": 0.5, "MSD_electronic": 0.5}),
        ("Pop", {"MSD_pop": 0.5, "MTT_pop": 0.4, "MSD_female_vocalists": 0.5, "MTT_female": 0.4}),
        ("Pop", {"MSD_indie_pop": 0.3, "MTT_pop": 0.3, "MSD_rock": 0.2, "MTT_male_vocal": 0.5, "MTT_guitar": 0.4}),
        ("Rock", {"MSD_rock": 0.6, "MSD_classic_rock": 0.3, "MTT_rock": 0.6, "MTT_drums": 0.4, "MTT_guitar": 0.5}),
    ],
)
def test_plain_signs_give_their_genre(genre, tags):
    shares = genre_shares(tags_of(**tags))
    assert NAMES[vote(shares)[0]] == genre
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_fewer_genres_share_among_themselves():
    tags = tags_of(MSD_rock=0.5, MTT_drums=0.2, MTT_guitar=0.3, MSD_pop=0.2)
    shares = genre_shares(tags, genres=["Pop", "Rock"])
    assert shares.shape == (1, 2)
    assert shares.sum() == pytest.approx(1)
    assert shares[0, 1] > shares[0, 0]
    sure = genre_shares(tags, genres=["Pop", "Rock"], calibration=Calibration(sharpness=4))
    assert sure[0, 1] > shares[0, 1]
    with pytest.raises(InputError, match="no signs of this genre"):
        genre_shares(tags, genres=["Polka"])


def test_a_family_does_not_lose_by_its_split():
    shares = np.zeros((3, 19))
    for patch, inside in enumerate(("Rock", "Indie-Rock", "Punk")):
        shares[patch, NAMES.index(inside)] = 0.4
        shares[patch, NAMES.index("Rock")] += 0.1
        shares[patch, NAMES.index("Pop")] = 0.45
    place, votes = vote(shares)
    assert NAMES[place] in ("Rock", "Indie-Rock", "Punk")
    assert votes == 3


def test_own_table_and_its_faults(tmp_path):
    path = tmp_path / "own.csv"
    head = "genre,part_of,known,sign,weight,any_of\n"
    path.write_text(head + "Polka,,well,is,1,MSD folk; MSD happy\nWaltz,,well,is,1,MTT slow\n")
    shares = genre_shares(tags_of(MSD_happy=0.5), genres=["Polka", "Waltz"], table=read_table(path))
    assert shares[0, 0] > 0.9
    path.write_text(head + "Polka,,well,is,1,MSD polka\n")
    with pytest.raises(InputError, match=r"line 2.*no such tag"):
        read_table(path)
    path.write_text(head + "Polka,Dance,well,is,1,MSD folk\n")
    with pytest.raises(InputError, match="containing genre"):
        read_table(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "none.csv")


def test_what_is_no_music():
    tags = np.full((2, 100), 0.06)
    units = np.zeros((2, 400))
    assert why_no_music(Patches(tags, units, 0.4)) is None
    assert "hardly changes" in why_no_music(Patches(tags, units, 0.02))
    assert "no instrument" in why_no_music(Patches(tags / 3, units, 0.4))


def test_bursts_in_which_the_same_is_heard_are_no_music():
    rng = np.random.default_rng(0)
    tags, usual = np.full((5, 100), 0.06), rng.normal(0, 0.6, 400)
    music = usual + rng.normal(0, 0.2, (5, 400))
    assert why_no_music(Patches(tags, music, 0.4)) is None
    bursts = usual + rng.normal(0, 0.04, (5, 400))
    assert "same is heard" in why_no_music(Patches(tags, bursts, 0.4))
    assert "same is heard" in why_no_music(Patches(tags, music, 1.3))  # noise after silence
    assert why_no_music(Patches(tags, music, 0.7)) is None
    assert "hardly an instrument" in why_no_music(Patches(0.7 * tags, music, 0.7))  # a voice in a hall
    assert why_no_music(Patches(0.7 * tags, music, 0.4)) is None
    assert why_no_music(Patches(tags[:3], bursts[:3], 0.4)) is None  # too short to say
