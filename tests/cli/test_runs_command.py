"""`albumlib runs`: every run in a table, two beside each other, a score over a parameter."""

import io

import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image

from albumlib.batch.results import Results
from albumlib.cli.main import main
from albumlib.runs import Run

ARTISTS = "AABBCCDDEE"


def make_run(folder, right, **config):
    """Leave a run that has answered about ten songs."""
    run = Run(folder)
    run.start({"kind": "classifier", "seed": 0, "features": {"n_mels": 129}, "shares": [1, 2], **config})
    run.model_path.write_bytes(b"a model")
    run.finish({"kind": "classifier", "genres": ["Folk"], "seed": 0, "scores": {"song_mean": right / 10, "seed": 7.5}})
    songs = {"track_id": [f"{number:03}" for number in range(10)], "artist": list(ARTISTS), "genre": "Folk"}
    songs["predicted"] = ["Folk"] * right + ["Jazz"] * (10 - right)
    pd.DataFrame(songs).to_csv(folder / "songs.csv", index=False)


@pytest.fixture
def folder(tmp_path):
    for number, (dropout, right) in enumerate([(0.0, 5), (0.2, 9), (0.5, 7)]):
        make_run(tmp_path / "runs" / "study" / f"r{number}", right, dropout=dropout, network="a" * 100)
    Run(tmp_path / "runs" / "begun").start({"kind": "gan", "seed": 1})
    (tmp_path / "runs" / "odd").mkdir()
    (tmp_path / "runs" / "odd" / "config.json").write_text("no JSON")
    return tmp_path / "runs"


def runs(*words):
    result = CliRunner().invoke(main, ["runs", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_every_run_is_listed_the_best_first(folder, monkeypatch):
    monkeypatch.setenv("ALBUMLIB_HOME", str(folder.parent))
    lines = runs("--sort", "song_mean").output.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["study/r1", "study/r2", "study/r0", "begun", "odd"]
    assert "a" * 100 not in "".join(lines)  # too long for the screen
    table = pd.read_csv(io.StringIO(runs(folder, "--csv").output)).set_index("run")
    assert table["status"].to_dict() == {
        "begun": "unfinished",
        "odd": "damaged",
        **{f"study/r{number}": "finished" for number in range(3)},
    }
    assert table.loc["study/r1", ["dropout", "features.n_mels", "song_mean", "seed", "score_seed"]].tolist() == [
        *(0.2, 129, 0.9, 0, 7.5)
    ]


def test_one_run_is_shown(folder):
    said = runs("show", folder / "study" / "r1").output
    for line in ("finished, ", "dropout                  0.2", "song_mean                0.9", "features.n_mels"):
        assert line in said


def test_what_the_network_was_measured_by_stands_before_what_its_epochs_gave(tmp_path):
    run = Run(tmp_path / "r")
    run.start({"kind": "classifier", "seed": 0})
    run.model_path.write_bytes(b"a model")
    epoch = {"epoch": 2.0, "loss": 2.5, "accuracy": 0.3, "val_loss": 2.6, "val_accuracy": 0.25, "seconds": 1.0}
    card = {"kind": "classifier", "genres": ["Folk"], "seed": 0}
    run.finish({**card, "scores": {**epoch, "slice": 0.5, "song_vote": 2 / 3}})
    listed = ["slice", "song_vote", "val_accuracy", "val_loss", "accuracy", "loss"]
    assert runs(tmp_path).output.split()[:8] == ["run", "status", *listed]
    assert runs(tmp_path, "--sort", "loss").output.split()[:8] == ["run", "status", "loss", *listed[:5]]
    assert "song_vote                0.6667\n" in runs("show", tmp_path / "r").output


def test_two_runs_are_compared_with_intervals(folder):
    said = runs("compare", folder / "study" / "r0", folder / "study" / "r1").output
    configuration, scores = said.split("scores")[:2]
    assert "dropout" in configuration
    assert "n_mels" not in configuration
    line = next(line for line in scores.splitlines() if line.startswith("songs right"))
    # artists A and B are right for both, C half, D and E for neither or all but one song: from 2/5 of draws on
    assert "0.5 (" in line
    assert "0.9 (" in line
    assert "0.4 (" in line
    assert "configuration: the same" in runs("compare", folder / "study" / "r0", folder / "study" / "r0").output


def test_a_score_is_drawn_over_a_parameter(folder, tmp_path):
    for over in ("dropout", "network"):
        result = runs("plot", "song_mean", folder, "--over", over, "--out", tmp_path / f"{over}.png")
        assert result.exit_code == 0, result.output
        with Image.open(tmp_path / f"{over}.png") as image:
            assert image.size == (720, 480)


def test_the_results_of_a_sweep_are_listed_too(tmp_path):
    about = {"seconds": 1.5, "status": "done", "cell": "", "message": "", "run": "", "file": "x.ipynb", "albumlib": "1"}
    Results(tmp_path / "results.csv").add(
        {"parameters": {"seed": 0, "word": "none"}, "scores": {"share": 1 / 3}, **about},
        {"parameters": {"seed": 1, "word": "none"}, "scores": {"share": 0.5}, **about, "file": "y.ipynb"},
    )
    lines = runs(tmp_path, "--sort", "share").output.splitlines()
    assert [line.split() for line in lines] == [
        ["status", "seed", "share"],
        ["done", "1", "0.5"],
        ["done", "0", "0.3333"],
    ]
    assert runs("plot", "share", tmp_path, "--over", "seed", "--out", tmp_path / "p.png").exit_code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["{folder}/gone"], "no such folder"),
        (["{folder}/study/r0/samples"], "no runs"),
        (["{folder}", "--sort", "beauty"], "--sort: no such column"),
        (["show", "{folder}/gone"], "no such file"),
        (["show", "{folder}/odd"], "cannot be read as JSON"),
        (["compare", "{folder}/study/r0", "{folder}/odd"], "cannot be read as JSON"),
        (["plot", "beauty", "{folder}", "--over", "seed"], "beauty: no such column"),
        (["plot", "song_mean", "{folder}", "--over", "beauty"], "beauty: no such column"),
    ],
)
def test_one_line_for_what_is_not_there(folder, words, message):
    result = runs(*[word.replace("{folder}", str(folder)) for word in words])
    assert result.exit_code == 1
    assert message in result.output
    assert result.output.count("\n") == 1
