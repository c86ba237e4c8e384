"""Notebooks without a browser: papermill, with parameters checked and progress shown."""

import asyncio
import logging
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from nbclient.util import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.models import Parameter

import albumlib
from albumlib.batch.parameters import read_parameters, read_value
from albumlib.errors import InputError
from albumlib.files import cannot_write, make_folder, owned_name, remove, sweep, whole_file
from albumlib.progress import KEY

# The name and language that every committed notebook has, so that no machine's own kernel name gets in.
KERNEL = "python3"
# A file or a pipe cannot rewrite a line, so it gets the state of long work now and then.
SECONDS_BETWEEN_LINES = 20


class _ShowingClient(PapermillNotebookClient):
    """Shows in the terminal what a reader would see happen: headings, printed lines, live progress."""

    show = True
    live = False
    shown = 0.0

    def execute(self, **kwargs):
        self.pending = list(enumerate(self.nb.cells))
        return super().execute(**kwargs)

    async def async_execute_cell(self, cell, cell_index, **options):
        # Where a signal ends the command in the middle of a cell, nobody else asks how the cell ended.
        asyncio.current_task().add_done_callback(lambda task: task.cancelled() or task.exception())
        return await super().async_execute_cell(cell, cell_index, **options)

    execute_cell = run_sync(async_execute_cell)

    def process_message(self, msg, cell, cell_index):
        if self.show:
            self._show_message(msg, cell_index)
        return super().process_message(msg, cell, cell_index)

    def _show_message(self, msg, cell_index):
        self._show_headings(cell_index)
        content, kind = msg["content"], msg["msg_type"]
        if kind in ("display_data", "update_display_data") and KEY in content.get("metadata", {}):
            self._show_live(content["data"]["text/plain"])
        elif kind == "stream":
            self._end_live()
            sys.stdout.write("".join(f"  {line}" for line in content["text"].splitlines(keepends=True)))
            sys.stdout.flush()

    def _show_headings(self, cell_index):
        while self.pending and self.pending[0][0] <= cell_index:
            _, cell = self.pending.pop(0)
            headings = [line for line in cell.source.splitlines() if line.startswith("## ")]
            if cell.cell_type == "markdown" and headings:
                self._end_live()
                print(headings[0].removeprefix("## "), flush=True)

    def _show_live(self, text):
        if sys.stdout.isatty():
            print(f"\r\033[K  {text}", end="", flush=True)
            self.live = True
        elif " left" not in text or time.monotonic() - self.shown > SECONDS_BETWEEN_LINES:
            print(f"  {text}", flush=True)
            self.shown = time.monotonic()

    def _end_live(self):
        if self.live:
            print(flush=True)
            self.live = False


class _ShowingEngine(NBClientEngine):
    """Papermill's own engine with the client above."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, execution_timeout=None, start_timeout=60, show=True, **kwargs
    ):
        client = _ShowingClient(
            nb_man,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log_output=False,
            log=logging.getLogger("papermill"),
        )
        client.show = show
        # What the kernel process writes past Jupyter (libraries at its shutdown, mostly) is shown only if it dies.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as beside:
            try:
                return client.execute(stderr=beside)
            except (DeadKernelError, RuntimeError) as error:
                beside.seek(0)
                got = " ".join([str(error), *beside.read().splitlines()[-3:]])
                raise InputError("the kernel died", got=got, todo="look for too little memory first") from None
            finally:
                client._end_live()


papermill_engines.register("albumlib", _ShowingEngine)


def read_notebook(path: str | os.PathLike) -> nbformat.NotebookNode:
    """Read a notebook.

    Raises
    ------
    InputError
        If the file is no notebook.
    """
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


def run_notebook(
    path: str | os.PathLike,
    output: str | os.PathLike,
    *,
    parameters: Mapping[str, Any] | None = None,
    show: bool = True,
) -> nbformat.NotebookNode:
    """Run a notebook top to bottom with parameters, write the executed copy to `output`, and return it.

    Parameters
    ----------
    parameters
        Values, or their text as typed on a command line.
    show
        Print headings, lines and progress while it runs.

    Raises
    ------
    InputError
        If a parameter is unknown, the output cannot be written, or a cell fails; then what was done until then is
        written beside the output, to a name that ends in ``.failed.ipynb``. An older output stays.

    Examples
    --------
    >>> options = {"profile": "tiny", "seed": 1}
    >>> notebook = run_notebook("notebooks/02_features.ipynb", "runs/02_features.ipynb", parameters=options)
    """
    known = notebook_parameters(path)
    values = {}
    for name, value in (parameters or {}).items():
        if name not in known:
            raise InputError("no such parameter", where=path, expected=", ".join(known), got=name)
        values[name] = read_value(value, known[name]) if isinstance(value, str) else value
    output = Path(output)
    _check_output(output)
    partial, failed = output.with_name(owned_name(".ipynb")), output.with_name(f"{output.stem}.failed.ipynb")
    sweep(make_folder(output.parent))
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
            progress_bar=False,
        )
        _write(notebook, output)
    except PapermillExecutionError as error:
        _write(nbformat.read(partial, as_version=4), failed)
        raise InputError(
            f"cell {error.exec_count} failed with {error.ename}: {error.evalue}",
            where=path,
            todo=f"the cells until then are in {failed}",
        ) from None
    except BrokenPipeError:  # of the screen, which nobody reads any more
        raise
    except OSError as error:
        raise cannot_write(output, error) from None
    finally:
        remove(partial)
    remove(failed)
    return notebook


def _write(notebook, path):
    """Put an executed notebook in its place, whole, with the place's name and our version in its record."""
    notebook.metadata.papermill["output_path"] = str(path)
    notebook.metadata["albumlib"] = albumlib.__version__
    with whole_file(path) as temporary:
        nbformat.write(notebook, temporary)


def _check_output(output):
    """Raise `InputError` where no file can be written."""
    if output.is_dir():
        raise InputError("output is a folder", where=output, expected="a file's name, such as out.ipynb")
    above = next((folder for folder in output.absolute().parents if folder.exists()), None)
    if above and not above.is_dir():
        raise InputError("output lies below a file", where=output, expected="a folder", got=str(above))


def _as_it_is(path):
    """Write a path so that papermill, which takes braces for parameters, leaves it alone."""
    return str(path).replace("{", "{{").replace("}", "}}")
