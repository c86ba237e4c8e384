"""Properties that hold for any input: each is used or refused by `InputError`; what is used is what it says."""

import json
import math

import numpy as np
import pytest
import soundfile
from hostile_files import encoded, noise, refused_or, tone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.id3 import ID3, TCON, TIT2, TPE1

from albumlib.batch.parameters import read_parameters, read_value
from albumlib.batch.reading import notebook_parameters
from albumlib.batch.sweep import combinations
from albumlib.covers.settings import GanSettings
from albumlib.data.audio import load_audio
from albumlib.data.catalog import COLUMNS, make_catalog, read_texts
from albumlib.data.folder import audio_duration, load_folder
from albumlib.data.images import load_cover
from albumlib.data.labels import is_no_genre
from albumlib.data.splits import artist_key, split_by_artist
from albumlib.data.tags import embedded_art
from albumlib.features.image import load_image
from albumlib.features.settings import FeatureSettings
from albumlib.genre.settings import ClassifierSettings
from albumlib.runs import Run, check_model_file, read_json
from albumlib.text import UNPRINTABLE, fit_name, printable

# The same inputs at each run, so that a failure is the code's; the failing one is printed.
few = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
texts = st.text(max_size=20)
numbers = st.integers() | st.floats()
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


@few
@given(
    st.lists(
        st.fixed_dictionaries({"track_id": texts, "path": texts}, optional=dict.fromkeys(("genre", "artist"), texts)),
        max_size=6,
    )
)
def test_a_catalog_is_sorted_and_whole(rows):
    catalog = refused_or(make_catalog, rows)
    if catalog is not None:
        assert list(catalog) == list(COLUMNS)
        assert catalog["track_id"].is_monotonic_increasing
        assert catalog["track_id"].is_unique
        assert len(catalog) == len(rows)
        assert catalog["genre"].tolist() == [
            row.get("genre", "") for row in sorted(rows, key=lambda row: row["track_id"])
        ]


@few
@given(st.lists(st.text(max_size=30), min_size=1, max_size=3), st.text(max_size=30), st.text(max_size=400))
def test_tags_become_texts_that_can_be_shown(tmp_path, genres, artist, title):
    if not (path := tmp_path / "music" / "a.mp3").exists():
        path.parent.mkdir()
        soundfile.write(path, tone(0.2), 22050)
    tags = ID3()
    for frame in (TCON(text=genres), TPE1(text=[artist]), TIT2(text=[title])):
        frame.encoding = 3
        tags.add(frame)
    tags.save(path)
    found = refused_or(load_folder, tmp_path / "music", labels="tags")
    if found is not None:
        row = found[0].iloc[0]
        assert row["genre"]
        assert not is_no_genre(row["genre"])
        assert not any(UNPRINTABLE.search(row[name]) for name in ("genre", "artist", "title", "track_id"))
        assert max(len(row[name]) for name in ("genre", "artist", "title")) <= 300
        assert artist_key(found[0]).str.len().min() > 0


names = st.sampled_from(["", "unknown", "Various Artists", "A", "B", "C", "D", "E", "a ", "\x00"])
songs = st.lists(st.tuples(st.sampled_from(["Rock", "Jazz", ""]), names, st.sampled_from(["", "x", "y"])), max_size=14)
shares = st.tuples(*[st.floats(0, 1)] * 3) | st.sampled_from([(0.7, 0.15, 0.15), (0.5, 0.0, 0.5), (1.0, 0.0, 0.0)])


@few
@given(songs, shares, st.integers(0, 9))
def test_no_artist_is_in_two_splits(songs, fractions, seed):
    rows = [
        {"track_id": f"t{number}", "path": "x", "genre": genre, "artist": artist, "album": album}
        for number, (genre, artist, album) in enumerate(songs)
    ]
    catalog = make_catalog(rows)
    split = refused_or(split_by_artist, catalog, fractions=fractions, seed=seed)
    if split is not None:
        assert set(split) <= {"train", "validation", "test"}
        assert split.groupby(artist_key(catalog)).nunique().max() in (1, math.nan) or split.empty
        assert split.equals(split_by_artist(catalog, fractions=fractions, seed=seed))


