"""Run folders: what a training leaves behind, and how it goes on after an interruption.

A run is a folder::

    config.json   what was asked for, written before training
    metrics.csv   one row a log step
    samples/      pictures made on the way
    checkpoints/  one folder a checkpoint, the newest two
    model.keras   the finished network
    card.json     data, genres in order, seed, versions, scores
"""

import csv
import json
import os
import platform
import shutil
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, Self

import pandas as pd

from albumlib.errors import InputError

KEPT_CHECKPOINTS = 2
PACKAGES = ("albumlib", "keras", "tensorflow", "torch", "librosa", "numpy")  # whose versions decide a result

RunKind = Literal["classifier", "gan", "judge"]


def home() -> Path:
    """Folder for all that the package writes where no other is named: ``$ALBUMLIB_HOME``, or the user's cache."""
    if os.environ.get("ALBUMLIB_HOME"):
        return Path(os.environ["ALBUMLIB_HOME"]).expanduser().resolve()
    from platformdirs import user_cache_path

    return user_cache_path("albumlib")


def write_json(path: str | os.PathLike, content: Mapping[str, Any]) -> None:
    """Write JSON through a temporary name, so that a reader never sees half a file."""
    path = Path(path)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, path)


def read_json(path: str | os.PathLike) -> dict[str, Any]:
    """Read a JSON file of a run.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError("no such file", where=path, todo="name a run folder whose training has ended") from None
    except (OSError, ValueError) as error:
        raise InputError("cannot be read as JSON", where=path, got=str(error)) from None


class Run:
    """One run folder.

    Parameters
    ----------
    folder
        Need not exist yet; `start` makes it, `load_card` needs a finished one.

    Examples
    --------
    >>> run = Run("runs/first").start({"kind": "classifier", "epochs": 2, "seed": 0})
    >>> run.log({"epoch": 1, "val_loss": 0.5})
    >>> run.save_checkpoint(1, lambda folder: model.save(folder / "last.keras"))
    >>> run.last_checkpoint()
    (1, PosixPath('runs/first/checkpoints/0000001'))
    >>> model.save(run.model_path)
    >>> run.finish({"kind": "classifier", "genres": ["Folk", "Jazz"], "seed": 0})
    >>> Run("runs/first").load_card("classifier")["genres"]
    ['Folk', 'Jazz']
    """

    def __init__(self, folder: str | os.PathLike):
        self.folder = Path(folder)
        self.samples = self.folder / "samples"
        self.checkpoints = self.folder / "checkpoints"
        self.model_path = self.folder / "model.keras"

    def start(self, config: Mapping[str, Any]) -> Self:
        """Begin the run, or take it up again when the same was asked for before.

        Parameters
        ----------
        config
            Everything that decides the result; JSON types only.

        Raises
        ------
        InputError
            If the folder holds a run with another configuration.
        """
        path = self.folder / "config.json"
        config = json.loads(json.dumps(config))
        if path.exists():
            before = read_json(path)
            changed = sorted(key for key in before.keys() | config.keys() if before.get(key) != config.get(key))
            if changed:
                key = changed[0]
                other = "that learned from other data" if changed == ["digest"] else "with another configuration"
                raise InputError(
                    f"folder holds a run {other}",
                    where=self.folder,
                    expected=f"{key} = {str(before.get(key))[:80]}",
                    got=str(config.get(key))[:80],
                    todo="choose another run folder or delete this one",
                )
        self.samples.mkdir(parents=True, exist_ok=True)
        self.checkpoints.mkdir(exist_ok=True)
        write_json(path, config)
        return self

    @property
    def finished(self) -> bool:
        """Whether the training has ended and left its model and card."""
        return self.model_path.exists() and (self.folder / "card.json").exists()

    def finish(self, card: Mapping[str, Any]) -> None:
        """Write the card, last of all files: its presence says that the run is complete.

        Parameters
        ----------
        card
            ``kind``, ``genres`` (class order), ``data``, ``seed``, ``scores`` and what the model needs for its use.
        """
        write_json(self.folder / "card.json", {**card, "versions": versions()})

    def load_card(self, kind: RunKind) -> dict[str, Any]:
        """Read the card of a finished run.

        Raises
        ------
        InputError
            If the folder is no finished run of that kind.
        """
        if not self.folder.is_dir():
            raise InputError("no such run folder", where=self.folder, expected=f"a finished {kind} run")
        if not self.finished:
            raise InputError(
                "run folder without a model",
                where=self.folder,
                expected="model.keras and card.json",
                todo="finish the training first",
            )
        card = read_json(self.folder / "card.json")
        if card.get("kind") != kind:
            raise InputError("run of another kind", where=self.folder, expected=kind, got=str(card.get("kind")))
        return card

    def log(self, row: Mapping[str, Any]) -> None:
        """Append one row to ``metrics.csv``, with the same keys in the same order at each call."""
        path = self.folder / "metrics.csv"
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(row))
            if fresh:
                writer.writeheader()
            writer.writerow(row)

    def metrics(self) -> pd.DataFrame:
        """The rows logged so far."""
        path = self.folder / "metrics.csv"
        return pd.read_csv(path) if path.exists() else pd.DataFrame()

    def rewind(self, column: Literal["epoch", "step"], last: int) -> None:
        """Drop the rows after epoch or step `last`, a checkpoint's: the resumed training will log them again."""
        path = self.folder / "metrics.csv"
        if not path.exists():
            return
        # The rows are kept as text, so that the resumed file is the uninterrupted one to the last digit.
        with path.open(newline="", encoding="utf-8") as file:
            header, *rows = list(csv.reader(file)) or [[]]
        kept = [row for row in rows if len(row) == len(header) and int(row[header.index(column)]) <= last]
        if not kept:  # the header itself may be cut short
            path.unlink()
            return
        partial = path.with_suffix(".partial")
        with partial.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *kept])
        os.replace(partial, path)

    def save_checkpoint(self, number: int, save: Callable[[Path], Any]) -> None:
        """Write a checkpoint whole or not at all, and drop all but the newest two.

        Parameters
        ----------
        number
            Epoch or step.
        save
            Called with the folder to write into.
        """
        partial = self.checkpoints / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        save(partial)
        target = self.checkpoints / f"{number:07d}"
        shutil.rmtree(target, ignore_errors=True)
        os.replace(partial, target)
        for old in self._checkpoint_folders()[:-KEPT_CHECKPOINTS]:
            shutil.rmtree(old, ignore_errors=True)

    def last_checkpoint(self) -> tuple[int, Path] | None:
        """Epoch or step of the newest complete checkpoint, and its folder; None if there is none."""
        folders = self._checkpoint_folders()
        return (int(folders[-1].name), folders[-1]) if folders else None

    def _checkpoint_folders(self) -> list[Path]:
        return sorted(path for path in self.checkpoints.glob("*") if path.name.isdigit())


def versions() -> dict[str, str]:
    """Versions of what decides a result: Python, Keras's backend, and those of `PACKAGES` that are there."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    return {"python": platform.python_version(), "keras_backend": backend, **found}
