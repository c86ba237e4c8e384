"""Parameters: values are read as what the default is, and a run is known by all of them."""

import json

import nbformat
import pytest
from click.testing import CliRunner

from albumlib.batch.parameters import choices, read_parameters, read_value, read_values, split_values
from albumlib.batch.reading import course_notebooks, notebook_parameters
from albumlib.batch.sweep import run_name
from albumlib.cli.main import main
from albumlib.course.profiles import PROFILES
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


def test_a_path_may_begin_at_home(known, monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("USERPROFILE", "/home/me")
    texts = {"~/Music": "/home/me/Music", "~": "~", "~x": "~x", "a~/b": "a~/b", "./~/b": "./~/b"}
    assert {text: read_value(text, known["s"]) for text in texts} == texts
    assert read_values({"s": "~/a b"}, known, where="x") == {"s": "/home/me/a b"}


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('p: str = "b"  # a (seconds, or so), b (minutes), c', ["a", "b", "c"]),
        ('p: str = "demo"  # demo (made here), fma, or folder: where the songs come from', ["demo", "fma", "folder"]),
        ('p: str = "auto"  # where they stand: auto, table or tags', ["auto", "table", "tags"]),
        ('p: str = ""  # x-y, growing or z; empty: as the profile says', ["x-y", "growing", "z", ""]),
        ('p: str = ""  # path or address', []),
        ('p: str = "d"  # a, b or c', []),
        ('p: str = "Pop,Rock"  # genres whose songs are used, as far as there are such; empty: all', []),
        ("p: int = 1  # a, b or 1", []),
        ('p: str = "a"', []),
    ],
)
def test_choices_are_those_that_the_help_names(line, named):
    assert choices(read_parameters(line)["p"]) == named


def test_the_choices_of_the_course_are_found():
    for path in course_notebooks():
        known = notebook_parameters(path)
        assert choices(known["profile"]) == list(PROFILES)
        assert choices(known["source"]) == ["demo", "fma", "folder"]
        if "labels" in known:
            assert choices(known["labels"]) == ["auto", "table", "folders", "tags"]


def test_a_value_with_a_type_is_read_like_a_text(known):
    given = {"i": 3, "f": 2, "s": 7, "l": [1], "m": None, "b": True}
    assert read_values(given, known, where="x") == {**given, "f": 2.0, "s": "7"}
    for name, value in {"i": 2.5, "b": 1, "s": None, "l": {}}.items():
        with pytest.raises(InputError, match=f"{name}: value of another type"):
            read_values({name: value}, known, where="x")


def test_the_profile_of_the_environment_counts_where_none_is_given(known, monkeypatch):
    monkeypatch.setenv("ALBUMLIB_PROFILE", "tiny")
    known = {**known, **read_parameters('profile: str = "demo"  # tiny or demo')}
    assert read_values({"i": 1}, known, where="x") == {"profile": "tiny", "i": 1}
    assert read_values({"profile": "demo"}, known, where="x") == {"profile": "demo"}
    monkeypatch.setenv("ALBUMLIB_PROFILE", "huge")
    with pytest.raises(InputError, match="profile: no such choice; expected tiny, demo; got huge"):
        read_values({}, known, where="x")


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
        (["run", "{notebook}", "out.ipynb", "-p", "x", "2", "-p", "x", "3"], "given twice"),
        (["run", "{notebook}", "out.ipynb", "-p", "y", "2"], "no such parameter; expected x; got y"),
        (
            ["run", "4", "out.ipynb", "-p", "source", "fam"],
            "source: no such choice; expected demo, fma, folder; got fam",
        ),
        (["run", "99"], "no such notebook; expected a path, or a number of the course, 00 to"),
        (["run", "gone.ipynb", "out.ipynb"], "no such notebook"),
        (["run", "gone://bucket/a.ipynb", "out.ipynb"], "cannot be fetched"),
        (["run", "all", "{folder}", "-p", "epochs", "2"], "00_from_song_to_cover.ipynb: no such parameter"),
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
