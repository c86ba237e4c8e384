"""`albumlib sweep`: every combination once, what is done is kept, what fails is named and does not stop the rest."""

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner

from albumlib.cli.main import main


@pytest.fixture
def notebook(tmp_path):
    """Divides by a number and leaves a line in a file, so that runs can be counted."""
    cells = [
        nbformat.v4.new_code_cell('word: str = "a"  # a word\nnumber: int = 1  # a number\nlog: str = ""  # a file'),
        nbformat.v4.new_code_cell('with open(log, "a") as file:\n    file.write(f"{word}{number} ")\n1 / number'),
    ]
    cells[0].metadata["tags"] = ["parameters"]
    path = tmp_path / "05_divide.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture
def sweep(notebook, tmp_path):
    def call(**values):
        extra = [text for name, value in values.items() for text in ("-p", name, value)]
        arguments = ["sweep", notebook, tmp_path / "out", "-p", "log", tmp_path / "log", *extra]
        return CliRunner().invoke(main, [str(text) for text in arguments])

    return call


def test_every_combination_is_run_once_and_a_failure_stops_nothing(sweep, tmp_path):
    result = sweep(word="a,b", number="0,2")
    assert result.exit_code == 1
    assert (tmp_path / "log").read_text().split() == ["a0", "a2", "b0", "b2"]
    report = pd.read_csv(tmp_path / "out/report.csv")
    assert len(report) == 2
    assert report["reason"].str.contains("ZeroDivisionError").all()
    assert "2 runs failed" in result.output
    assert "Traceback" not in result.output
    again = sweep(word="a,b", number="0,2")
    assert (tmp_path / "log").read_text().split() == ["a0", "a2", "b0", "b2", "a0", "b0"]  # only what failed
    assert again.output.count("done before") == 2


def test_a_changed_notebook_is_run_again(sweep, notebook, tmp_path):
    assert sweep(word="a").exit_code == 0
    changed = nbformat.read(notebook, as_version=4)
    changed.cells[1].source += "\n2 / number"
    nbformat.write(changed, notebook)
    assert sweep(word="a").exit_code == 0
    assert (tmp_path / "log").read_text().split() == ["a1", "a1"]


@pytest.mark.parametrize(
    ("values", "message"),
    [({"verb": "a"}, "no such parameter"), ({"word": "a,,b"}, "cannot sweep"), ({"word": "a,a"}, "cannot sweep")],
)
def test_wrong_values_are_refused_before_anything_is_run(sweep, tmp_path, values, message):
    result = sweep(**values)
    assert result.exit_code == 1
    assert message in result.output
    assert not (tmp_path / "log").exists()


def test_each_parameter_makes_a_run_of_its_own(sweep, tmp_path):
    assert sweep(word="a").exit_code == 0
    assert sweep(number="1").exit_code == 0
    assert sweep(word="a", number="1").exit_code == 0
    assert "done before" in sweep(number="1").output
    assert (tmp_path / "log").read_text().split() == ["a1", "a1", "a1"]
    long = "y" * 160
    assert sweep(word=f"{long}1,{long}2,'b,c'").exit_code == 0
    assert (tmp_path / "log").read_text().split()[3:] == [f"{long}11", f"{long}21", "b,c1"]


def test_another_version_of_the_package_runs_again(sweep, tmp_path, monkeypatch):
    assert sweep(word="a").exit_code == 0
    monkeypatch.setattr("albumlib.__version__", "99")
    assert sweep(word="a").exit_code == 0
    assert (tmp_path / "log").read_text().split() == ["a1", "a1"]
