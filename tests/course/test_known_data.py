"""A run knows what it learned from: other data is another folder, or is refused."""

import numpy as np
import pytest

from albumlib import course
from albumlib.covers import training as gan_training
from albumlib.covers.training import train_gan
from albumlib.data.catalog import data_digest
from albumlib.errors import InputError
from albumlib.features.settings import PRESETS
from albumlib.features.slices import Slices
from albumlib.genre import training
from albumlib.genre.training import train_classifier
from albumlib.runs import Run


class Stopped(Exception):
    pass


def stop(*_, **__):
    raise Stopped


def slices(labels, *, add=0):
    X = np.arange(len(labels) * 258 * 128).reshape(-1, 258, 128) + add
    return Slices.of_arrays(X.astype("uint8"), labels)


OTHERS = [(slices([1, 0]), slices([0])), (slices([0, 1]), slices([1])), (slices([0, 1], add=1), slices([0]))]


@pytest.mark.parametrize("other", OTHERS, ids=["labels", "validation", "pixels"])
def test_a_classifier_s_run_is_not_taken_up_with_other_data(tmp_path, monkeypatch, other):
    monkeypatch.setattr(training, "train_epochs", stop)  # the configuration is written by then
    options = {"genres": ["Folk", "Jazz"], "features": PRESETS["default"]}
    for _ in range(2):
        with pytest.raises(Stopped):
            train_classifier(slices([0, 1]), slices([0]), Run(tmp_path), **options)
    with pytest.raises(InputError, match=r"a run that learned from other data; expected digest = .* choose another"):
        train_classifier(*other, Run(tmp_path), **options)


def test_a_gan_s_run_is_not_taken_up_with_other_covers(tmp_path, monkeypatch):
    monkeypatch.setattr(gan_training, "CoverGan", stop)
    images = np.arange(4 * 100 * 100 * 3).reshape(4, 100, 100, 3).astype("uint8")
    options = {"genres": ["Folk", "Jazz"], "steps": 2, "progress": False}
    for _ in range(2):
        with pytest.raises(Stopped):
            train_gan(images, np.array([0, 1, 0, 1]), Run(tmp_path), **options)
    for other in ((images, np.array([1, 0, 1, 0])), (images + 1, np.array([0, 1, 0, 1]))):
        with pytest.raises(InputError, match="learned from other data"):
            train_gan(*other, Run(tmp_path), **options)


def test_a_changed_library_has_another_run_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ALBUMLIB_HOME", str(tmp_path))
    source = course.Source("folder", tmp_path, "mine")
    names = {"profile": "tiny", "amount": 2, "seed": 0}
    digests = [slices(labels).digest() for labels in ([0, 1], [1, 0])]
    folders = {course.run_folder("classifier", source, **names, digest=digest).folder for digest in digests}
    assert len(folders) == 2


def test_texts_and_arrays_do_not_run_into_each_other():
    parts = [(["ab", "c"],), (["a", "bc"],), (["ab"], ["c"]), (np.array([1, 2]),), (np.array([[1, 2]]),), (["1", "2"],)]
    assert len({data_digest(*each) for each in parts}) == len(parts)
    assert data_digest(iter(["é", "\udce9"])) == data_digest(["é", "\udce9"])
