"""The house: imports run one way, files and folders stay small, faces give what they promise."""

import ast
import importlib
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from importlinter.cli import lint_imports
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "albumlib"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
FACES = ["albumlib", *(".".join(path.parent.relative_to(ROOT).parts) for path in sorted(PACKAGE.rglob("__init__.pyi")))]
# What is run as a program, or loads itself behind another, and so is imported by no line of ours.
PROGRAMS = {"jupyterlab", "ipywidgets", "pre-commit", "pytest-xdist", "ruff"}
LINES, FILES = 250, 12


def python_files(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def code_of(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def imports(source):
    """Modules that a source imports, whole names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_imports_run_downwards_and_in_no_circle(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports() == 0


@pytest.mark.parametrize("folder", ["albumlib", "tests", "benchmarks"])
def test_files_and_folders_are_small(folder):
    files = python_files(folder)
    long = {str(path): count for path in files if (count := len(path.read_text(encoding="utf-8").splitlines())) > LINES}
    assert not long
    folders = {path.parent for path in files}
    full = {
        str(path): count for path in folders if (count := sum(1 for each in path.iterdir() if each.is_file())) > FILES
    }
    assert not full


@pytest.mark.parametrize("face", FACES)
def test_a_face_gives_every_name_it_lists(face):
    module = importlib.import_module(face)
    assert module.__all__
    for name in module.__all__:
        assert getattr(module, name) is not None


@pytest.mark.parametrize("face", FACES)
def test_a_face_lists_every_public_function_and_class(face):
    module = importlib.import_module(face)
    folder = Path(module.__file__).parent
    hidden = {"main", "clean", "kernel_network"}  # a program's entry, and what would hide a module of the same name
    if face == "albumlib":
        return
    for path in sorted(folder.glob("[a-z]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        public = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        assert {name for name in public if not name.startswith("_")} - hidden <= set(module.__all__), path.name


def test_importing_the_package_is_cheap():
    code = (
        "import time, sys; start = time.process_time(); import albumlib; spent = time.process_time() - start;"
        "heavy = {'keras', 'tensorflow', 'torch', 'librosa', 'pandas', 'scipy', 'sklearn'} & set(sys.modules);"
        "print(spent, sorted(heavy))"
    )
    spent, heavy = subprocess.check_output([sys.executable, "-c", code], text=True).split(maxsplit=1)
    assert float(spent) < 0.2
    assert heavy.strip() == "[]"


@pytest.mark.parametrize("face", ["data", "features", "genre", "covers", "evaluation", "course"])
def test_a_face_loads_neither_keras_nor_librosa(face):
    code = (
        f"import sys, albumlib.{face}; print(sorted({{'keras', 'tensorflow', 'torch', 'librosa'}} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_only_faces(path):
    ours = {name for cell in code_of(path) for name in imports(cell) if name.split(".")[0] == "albumlib"}
    assert ours <= set(FACES)


def declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = project["dependencies"] + extras["course"] + extras["test"]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def test_what_is_imported_is_declared_and_what_is_declared_is_used():
    sources = [path.read_text(encoding="utf-8") for path in python_files("albumlib", "tests", "benchmarks")]
    sources += [cell for path in NOTEBOOKS for cell in code_of(path)]
    found = {name.split(".")[0] for source in sources for name in imports(source) if name}
    ours = {"albumlib", "hostile", "served"} | {path.stem for path in python_files("tests")}
    known = packages_distributions()
    used = {canonicalize_name(known[name][0]) for name in found - set(sys.stdlib_module_names) - ours if name in known}
    optional = {"torch"}
    assert used - optional <= declared()
    assert declared() - used <= PROGRAMS


def test_the_version_stands_in_one_place():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.search(r'^dynamic = \["version"\]$', text, re.MULTILINE)
    assert not re.search(r"^version = ", text, re.MULTILINE)
