"""Many run folders in one table: what was asked for, how far it came, and what it scored."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from albumlib.errors import InputError
from albumlib.runs.configs import flat
from albumlib.runs.jsons import read_json


def runs_table(folder: str | os.PathLike) -> pd.DataFrame:
    """Gather the run folders in a folder, at any depth.

    Returns
    -------
    table
        A row a run: ``run`` (its path in `folder`), ``status`` ("finished", "training" as far as is known,
        "unfinished", "damaged"), ``ended`` (local time of the last file), the configuration as in `flat`, the scores;
        empty or NaN where a run has none. ``table.attrs`` lists the names of the columns of both, under
        "configuration" and "scores". A score that has the name of another column begins with ``score_``.

    Raises
    ------
    InputError
        If there is no run.
    """
    folder, rows, configuration, scores = Path(folder), [], {}, {}
    for path in sorted(folder.glob("**/config.json")):
        if path.parent.parent.name == "checkpoints":
            continue
        try:
            run = read_run(path.parent)
        except InputError:
            run = {"status": "damaged", "ended": "", "configuration": {}, "scores": {}}
        about = {"run": path.parent.relative_to(folder).as_posix(), "status": run["status"], "ended": run["ended"]}
        asked = flat(run["configuration"])
        taken = {*about, *asked}
        scored = {f"score_{name}" if name in taken else name: score for name, score in run["scores"].items()}
        rows.append({**about, **asked, **scored})
        configuration |= dict.fromkeys(asked)
        scores |= dict.fromkeys(scored)
    if not rows:
        raise InputError("no runs", where=folder, expected="run folders in it, each with a config.json")
    table = pd.DataFrame(rows, columns=[*("run", "status", "ended"), *configuration, *scores])
    table.attrs = {"configuration": list(configuration), "scores": list(scores)}
    return table


def read_run(folder: str | os.PathLike) -> dict[str, Any]:
    """Read what a run folder says of itself.

    Returns
    -------
    run
        ``status``, ``ended``, ``configuration``, ``scores`` and ``versions``, as in `runs_table`.

    Raises
    ------
    InputError
        If it is no run folder.
    """
    folder = Path(folder)
    configuration = read_json(folder / "config.json")
    card = read_json(folder / "card.json") if (folder / "card.json").exists() else {}
    training = "training" if (folder / "training.json").exists() else "unfinished"
    newest = max(path.stat().st_mtime for path in folder.iterdir())
    return {
        "status": "finished" if card else training,
        "ended": datetime.fromtimestamp(newest).isoformat(" ", "minutes"),
        "configuration": configuration,
        "scores": {name: score for name, score in card.get("scores", {}).items() if isinstance(score, int | float)},
        "versions": card.get("versions", {}),
    }
