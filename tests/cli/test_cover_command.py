"""`albumlib cover`: real files in, PNG out; bad input costs one line and nothing else."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from PIL import Image

from albumlib.cli.main import main
from albumlib.covers.settings import GanSettings
from albumlib.covers.training import train_gan
from albumlib.features.settings import PRESETS
from albumlib.features.slices import Slices
from albumlib.genre.training import train_classifier
from albumlib.pipeline import Pipeline
from albumlib.runs import Run

GENRES = ["Folk", "Techno"]
SR = 22050
SEED = 0


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A classifier and a GAN, trained for moments on noise: enough to run, not to judge."""
    print(f"seed {SEED}")
    folder, rng = tmp_path_factory.mktemp("runs"), np.random.default_rng(SEED)
    labels = np.arange(8) % 2
    slices = Slices.of_arrays(rng.integers(0, 255, (8, 258, 128)).astype("uint8"), labels)
    train_classifier(
        slices, slices, Run(folder / "c"), genres=GENRES, features=PRESETS["default"], epochs=1, progress=False
    )
    covers = rng.integers(0, 255, (8, 100, 100, 3)).astype("uint8")
    settings = GanSettings(width=0.25, batch_size=4, critic_updates=1)
    train_gan(covers, labels, Run(folder / "g"), genres=GENRES, settings=settings, steps=2, progress=False)
    return folder


def write_song(path, seconds=7.0, hertz=220):
    t = np.arange(int(seconds * SR)) / SR
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * t) * (t % 0.5 < 0.1), SR, format="MP3")
    return path


@pytest.fixture
def song(tmp_path):
    return write_song(tmp_path / "Ærlig sang, nº 1.mp3")


@pytest.fixture
def cover(runs, tmp_path):
    """Call the command: songs and options to (result, PNG paths)."""

    def call(*songs, out="out", classifier="c", gan="g", **options):
        extra = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        folders = ["--classifier", runs / classifier, "--gan", runs / gan, "--out", tmp_path / out]
        result = CliRunner().invoke(main, ["cover", *map(str, [*songs, *folders, *extra])])
        return result, sorted((tmp_path / out).glob("*.png"))

    return call


def test_a_song_becomes_covers_that_say_what_they_are(cover, song):
    result, paths = cover(song, n=3, seed=7)
    assert result.exit_code == 0, result.output
    assert len(paths) == 3
    with Image.open(paths[0]) as image:
        assert (image.size, image.mode, image.text["Song"], image.text["Seed"]) == ((100, 100), "RGB", song.name, "7")
        genre = image.text["Genre"]
    assert genre in GENRES
    assert re.search(rf"^{re.escape(song.name)}: {genre} \d+ %", result.output, re.MULTILINE)
    assert "of 2 slices" in result.output


def test_the_same_seed_generates_the_same_bytes(cover, song):
    first, second, other = (cover(song, out=out, seed=seed)[1] for out, seed in (("a", 3), ("b", 3), ("c", 4)))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert all(np.any(np.asarray(Image.open(a)) != Image.open(b)) for a, b in zip(first, other, strict=True))


def test_truncated_noise_generates_covers_that_vary_less(cover, song):
    def spread(truncation):
        paths = cover(song, out=f"t{truncation}", n=4, truncation=truncation)[1]
        return np.stack([np.asarray(Image.open(path), float) for path in paths]).std(axis=0).mean()

    spreads = [spread(truncation) for truncation in (0, 0.5, 1)]
    assert spreads[0] == 0 < spreads[1] < spreads[2]


def bad_files(folder):
    whole = write_song(folder / "whole.mp3").read_bytes()
    contents = {"empty.mp3": b"", "text.mp3": b"Not music, but a letter.\n" * 40, "cut.mp3": whole[:150]}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    write_song(folder / "half a second.mp3", seconds=0.5)
    return [folder / name for name in (*contents, "half a second.mp3", "missing.mp3")]


def test_bad_songs_cost_one_line_each_and_the_others_are_done(cover, song, tmp_path):
    bad = bad_files(tmp_path)
    result, paths = cover(*bad[:2], song, *bad[2:], n=2)
    assert result.exit_code == 1
    assert len(paths) == 2
    lines = [line for line in result.output.splitlines() if line.startswith("error: ")]
    assert len(lines) == len(bad)
    for path in bad:
        assert sum(str(path) in line for line in lines) == 1
    assert "Traceback" not in result.output
    assert f"{len(bad)} of {len(bad) + 1} songs failed" in result.output


def test_a_song_cut_short_but_long_enough_is_classified(cover, tmp_path):
    path = tmp_path / "cut in the middle.mp3"
    path.write_bytes(write_song(tmp_path / "whole.mp3", seconds=12).read_bytes()[:-20_000])
    result, paths = cover(path, n=1)
    assert (result.exit_code, len(paths)) == (0, 1), result.output


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        ({"classifier": "nowhere"}, "no such run folder"),
        ({"gan": "nowhere"}, "no such run folder"),
        ({"gan": "."}, "run folder without a model"),
        ({"classifier": "g"}, "run of another kind; expected classifier; got gan"),
    ],
)
def test_unfit_runs_are_named(cover, song, folders, message):
    result, paths = cover(song, **folders)
    assert (result.exit_code, paths) == (1, [])
    assert message in result.output
    assert len(result.output.splitlines()) == 1


