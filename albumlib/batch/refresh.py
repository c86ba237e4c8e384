"""Renew the committed notebooks: each run in order, in place, without the traces that a run leaves.

``python -m albumlib.batch.refresh notebooks`` (``make notebooks``); names of notebooks after the folder renew only
those.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat

from albumlib.batch.run import run_notebook
from albumlib.errors import InputError
from albumlib.files import whole_file
from albumlib.runs import MIME


def clean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take out, in place, what differs from run to run without meaning anything: times, empty tags, what was glued.

    A cell's ``alt``, what its figure shows in words, stays: nbconvert writes it into the page.
    """
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        kept = {name: cell.metadata[name] for name in ("alt", "tags") if cell.metadata.get(name)}
        cell.metadata = nbformat.from_dict(kept)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if MIME not in output.get("data", {})]
    return notebook


def refresh_notebook(path: str | os.PathLike) -> None:
    """Run one notebook as it stands and put the result in its place.

    Raises
    ------
    InputError
        If a cell fails; the notebook then stays as it was.
    """
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / Path(path).name
        run_notebook(path, output)
        with whole_file(path) as renewed:
            nbformat.write(clean(nbformat.read(output, as_version=4)), renewed)


def main(folder: str | os.PathLike, *names: str) -> None:
    """Renew notebooks, by their stems such as ``02_features`` (default: all), and report the first that fails."""
    paths = [Path(folder) / f"{name}.ipynb" for name in names] or sorted(Path(folder).glob("[0-9][0-9]_*.ipynb"))
    for path in paths:
        print(f"== {path.stem}", flush=True)
        try:
            refresh_notebook(path)
        except InputError as error:
            sys.exit(f"error: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
