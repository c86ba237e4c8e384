"""A student learns what a made-up teacher says, without labels, and takes its place."""

import numpy as np
import pytest
import soundfile
from pandas.testing import assert_frame_equal

from albumlib.errors import InputError
from albumlib.features.settings import PRESETS
from albumlib.features.slices import Slices
from albumlib.genre import load_classifier
from albumlib.genre.distillation import DistillationSettings, distil, distort, feature_weights, lessons
from albumlib.genre.distillation.lessons import PATCH_SECONDS
from albumlib.genre.pretrained import Patches, embedding, head_features
from albumlib.genres import NAMES
from albumlib.runs import Run

DEFAULT = PRESETS["default"]
SMALL = DistillationSettings(channels=8, units=16, dropout=0.0, mixup=0.0, batch_size=8, learning_rate=1e-2)
STEP = PATCH_SECONDS * DEFAULT.columns_per_second


@pytest.fixture(scope="module")
def world():
    """Songs of three patches: lines along time are rock to the teacher, lines across it classical music."""
    rng = np.random.default_rng(0)
    columns, songs, images = int(3 * STEP) + 20, [], []
    for number in range(12):
        image = rng.integers(0, 60, (258, columns))
        image[(slice(10, 250, 40),) if number % 2 else (slice(None), slice(5, columns, 20))] += 150
        tags = np.full((3, 100), 0.02, np.float32)
        tags[:, [0, 51][number % 2]] = 0.9
        units = np.full((3, 400), number % 2 - 0.5, np.float32) + rng.normal(0, 0.1, (3, 400))
        songs.append(Patches(tags, units.astype(np.float32), 0.5))
        images.append(image.astype(np.uint8))
    place = np.stack([258 * columns * np.arange(12), np.full(12, columns)], axis=1).repeat(3, axis=0)
    first, labels = np.tile(128 * np.arange(3), 12), np.zeros(36, int)
    pixels = np.concatenate([image.ravel(order="F") for image in images])
    return Slices(pixels, place, first, labels, np.arange(12).repeat(3), 258, 128), songs


def teach(world, folder, **changes):
    options = {"features": DEFAULT, "settings": SMALL, "epochs": 3, "progress": False} | changes
    return distil(*world, Run(folder), **options)


@pytest.fixture(scope="module")
def taught(world, tmp_path_factory):
    """Run folder of a student that learned from eight songs, validated on the four others, and the student."""
    slices, songs = world
    known, folder = np.arange(12) < 8, tmp_path_factory.mktemp("student")
    held = (slices.of_songs(~known), songs[8:])
    return Run(folder), teach((slices.of_songs(known), songs[:8]), folder, epochs=6, validation=held)


def test_a_student_says_what_its_teacher_says_of_songs_it_never_met(world, taught):
    slices, songs = world
    run, student = taught
    metrics = run.metrics()
    assert metrics["loss"].iloc[-1] < 0.5 * metrics["loss"].iloc[0]
    slices, songs = slices.of_songs(np.arange(12) >= 8), songs[8:]
    heard = student.predict(slices.read(), verbose=0)
    assert heard["tags"].shape == (12, 100)
    assert heard["units"].shape == (12, 400)
    truth = np.concatenate([song.tags for song in songs])
    assert np.corrcoef(heard["tags"][:, 0], truth[:, 0])[0, 1] > 0.9
    assert run.model_path.stat().st_size < 1.5 * 4 * student.count_params() + 200_000  # without an optimizer
    assert run.load_card("classifier")["scores"]["val_loss"] == metrics["val_loss"].min()


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
def test_interrupted_teaching_ends_as_the_uninterrupted(world, tmp_path, monkeypatch):
    whole = teach(world, tmp_path / "whole")
    log = Run.log

    def dying_log(self, row):
        if row["epoch"] == 3:
            raise KeyboardInterrupt
        log(self, row)

    monkeypatch.setattr(Run, "log", dying_log)
    with pytest.raises(KeyboardInterrupt):
        teach(world, tmp_path / "cut")
    monkeypatch.undo()
    resumed = teach(world, tmp_path / "cut")
    one, other = (Run(tmp_path / name).metrics().drop(columns="seconds") for name in ("cut", "whole"))
    assert_frame_equal(one, other, check_exact=True)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_no_label_is_looked_at(world):
    slices, songs = world
    targets = [head_features(song.tags, song.units) for song in songs]
    shown = [
        lessons(labelled, targets, SMALL, features=DEFAULT, seed=0, epoch=1)[0]
        for labelled in (slices, Slices(**{**vars(slices), "labels": np.arange(36) % 5}))
    ]
    for one, other in zip(*shown, strict=True):
        np.testing.assert_equal(one, other)


