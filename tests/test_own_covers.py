"""Every song its own cover, on real songs: others for others, the same for the same at any bit rate."""

import itertools

import numpy as np
import pytest
import soundfile

from albumlib.covers.finishing.sampling import generate
from albumlib.covers.noise import TRUNCATION, song_noise
from albumlib.genre.pretrained import embed_file, song_embedding
from albumlib.pipeline import Pipeline

SONGS, COVERS = 40, 4
BIT_RATES = (0.0, 2 / 3)  # of compression: 320 and 128 kbit/s


def distance(one, other):
    """Of covers one by one, a root mean square over pixels."""
    return np.sqrt(((one - other) ** 2).mean(axis=(1, 2, 3)))


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("genre", ["Rock", "Electronic", "Pop", "Classical"])
def test_forty_songs_of_a_genre_have_forty_covers_and_a_bit_rate_changes_little(real_data, tmp_path, genre):
    pipeline = Pipeline()
    label = np.eye(len(pipeline.genres))[[pipeline.genres.index(genre)] * COVERS]

    def covers(sound, rate, level):
        soundfile.write(tmp_path / "version.mp3", sound, rate, compression_level=level, bitrate_mode="CONSTANT")
        embedding = song_embedding(embed_file(tmp_path / "version.mp3"))
        noise = song_noise(embedding, pipeline.latent_dim, n=COVERS, kind=pipeline.noise)
        return generate(pipeline.generator, label, TRUNCATION[pipeline.noise] * noise).astype(float)

    paths = sorted((real_data / "emotify" / genre).glob("*.mp3"))[:SONGS]
    finest, poorer = zip(
        *([covers(*soundfile.read(path), level) for level in BIT_RATES] for path in paths), strict=True
    )
    between = [distance(one, other) for one, other in itertools.combinations(finest, 2)]
    assert np.min(between) > 0.5  # of 255
    own = [distance(one, other) for one, other in zip(finest, poorer, strict=True)]
    assert np.mean(own) < np.mean(between) / 5
