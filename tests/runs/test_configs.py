"""A run is taken up under the settings it was begun with, older runs too; what differs is named as a person says it."""

import json

import numpy as np
import pytest

from albumlib.covers import training as gan_training
from albumlib.covers.finishing import training as finisher_training
from albumlib.covers.settings import GanSettings
from albumlib.covers.training import train_gan
from albumlib.errors import InputError
from albumlib.evaluation import judge
from albumlib.features.settings import PRESETS
from albumlib.features.slices import Slices
from albumlib.genre import training as genre_training
from albumlib.genre.settings import ClassifierSettings
from albumlib.runs import Run, flat, read_json, write_json

GENRES = ["Folk", "Jazz"]
IMAGES = np.arange(4 * 100 * 100 * 3).reshape(4, 100, 100, 3).astype("uint8")
LABELS = np.array([0, 1, 0, 1])


class Begun(Exception):
    pass


def begin(*_, **__):
    raise Begun


def slices(labels):
    return Slices.of_arrays(np.arange(len(labels) * 258 * 128).reshape(-1, 258, 128).astype("uint8"), labels)


def classifier(run, **options):
    features = options.pop("features", PRESETS["default"])
    options = {"genres": GENRES, "features": features, "settings": ClassifierSettings(**options)}
    genre_training.train_classifier(slices([0, 1]), slices([0]), run, **options)


def gan(run, **options):
    train_gan(IMAGES, LABELS, run, genres=GENRES, settings=GanSettings(**options), steps=2, progress=False)


def judging(run, *, images=IMAGES, labels=LABELS, artists=("a", "b", "c", "d"), **options):
    judge.train_judge(images, labels, artists, run, genres=GENRES, progress=False, **options)


def finisher(run, *, images=IMAGES, **options):
    finisher_training.train_finisher(images, run, progress=False, **options)


@pytest.fixture(autouse=True)
def _only_begun(monkeypatch):
    """A training ends where the configuration is written."""
    for module in (genre_training, judge, finisher_training):
        monkeypatch.setattr(module, "train_epochs", begin)
    monkeypatch.setattr(gan_training, "CoverGan", begin)


def older(folder, *names, **values):
    """Take settings out of a run's configuration, or put them in, as an older version had it."""
    config = read_json(folder / "config.json")
    for name in names:
        *outer, last = name.split(".")
        del (config[outer[0]] if outer else config)[last]
    write_json(folder / "config.json", config | values)


# What trains; settings that came later; another value of one of them, and what is said of it.
LATER = {
    "gan": (
        gan,
        ["critic_lead", "generator_rate"],
        {"critic_lead": 5},
        "expected critic_lead = 0; got critic_lead = 5",
    ),
    "classifier": (classifier, ["mixup", "features.top_db"], {"mixup": 0.5}, "expected mixup = 0.0; got mixup = 0.5"),
    "judge": (judging, ["validation"], {"epochs": 7}, "expected epochs = 30; got epochs = 7"),
    "finisher": (finisher, [], {"epochs": 7}, "expected epochs = 30; got epochs = 7"),
}


@pytest.mark.parametrize("kind", LATER)
def test_a_setting_that_came_later_counts_as_its_default(tmp_path, kind):
    train, names, other, told = LATER[kind]
    run = Run(tmp_path)
    with pytest.raises(Begun):
        train(run)
    older(tmp_path, *names)
    before = read_json(tmp_path / "config.json")
    with pytest.raises(Begun):
        train(run)
    assert read_json(tmp_path / "config.json") == before
    with pytest.raises(InputError, match=f"holds a run with another configuration; {told}; choose another run folder"):
        train(run, **other)


def refused(tmp_path, train, **options):
    with pytest.raises(InputError) as error:
        train(Run(tmp_path), **options)
    assert "None" not in str(error.value)
    return str(error.value)


def test_what_is_missing_and_has_no_default_is_said_in_words(tmp_path):
    with pytest.raises(Begun):
        gan(Run(tmp_path))
    older(tmp_path, "digest")
    assert "a run that learned from other data; expected no digest; got digest = " in refused(tmp_path, gan)


def test_a_setting_of_another_name_is_not_passed_over(tmp_path):
    with pytest.raises(Begun):
        gan(Run(tmp_path))
    older(tmp_path, "critic_updates", critic_steps=3)
    told = refused(tmp_path, gan, critic_updates=3)
    assert "expected critic_steps = 3, critic_updates = 2; got no critic_steps, critic_updates = 3" in told


STALE = {
    "a judge, one pixel": (judging, {"images": np.where(np.arange(IMAGES.size).reshape(IMAGES.shape) == 5, 9, IMAGES)}),
    "a judge, covers in another order": (judging, {"images": IMAGES[::-1].copy()}),
    "a judge, labels": (judging, {"labels": LABELS[::-1].copy()}),
    "a judge, artists": (judging, {"artists": ("a", "a", "b", "a")}),
    "a judge, another split": (judging, {"validation": 0.6}),
    "a finisher, pixels": (finisher, {"images": 255 - IMAGES}),
    "a finisher, another order": (finisher, {"images": IMAGES[::-1].copy()}),
}


@pytest.mark.parametrize("name", STALE)
def test_a_run_is_not_taken_up_with_other_data(tmp_path, name):
    train, other = STALE[name]
    for _ in range(2):
        with pytest.raises(Begun):
            train(Run(tmp_path))
    assert "digest = " in refused(tmp_path, train, **other)


def test_a_run_of_another_kind_is_refused(tmp_path):
    with pytest.raises(Begun):
        judging(Run(tmp_path))
    told = refused(tmp_path, finisher)
    assert "kind = judge" in told
    assert "got no digest" not in told
    assert "kind = finisher" in told


def test_one_feature_of_many_is_named(tmp_path):
    with pytest.raises(Begun):
        classifier(Run(tmp_path))
    told = refused(tmp_path, classifier, features=PRESETS["report"])
    assert "features.n_fft = 2048" in told
    assert "features.sr" not in told  # the same in both


def test_of_long_values_the_part_that_differs_is_shown(tmp_path):
    names = [f"Genre {number}" for number in range(100)]
    run = Run(tmp_path).start({"kind": "judge", "genres": names})
    with pytest.raises(InputError, match=r'expected genres = ….*"Genre 98", "Genre 99"]; got genres = ….*"Rock"]; '):
        run.start({"kind": "judge", "genres": [*names[:-1], "Rock"]})


def test_numbers_of_another_type_are_the_same(tmp_path):
    Run(tmp_path).start({"shares": [2, 3], "width": 1}).start({"shares": [2.0, 3.0], "width": 1.0})


def test_the_default_of_a_setting_without_a_place_is_not_asked_for(tmp_path):
    Run(tmp_path).start({"kind": "judge"}).start({"kind": "judge"}, defaults={"validation": 0.15})


def test_a_configuration_of_another_shape_is_one_line(tmp_path):
    for content in ({"features": 3}, {"features": {}}, {"features": [1]}, {}, {"": None}):
        (tmp_path / "config.json").write_text(json.dumps(content))
        assert "holds a run with another" in refused(tmp_path, classifier)


def test_one_level():
    assert flat({"a": {"b": 1, "c": {}}, "d": [1]}) == {"a.b": 1, "a.c": {}, "d": "[1]"}


def test_a_run_folder_may_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    Run("~/runs/first").start({"kind": "judge"})
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
