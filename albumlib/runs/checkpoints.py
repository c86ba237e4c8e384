"""Checkpoints of a run: written whole, checked by their digests before they are used."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from albumlib.errors import InputError
from albumlib.files import cannot_write, remove, sha256
from albumlib.runs.configs import check_config
from albumlib.runs.jsons import read_json, write_json

KEPT_CHECKPOINTS = 2
# Files of the run that grow as it trains; a checkpoint holds them as they were.
GROWING = ("metrics.csv", "model.keras")
DIGESTS = "digests.json"


class Checkpoints:
    """The checkpoints of a run folder, one folder each, named by epoch or step; the newest two are kept.

    Parameters
    ----------
    run
        The run folder.
    """

    def __init__(self, run: Path):
        self.run, self.folder = run, run / "checkpoints"

    def save(self, number: int, save: Callable[[Path], Any], *, config: Mapping[str, Any]) -> None:
        """Write a checkpoint whole or not at all, and drop all but the newest two.

        Parameters
        ----------
        save
            Called with the folder to write into.
        config
            The run's; a checkpoint is taken up under the same one only.

        Raises
        ------
        InputError
            If it cannot be written; those before stay.
        """
        partial = self.folder / "partial"
        remove(partial)
        try:
            partial.mkdir(parents=True)
            save(partial)
            for name in GROWING:
                if (self.run / name).exists():
                    shutil.copyfile(self.run / name, partial / name)
            digests = {path.name: sha256(path) for path in sorted(partial.iterdir())}
            write_json(partial / DIGESTS, {"config": dict(config), "files": digests})
            target = self.folder / f"{number:07d}"
            remove(target)
            partial.rename(target)
        except OSError as error:
            raise cannot_write(partial, error) from None
        finally:
            remove(partial)
        for old in self.numbered()[:-KEPT_CHECKPOINTS]:
            remove(old)

    def newest(self, config: Mapping[str, Any]) -> Path | None:
        """Folder of the newest whole checkpoint; None if there is none. Damaged ones are named on the screen.

        Raises
        ------
        InputError
            If the newest whole one is of a training with another configuration.
        """
        for folder in reversed(self.numbered()):
            found = _digests(folder)
            if found is None:
                print(f"{folder}: checkpoint is damaged and left out", flush=True)
            else:
                todo = "choose another run folder or delete these checkpoints"
                check_config(found, config, where=folder, todo=todo, defaults={})
                return folder
        return None

    def restore(self, folder: Path | None) -> None:
        """Put the run's growing files back to what they were at a checkpoint; None: at the beginning.

        Raises
        ------
        InputError
            If they cannot be written.
        """
        remove(self.folder / "partial")
        try:
            for name in GROWING:
                if folder and (folder / name).exists():
                    shutil.copyfile(folder / name, self.run / name)
                else:
                    (self.run / name).unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(self.run, error) from None

    def numbered(self) -> list[Path]:
        """Folders of all checkpoints, damaged ones too, oldest first."""
        named = [path for path in self.folder.glob("*") if path.name.isascii() and path.name.isdigit()]
        return sorted(named, key=lambda path: int(path.name))


def _digests(folder):
    """The configuration that a checkpoint was made under; None if it is not as it was written."""
    try:
        sealed = read_json(folder / DIGESTS)
        found = {path.name: sha256(path) for path in sorted(folder.iterdir()) if path.name != DIGESTS}
    except (InputError, OSError):
        return None
    return sealed.get("config") if sealed.get("files") == found else None
