"""What can be told of a model file before Keras builds anything from it."""

import io
import json
import os
import zipfile
from pathlib import Path

from albumlib.errors import InputError

# Keras neither packs its files nor its weights, so what unpacks to much more was not made by it.
MOST_TIMES = 4
SMALL = 1 << 20  # bytes that may always be there
LEAST_UNITS = 100_000  # a whole number in a configuration that is never too many
LARGE = ("seed", "shared_object_id")  # numbers that are large and take no room
CONFIG, WEIGHTS = "config.json", "model.weights.h5"
# What zip archives, JSON and HDF5 raise if they are damaged.
UNREADABLE = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile)


def check_model_file(path: str | os.PathLike) -> None:
    """Refuse what is no model file, or would take much more memory than its size says.

    Raises
    ------
    InputError
        If it is no regular file or no zip archive of a configuration and weights, if these unpack to more than four
        times its size, or if its layers are larger than its weights.
    """
    path = Path(path)
    if not path.is_file():  # a pipe would be waited for without end
        got = "another kind of file" if path.exists() else "nothing"
        raise InputError("cannot be loaded", where=path, expected="a .keras file", got=got, todo="train again")
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > MOST_TIMES * size + SMALL:
                raise _refused(path, "unpacks to no more than it holds", f"{unpacked:,} bytes from {size:,}")
            config = json.loads(archive.read(CONFIG))
            weights = archive.read(WEIGHTS)
        held = _bytes_of_weights(weights)
    except UNREADABLE as error:
        raise _refused(path, f"a zip archive with {CONFIG} and {WEIGHTS}", str(error)) from None
    if held > MOST_TIMES * size + SMALL:
        raise _refused(path, "weights that unpack to no more than it holds", f"{held:,} bytes from {size:,}")
    most = max(LEAST_UNITS, held)
    if (largest := _largest_number(config)) > most:
        raise _refused(path, f"layers of at most {most:,} units, as its weights have", f"{largest:,}")


def _refused(path, expected, got):
    return InputError("cannot be loaded", where=path, expected=expected, got=got, todo="train again")


def _bytes_of_weights(content):
    """Bytes of all arrays in an HDF5 file, as its headers say."""
    import h5py

    sizes = []
    with h5py.File(io.BytesIO(content)) as file:
        file.visititems(lambda name, item: sizes.append(item.nbytes) if isinstance(item, h5py.Dataset) else None)
    return sum(sizes)


def _largest_number(config):
    """The largest number in a configuration that can stand for a size."""
    found, waiting = 0, [config]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += [value for key, value in each.items() if key not in LARGE]
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, int | float):
            found = max(found, each)
    return found
