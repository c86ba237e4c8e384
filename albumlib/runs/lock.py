"""A run folder is locked while it trains, so that two processes never write into it at once."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from albumlib.errors import InputError
from albumlib.files import cannot_write, remove
from albumlib.runs.jsons import read_json, write_json

WAIT = "ALBUMLIB_WAIT"  # set by --wait, and read in the notebook's own process


@contextmanager
def locked(folder: Path, *, doing: str = "trained") -> Iterator[None]:
    """Hold a run folder, which exists. The system ends the hold of a process that dies.

    Where ``$ALBUMLIB_WAIT`` is set, wait until no other process holds it.

    Parameters
    ----------
    doing
        What is done to the folder meanwhile, for the message.

    Raises
    ------
    InputError
        If another process holds it: which, and since when.
    """
    from filelock import FileLock  # here, for it takes as long to import as all else of a run

    lock, holder = FileLock(folder / "lock"), folder / "training.json"
    try:
        _acquire(lock, holder, doing)
    except OSError as error:
        raise cannot_write(lock.lock_file, error) from None
    try:
        since = datetime.now().astimezone().isoformat(" ", "seconds")
        write_json(holder, {"process": os.getpid(), "machine": socket.gethostname(), "since": since})
        yield
    finally:
        remove(holder)
        lock.release()


def _acquire(lock, holder, doing):
    from filelock import Timeout

    try:
        lock.acquire(timeout=0)
    except Timeout:
        if not os.environ.get(WAIT):
            todo = "wait for it (--wait does), stop it, or choose another folder"
            raise InputError(f"is being {doing}", where=holder.parent, got=_named(holder), todo=todo) from None
        print(f"{holder.parent} is being {doing} by {_named(holder)}: waiting", flush=True)
        lock.acquire(timeout=-1)


def _named(holder):
    try:
        found = read_json(holder)
    except InputError:  # it begins or ends at this very moment
        return "another process"
    return f"process {found.get('process')} on {found.get('machine')} since {found.get('since')}"
