"""What an executed notebook says of its run: whether it ended, with what parameters, scores and run folder."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from numbers import Real
from pathlib import Path
from typing import Any

import nbformat

import albumlib
from albumlib.batch.reading import read_notebook
from albumlib.data.catalog import list_files
from albumlib.errors import InputError
from albumlib.files import file_stamp
from albumlib.runs import MIME
from albumlib.text import printable

DATA = ("data_dir", "song")  # the course's parameters that name what a notebook hears
RESULTS = "results.csv"  # of a sweep: like the executed notebooks no data, where these lie beside it
MOST_MESSAGE = 500  # letters of what a failing cell said


def run_digest(
    notebook: nbformat.NotebookNode, parameters: Mapping[str, Any], *, stamp: Callable[[str], str] | None = None
) -> str:
    """What decides a run's result, in 16 hexadecimal digits: its parameters, the code, the package's version, the data.

    A parameter that names a file or folder below the current one stands for that one, not for its namesake elsewhere.
    ``data_dir`` and ``song`` stand for what is there, too, but for demo data, which a run makes itself.

    Parameters
    ----------
    stamp
        `data_stamp`, or the same with a memory, for many runs on one folder.
    """
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    facts = {"parameters": dict(parameters), "cells": cells, "albumlib": albumlib.__version__}
    texts = {name: value for name, value in parameters.items() if isinstance(value, str) and not os.path.isabs(value)}
    if paths := {name: os.path.realpath(text) for name, text in texts.items() if os.path.exists(text)}:
        facts["paths"] = paths
    if parameters.get("source") != "demo":
        given = {name: parameters[name] for name in DATA if isinstance(parameters.get(name), str)}
        facts["data"] = {name: (stamp or data_stamp)(text) for name, text in given.items()}
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def data_stamp(path: str | os.PathLike) -> str:
    """Sum up what a file or a folder holds, by names, sizes and times of change; "" where there is nothing."""
    path = Path(path).expanduser()
    if not path.is_dir():
        return file_stamp(path)
    total = hashlib.blake2b(digest_size=8)
    for name in list_files(path):
        if Path(name).suffix != ".ipynb" and Path(name).name != RESULTS and (path / name).is_file():
            stat = (path / name).stat()
            total.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode(errors="surrogateescape"))
    return total.hexdigest()


def failed_name(output: str | os.PathLike) -> Path:
    """Where the cells of a run that failed are kept, beside the output."""
    return Path(output).with_name(f"{Path(output).stem}.failed.ipynb")


def glued(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """The values that its cells have glued, by `albumlib.runs.glue` or scrapbook; the last of a name counts."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            scrap = output.get("data", {}).get(MIME)
            if isinstance(scrap, dict) and isinstance(scrap.get("name"), str):
                found[scrap["name"]] = scrap.get("data")
    return found


def seal(notebook: nbformat.NotebookNode, digest: str, *, cell: int | None = None, message: str = "") -> None:
    """Write into an executed notebook's metadata, in place, what this module reads there.

    Parameters
    ----------
    digest
        From `run_digest`.
    cell, message
        Where a cell failed: its number and what it said.
    """
    left = glued(notebook)
    scores = {name: value for name, value in left.items() if _is_number(value)}
    scores |= {name: value for name, value in (left.get("scores") or {}).items() if _is_number(value)}
    found = {"version": albumlib.__version__, "digest": digest, "scores": scores, "run": left.get("run") or ""}
    if cell is not None:
        found |= {"cell": cell, "message": printable(message)[:MOST_MESSAGE]}
    notebook.metadata["albumlib"] = nbformat.from_dict(found)


def read_outcome(output: str | os.PathLike, digest: str | None = None) -> dict[str, Any] | None:
    """Read how a run ended from its executed copy, or from what is left of a failed one.

    Parameters
    ----------
    output
        Where the executed copy lies, or would.
    digest
        Only a run that this decides; see `run_digest`.

    Returns
    -------
    outcome
        ``parameters`` and ``scores`` by name, ``status``, ``seconds``, ``cell`` and ``message`` of a failure, ``run``
        (folder of the run that was trained), ``file`` and ``albumlib`` (version); None if there is no such run.
    """
    for path in (Path(output), failed_name(output)):
        if not path.is_file():
            continue
        try:
            metadata = read_notebook(path).metadata
            outcome = _outcome(path, metadata["albumlib"], metadata["papermill"])
        except (InputError, KeyError, TypeError, ValueError, AttributeError):  # not of ours, or not whole
            continue
        if digest is None or metadata["albumlib"].get("digest") == digest:
            return outcome
    return None


def _outcome(path, sealed, record):
    started, ended = (datetime.fromisoformat(record[name]) for name in ("start_time", "end_time"))
    return {
        "parameters": dict(record.get("parameters", {})),
        "scores": dict(sealed.get("scores", {})),
        "seconds": round((ended - started).total_seconds(), 1),
        "status": "failed" if "cell" in sealed else "done",
        "cell": sealed.get("cell", ""),
        "message": sealed.get("message", ""),
        "run": sealed.get("run", ""),
        "file": path.name,
        "albumlib": sealed.get("version", ""),
    }


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool)
