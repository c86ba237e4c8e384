"""The command that extracts a library."""

import numpy as np
import pandas as pd
import pytest
import soundfile
from click.testing import CliRunner

from albumlib.cli.main import main
from albumlib.demoworld.world import make_demo
from albumlib.features.settings import PRESETS

RATE = 22050


def extract(*words):
    result = CliRunner().invoke(main, ["extract", "--jobs", "1", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_a_folder_of_music(tmp_path):
    for genre in ("Rock", "Jazz"):
        (tmp_path / "music" / genre).mkdir(parents=True)
        soundfile.write(tmp_path / "music" / genre / "song.wav", np.sin(0.05 * np.arange(5 * RATE)) / 2, RATE)
    (tmp_path / "music" / "Rock" / "bad.mp3").write_text("no music")
    soundfile.write(tmp_path / "music" / "Rock" / "short.wav", np.sin(0.05 * np.arange(RATE)) / 2, RATE)
    result = extract(tmp_path / "music", "--out", tmp_path / "images")
    folder = tmp_path / "images" / PRESETS["default"].digest
    assert result.exit_code == 0
    assert f"2 feature images in {folder}" in result.output
    assert "2 tracks left out" in result.output
    index, report = pd.read_csv(folder / "index.csv"), pd.read_csv(folder / "report.csv")
    assert index["genre"].tolist() == ["Jazz", "Rock"] or index["genre"].tolist() == ["Rock", "Jazz"]
    assert sorted(report["stage"]) == ["catalog", "features"]


def test_the_layout_of_the_fma(tmp_path):
    make_demo(tmp_path / "fma", songs_per_genre=1, artists_per_genre=1, duration=5.0, covers_per_genre=1)
    result = extract(tmp_path / "fma", "--out", tmp_path / "images")
    assert result.exit_code == 0
    assert "19 feature images" in result.output


@pytest.mark.parametrize("words", [["gone"], ["gone", "--scheduler", "tcp://127.0.0.1:9"]])
def test_one_clear_error(tmp_path, words):
    result = extract(tmp_path / words[0], "--out", tmp_path / "images", *words[1:])
    assert result.exit_code == 1
    assert "error: " in result.output
    assert "no such folder" in result.output


def test_an_option_s_path_may_begin_at_home(tmp_path, monkeypatch):
    """A shell leaves the ``~`` of --out=~/images as it is."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for genre in ("Rock", "Jazz"):
        (tmp_path / "music" / genre).mkdir(parents=True)
        soundfile.write(tmp_path / "music" / genre / "song.wav", np.sin(0.05 * np.arange(5 * RATE)) / 2, RATE)
    assert extract("~/music", "--out=~/images").exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"music", "images"}
