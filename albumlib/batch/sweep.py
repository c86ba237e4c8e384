"""One notebook run many times, once for each combination of parameters."""

import itertools
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from albumlib.batch.run import notebook_parameters, read_notebook, run_notebook
from albumlib.errors import InputError
from albumlib.report import make_report
from albumlib.text import fit_name


def combinations(values: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Every combination of parameters, by the values of each; the last parameter changes fastest.

    Raises
    ------
    InputError
        If a parameter has no value, or one value twice.

    Examples
    --------
    >>> combinations({"variant": ["none"], "seed": ["0", "1"]})
    [{'variant': 'none', 'seed': '0'}, {'variant': 'none', 'seed': '1'}]
    """
    for name, listed in values.items():
        if not all(listed) or len(set(listed)) < len(listed):
            expected = "different values between commas"
            raise InputError("cannot sweep over these", where=name, expected=expected, got=",".join(listed))
    return [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]


def sweep_notebook(
    notebook: str | os.PathLike,
    out: str | os.PathLike,
    values: Mapping[str, Sequence[str]],
    *,
    echo: Callable[[str], Any] = print,
) -> pd.DataFrame:
    """Run a notebook for every combination of parameters; what is finished is not run again.

    Parameters
    ----------
    out
        Folder of the executed copies, named after their parameters.
    values
        The values of each parameter, as typed on a command line.
    echo
        Gets a line before and after each run.

    Returns
    -------
    report
        What failed: ``path``, ``stage``, ``reason``. The others are still run; the next sweep tries it again.

    Raises
    ------
    InputError
        If the notebook does not exist or lacks a parameter: then nothing is run.

    Examples
    --------
    >>> values = {"variant": ["none", "dropout_02"], "seed": ["0", "1", "2"]}
    >>> failed = sweep_notebook("notebooks/05_regularization.ipynb", "runs/study", values)
    """
    known = notebook_parameters(notebook)
    for name in values:
        if name not in known:
            raise InputError("no such parameter", where=notebook, expected=", ".join(known), got=name)
    runs, failed = combinations(values), []
    for number, parameters in enumerate(runs, 1):
        name = " ".join(f"{key}={value}" for key, value in parameters.items())
        output = Path(out) / f"{fit_name('-'.join([Path(notebook).stem, *parameters.values()]))}.ipynb"
        if _is_done(output, notebook):
            echo(f"{number}/{len(runs)}  {name}  done before")
            continue
        echo(f"{number}/{len(runs)}  {name}")
        started = time.monotonic()
        try:
            run_notebook(notebook, output, parameters=parameters, show=False)
        except InputError as error:
            failed.append((output, "run", str(error)))
            echo(f"  failed: {error}")
        else:
            echo(f"  {time.monotonic() - started:.0f} s")
    return make_report(failed)


def _is_done(output, notebook):
    """Whether the executed copy is complete, and the notebook has not changed since."""
    try:
        made, source = read_notebook(output), read_notebook(notebook)
    except InputError:
        return False
    record = made.metadata.get("papermill", {})
    cells = [cell.source for cell in made.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    ended = record.get("end_time") and not record.get("exception")
    return bool(ended) and cells == [cell.source for cell in source.cells]