def test_a_damaged_model_is_named(cover, song, runs, tmp_path):
    shutil.copytree(runs / "c", tmp_path / "damaged")
    (tmp_path / "damaged" / "model.keras").write_bytes(b"PK half a file")
    result, paths = cover(song, classifier=tmp_path / "damaged")
    assert (result.exit_code, paths) == (1, [])
    assert len(result.output.splitlines()) == 1
    assert "damaged: card and model are not those that the training left" in result.output


def gan_of_other_genres(folder, genres):
    covers, labels = np.zeros((4, 100, 100, 3), "uint8"), np.arange(4) % 2
    settings = GanSettings(networks="report", width=0.03, batch_size=4, critic_updates=1)
    train_gan(covers, labels, Run(folder), genres=genres, settings=settings, steps=1, progress=False)
    return folder


def test_a_gan_of_other_genres_is_refused(cover, song, tmp_path):
    result, paths = cover(song, gan=gan_of_other_genres(tmp_path / "o", ["Jazz", "Metal"]))
    assert (result.exit_code, paths) == (1, [])
    assert "none of the classifier's genres; expected Folk, Techno; got Jazz, Metal" in result.output


def test_a_genre_that_the_generator_never_saw_is_no_silent_swap(cover, song, tmp_path):
    predicted = re.search(r": ([\w-]+) \d+ %", cover(song)[0].output)[1]
    other = next(genre for genre in GENRES if genre != predicted)
    result, paths = cover(song, gan=gan_of_other_genres(tmp_path / "o", [other, "Metal"]), out="out2")
    assert (result.exit_code, paths) == (1, [])
    assert f"the generator was not trained on {predicted}: such songs will fail" in result.output
    assert f"the generator was not trained on this genre; expected {other}, Metal" in result.output


def test_genres_are_matched_by_name_whatever_their_order(runs, song):
    """The row of the label that belongs to a genre is the generator's, not the classifier's."""
    pipeline = Pipeline(runs / "c", runs / "g")
    straight = pipeline.generate("Folk", n=2)
    pipeline.genres = pipeline.genres[::-1]
    np.testing.assert_array_equal(pipeline.generate("Techno", n=2), straight)
    assert not np.array_equal(pipeline.generate("Folk", n=2), straight)


def test_every_song_gets_covers_of_its_own_and_always_the_same(runs, song, tmp_path):
    pipeline = Pipeline(runs / "c", runs / "g")
    other = write_song(tmp_path / "other.mp3", hertz=500)
    first, again, second = (pipeline.covers(path, n=3, seed=1, truncation=1.0).images for path in (song, song, other))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, pipeline.covers(song, n=3, seed=2, truncation=1.0).images)
    two = pipeline.covers(song, n=2, seed=1, truncation=1.0).images
    np.testing.assert_allclose(first[:2].astype(int), two, atol=1)  # sums of another batch size round otherwise


def test_a_blend_mixes_the_genres_by_their_shares(runs, song):
    pipeline = Pipeline(runs / "c", runs / "g")
    prediction = pipeline.classifier.classify(song)
    mixture = dict(zip(pipeline.genres, pipeline._mixture(prediction), strict=True))
    for genre, share in zip(prediction.genres, prediction.shares, strict=True):
        assert mixture[genre] == pytest.approx(share, abs=1e-6)
    one_genre = replace(prediction, whole=np.eye(len(prediction.genres))[0])
    np.testing.assert_array_equal(pipeline._mixture(one_genre), pipeline._one_hot(prediction.genres[0]))


def test_a_blend_may_be_of_any_size_and_a_prediction_is_taken_as_it_is(runs, song, monkeypatch):
    pipeline = Pipeline(runs / "c", runs / "g")
    prediction = pipeline.classifier.classify(song)
    first, mixture = pipeline._one_hot(prediction.genre), pipeline._mixture(prediction)
    np.testing.assert_allclose(pipeline._condition(prediction, 0.25), 0.75 * first + 0.25 * mixture, atol=1e-6)
    options = {"n": 2, "seed": 1, "blend": 0.25}
    heard = pipeline.covers(song, **options).images
    monkeypatch.setattr(pipeline.classifier, "classify", None)
    np.testing.assert_array_equal(pipeline.covers(song, prediction=prediction, **options).images, heard)


def test_songs_of_one_name_do_not_overwrite_each_other(cover, tmp_path):
    songs = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        songs.append(write_song(tmp_path / folder / "song.mp3"))
    assert len(cover(*songs, n=2)[1]) == 4


def test_the_models_load_in_a_fresh_process_without_chatter(runs, song, tmp_path):
    """As a person runs it: another process, default safe mode, nothing on the screen but the answer."""
    command = [Path(sys.executable).parent / "albumlib", "cover", song, "--n", "1"]
    command += ["--classifier", runs / "c", "--gan", runs / "g", "--out", tmp_path / "fresh"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=os.environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 2
    assert len(list((tmp_path / "fresh").glob("*.png"))) == 1
