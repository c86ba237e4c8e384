"""Read the weights of a TensorFlow checkpoint without TensorFlow, and find those of musicnn without importing it.

A checkpoint ("tensor bundle") is two files: ``.data-00000-of-00001`` holds the numbers of all variables one after the
other; ``.index`` says where each begins. The index is a table of LevelDB: blocks of sorted pairs of key and value, in
which a key names only what differs from the key before it, and each value is a small protocol buffer.

References
----------
TensorFlow, ``core/protobuf/tensor_bundle.proto``; LevelDB, ``doc/table_format.md``.
"""

import hashlib
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np

from albumlib.errors import InputError

PACKAGE, VERSION = "musicnn", "0.1.0"
INSTALL = f"pip install --no-deps {PACKAGE}=={VERSION}"
INDEX, DATA = ".index", ".data-00000-of-00001"
# SHA-256 of index and data of each network, as in the wheel on PyPI
DIGESTS = {
    "MSD": (
        "87f3e0f3550c8d3bafc840374003e5c8af5eeb5ecf6add61af09a7822d3282c8",
        "8579734ee6388f799ed0def4bbd0d1fdcbeaf213ef2a9dc860917bd76a303de6",
    ),
    "MTT": (
        "da2d7bb670b2b31e9bc441bb1bd75eca31b5b061f963cc1f9630c1aff3238f57",
        "041f3935e981a65cea739842d30c188d3a7d2adf4410955c8668eb3de4a5acab",
    ),
}

MAGIC = 0xDB4775248B80FB57  # last eight bytes of every table
FOOTER, TRAILER = 48, 5  # bytes at the end of a table; behind each block: how it is compressed, and a checksum
DTYPES = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8"}  # TensorFlow's numbers of those that a network's weights may have


def find_checkpoint(name: Literal["MSD", "MTT"]) -> Path:
    """Find a network's checkpoint in the installed package, and check that it is the published one.

    Parameters
    ----------
    name : {"MSD", "MTT"}
        Trained on the Million Song Dataset, or on MagnaTagATune.

    Returns
    -------
    pathlib.Path
        The prefix of the two files: a folder with a stroke, for their names begin with the dot.

    Raises
    ------
    InputError
        If the package is missing or its files are not those that were published.

    Notes
    -----
    The package is never imported: its code needs an old numpy and TensorFlow, its files do not.
    """
    from importlib import metadata

    try:
        found = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        raise InputError(
            f"the package {PACKAGE} is not installed", expected="its published networks", todo=INSTALL
        ) from None
    folder = Path(found.locate_file(f"{PACKAGE}/{name}_musicnn"))
    for ending, digest in zip((INDEX, DATA), DIGESTS[name], strict=True):
        path = folder / ending
        if not path.is_file():
            raise InputError("no such file", where=path, expected=f"{PACKAGE} {VERSION}", todo=INSTALL)
        got = hashlib.sha256(path.read_bytes()).hexdigest()
        if got != digest:
            raise InputError("not the published file", where=path, expected=f"SHA-256 {digest}", got=got, todo=INSTALL)
    return folder


def read_checkpoint(
    folder: str | os.PathLike, *, wanted: Callable[[str], bool] = lambda name: True
) -> dict[str, np.ndarray]:
    """Read the variables of a checkpoint.

    Parameters
    ----------
    folder : path
        Holds ``.index`` and ``.data-00000-of-00001``.
    wanted : callable, optional
        From a variable's name to whether it is read; all are by default, the optimizer's moments too.

    Returns
    -------
    dict of numpy.ndarray
        By name; float32 where weights are.

    Raises
    ------
    InputError
        If the files are missing, damaged or of a kind that this reader does not know.
    """
    folder = Path(folder)
    try:
        index, data = (folder / INDEX).read_bytes(), (folder / DATA).read_bytes()
    except OSError as error:
        raise InputError("cannot be read", where=folder, expected="a checkpoint", got=str(error)) from None
    try:
        entries = {key.decode(): _fields(value) for key, value in _table(index) if key}
        return {name: _tensor(data, entry) for name, entry in entries.items() if wanted(name)}
    except (IndexError, KeyError, ValueError) as error:
        raise InputError("damaged checkpoint", where=folder / INDEX, got=str(error), todo=INSTALL) from None


def _table(content):
    """Yield the pairs of key and value of a LevelDB table."""
    if int.from_bytes(content[-8:], "little") != MAGIC:
        raise ValueError("no LevelDB table")
    footer = content[-FOOTER:]
    at = 0
    for _ in range(2):  # where an index of metadata lies, which is not needed
        _, at = _varint(footer, at)
    for _, handle in _block(content, footer[at:]):  # the index of blocks: last key of each, and where it lies
        yield from _block(content, handle)


def _block(content, handle):
    """Yield the pairs of a block, given the bytes that say where it lies."""
    start, at = _varint(handle, 0)
    size, _ = _varint(handle, at)
    block, compression = content[start : start + size], content[start + size]
    if compression:
        raise ValueError("a compressed index, which is not supported")
    # at its end, the places where keys are whole, for a search; read from the front they are not needed
    end = size - 4 * (1 + int.from_bytes(block[-4:], "little"))
    key, at = b"", 0
    while at < end:
        shared, at = _varint(block, at)
        fresh, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + length]
        at += length


def _tensor(data, entry):
    """Return the array that an entry of the index describes."""
    kind, offset, size = (entry.get(number, [0])[0] for number in (1, 4, 5))
    dims = _fields(entry.get(2, [b""])[0]).get(2, [])  # TensorShapeProto: one message for each dimension
    shape = [_fields(dim).get(1, [0])[0] for dim in dims]
    if offset + size > len(data) or size != math.prod(shape) * np.dtype(DTYPES[kind]).itemsize:
        raise ValueError("sizes of index and data do not agree")
    return np.frombuffer(data, DTYPES[kind], math.prod(shape), offset).reshape(shape)


def _fields(message):
    """Fields of a protocol buffer: a list of values, numbers or bytes, for each field's number."""
    fields, at = {}, 0
    while at < len(message):
        tag, at = _varint(message, at)
        wire = tag & 7
        if wire == 0:
            value, at = _varint(message, at)
        else:
            # 1 and 5 are eight and four bytes; 2 says how many follow
            length, at = _varint(message, at) if wire == 2 else ({1: 8, 5: 4}[wire], at)
            value, at = message[at : at + length], at + length
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _varint(content, at):
    """Return the number that begins at a place, seven bits a byte, lowest first, and the place behind it."""
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
