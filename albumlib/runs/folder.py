"""A run is a folder.

It holds::

    config.json   what was asked for, written before training
    metrics.csv   one row a log step
    samples/      pictures made on the way
    checkpoints/  one folder a checkpoint, the newest two
    lock          held by the process that trains, which training.json names
    model.keras   the finished network
    model.onnx    the same for predictions alone, without Keras
    card.json     data, genres in order, seed, versions, scores
"""

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from albumlib.errors import InputError
from albumlib.files import cannot_write, make_folder, sweep
from albumlib.runs.cards import RunKind, check_card, digest_of, digest_of_copy, versions
from albumlib.runs.checkpoints import Checkpoints
from albumlib.runs.configs import check_config
from albumlib.runs.glue import glue_run
from albumlib.runs.jsons import read_json, write_json
from albumlib.runs.lock import locked

if TYPE_CHECKING:
    import pandas as pd


def home() -> Path:
    """Folder for all that the package writes where no other is named: ``$ALBUMLIB_HOME``, or the user's cache."""
    if os.environ.get("ALBUMLIB_HOME"):
        return Path(os.environ["ALBUMLIB_HOME"]).expanduser().resolve()
    from platformdirs import user_cache_path

    return user_cache_path("albumlib")


class Run:
    """One run folder.

    Parameters
    ----------
    folder
        ``~`` is the home. Need not exist yet; `start` makes it, `load_card` needs a finished one.

    Examples
    --------
    >>> run = Run("runs/first")
    >>> with run.training({"kind": "judge", "epochs": 2, "seed": 0}):
    ...     first, folder = run.resume()  # 0, None: nothing was done before
    ...     run.log({"epoch": 1, "val_loss": 0.5})
    ...     run.save_checkpoint(1, lambda folder: model.save(folder / "last.keras"))
    ...     model.save(run.model_path)
    ...     run.finish({"kind": "judge", "genres": ["Folk", "Jazz"], "seed": 0})
    >>> Run("runs/first").load_card("judge")["genres"]
    ['Folk', 'Jazz']
    """

    def __init__(self, folder: str | os.PathLike):
        self.folder = Path(folder).expanduser()
        self.samples = self.folder / "samples"
        self.checkpoints = Checkpoints(self.folder)
        self.model_path = self.folder / "model.keras"
        self.light_path = self.folder / "model.onnx"

    @contextmanager
    def training(self, config: Mapping[str, Any], *, defaults: Mapping[str, Any] | None = None) -> Iterator[Self]:
        """Hold the folder while this process trains into it; as `start` else.

        A finished run is not held: there is nothing to write. Its folder and scores are glued into the notebook, if one
        runs (`glue`). Where ``$ALBUMLIB_WAIT`` is set, wait for the process
        that trains there.

        Raises
        ------
        InputError
            If another process trains there, or as in `start`.
        """
        if self.finished:
            yield self.start(config, defaults=defaults)
            glue_run(self.folder, read_json(self.folder / "card.json"))
            return
        with locked(make_folder(self.folder)):
            sweep(self.folder)
            yield self.start(config, defaults=defaults)

    def start(self, config: Mapping[str, Any], *, defaults: Mapping[str, Any] | None = None) -> Self:
        """Begin the run, or take it up again when the same was asked for before.

        Parameters
        ----------
        config
            Everything that decides the result; JSON types only.
        defaults
            Of its settings: what one counts as that came into the package after the run was begun. So its default must
            stand for what was done before.

        Raises
        ------
        InputError
            If the folder holds a run with another configuration.
        """
        path = self.folder / "config.json"
        config = json.loads(json.dumps(config))
        if path.exists():
            before = read_json(path)
            check_config(
                before,
                config,
                defaults=json.loads(json.dumps(defaults or {})),
                where=self.folder,
                todo="choose another run folder or delete this one",
            )
        else:
            make_folder(self.folder)
            write_json(path, config)
        make_folder(self.samples)
        return self

    @property
    def finished(self) -> bool:
        """Whether the training has ended and left its model and card."""
        return self.model_path.is_file() and (self.folder / "card.json").exists()

    def finish(self, card: Mapping[str, Any]) -> None:
        """Write the card, last of all files: its presence says that the run is complete.

        Parameters
        ----------
        card
            ``kind``, ``genres`` (class order), ``data``, ``seed``, ``scores`` and what the model needs for its use.
            The digests of the model and of its ONNX copy, and the versions of the packages, are added. Folder and
            scores are glued into the notebook, if one runs.
        """
        sealed = {"digest": digest_of(card, self.model_path)} if self.model_path.exists() else {}
        sealed |= {"onnx": digest_of_copy(self.light_path, self.model_path)} if self.light_path.is_file() else {}
        write_json(self.folder / "card.json", {**card, **sealed, "versions": versions()})
        glue_run(self.folder, card)

    def load_card(self, kind: RunKind) -> dict[str, Any]:
        """Read the card of a finished run.

        Raises
        ------
        InputError
            If the folder is no finished run of that kind, or its card and model are not as the training left them.
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
        check_card(card, kind, model=self.model_path, where=self.folder)
        return card

    def log(self, row: Mapping[str, Any]) -> None:
        """Append one row to ``metrics.csv``, with the same keys in the same order at each call."""
        fresh = not (path := self.folder / "metrics.csv").exists()
        try:
            with path.open("a", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, fieldnames=list(row))
                if fresh:
                    writer.writeheader()
                writer.writerow(row)
        except OSError as error:
            raise cannot_write(path, error) from None

    def metrics(self) -> "pd.DataFrame":
        """The rows logged so far.

        Raises
        ------
        InputError
            If ``metrics.csv`` is damaged.
        """
        import pandas as pd

        path = self.folder / "metrics.csv"
        try:
            return pd.read_csv(path) if path.is_file() else pd.DataFrame()
        except (OSError, ValueError) as error:
            raise InputError("not a table of metrics", where=path, got=str(error), todo="train again") from None

    def save_checkpoint(self, number: int, save: Callable[[Path], Any]) -> None:
        """Write a checkpoint whole or not at all, with the metrics and the best model so far; the newest two are kept.

        Parameters
        ----------
        number
            Epoch or step.
        save
            Called with the folder to write into.

        Raises
        ------
        InputError
            If it cannot be written; those before stay.
        """
        self.checkpoints.save(number, save, config=read_json(self.folder / "config.json"))

    def last_checkpoint(self) -> tuple[int, Path] | None:
        """Epoch or step of the newest whole checkpoint, and its folder; None if there is none.

        Raises
        ------
        InputError
            If it is of a training with another configuration.
        """
        if not self.checkpoints.numbered():
            return None
        folder = self.checkpoints.newest(read_json(self.folder / "config.json"))
        return (int(folder.name), folder) if folder else None

    def resume(self) -> tuple[int, Path | None]:
        """Take the run back to its newest whole checkpoint, rows of metrics included, or to its beginning.

        Returns
        -------
        number
            Epoch or step of the checkpoint; 0 at the beginning.
        folder
            Of the checkpoint.
        """
        number, folder = self.last_checkpoint() or (0, None)
        self.checkpoints.restore(folder)
        return number, folder
