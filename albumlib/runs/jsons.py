"""JSON files of a run."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from albumlib.errors import InputError
from albumlib.files import whole_file

MOST_BYTES = 10_000_000


def write_json(path: str | os.PathLike, content: Mapping[str, Any]) -> None:
    """Write JSON so that a reader never sees half a file.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(path: str | os.PathLike) -> dict[str, Any]:
    """Read a JSON file of a run: one object.

    Raises
    ------
    InputError
        If the file is missing or damaged, or larger than 10 MB.
    """
    path, expected = Path(path), "a JSON object"
    if not path.exists():
        raise InputError("no such file", where=path, todo="name a run folder whose training has ended")
    if not path.is_file() or path.stat().st_size > MOST_BYTES:  # a pipe would be waited for without end
        raise InputError("cannot be read as JSON", where=path, expected="a file of at most 10 MB")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError("cannot be read as JSON", where=path, expected=expected, got=str(error)) from None
    if not isinstance(content, dict):
        raise InputError("cannot be read as JSON", where=path, expected=expected, got=type(content).__name__)
    return content
