"""Notebooks as files: by path, by number in the course, or from where papermill can read."""

import os
from pathlib import Path

import nbformat
from papermill.iorw import load_notebook_node
from papermill.models import Parameter

import albumlib
from albumlib.batch.parameters import read_parameters
from albumlib.errors import InputError


def is_remote(path: str | os.PathLike) -> bool:
    """Whether papermill fetches or stores it over a network, such as ``s3://bucket/out.ipynb``."""
    return "://" in str(path)


def course_notebooks() -> list[Path]:
    """The course's notebooks, in order.

    Raises
    ------
    InputError
        If the package was installed without them.
    """
    folder = Path(albumlib.__file__).resolve().parent.parent / "notebooks"
    found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not found:
        todo = "name a notebook by its path"
        raise InputError("the course's notebooks are not beside the package", where=folder, todo=todo)
    return found


def find_notebook(name: str | os.PathLike) -> str | Path:
    """Find a notebook by its path or address, or one of the course's by its number or name.

    Raises
    ------
    InputError
        If the course has none of that number; any other name is taken for a path.

    Examples
    --------
    >>> find_notebook("5").name
    '05_regularization.ipynb'
    """
    if is_remote(name):
        return str(name)
    text = str(name)
    if Path(name).suffix == ".ipynb" or os.sep in text or Path(name).exists():
        return Path(name)
    numbers = {path.stem[:2]: path for path in course_notebooks()}
    names = {path.stem: path for path in numbers.values()}
    found = names.get(text) or numbers.get(text.zfill(2))
    if found is None:
        expected = f"a path, or a number of the course, {min(numbers)} to {max(numbers)}"
        raise InputError("no such notebook", where=name, expected=expected)
    return found


def read_notebook(path: str | os.PathLike) -> nbformat.NotebookNode:
    """Read a notebook.

    Raises
    ------
    InputError
        If the file is no notebook, or cannot be fetched.
    """
    if is_remote(path):
        try:
            return load_notebook_node(str(path))
        except Exception as error:  # each store has errors of its own
            raise InputError("cannot be fetched", where=path, got=f"{type(error).__name__}: {error}") from None
    if not Path(path).exists():
        raise InputError("no such notebook", where=path)
    if not Path(path).is_file():  # a pipe would be waited for without end
        raise InputError("not a notebook", where=path, expected="a file")
    try:
        notebook = nbformat.read(path, as_version=4)
        parts = [(cell.source, cell.metadata.get("tags", [])) for cell in notebook.cells]
    except Exception as error:  # odd content trips nbformat in many ways
        got = f"{type(error).__name__}: {error}"
        raise InputError("not a notebook", where=path, got=got) from None
    if not all(isinstance(source, str) and isinstance(tags, list) for source, tags in parts):
        raise InputError("not a notebook", where=path, expected="cells with a source and a list of tags")
    return notebook


def notebook_parameters(path: str | os.PathLike) -> dict[str, Parameter]:
    """The parameters of a notebook, from its cell tagged ``parameters``.

    Returns
    -------
    parameters
        By name, with ``default`` (its text), ``inferred_type_name`` and ``help``.

    Raises
    ------
    InputError
        If the file is no notebook or has no such cell.
    """
    cells = [cell for cell in read_notebook(path).cells if "parameters" in cell.metadata.get("tags", [])]
    if not cells:
        raise InputError("has no cell tagged 'parameters'", where=path, todo="tag the cell that sets the parameters")
    return read_parameters(cells[0].source)
