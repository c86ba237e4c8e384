"""Parameters: values are read as what the default is, and a run is known by all of them."""

import json

import nbformat
import pytest
from click.testing import CliRunner

from albumlib.batch.parameters import read_parameters, read_value, split_values
from albumlib.batch.run import notebook_parameters
from albumlib.batch.sweep import run_name
from albumlib.cli.main import main
from albumlib.errors import InputError

CELL = """i: int = 3  # a number
f: float = 0.5
b: bool = True
s: str = "x"  # a "#" in a text
n = None
m: int | None = None
l: list = [1, 2]
d: dict = {"a": 1}
neg: int = -1
eq: str = "a=b"
multi = [
    1,
    2,
]
after: int = 7
"""


@pytest.fixture(scope="module")
def known():
    return read_parameters(CELL)


def test_every_parameter_is_found_with_its_help(known):
    assert list(known) == ["i", "f", "b", "s", "n", "m", "l", "d", "neg", "eq", "multi", "after"]
    assert (known["i"].help, known["s"].help, known["multi"].default) == ("a number", 'a "#" in a text', "[1, 2]")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("i", "41", 41),
        ("i", "+4", 4),
        ("neg", "-3", -3),
        ("f", "2", 2.0),
        ("f", "1e-3", 1e-3),
        ("f", "-0.5", -0.5),
        ("b", "False", False),
        ("b", "true", True),
        ("s", "7", "7"),
        ("s", "[1, 2]", "[1, 2]"),
        ("eq", "b=c", "b=c"),
        ("n", "3", 3),
        ("n", "text", "text"),
        ("m", "3", 3),
        ("m", "None", None),
        ("l", "[3]", [3]),
        ("multi", "[]", []),
        ("d", "{'b': 2}", {"b": 2}),
    ],
)
def test_a_value_is_read_as_what_the_default_is(known, name, text, value):
    read = read_value(text, known[name])
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text"),
    [(name, text) for name in ("i", "after", "m") for text in ("2.5", "1e1", "-3", "[1,2]", "", "many", "0x10", "True")]
    + [("f", "nan"), ("f", "inf"), ("f", "[1]"), ("f", "half"), ("b", "2"), ("b", "0"), ("b", "no"), ("b", "[]")]
    + [("l", "1"), ("l", "1,2"), ("l", "(1, 2)"), ("multi", "{}"), ("d", "[1]"), ("neg", "-1.5"), ("l", "[")],
)
def test_another_type_is_refused_in_one_line(known, name, text):
    with pytest.raises(InputError, match=f"^{name}: value of another type; expected .*; got") as told:
        read_value(text, known[name])
    assert "\n" not in str(told.value)


def test_values_are_parted_by_commas_outside_brackets_and_quotes():
    assert split_values("1,2") == ["1", "2"]
    assert split_values("[1,2],[3]") == ["[1,2]", "[3]"]
    assert split_values("'a,b',c") == ["a,b", "c"]
    assert split_values("{'a': 1, 'b': 2}") == ["{'a': 1, 'b': 2}"]
    assert split_values("a") == ["a"]


def test_a_run_s_name_knows_all_its_parameters():
    long = "x" * 200
    values = [{"seed": 1}, {"epochs": 1}, {"seed": 1, "epochs": 1}, {"seed": "1"}, {"some": f"{long}1"}]
    values += [{"some": f"{long}2"}, {"some": "a/b"}, {"some": "a:b"}, {"some": "a,b"}]
    names = [run_name("two.ipynb", each) for each in values]
    assert len(set(names)) == len(names)
    assert names[0].startswith("two-seed=1-")
    assert all(len(name.encode()) < 255 for name in names)


@pytest.fixture
def notebook(tmp_path):
    cells = [nbformat.v4.new_code_cell("x: int = 1"), nbformat.v4.new_code_cell("print('x is', x)")]
    cells[0].metadata["tags"] = ["parameters"]
    path = tmp_path / "braces {x}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def call(*words):
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_braces_and_spaces_are_names_like_others(notebook, tmp_path):
    output = tmp_path / "out {artist} %s" / "a {x} {}.ipynb"
    assert call("run", notebook, output, "-p", "x", "5").exit_code == 0
    assert "x is 5" in output.read_text()


def not_a_notebook(tmp_path, content):
    path = tmp_path / "list.ipynb"
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize("content", [[], [1], {}, {"cells": 1}, "text", 3, None, {"cells": [], "metadata": {}}])
def test_json_that_is_no_notebook_is_refused(tmp_path, content):
    with pytest.raises(InputError, match=r"list\.ipynb: (not a notebook|has no cell)"):
        notebook_parameters(not_a_notebook(tmp_path, content))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "{notebook}", "{folder}"], "output is a folder"),
        (["run", "{notebook}", "{notebook}/below/out.ipynb"], "output lies below a file"),
        (["run", "{notebook}", "out.ipynb", "-p", "x", "2.5"], "value of another type; expected a whole number, 0 or"),
        (["sweep", "{notebook}", "{folder}", "-p", "x", "1,1e1"], "value of another type"),
        (["sweep", "{notebook}", "{folder}", "-p", "x", "1", "-p", "x", "2"], "given twice"),
        (["extract", "{folder}", "--out", "o", "--jobs", "0"], "no number of processes"),
        (["extract", "{folder}", "--out", "o", "--jobs", "-2"], "no number of processes"),
    ],
)
def test_one_line_for_wrong_words(notebook, tmp_path, words, message):
    places = {"{notebook}": str(notebook), "{folder}": str(tmp_path)}
    for name, place in places.items():
        words = [word.replace(name, place) for word in words]
    result = call(*words)
    assert result.exit_code in (1, 2)
    assert message in result.output
    assert "Traceback" not in result.output
