"""Notebooks without a browser, one or the course's in order: papermill, with parameters checked, progress shown."""

import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import write_ipynb

from albumlib.batch import engine  # noqa: F401 (papermill finds it by its name)
from albumlib.batch.outcome import failed_name, read_outcome, run_digest, seal
from albumlib.batch.parameters import read_values
from albumlib.batch.reading import course_notebooks, is_remote, notebook_parameters, read_notebook
from albumlib.errors import InputError
from albumlib.files import cannot_write, make_folder, owned_name, remove, sweep, whole_file
from albumlib.runs import home

# The name and language that every committed notebook has, so that no machine's own kernel name gets in.
KERNEL = "python3"
SECONDS_TO_START = 600  # that a kernel may take; where many start at once, a minute is not enough


def run_notebook(
    path: str | os.PathLike,
    output: str | os.PathLike,
    *,
    parameters: Mapping[str, Any] | None = None,
    show: bool = True,
) -> nbformat.NotebookNode:
    """Run a notebook top to bottom with parameters, write the executed copy to `output`, and return it.

    Its metadata then say under ``albumlib`` what decided the run (`run_digest`), the folder of the run that it trained
    last, and that run's scores.

    Parameters
    ----------
    path, output
        Files, or addresses that papermill reads and writes, such as ``s3://bucket/out.ipynb``.
    parameters
        Values, or their text as typed on a command line. Where ``profile`` is not among them, ``$ALBUMLIB_PROFILE`` is
        taken for it.
    show
        Print headings, lines and progress while it runs.

    Raises
    ------
    InputError
        If a parameter is unknown or has no such value, the output cannot be written, or a cell fails; then what was
        done until then is written beside the output (for an address: under notebooks in `albumlib.runs.home`), to a
        name that ends in ``.failed.ipynb``. An older output stays.

    Examples
    --------
    >>> options = {"profile": "tiny", "seed": 1}
    >>> notebook = run_notebook("notebooks/02_features.ipynb", "runs/02_features.ipynb", parameters=options)
    """
    values = read_values(parameters or {}, notebook_parameters(path), where=path)
    digest = run_digest(read_notebook(path), values)
    partial, failed = _places(output)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        notebook = papermill.execute_notebook(
            _as_it_is(path),
            _as_it_is(partial),
            parameters=values,
            kernel_name=KERNEL,
            language="python",
            engine_name="albumlib",
            show=show,
            start_timeout=SECONDS_TO_START,
            progress_bar=False,
        )
        seal(notebook, digest)
        _write(notebook, output)
    except PapermillExecutionError as error:
        notebook, message = nbformat.read(partial, as_version=4), f"{error.ename}: {error.evalue}"
        seal(notebook, digest, cell=error.exec_count, message=message)
        _write(notebook, failed)
        raise InputError(
            f"cell {error.exec_count} failed with {message}",
            where=path,
            todo=f"the cells until then are in {failed}",
        ) from None
    except NoSuchKernel:
        todo = "pip install ipykernel, in the environment that albumlib is in"
        raise InputError("no Jupyter kernel", where=path, expected=KERNEL, todo=todo) from None
    except BrokenPipeError:  # of the screen, which nobody reads any more
        raise
    except OSError as error:
        raise cannot_write(output, error) from None
    finally:
        remove(partial)
    remove(failed)
    return notebook


def run_course(
    out: str | os.PathLike,
    *,
    parameters: Mapping[str, Any] | None = None,
    echo: Callable[[str], Any] = print,
) -> None:
    """Run the course's notebooks in order, into a folder; what is done there is not run again.

    Parameters
    ----------
    parameters
        Those that every notebook has, as in `run_notebook`.
    echo
        Gets a line before each notebook.

    Raises
    ------
    InputError
        As in `run_notebook`, at the first notebook that fails. A parameter that one of them lacks is told before
        anything is run.
    """
    plan = []
    for path in course_notebooks():
        values = read_values(parameters or {}, notebook_parameters(path), where=path)
        plan.append((path, values, run_digest(read_notebook(path), values)))
    for path, values, digest in plan:
        output = Path(out) / path.name
        outcome = read_outcome(output, digest)
        done = outcome is not None and outcome["status"] == "done"
        echo(f"== {path.stem}{'  done before' if done else ''}")
        if not done:
            run_notebook(path, output, parameters=values)


def _places(output):
    """Where the notebook is written while it runs, and where it is left if a cell fails.

    Raises
    ------
    InputError
        If no file can be written there.
    """
    if is_remote(output):  # a failed one stays on this machine
        failed = failed_name(make_folder(home() / "notebooks") / str(output).rpartition("/")[2])
        return Path(tempfile.gettempdir()) / owned_name(".ipynb"), failed
    output = Path(output)
    if output.is_dir():
        raise InputError("output is a folder", where=output, expected="a file's name, such as out.ipynb")
    above = next((folder for folder in output.absolute().parents if folder.exists()), None)
    if above and not above.is_dir():
        raise InputError("output lies below a file", where=output, expected="a folder", got=str(above))
    sweep(make_folder(output.parent))
    return output.with_name(owned_name(".ipynb")), failed_name(output)


def _write(notebook, path):
    """Put an executed notebook in its place, whole, with the place's name in its record."""
    notebook.metadata.papermill["output_path"] = str(path)
    if is_remote(path):
        try:
            write_ipynb(notebook, str(path))
        except Exception as error:  # each store has errors of its own
            raise InputError("cannot be stored", where=path, got=f"{type(error).__name__}: {error}") from None
        return
    with whole_file(path) as temporary:
        nbformat.write(notebook, temporary)


def _as_it_is(path):
    """Write a path so that papermill, which takes braces for parameters, leaves it alone."""
    return str(path).replace("{", "{{").replace("}", "}}")
