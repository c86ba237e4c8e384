"""The demo world: it repeats itself, carries what FMA's files carry, and its broken files are found."""

import io

import mutagen
import numpy as np
import pytest
import soundfile
from PIL import Image

from albumlib.data.fma import load_fma, official_split
from albumlib.data.splits import check_no_leak
from albumlib.demoworld.music.plan import plan_song
from albumlib.demoworld.music.songs import synthesize_song
from albumlib.demoworld.music.styles import STYLES
from albumlib.demoworld.names import artist_name
from albumlib.demoworld.world import make_demo
from albumlib.errors import InputError
from albumlib.features.rhythm import tempogram
from albumlib.genres import NAMES

SIZE = {"songs_per_genre": 2, "artists_per_genre": 2, "duration": 4.0, "covers_per_genre": 2, "cover_size": 32}


def contents(root):
    return {path.relative_to(root): path.read_bytes() for path in sorted(root.rglob("*.*")) if path.is_file()}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_demo(tmp_path_factory.mktemp("demo"), **SIZE)


@pytest.mark.parametrize("genre", NAMES)
def test_songs_are_sound_that_their_seeds_decide(genre):
    song = synthesize_song(genre, artist_seed=1, seed=2, duration=3.0)
    assert (song.shape, song.dtype) == ((66150,), np.float32)
    assert np.isfinite(song).all()
    assert 0.1 < np.abs(song).max() <= 1
    np.testing.assert_array_equal(song, synthesize_song(genre, artist_seed=1, seed=2, duration=3.0))
    assert np.any(song != synthesize_song(genre, artist_seed=1, seed=3, duration=3.0))
    assert np.any(song != synthesize_song(genre, artist_seed=2, seed=2, duration=3.0))


def test_techno_keeps_its_tempo():
    """Four to the floor between 120 and 150: the strongest tempo is a simple multiple of one in that range."""
    for seed in range(4):
        strength, bpm, _ = tempogram(synthesize_song("Techno", artist_seed=seed, seed=seed, duration=15.0))
        strongest = bpm[strength.mean(axis=1).argmax()]
        assert any(115 <= strongest * factor <= 155 for factor in (0.25, 1 / 3, 0.5, 1, 2)), strongest


@pytest.mark.parametrize("genre", NAMES)
def test_tempo_is_the_genres_and_leans_to_the_artist(genre):
    low, high = STYLES[genre].tempo
    tempo = np.array([[plan_song(genre, artist_seed=a, seed=s).tempo for s in range(8)] for a in range(8)])
    assert low <= tempo.min() < tempo.max() <= high
    assert tempo.std(axis=1).mean() < tempo.std()


def colour(song):
    """Mean level in 24 bands from 40 Hz to the top, which is what an equalizer and a room leave behind."""
    power = np.abs(np.fft.rfft(song)) ** 2
    edges = np.geomspace(len(power) * 40 / 11025, len(power), 25).astype(int)
    return np.log(np.add.reduceat(power, edges[:-1]))


@pytest.mark.parametrize("genre", ["Jazz", "Rock", "Techno"])
def test_songs_of_one_artist_are_alike(genre):
    """Otherwise a split that ignores artists would not leak, and there were nothing to show."""
    songs = np.array(
        [[colour(synthesize_song(genre, artist_seed=a, seed=s, duration=5.0)) for s in (10, 11)] for a in range(6)]
    )
    apart = np.linalg.norm(songs[:, None, 0] - songs[None, :, 1], axis=-1)
    assert np.diag(apart).mean() < 0.8 * apart[~np.eye(6, dtype=bool)].mean()


@pytest.mark.parametrize(("options", "said"), [({"duration": 0}, "above 0 s"), ({"sr": 4000}, "at least 8000 Hz")])
def test_impossible_sound_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        synthesize_song("Jazz", artist_seed=0, seed=0, **options)


def test_unknown_genre_is_refused():
    with pytest.raises(InputError, match="Polka"):
        synthesize_song("Polka", artist_seed=0, seed=0)


def test_songs_are_mp3_files_with_tags_and_cover(world):
    catalog, _ = load_fma(world)
    for path, artist, title in zip(catalog["path"], catalog["artist"], catalog["title"], strict=True):
        assert soundfile.info(path).format == "MP3"
        tags = mutagen.File(path).tags
        assert (tags["TPE1"].text, tags["TIT2"].text) == ([artist], [title])
        with Image.open(io.BytesIO(tags.getall("APIC")[0].data)) as cover:
            assert cover.size == (200, 200)


def test_the_loader_for_fma_reads_it_and_reports_the_broken_files(world):
    catalog, report = load_fma(world)
    assert catalog["genre"].value_counts().to_dict() == dict.fromkeys(NAMES, 2)
    assert len(report) == 3
    assert np.allclose(catalog["duration"], 4.0, atol=0.1)
    assert catalog["artist"].nunique() == 2 * len(NAMES)


def test_its_own_split_has_no_artist_in_two_splits(world):
    catalog, _ = load_fma(world)
    split = official_split(world)[catalog["track_id"]].set_axis(catalog.index)
    assert set(split) == {"validation", "test"}
    check_no_leak(catalog, split)


def test_it_is_the_same_whatever_the_number_of_processes_and_after_an_interruption(world, tmp_path):
    again = make_demo(tmp_path / "again", **SIZE, n_jobs=1)
    first = contents(world)
    assert contents(again) == first
    (again / "demo.json").unlink()
    for path in sorted(again.rglob("*.mp3"))[::5] + sorted(again.rglob("*.png"))[::7]:
        path.unlink()
    make_demo(again, **SIZE)
    assert contents(again) == first


def test_other_settings_in_the_same_folder_are_refused(world):
    with pytest.raises(FileExistsError, match=r"duration = 4.0, not 5.0"):
        make_demo(world, **SIZE | {"duration": 5.0})


def test_no_two_artists_share_a_name():
    assert len({artist_name(number) for number in range(3000)}) == 3000
