"""Slices come from disk as they lie there, in an order that the seed decides; augmentation keeps what it must."""

import os
from dataclasses import replace

import numpy as np
import pytest

from albumlib.errors import InputError
from albumlib.features.slices import Slices, batches
from albumlib.genre.augment import make_augment, mixup, spec_augment
from albumlib.genre.settings import ClassifierSettings

ROWS, WIDTH = 258, 16


@pytest.fixture
def slices():
    """Two songs of 40 and 50 columns; every pixel of a column holds the column's number."""
    images = [np.arange(first, last, dtype=np.uint8).repeat(ROWS) for first, last in ((0, 40), (40, 90))]
    first, songs = np.array([0, 16, 0, 16, 32]), np.array([0, 0, 1, 1, 1])
    image = np.array([[0, 40], [ROWS * 40, 50]])[songs]
    return Slices(np.concatenate(images), image, first, labels=songs, songs=songs, rows=ROWS, width=WIDTH)


def test_a_slice_is_the_columns_from_its_place_on(slices):
    x = slices.read()
    assert x.shape == (5, ROWS, WIDTH)
    np.testing.assert_array_equal(x[:, 0, 0], [0, 16, 40, 56, 72])
    np.testing.assert_array_equal(x[2, 7], np.arange(40, 56))


def test_choosing_songs_chooses_their_slices(slices):
    assert list(slices.of_songs([False, True]).first) == [0, 16, 32]
    assert len(slices.of_songs([False, False])) == 0


def test_a_slice_that_begins_anywhere_stays_inside_its_song(slices):
    rng = np.random.default_rng(0)
    begins = np.array([slices.read(rng=rng)[:, 0, 0] for _ in range(200)])
    assert (begins[:, :2].min(), begins[:, :2].max()) == (0, 24)
    assert (begins[:, 2:].min(), begins[:, 2:].max()) == (40, 74)


def read_all(feed):
    return [feed[number] for number in range(len(feed))]


def test_every_slice_is_shown_once_an_epoch(slices):
    feed = batches(slices, n_genres=2, batch_size=2, seed=3)
    assert [len(x) for x, _ in read_all(feed)] == [2, 2, 1]
    shown = np.concatenate([x[:, 0, 0] for x, _ in read_all(feed)])
    assert sorted(shown) == [0, 16, 40, 56, 72]
    labels = np.concatenate([y.argmax(axis=1) for _, y in read_all(feed)])
    np.testing.assert_array_equal(labels, shown >= 40)


def test_seed_and_epoch_decide_the_batches(slices):
    options = {"n_genres": 2, "batch_size": 2, "jitter": True, "augment": make_augment(ClassifierSettings(mixup=0.4))}

    def shown(seed, epoch):
        return np.concatenate([x for x, _ in read_all(batches(slices, seed=seed, epoch=epoch, **options))])

    np.testing.assert_array_equal(shown(1, 2), shown(1, 2))
    assert not np.array_equal(shown(1, 2), shown(1, 3))
    assert not np.array_equal(shown(1, 2), shown(2, 2))


def test_the_system_is_asked_for_many_slices_at_once(slices, tmp_path, monkeypatch):
    np.save(tmp_path / "columns.npy", slices.pixels)
    stored = replace(slices, pixels=np.load(tmp_path / "columns.npy", mmap_mode="r"))
    asked = []
    if hasattr(os, "posix_fadvise"):
        monkeypatch.setattr(os, "posix_fadvise", lambda file, start, size, advice: asked.append((start, size)))
        monkeypatch.setattr("albumlib.features.slices.ASKED", 2)
        np.testing.assert_array_equal(stored.read(), slices.read())
        places = stored.pixels.offset + slices.image[:, 0] + ROWS * slices.first
        assert asked == [(place, ROWS * WIDTH) for place in places]
        monkeypatch.delattr(os, "posix_fadvise")
    np.testing.assert_array_equal(stored.read(), slices.read())  # as on macOS and Windows


def test_a_store_that_was_cut_short_is_told(slices, tmp_path):
    np.save(tmp_path / "columns.npy", slices.pixels)
    stored = replace(slices, pixels=np.load(tmp_path / "columns.npy", mmap_mode="r"))
    os.truncate(tmp_path / "columns.npy", ROWS * 80)
    with pytest.raises(InputError, match="cut short") as error:
        stored.read()
    assert "columns.npy" in str(error.value)


def test_masks_cover_both_halves_and_no_more_than_asked():
    x = np.random.default_rng(0).integers(1, 255, (50, ROWS, 64)).astype(np.float32)
    covered = np.isclose(
        spec_augment(x, np.random.default_rng(1), rows=20, columns=10), x.mean(axis=(1, 2))[:, None, None]
    )
    rows, columns = covered.all(axis=2), covered.all(axis=1)
    assert 0 < rows[:, : ROWS // 2].sum(axis=1).max() <= 20
    assert 0 < rows[:, ROWS // 2 :].sum(axis=1).max() <= 20
    assert 0 < columns.sum(axis=1).max() <= 10


def test_mixed_slices_have_equally_mixed_labels():
    x = np.zeros((8, ROWS, 4), np.float32)
    x[4:] = 100
    y = np.repeat(np.eye(2, dtype=np.float32), 4, axis=0)
    mixed, labels = mixup(x, y, np.random.default_rng(0), alpha=1.0)
    np.testing.assert_allclose(mixed[:, 0, 0], 100 * labels[:, 1], rtol=1e-5)
    np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-6)
    assert ((labels > 0.01) & (labels < 0.99)).any()


def test_nothing_asked_for_changes_nothing():
    assert make_augment(ClassifierSettings()) is None


def test_a_digest_tells_pixels_labels_places_and_tracks(tmp_path):
    X, labels = np.arange(3 * ROWS * WIDTH).reshape(3, ROWS, WIDTH).astype("uint8"), np.array([0, 1, 1])
    whole = Slices.of_arrays(X, labels)
    named = replace(whole, tracks=("a by A", "b by B", "c by C"))
    others = [
        Slices.of_arrays(X[::-1].copy(), labels),
        Slices.of_arrays(X, labels[::-1].copy()),
        replace(whole, first=whole.first + 1),
        whole.of_songs([True, True, False]),
        whole.of_songs([True, False, True]),
        named,
        replace(named, tracks=("a by A", "b by B", "c by A")),
        replace(named, tracks=("a by A", "b by B", "c by C", "d")).of_songs([True, False, True]),
    ]
    assert len({each.digest() for each in [whole, *others]}) == 9
    assert Slices.of_arrays(X.copy(), labels.tolist()).digest() == whole.digest()
    elsewhere = replace(
        whole, pixels=np.concatenate([np.zeros(9, "uint8"), whole.pixels]), image=whole.image + np.array([9, 0])
    )
    assert elsewhere.digest() == whole.digest()
