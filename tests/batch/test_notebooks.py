"""The notebooks: their form, and that each runs top to bottom in the tiny profile."""

import ast
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from albumlib.batch.reading import notebook_parameters
from albumlib.batch.run import run_notebook
from albumlib.errors import InputError

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
PACKAGE = FOLDER.parent / "albumlib"

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


@each_notebook
def test_first_cell_says_what_is_learned(notebook):
    text = notebook.cells[0].source
    for part in (r"^# \d\d · ", r"^\*\*.+\?\*\*", "You will learn", r"\*\*In\*\*", r"\*\*Out\*\*", r"\*\*Time\*\*"):
        assert re.search(part, text, re.MULTILINE), part
    assert len(re.findall(r"^\* ", text, re.MULTILINE)) == 3


@each_notebook
def test_links_to_its_neighbours(path, notebook):
    at = NOTEBOOKS.index(path)
    for neighbour in NOTEBOOKS[max(0, at - 1) : at] + NOTEBOOKS[at + 1 : at + 2]:
        for cell in (notebook.cells[0], notebook.cells[-1]):
            assert f"({neighbour.name})" in cell.source


@each_notebook
def test_parameters_are_typed_explained_literals(path, notebook):
    parameters = notebook_parameters(path)
    assert {"profile", "seed", "source", "data_dir"} <= set(parameters)
    assert all(found.inferred_type_name != "None" and found.help for found in parameters.values())
    cell = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    assert all(re.fullmatch(r"\w+: \w+ = \S.*  # .+", line) for line in cell.source.splitlines())


@each_notebook
def test_cells_are_short_and_teach_rather_than_define(notebook):
    lengths = [len(cell.source.splitlines()) for cell in code_cells(notebook)]
    assert np.median(lengths) <= 6
    assert max(lengths) <= 20
    source = "\n".join(cell.source for cell in code_cells(notebook))
    given = "\n".join(cell.source for cell in code_cells(notebook) if "exercise" not in cell.metadata.get("tags", []))
    assert len(re.findall(r"^\s*def ", given, re.MULTILINE)) <= 2
    assert not re.search(r"^\s*class |^\s*[!%]", source, re.MULTILINE)


@each_notebook
def test_committed_with_the_outputs_of_one_clean_run_in_order(path, notebook):
    assert path.stat().st_size < 1_500_000
    assert [cell.execution_count for cell in code_cells(notebook)] == list(range(1, len(code_cells(notebook)) + 1))
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert not re.search(r"/home/|/root/|/tmp/|/Users/|/work/", str(outputs))
    assert "papermill" not in notebook.metadata
    assert notebook.metadata.kernelspec.name == "python3"


@each_notebook
def test_cell_ids_are_stable(path, notebook):
    """A cell keeps its id when others come before it; a new one takes a number that is free."""
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(rf"n{path.name[:2]}-\d\d", each) for each in ids)


@pytest.fixture(scope="class")
def tiny_home(make_home):
    """One home for several notebooks, so that they share what they make as a reader's do."""
    with pytest.MonkeyPatch.context() as patch:
        home = make_home()
        patch.setenv("ALBUMLIB_HOME", str(home))
        yield home


def assert_runs_in_the_tiny_profile(path, output, capfd):
    executed = run_notebook(path, output, parameters={"profile": "tiny"})
    assert all(cell.execution_count for cell in code_cells(executed))
    outputs = [output for cell in code_cells(executed) for output in cell.outputs]
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
    assert capfd.readouterr().err == ""


class TestRunsOfMusic:
    """Half of the course; two classes, for a class is what one worker of the tests runs."""

    def test_the_tour_runs_in_the_tiny_profile(self, tiny_home, tmp_path, capfd):
        """In a process that imports everything itself, as a reader's kernel does."""
        assert_runs_in_the_tiny_profile(NOTEBOOKS[0], tmp_path / "tour.ipynb", capfd)

    @pytest.mark.usefixtures("warm")
    @pytest.mark.parametrize("path", NOTEBOOKS[1:8], ids=lambda path: path.stem)
    def test_runs_in_the_tiny_profile(self, path, tiny_home, tmp_path, capfd):
        assert_runs_in_the_tiny_profile(path, tmp_path / path.name, capfd)


