"""Classifiers that hear through the pretrained networks: without labels, and with a head of a person's own."""

import numpy as np
import pytest
import soundfile

from albumlib.data import load_audio
from albumlib.errors import InputError
from albumlib.genre import load_classifier
from albumlib.genre.pretrained import Patches, classifier, embedding, train_head
from albumlib.genre.pretrained.classifier import known_shares, song_embedding
from albumlib.genres import NAMES
from albumlib.runs import Run

UNKNOWN = ["Avant-Garde", "International", "Lo-Fi", "Trip-Hop"]


def patches(number, *, genre=0, n=4):
    """Patches of a made-up song, whose units lie where its genre's do."""
    rng = np.random.default_rng(number)
    units = rng.normal(size=(n, 400)) * 0.5 + 3 * np.eye(400)[genre]
    return Patches(rng.uniform(0, 0.2, (n, 100)).astype("float32"), units.astype("float32"), 0.5)


@pytest.mark.parametrize("seed", range(3))
def test_shares_sum_to_one_and_what_cannot_be_known_is_never_answered(seed):
    shares, genre, agreeing = known_shares(np.random.default_rng(seed).uniform(0, 1, (6, 100)))
    assert shares.shape == (6, 19)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert not shares[:, [NAMES.index(name) for name in UNKNOWN]].any()
    assert genre in NAMES
    assert genre not in UNKNOWN
    assert 1 <= agreeing <= 6


@pytest.fixture
def head(tmp_path):
    """A run of a head for two genres, three artists each."""
    songs = [patches(i, genre=i % 2) for i in range(18)]
    artists = [f"artist {i % 6}" for i in range(18)]
    train_head(songs, np.arange(18) % 2, artists, Run(tmp_path / "head"), genres=["Left", "Right"], data="made up")
    return tmp_path / "head"


def test_a_head_is_a_classifier_run_that_predicts_its_genres(head, monkeypatch):
    loaded = load_classifier(Run(head))
    for number in (50, 51, 52, 53):
        monkeypatch.setattr(classifier, "embed_file", lambda path, number=number: patches(number, genre=number % 2))
        monkeypatch.setattr(classifier, "why_no_music", lambda found: None)
        song = loaded.classify("song.mp3")
        assert song.genre == ["Left", "Right"][number % 2]
        assert song.probabilities.shape == (4, 2)
        np.testing.assert_allclose(song.shares.sum(), 1, rtol=1e-5)
        np.testing.assert_array_equal(song.embedding, song_embedding(patches(number, genre=number % 2)))


def test_other_songs_in_the_same_folder_are_refused(head):
    songs = [patches(i, genre=i % 2) for i in range(100, 118)]
    with pytest.raises(InputError, match="another configuration"):
        train_head(songs, np.arange(18) % 2, [str(i % 6) for i in range(18)], Run(head), genres=["Left", "Right"])


def test_a_head_that_learned_from_songs_heard_otherwise_is_refused(head, monkeypatch):
    monkeypatch.setattr(embedding, "HEARING", 3)
    with pytest.raises(InputError, match=r"a network for other ears.*expected hearing 3; got hearing 2"):
        load_classifier(Run(head))


def pink(n, rng):
    """Noise whose power falls with the frequency."""
    spectrum = np.fft.rfft(rng.normal(size=n))
    return np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), n)


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("kind", ["silence", "noise", "bursts of pink noise", "pink noise after silence"])
def test_silence_and_noise_are_no_music(kind, tmp_path):
    n = 13 * 16000
    time, noise = np.arange(n) / 16000, pink(n, np.random.default_rng(0))
    gain = {"silence": 0, "noise": 1, "bursts of pink noise": time * 2 % 1 < 0.5, "pink noise after silence": time > 5}
    soundfile.write(tmp_path / "sound.wav", 0.2 * noise / noise.std() * gain[kind], 16000)
    with pytest.raises(InputError, match=r"sound\.wav: (silent|no music that I know)"):
        load_classifier().classify(tmp_path / "sound.wav")


@pytest.mark.real
@pytest.mark.usefixtures("_installed")
def test_real_songs_get_a_genre_with_its_doubt(real_data):
    for genre in ("Classical", "Rock"):
        path = sorted((real_data / "emotify" / genre).glob("*.mp3"))[0]
        song = load_classifier().classify(path)
        assert len(load_audio(path)) > 0
        assert song.genre in NAMES
        np.testing.assert_allclose(song.shares.sum(), 1, rtol=1e-5)
