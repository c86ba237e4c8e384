"""Every song its own cover, on real songs: others for others, the same for the same at any bit rate."""

import itertools

import numpy as np
import pytest
import soundfile

from albumlib.covers.noise import song_noise
from albumlib.genre.pretrained import embed_file, song_embedding

SONGS, LATENT_DIM = 40, 64


def distance(one, other):
    return np.sqrt(((one - other) ** 2).mean())


def noise(path):
    return song_noise(song_embedding(embed_file(path, most=4)), LATENT_DIM, kind="normal")[0]


@pytest.fixture(scope="module")
def songs(real_data):
    return sorted((real_data / "emotify" / "Rock").glob("*.mp3"))[:SONGS]


@pytest.mark.real
@pytest.mark.slow
def test_forty_songs_of_a_genre_have_forty_noises_and_a_bit_rate_changes_little(songs, tmp_path):
    own = [noise(path) for path in songs]
    between = [distance(one, other) for one, other in itertools.combinations(own, 2)]
    assert min(between) > 0.3
    again = []
    for path in songs[:10]:
        sound, rate = soundfile.read(path, frames=13 * 44100)
        versions = []
        for level in (0.0, 2 / 3):  # of compression: 320 and 128 kbit/s
            soundfile.write(tmp_path / "version.mp3", sound, rate, compression_level=level, bitrate_mode="CONSTANT")
            versions.append(noise(tmp_path / "version.mp3"))
        again.append(distance(*versions))
    assert np.mean(again) < np.mean(between) / 5