@pytest.mark.usefixtures("warm")
class TestRunsOfCovers:
    @pytest.mark.parametrize("path", NOTEBOOKS[8:], ids=lambda path: path.stem)
    def test_runs_in_the_tiny_profile(self, path, tiny_home, tmp_path, capfd):
        assert_runs_in_the_tiny_profile(path, tmp_path / path.name, capfd)


def back_links():
    """Every object whose docstring names a notebook: its name, whether it is a method, and the notebook."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        for node in module.body:
            members = node.body if isinstance(node, ast.ClassDef) else []
            for each in [node, *members]:
                if isinstance(each, ast.FunctionDef | ast.ClassDef):
                    for found in re.findall(r"Notebook: (\S+)", ast.get_docstring(each) or ""):
                        yield pytest.param(each.name, each in members, found, id=f"{path.stem}.{each.name}")


@pytest.mark.parametrize(("name", "is_method", "stem"), list(back_links()))
def test_a_back_link_leads_to_a_notebook_that_uses_the_object(name, is_method, stem):
    source = "\n".join(cell.source for cell in code_cells(nbformat.read(FOLDER / f"{stem}.ipynb", as_version=4)))
    assert re.search(rf"\.{name}\b" if is_method else rf"\b{name}\b", source)


def make_notebook(path, *sources, tag="parameters"):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook.cells[0].metadata["tags"] = [tag]
    nbformat.write(notebook, path)
    return path


def test_unknown_parameters_are_refused(tmp_path):
    path = make_notebook(tmp_path / "a.ipynb", "n: int = 1  # a number")
    with pytest.raises(InputError, match="no such parameter; expected n; got m"):
        run_notebook(path, tmp_path / "out.ipynb", parameters={"m": 2})


def test_parameters_typed_as_text_become_what_the_default_is(tmp_path):
    path = make_notebook(tmp_path / "a.ipynb", "n: int = 1  # a number\ns: str = ''  # a text", "print(n + 1, s * 2)")
    executed = run_notebook(path, tmp_path / "out.ipynb", parameters={"n": "41", "s": "7"}, show=False)
    assert executed.cells[-1].outputs[0].text == "42 77\n"
    with pytest.raises(InputError, match="expected a whole number"):
        run_notebook(path, tmp_path / "out.ipynb", parameters={"n": "many("})


def test_a_notebook_without_parameters_cell_is_refused(tmp_path):
    with pytest.raises(InputError, match="no cell tagged"):
        run_notebook(make_notebook(tmp_path / "a.ipynb", "n = 1", tag="other"), tmp_path / "out.ipynb")


def test_a_failing_cell_is_one_error_and_leaves_what_was_done(tmp_path):
    path = make_notebook(tmp_path / "a.ipynb", "n: int = 1  # a number", "print('so far')", "1 / 0")
    (tmp_path / "out.ipynb").write_text("a good one from before")
    with pytest.raises(InputError, match=r"failed with ZeroDivisionError.*out\.failed\.ipynb"):
        run_notebook(path, tmp_path / "out.ipynb", show=False)
    assert "so far" in (tmp_path / "out.failed.ipynb").read_text()
    assert (tmp_path / "out.ipynb").read_text() == "a good one from before"
    make_notebook(path, "n: int = 1  # a number")
    run_notebook(path, tmp_path / "out.ipynb", show=False)
    assert nbformat.read(tmp_path / "out.ipynb", as_version=4).metadata.papermill.output_path.endswith("/out.ipynb")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.ipynb", "out.ipynb"]
