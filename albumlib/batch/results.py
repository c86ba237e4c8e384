"""The table of a folder of runs: a row a run, kept from sweep to sweep."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from albumlib.errors import InputError
from albumlib.files import whole_file

# Columns beside parameters, which stand before the first, and scores, which stand after it.
STATUS, ABOUT = "status", ("seconds", "cell", "message", "run", "file", "albumlib")


class Results:
    """``results.csv`` of a sweep's folder, written anew whenever a run has ended.

    Parameters
    ----------
    path
        Of the table; the rows that it has are kept, but for those of runs that are added again.
    """

    def __init__(self, path: Path):
        self.path, self.rows, self.parameters, self.scores = path, {}, {}, {}
        if path.exists():
            table = _read(path, dtype=str)
            self.parameters, self.scores = (dict.fromkeys(names) for names in columns(table))
            self.rows = {_run_of(row["file"]): row for row in table.to_dict("records")}

    def add(self, *outcomes: Mapping[str, Any]) -> None:
        """Add runs, each as `albumlib.batch.read_outcome` tells of it, and write the table."""
        for outcome in outcomes:
            parameters = outcome["parameters"]
            # a score may have the name of a parameter, or of a column
            taken = {*parameters, *self.parameters, STATUS, *ABOUT}
            scores = {f"score_{name}" if name in taken else name: value for name, value in outcome["scores"].items()}
            self.parameters |= dict.fromkeys(parameters)
            self.scores |= dict.fromkeys(scores)
            about = {name: outcome[name] for name in (STATUS, *ABOUT)}
            row = {name: _text(value) for name, value in {**parameters, **scores, **about}.items()}
            self.rows[_run_of(row["file"])] = row
        names = [*self.parameters, STATUS, *self.scores, *ABOUT]
        with whole_file(self.path) as temporary:
            pd.DataFrame(self.rows.values(), columns=names).to_csv(temporary, index=False)

    def of(self, outputs: Sequence[Path]) -> pd.DataFrame:
        """The rows of some runs, in their order, with numbers as numbers."""
        table = read_results(self.path)
        places = {_run_of(file): place for place, file in enumerate(table["file"])}
        return table.iloc[[places[output.name] for output in outputs if output.name in places]].reset_index(drop=True)


def read_results(path: str | os.PathLike) -> pd.DataFrame:
    """Read ``results.csv`` of a sweep.

    Returns
    -------
    table
        A row a run, see `albumlib.batch.sweep_notebook`. What a run lacks is NaN where others have numbers, else empty.

    Raises
    ------
    InputError
        If it is no such table.
    """
    table = _read(Path(path), na_values=[""])
    texts = table.select_dtypes(exclude="number").columns
    return table.assign(**{name: table[name].fillna("") for name in texts})


def columns(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The names of parameters and of scores in a table of results."""
    names = list(table.columns)
    first, last = names.index(STATUS), names.index(ABOUT[0])
    return names[:first], names[first + 1 : last]


def stopped(output: Path, parameters: Mapping[str, Any], message: str) -> dict[str, Any]:
    """The outcome of a run that has left nothing, as `albumlib.batch.read_outcome` would tell of it."""
    about = dict.fromkeys(ABOUT, "") | {"message": message, "file": output.name}
    return {"parameters": dict(parameters), "scores": {}, STATUS: "stopped", **about}


def _read(path, **options):
    expected = ", ".join((STATUS, *ABOUT))
    try:
        table = pd.read_csv(path, keep_default_na=False, **options)
    except (OSError, ValueError) as error:
        raise InputError("not a table of results", where=path, expected=expected, got=str(error)) from None
    if not {STATUS, *ABOUT} <= set(table.columns):
        raise InputError("not a table of results", where=path, expected=expected, got=", ".join(table.columns))
    return table


def _run_of(file):
    """Name of the executed copy of a run, whether it has failed or not."""
    return str(file).replace(".failed.ipynb", ".ipynb")


def _text(value):
    """Write a value so that no digit is lost; a text as it is."""
    return value if isinstance(value, str) else json.dumps(value)