def test_what_is_said_of_a_slice_lies_between_its_patches(world):
    slices, _ = world
    targets = [np.arange(3.0)[:, None] + 10 * song for song in range(12)]
    in_order = lessons(slices, targets, SMALL, features=DEFAULT)
    x, y = in_order[0]
    np.testing.assert_array_equal(y["features"][:4, 0], [0, 1, 2, 10])
    np.testing.assert_array_equal(x[0], slices.read()[0])
    _, y = lessons(slices, targets, SMALL, features=DEFAULT, seed=1)[0]
    inside = y["features"][:, 0] % 10
    assert ((inside >= 0) & (inside <= 2)).all()
    assert (inside != inside.round()).any()


def test_patches_that_are_not_the_song_s_are_refused(world, tmp_path):
    slices, songs = world
    short = [Patches(song.tags[:1], song.units[:1], 0.5) for song in songs]
    with pytest.raises(InputError, match="not of one length"):
        teach((slices, short), tmp_path)
    with pytest.raises(InputError, match="no slices"):
        teach((slices[:0], []), tmp_path)


def test_distortions_leave_silence_black_and_the_range_whole():
    x = np.zeros((4, 258, 128), np.uint8)
    plain = DistillationSettings(mask=0)
    assert not distort(x, plain, np.random.default_rng(0)).any()
    x[:, 20:40] = 250
    changed = distort(x, plain, np.random.default_rng(0))
    assert changed.max() <= 255
    assert (changed != x).any()


def test_tags_weigh_more_than_units():
    weights = feature_weights(DistillationSettings(tag_weight=9.0), 500)
    assert set(weights[:100]) == {3.0}
    assert set(weights[100:]) == {1.0}


def test_a_student_is_a_classifier_run(taught, tmp_path):
    rng = np.random.default_rng(0)
    sound = rng.normal(size=8 * 22050) * np.repeat(rng.uniform(0, 0.3, 16), 11025)
    soundfile.write(tmp_path / "song.wav", sound, 22050)
    classifier = load_classifier(taught[0])
    song = classifier.predict(classifier.embed(tmp_path / "song.wav"))
    assert song.genre in NAMES
    assert song.probabilities.shape == (2, 19)
    assert song.embedding.shape == (400,)


def test_a_student_of_a_teacher_that_heard_songs_otherwise_is_refused(taught, monkeypatch):
    monkeypatch.setattr(embedding, "HEARING", 3)
    with pytest.raises(InputError, match="a network for other ears"):
        load_classifier(taught[0])


@pytest.mark.parametrize(
    ("sound", "why"),
    [(np.zeros(8 * 22050), "silent"), (0.1 * np.sin(np.arange(8 * 22050) / 8), "no music that I know")],
    ids=["silence", "tone"],
)
def test_a_student_refuses_what_does_not_change(taught, tmp_path, sound, why):
    soundfile.write(tmp_path / "sound.wav", sound, 22050)
    with pytest.raises(InputError, match=why):
        load_classifier(taught[0]).classify(tmp_path / "sound.wav")
