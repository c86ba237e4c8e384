"""One notebook run many times, once for each combination of parameters."""

import hashlib
import itertools
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

import albumlib
from albumlib.batch.parameters import read_value
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
        If the notebook does not exist or lacks a parameter, or a value is of another type: then nothing is run.

    Examples
    --------
    >>> values = {"variant": ["none", "dropout_02"], "seed": ["0", "1", "2"]}
    >>> failed = sweep_notebook("notebooks/05_regularization.ipynb", "runs/study", values)
    """
    known = notebook_parameters(notebook)
    for name in values:
        if name not in known:
            raise InputError("no such parameter", where=notebook, expected=", ".join(known), got=name)
    read = {name: {text: read_value(text, known[name]) for text in texts} for name, texts in values.items()}
    runs, failed = combinations(values), []
    for number, parameters in enumerate(runs, 1):
        name = " ".join(f"{key}={value}" for key, value in parameters.items())
        chosen = {key: read[key][text] for key, text in parameters.items()}
        output = Path(out) / run_name(notebook, chosen)
        if _is_done(output, notebook, chosen):
            echo(f"{number}/{len(runs)}  {name}  done before")
            continue
        echo(f"{number}/{len(runs)}  {name}")
        started = time.monotonic()
        try:
            run_notebook(notebook, output, parameters=chosen, show=False)
        except InputError as error:
            failed.append((output, "run", str(error)))
            echo(f"  failed: {error}")
        else:
            echo(f"  {time.monotonic() - started:.0f} s")
    return make_report(failed)


def run_name(notebook: str | os.PathLike, parameters: Mapping[str, Any]) -> str:
    """Name the executed copy of a run after all its parameters, and by 8 digits that no other parameters share."""
    digest = hashlib.sha1(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:8]
    values = [f"{key}={value}" for key, value in parameters.items()]
    return f"{fit_name('-'.join([Path(notebook).stem, *values]))}-{digest}.ipynb"


def _is_done(output, notebook, parameters):
    """Whether the executed copy is complete, with these parameters, from this notebook, by this version."""
    try:
        made, source = read_notebook(output), read_notebook(notebook)
    except InputError:
        return False
    record = made.metadata.get("papermill", {})
    cells = [cell.source for cell in made.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    ended = record.get("end_time") and not record.get("exception")
    same = record.get("parameters") == parameters and made.metadata.get("albumlib") == albumlib.__version__
    return bool(ended) and same and cells == [cell.source for cell in source.cells]
