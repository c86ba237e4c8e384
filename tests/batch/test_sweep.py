"""`albumlib sweep`: every combination once, what is done is kept, what fails is named and does not stop the rest."""

import os

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner

from albumlib.batch.outcome import run_digest
from albumlib.batch.results import columns, read_results
from albumlib.cli.main import main


@pytest.fixture
def notebook(tmp_path):
    """Divides by a number and leaves a line in a file, so that runs can be counted."""
    cells = [
        nbformat.v4.new_code_cell('word: str = "a"  # a word\nnumber: int = 1  # a number\nlog: str = ""  # a file'),
        nbformat.v4.new_code_cell(
            'with open(log, "a") as file:\n    print(word, number, sep="", file=file)\n'
            'from albumlib.runs import glue\nglue("share", 1 / number / 3)\nglue("seconds", 7)'
        ),
    ]
    cells[0].metadata["tags"] = ["parameters"]
    path = tmp_path / "05_divide.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture
def sweep(notebook, tmp_path):
    def call(*words, **values):
        extra = [text for name, value in values.items() for text in ("-p", name, value)]
        arguments = ["sweep", notebook, tmp_path / "out", "-p", "log", tmp_path / "log", *extra, *words]
        result = CliRunner().invoke(main, [str(text) for text in arguments])
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture
def ran(tmp_path):
    """What was run, as the notebook itself has written it."""
    return lambda: (tmp_path / "log").read_text().split() if (tmp_path / "log").exists() else []


def test_all_that_a_sweep_does_again_and_what_not(sweep, notebook, ran, tmp_path, monkeypatch):
    assert "1 to run" in sweep("--dry-run", word="a").output
    assert not (tmp_path / "out").exists()
    assert sweep(word="a,'b,c'", number="0,3").exit_code == 1
    assert ran() == ["a0", "a3", "b,c0", "b,c3"]
    table = read_results(tmp_path / "out/results.csv")
    assert columns(table) == (["log", "number", "word"], ["score_seconds", "share"])
    good, bad = table[table["number"] == 3], table[table["number"] == 0]
    assert good["share"].tolist() == [1 / 9, 1 / 9]  # to the last digit
    assert good["status"].tolist() == ["done", "done"]
    assert (good["seconds"] < 60).all()
    assert (bad["cell"] == 3).all()
    assert bad["message"].tolist() == ["ZeroDivisionError: division by zero"] * 2
    assert all((tmp_path / "out" / name).exists() for name in table["file"])

    again = sweep(word="a,'b,c'", number="0,3")
    assert (len(ran()), again.exit_code) == (4, 1)
    assert "4 runs: 2 failed before, 2 done before" in again.output

    # other parameters into the same folder, also where the value is the default: all are run, and earlier rows stay
    assert sweep(number="1").exit_code == 0
    assert sweep(word="a").exit_code == 0
    assert sweep(word="a", number="1").exit_code == 0
    assert ran()[4:] == ["a1", "a1", "a1"]
    assert len(read_results(tmp_path / "out/results.csv")) == 7

    # what failed is run again where that is asked for
    assert sweep("--retry", word="a", number="0").exit_code == 1
    assert ran()[7:] == ["a0"]

    # another version of the package, another code, another text around it
    with monkeypatch.context() as patch:
        patch.setattr("albumlib.__version__", "99")
        assert "1 again: made by albumlib" in sweep("--dry-run", word="a").output
    changed = nbformat.read(notebook, as_version=4)
    changed.cells.append(nbformat.v4.new_markdown_cell("Words."))
    nbformat.write(changed, notebook)
    assert "1 done before" in sweep("--dry-run", word="a").output
    changed.cells[1].source += "\n2 / number"
    nbformat.write(changed, notebook)
    assert "1 again: the notebook or its data have changed" in sweep(word="a").output
    assert ran()[8:] == ["a1"]
    assert len(read_results(tmp_path / "out/results.csv")) == 7


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"verb": "a"}, "no such parameter"),
        ({"word": "a,,b"}, "cannot sweep"),
        ({"word": "a,a"}, "cannot sweep"),
        ({"number": "1,+1"}, "cannot sweep"),
        ({"number": "1,1e1"}, "value of another type"),
        ({"number": "1", "--values": "gone.yml"}, "cannot be read"),
    ],
)
def test_wrong_values_are_refused_before_anything_is_run(sweep, ran, tmp_path, values, message):
    result = sweep(
        *[word for name in values if name[0] == "-" for word in (name, values[name])],
        **{name: text for name, text in values.items() if name[0] != "-"},
    )
    assert result.exit_code == 1
    assert message in result.output
    assert ran() == []
    assert not (tmp_path / "out").exists()


def test_a_file_of_the_same_name_elsewhere_is_another_value(sweep, ran, tmp_path, monkeypatch):
    for folder in ("one", "two"):
        (tmp_path / folder / "music").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "one")
    assert "1 to run" in sweep(word="music").output
    assert "1 done before" in sweep("--dry-run", word="music").output
    monkeypatch.chdir(tmp_path / "two")
    assert "1 done before" not in sweep("--dry-run", word="music").output
    assert "1 to run" in sweep("--dry-run", word="elsewhere").output
    assert ran() == ["music1"]


def test_a_run_knows_what_lies_in_its_folder_of_songs(tmp_path):
    music, notebook = tmp_path / "music", nbformat.v4.new_notebook()
    music.mkdir()
    seen = {run_digest(notebook, {"data_dir": str(music)})}
    for change in (
        lambda: (music / "a.mp3").write_bytes(b"a song"),
        lambda: (music / "a.mp3").rename(music / "b.mp3"),
        lambda: (music / "b.mp3").write_bytes(b"another song"),
        lambda: os.utime(music / "b.mp3", ns=(0, 0)),
    ):
        change()
        seen.add(run_digest(notebook, {"data_dir": str(music)}))
    assert len(seen) == 5
    for name in ("results.csv", "04-seed=1.ipynb"):  # of a sweep into the same folder
        (music / name).touch()
    seen.add(run_digest(notebook, {"data_dir": str(music)}))
    assert len(seen) == 5
    demo = {"source": "demo", "data_dir": str(music)}  # made by the run itself
    before = run_digest(notebook, demo)
    (music / "c.mp3").touch()
    assert run_digest(notebook, demo) == before


NAMES = ["a=b", "a b", "[1,2]", "ä", "a-number=2", "{x}", "a/b", "..", "-", "#1"]


def test_odd_values_are_each_a_run_of_their_own(sweep):
    plan = [sweep("--dry-run", word=f"'{name}'").output.splitlines()[0].split("  ")[0] for name in NAMES]
    plan += [sweep("--dry-run", word="a", number="2").output.splitlines()[0].split("  ")[0]]
    assert len(set(plan)) == len(NAMES) + 1
    assert all("/" not in name for name in plan)


def test_a_table_that_is_none_is_told_and_stays(sweep, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/results.csv").write_text("a table of mine")
    assert "not a table of results" in sweep(word="a").output
    assert (tmp_path / "out/results.csv").read_text() == "a table of mine"
    assert pd.read_csv(tmp_path / "out/results.csv").empty
