"""Checkpoints that are damaged, missing or of another training: the newest whole one is taken, and that is said."""

import json
import shutil

import numpy as np
import pytest

from albumlib.errors import InputError
from albumlib.runs import Run

CONFIG = {"kind": "judge", "epochs": 9}
SEED = 3


@pytest.fixture
def run(tmp_path):
    """A run with checkpoints at epochs 2 and 3 and a row of metrics more."""
    run = Run(tmp_path / "run").start(CONFIG)
    for epoch in (1, 2, 3):
        run.log({"epoch": epoch, "val_loss": 1 / epoch})
        run.model_path.write_bytes(b"model %d" % epoch)
        run.save_checkpoint(epoch, lambda folder, epoch=epoch: (folder / "last.keras").write_bytes(b"%d" % epoch * 99))
    run.log({"epoch": 4, "val_loss": 9.0})
    return run


def checkpoint(run, number):
    return run.folder / "checkpoints" / f"{number:07d}"


def state(run):
    return run.metrics()["epoch"].tolist(), run.model_path.read_bytes()


def test_the_newest_is_taken_with_its_metrics_and_model(run, capsys):
    assert run.resume() == (3, checkpoint(run, 3))
    assert state(run) == ([1, 2, 3], b"model 3")
    assert capsys.readouterr().out == ""


DAMAGES = {
    "a file cut short": lambda folder: (folder / "last.keras").write_bytes(b"3"),
    "a file missing": lambda folder: (folder / "last.keras").unlink(),
    "a changed byte": lambda folder: (folder / "last.keras").write_bytes(b"3" * 98 + b"4"),
    "an empty file": lambda folder: (folder / "last.keras").write_bytes(b""),
    "metrics missing": lambda folder: (folder / "metrics.csv").unlink(),
    "metrics cut short": lambda folder: (folder / "metrics.csv").write_text("epoch,val"),
    "digests missing": lambda folder: (folder / "digests.json").unlink(),
    "digests that are none": lambda folder: (folder / "digests.json").write_text("[1]"),
    "digests of nothing": lambda folder: (folder / "digests.json").write_text("{}"),
    "a file more": lambda folder: (folder / "x").write_text("x"),
    "a folder more": lambda folder: (folder / "x").mkdir(),
    "nothing in it": lambda folder: [path.unlink() for path in folder.iterdir()],
    "no folder": lambda folder: (shutil.rmtree(folder), folder.write_text("x")),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_one_is_named_and_the_one_before_is_taken(run, name, capsys):
    DAMAGES[name](checkpoint(run, 3))
    assert run.resume() == (2, checkpoint(run, 2))
    assert state(run) == ([1, 2], b"model 2")
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 1
    assert str(checkpoint(run, 3)) in said[0]


@pytest.mark.parametrize("number", range(20))
def test_any_changed_byte_is_found(run, number):
    rng = np.random.default_rng([SEED, number])
    files = sorted(checkpoint(run, 3).iterdir())
    path = files[rng.integers(len(files))]
    content = bytearray(path.read_bytes())
    content[rng.integers(len(content))] ^= int(rng.integers(1, 256))
    path.write_bytes(content)
    try:
        number, _ = run.last_checkpoint()
    except InputError:  # the configuration in it is another now
        return
    assert number == 2 or json.loads(path.read_text())["config"] == CONFIG


def test_all_damaged_is_a_beginning(run, capsys):
    for number in (2, 3):
        (checkpoint(run, number) / "last.keras").unlink()
    assert run.resume() == (0, None)
    assert len(run.metrics()) == 0
    assert not run.model_path.exists()
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize("name", ["metrics.csv", "model.keras"])
def test_what_the_run_has_lost_comes_back(run, name):
    (run.folder / name).unlink()
    run.resume()
    assert state(run) == ([1, 2, 3], b"model 3")


def test_one_of_another_configuration_is_refused(run, tmp_path):
    other = Run(tmp_path / "other").start({**CONFIG, "epochs": 10})
    shutil.copytree(checkpoint(run, 3), checkpoint(other, 3))
    with pytest.raises(InputError, match="another configuration"):
        other.resume()


def test_odd_names_are_no_checkpoints(run):
    for name in ("\u00b2", "12x", "partial", "-3"):
        (run.folder / "checkpoints" / name).mkdir()
    assert run.resume()[0] == 3


def test_a_damaged_configuration_is_one_line(run):
    (run.folder / "config.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read as JSON"):
        Run(run.folder).start(CONFIG)