@few
@given(st.data(), st.sampled_from([GanSettings, ClassifierSettings, FeatureSettings]))
def test_settings_are_as_asked_for_or_refused(data, kind):
    fields = kind().__dict__
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(fields)), values, min_size=1, max_size=3))
    made = refused_or(kind, **changed)
    if made is not None:
        for name, value in changed.items():
            found = getattr(made, name)
            assert found == (tuple(value) if isinstance(found, tuple) else value)


@few
@given(texts, st.sampled_from(["1", "0.5", "'x'", "True", "None", "(1, 2)", "f(x)"]))
def test_a_typed_parameter_is_a_literal(text, default):
    refused_or(read_value, text, read_parameters(f"given = {default}")["given"])


@few
@given(st.dictionaries(texts, st.lists(texts, max_size=3), max_size=3))
def test_combinations_are_all_and_different(listed):
    made = refused_or(combinations, listed)
    if made is not None:
        assert len(made) == math.prod(len(each) for each in listed.values())
        assert len({tuple(each.items()) for each in made}) == len(made)


cards = st.fixed_dictionaries(
    {"kind": st.sampled_from(["gan", "judge", "classifier"]) | values, "genres": st.lists(texts, max_size=3) | values},
    optional={
        name: values for name in ("latent_dim", "features", "width", "whole_song", "network", "digest", "scores")
    },
)


@few
@given(cards, st.sampled_from(["gan", "judge", "classifier"]))
def test_a_card_is_used_whole_or_refused(tmp_path, card, kind):
    (tmp_path / "model.keras").write_bytes(b"model")
    (tmp_path / "card.json").write_text(json.dumps(card))
    found = refused_or(Run(tmp_path).load_card, kind)
    if found is not None:
        assert found["kind"] == kind
        assert len(set(found["genres"])) == len(found["genres"]) > 0
        assert kind != "gan" or 1 <= found["latent_dim"] <= 10_000


@few
@given(st.text(max_size=400))
def test_names_can_be_shown_and_written(text):
    assert not UNPRINTABLE.search(printable(text))
    name = fit_name(text)
    assert 0 < len(name.encode()) <= 255
    assert "/" not in name
    assert name not in (".", "..")


def seeds(folder):
    """One good file of each kind, as bytes."""
    soundfile.write(folder / "x.wav", tone(0.2), 22050)
    soundfile.write(folder / "x.mp3", tone(0.2), 22050)
    soundfile.write(folder / "x.flac", tone(0.2), 22050)
    return [
        *((folder / f"x.{kind}").read_bytes() for kind in ("wav", "mp3", "flac")),
        encoded(noise(9, 9, 3)),
        encoded(noise(9, 9)),
        encoded(noise(9, 9, 3), "JPEG"),
        b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        b"path,genre\na.png,Rock\n",
        b"PK\x05\x06" + bytes(18),
    ]


READERS = {
    "sound": (load_audio, ".mp3"),
    "duration": (audio_duration, ".mp3"),
    "art": (embedded_art, ".mp3"),
    "cover": (load_cover, ".png"),
    "feature image": (load_image, ".png"),
    "table": (read_texts, ".csv"),
    "JSON": (read_json, ".json"),
    "notebook": (notebook_parameters, ".ipynb"),
    "model": (check_model_file, ".keras"),
}


@pytest.mark.parametrize("name", READERS)
def test_any_bytes_are_read_or_refused(tmp_path, name):
    read, suffix = READERS[name]
    good = seeds(tmp_path)

    @few
    @given(st.sampled_from(good), st.integers(0, 2**32), st.integers(0, 12), st.binary(max_size=30))
    def check(content, seed, changes, more):
        rng, content = np.random.default_rng(seed), bytearray(content)
        for place in rng.integers(len(content), size=changes):
            content[place] = rng.integers(256)
        (tmp_path / f"y{suffix}").write_bytes(
            bytes(content[: rng.integers(len(content) // 2, len(content) + 1)]) + more
        )
        refused_or(read, tmp_path / f"y{suffix}")

    check()
