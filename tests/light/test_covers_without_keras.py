"""`albumlib cover` with what is shipped imports little, and needs only the small installation."""

import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from albumlib import Pipeline
from albumlib.cli.main import main
from albumlib.demoworld.music.songs import synthesize_song
from albumlib.genre.pretrained import is_installed
from albumlib.pipeline import save_song_covers

PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())["project"]
CODE = """
import sys
from albumlib.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    print("status", end.code or 0)
print("modules", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.skipif(not is_installed(), reason="musicnn is not installed")
def test_covers_come_from_the_small_installation_and_are_those_of_a_notebook(tmp_path):
    song = tmp_path / "song.wav"
    soundfile.write(song, synthesize_song("Rock", artist_seed=1, seed=1, duration=12.0), 22050)
    call = [sys.executable, "-c", CODE, "cover", song, "--out", tmp_path / "command", "--n", "2", "--seed", "3"]
    lines = subprocess.check_output([str(part) for part in call], text=True).splitlines()
    assert "status 0" in lines
    imported = set(lines[-1].split()[1:])
    course = {canonicalize_name(Requirement(line).name) for line in PROJECT["optional-dependencies"]["course"]}
    heavy = {name for name, owners in packages_distributions().items() if course & set(map(canonicalize_name, owners))}
    assert {"tensorflow", "keras", "pandas", "joblib", "scipy", "librosa", "sklearn", "matplotlib"} <= heavy
    assert sorted(imported & heavy) == []
    made = Pipeline().covers(song, n=2, seed=3)
    for path in save_song_covers(made, tmp_path / "notebook", seed=3):
        assert path.read_bytes() == (tmp_path / "command" / path.name).read_bytes()


@pytest.mark.skipif(not is_installed(), reason="musicnn is not installed")
def test_songs_two_at_a_time_get_the_covers_that_each_gets_alone(tmp_path):
    songs = [tmp_path / f"{number}.wav" for number in range(5)]
    for seed, song in enumerate(songs):
        soundfile.write(song, synthesize_song("Rock", artist_seed=1, seed=seed, duration=8.0), 22050)
    songs[1].unlink()
    songs[3].write_text("no song")
    result = CliRunner().invoke(main, ["cover", *map(str, songs), "--out", str(tmp_path / "covers"), "--n", "1"])
    assert result.exit_code == 1
    named = [line for line in result.output.splitlines() if not line.startswith(" ")]
    assert [line.split(": ")[0] for line in named[:-1]] == ["0.wav", "error", "2.wav", "error", "4.wav"]
    assert named[-1] == "2 of 5 songs failed"
    pipeline = Pipeline()
    for song in songs[::2]:
        (path,) = save_song_covers(pipeline.covers(song, n=1), tmp_path / "alone", seed=0)
        assert path.read_bytes() == (tmp_path / "covers" / path.name).read_bytes()
