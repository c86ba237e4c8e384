"""One notebook run many times, once for each combination of parameters, and one table of all their scores."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import albumlib
from albumlib.batch.grid import combinations
from albumlib.batch.outcome import RESULTS, data_stamp, failed_name, read_outcome, run_digest
from albumlib.batch.parameters import read_values
from albumlib.batch.reading import is_remote, notebook_parameters, read_notebook
from albumlib.batch.results import Results, stopped
from albumlib.batch.run import run_notebook
from albumlib.errors import InputError
from albumlib.files import make_folder, nothing_half_written, remove
from albumlib.parallel import DIED, in_parallel
from albumlib.progress import progress_bar
from albumlib.runs import locked
from albumlib.text import fit_name


@dataclass(frozen=True)
class Planned:
    """A run of a sweep.

    Attributes
    ----------
    parameters
        Values by name.
    output
        Where its executed copy lies, or will.
    digest
        What decides its result, see `albumlib.batch.run_digest`.
    state
        "done before", "failed before", "to run", or why it is run again.
    """

    parameters: dict[str, Any]
    output: Path
    digest: str
    state: str

    @property
    def to_do(self) -> bool:
        """Whether it is still to be run."""
        return not self.state.endswith("before")


def plan_sweep(
    notebook: str | os.PathLike,
    out: str | os.PathLike,
    values: Mapping[str, Sequence[Any]],
    *,
    samples: int | None = None,
) -> list[Planned]:
    """Say which runs a sweep consists of, and which of them are done.

    Parameters
    ----------
    out, values, samples
        As in `sweep_notebook`.

    Raises
    ------
    InputError
        As in `sweep_notebook`.
    """
    source, known, stamp = read_notebook(notebook), notebook_parameters(notebook), cache(data_stamp)
    plan = []
    for given in combinations(values, samples=samples):
        parameters = read_values(given, known, where=notebook)
        output = Path(out).absolute() / run_name(notebook, parameters)
        digest = run_digest(source, parameters, stamp=stamp)
        plan.append(Planned(parameters, output, digest, _state(output, digest)))
    twice = [output.name for output, count in Counter(run.output for run in plan).items() if count > 1]
    if twice:
        raise InputError(
            "cannot sweep over these", where=twice[0], expected="different values", got="one of them twice"
        )
    return plan


def _state(output, digest):
    if outcome := read_outcome(output, digest):
        return f"{outcome['status']} before"
    if other := read_outcome(output):
        version = other["albumlib"]
        same = version == albumlib.__version__
        return f"again: {'the notebook or its data have changed' if same else f'made by albumlib {version}'}"
    return "to run"


def sweep_notebook(
    notebook: str | os.PathLike,
    out: str | os.PathLike,
    values: Mapping[str, Sequence[Any]],
    *,
    samples: int | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    retry: bool = False,
    echo: Callable[[str], Any] = print,
) -> pd.DataFrame:
    """Run a notebook for every combination of parameters; what is done is not run again.

    A run is done again if its parameters, the notebook's code, the package's version or the data are others. One that
    failed is not, unless `retry` says so; one whose process died is.

    Parameters
    ----------
    out
        Folder of the executed copies, named after their parameters, and of ``results.csv``: the runs of all sweeps
        into it.
    values, samples
        The values of each parameter, see `combinations`; a text is read as on a command line.
    jobs
        Notebooks at once on this machine; -1: one a core. Each runs in a process of its own.
    scheduler
        Address of a Dask scheduler whose workers run them, see `albumlib.parallel.in_parallel`. They must see notebook
        and folder under the same paths.
    echo
        Gets a line on what is to be done, and one for each failure.

    Returns
    -------
    results
        The rows of ``results.csv`` that belong to these runs: parameters and scores by name, ``seconds``, ``status``
        ("done", "failed", "stopped"), ``cell`` and ``message`` of a failure, ``run`` (folder of the run that the
        notebook trained last), ``file`` and ``albumlib`` (version).

    Raises
    ------
    InputError
        If the notebook does not exist or lacks a parameter, or a value is of another type: then nothing is run. If
        another sweep writes into the folder, or the Dask scheduler cannot be reached or goes away.

    Examples
    --------
    >>> values = {"variant": ["none", "dropout_02"], "seed": [0, 1, 2]}
    >>> results = sweep_notebook("notebooks/05_regularization.ipynb", "runs/study", values, jobs=2)
    """
    plan_sweep(notebook, out, values, samples=samples)  # what is wrong is told before a folder is made
    notebook = str(notebook) if is_remote(notebook) else os.path.abspath(notebook)
    out = make_folder(Path(out).absolute())
    with locked(out, doing="swept"), nothing_half_written(out):
        plan, results = plan_sweep(notebook, out, values, samples=samples), Results(out / RESULTS)
        if retry:
            plan = [_again(run) for run in plan]
        echo(f"{len(plan)} runs: {summary(plan)}")
        results.add(*(read_outcome(run.output, run.digest) for run in plan if not run.to_do))
        undone = [run for run in plan if run.to_do]
        tasks = [(notebook, run.output, run.digest, run.parameters) for run in undone]
        bar = progress_bar(total=len(plan), initial=len(plan) - len(tasks), desc="sweep", unit="runs")
        with bar:
            for number, row in in_parallel(run_once, tasks, n_jobs=jobs, scheduler=scheduler):
                row = stopped(undone[number].output, undone[number].parameters, DIED) if row == DIED else row
                results.add(row)
                if row["status"] != "done":
                    echo(f"{row['status']}: {row['file']}: {row['message']}")
                bar.update()
        return results.of([run.output for run in plan])


def summary(plan: Sequence[Planned]) -> str:
    """How many runs are in which state, such as ``"3 to run, 9 done before"``."""
    return ", ".join(f"{count} {state}" for state, count in Counter(run.state for run in plan).items())


def _again(run):
    """Plan a run that failed before once more."""
    if run.state != "failed before":
        return run
    remove(failed_name(run.output))
    return Planned(run.parameters, run.output, run.digest, "to run")


def run_once(notebook: str, output: Path, digest: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Run a notebook, unless it is done or has failed already, and say how it ended, as `read_outcome` does."""
    if outcome := read_outcome(output, digest):  # by a worker that died before it could say so
        return outcome
    try:
        run_notebook(notebook, output, parameters=parameters, show=False)
    except Exception as error:  # whatever ends one run must not end the others
        said = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
    else:
        said = "run by another version of albumlib, or under another $ALBUMLIB_PROFILE, than it was planned by"
    return read_outcome(output, digest) or stopped(output, parameters, said)


def run_name(notebook: str | os.PathLike, parameters: Mapping[str, Any]) -> str:
    """Name the executed copy of a run after all its parameters, and by 8 digits that no other parameters share."""
    digest = hashlib.sha1(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:8]
    values = [f"{key}={value}" for key, value in parameters.items()]
    return f"{fit_name('-'.join([Path(notebook).stem, *values]))}-{digest}.ipynb"
