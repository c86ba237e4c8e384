"""Files that are written whole or not at all, and what killed processes have left of them."""

import hashlib
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from albumlib.errors import InputError

HOST = hashlib.sha1(socket.gethostname().encode()).hexdigest()[:8]
OWNED = re.compile(r"\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.tmp(\.\w+)?")  # host and process of a temporary name
SAMPLE = 1 << 12  # bytes of a file, read at four places to tell it from others
DEAD_FOR, UNTOUCHED_FOR = 60, 24 * 3600  # seconds after which a file of a dead owner, or of an unknown one, goes


@contextmanager
def whole_file(path: str | os.PathLike) -> Iterator[Path]:
    """Give a name to write under; at the end the file takes its place, and what was there stays if anything fails.

    Raises
    ------
    InputError
        If it cannot be written: the disk is full, the folder is gone or not writable.

    Examples
    --------
    >>> with whole_file("index.csv") as temporary:
    ...     table.to_csv(temporary)
    """
    path = Path(path)
    temporary = path.with_name(owned_name(path.suffix))
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise cannot_write(path, error) from None
    finally:
        remove(temporary)


def cannot_write(path: str | os.PathLike, error: OSError) -> InputError:
    """What to raise where writing a file or into a folder failed."""
    todo = "make room, or choose a place that can be written"
    return InputError("cannot be written", where=path, got=error.strerror or str(error), todo=todo)


def make_folder(path: str | os.PathLike) -> Path:
    """Make a folder and those above it, unless it is there.

    Raises
    ------
    InputError
        If it cannot be made.
    """
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from None
    return path


def owned_name(suffix: str = "") -> str:
    """A temporary name that no other file has, and that tells whose it is: of this process on this machine."""
    return f".{HOST}-{os.getpid()}-{uuid4().hex[:8]}.tmp{suffix}"


def sweep(folder: str | os.PathLike, *, dead_for: float = DEAD_FOR) -> None:
    """Remove the temporary files in a folder whose owner has been dead for so long (s), or that are a day old."""
    for path in Path(folder).glob(".*.tmp*"):
        owner = OWNED.fullmatch(path.name)
        try:
            age = time.time() - path.stat().st_mtime
        except OSError:  # gone meanwhile
            continue
        dead = owner and owner[1] == HOST and not is_alive(int(owner[2]))
        if owner and age >= (dead_for if dead else UNTOUCHED_FOR):
            remove(path)


@contextmanager
def nothing_half_written(folder: str | os.PathLike) -> Iterator[None]:
    """Take away, where the work in a folder is stopped, what its workers were just writing."""
    try:
        yield
    except BaseException:
        sweep(folder, dead_for=0)
        raise


def is_alive(process: int) -> bool:
    """Whether a process of this machine lives; where that cannot be asked without harm, it is taken to live."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def remove(path: Path) -> None:
    """Remove a file or a folder with all that is in it, if it is there and can be removed."""
    import shutil

    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def sha256(path: str | os.PathLike) -> str:
    """Hexadecimal digest of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_stamp(path: str | os.PathLike) -> str:
    """Size, time of change and some bytes of a file, by which what was made of it is known; "" if it cannot be read.

    Two songs of one length and rate are files of one size, and what unpacked them may have given them one time.
    """
    path = Path(path)
    if not path.is_file():
        return ""
    size, some = path.stat().st_size, hashlib.blake2b(digest_size=6)
    try:
        with path.open("rb") as file:
            for part in range(4):
                file.seek(part * size // 4)
                some.update(file.read(SAMPLE))
    except OSError:
        return ""
    return f"{size} bytes, changed {path.stat().st_mtime_ns}, {some.hexdigest()}"
