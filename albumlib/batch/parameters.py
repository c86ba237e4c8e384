"""The parameters of a notebook, and values typed on a command line: each is read as what its default is."""

import ast
import math
import os
import re
from collections.abc import Mapping
from typing import Any

from papermill.models import Parameter

from albumlib.errors import InputError

PROFILE = "ALBUMLIB_PROFILE"  # the profile where nobody passes one
NAMES = {int: "a whole number", float: "a number", bool: "True or False", list: "a list such as [1, 2]"}


def read_parameters(source: str) -> dict[str, Parameter]:
    """Read the names, types and defaults of a parameters cell.

    Returns
    -------
    dict
        By name: `papermill.models.Parameter`, whose default is a text of Python.

    Raises
    ------
    InputError
        If the cell is no Python.
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise InputError("the parameters cell is no Python", got=str(error)) from None
    found, lines = {}, source.splitlines()
    for node in statements:
        names = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        kind = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else "None"
        comment = re.search(r"#\s*(.*)", lines[node.end_lineno - 1][node.end_col_offset :])
        for name in names:
            if isinstance(name, ast.Name):
                text = ast.unparse(node.value)
                found[name.id] = Parameter(name.id, kind, text, comment[1] if comment else "")
    return found


def read_values(
    given: Mapping[str, Any], known: Mapping[str, Parameter], *, where: str | os.PathLike
) -> dict[str, Any]:
    """Read the parameters that a person gave for a notebook.

    Parameters
    ----------
    given
        Values, or their text as typed on a command line. ``$ALBUMLIB_PROFILE`` is one of them, unless ``profile`` is.
    known
        The notebook's.
    where
        The notebook, for the message.

    Raises
    ------
    InputError
        If the notebook lacks one, or a value is of another type or none of its choices.
    """
    if os.environ.get(PROFILE) and "profile" in known:
        given = {"profile": os.environ[PROFILE], **given}
    for name in given:
        if name not in known:
            raise InputError("no such parameter", where=where, expected=", ".join(known), got=name)
    return {name: _read(value, known[name]) for name, value in given.items()}


def _read(value, parameter):
    """Read a text, or check a value that has a type already, as one from YAML has."""
    if isinstance(value, str):
        return read_value(value, parameter)
    if not isinstance(value, bool | int | float | list | dict | None):  # of a caller's own type
        return value
    if parameter.default[:1] in "\"'" and (isinstance(value, bool) or not isinstance(value, int | float)):
        todo = "write it in quotes"
        raise InputError("value of another type", where=parameter.name, expected="str", got=repr(value), todo=todo)
    return read_value(repr(value), parameter)


def choices(parameter: Parameter) -> list[str]:
    """The choices that the help of a text names, such as ``demo (made here), fma, or folder``; none: an empty list.

    They are single words, and the default is one of them; or it is empty, and the help says what ``empty`` means.
    """
    default = parameter.default[1:-1] if parameter.default[:1] in "\"'" else None
    clauses = re.split(r"[;:]", re.sub(r"\(.*?\)", "", parameter.help or ""))
    empty = [""] if any(clause.split()[:1] == ["empty"] for clause in clauses) else []
    for clause in clauses:
        words = re.split(r"\s*,\s*or\s+|\s*,\s*|\s+or\s+", clause.strip())
        if len(words) > 1 and all(re.fullmatch(r"[\w-]+", word) for word in words) and default in words + empty:
            return words + empty
    return []


def read_value(text: str, parameter: Parameter) -> object:
    """Read a command line's text as the type of the parameter's default, or of its hint where that is None.

    Raises
    ------
    InputError
        If it is of another type; none of the choices that the help names; or a whole number below 0 where the default
        is not.
    """
    named = choices(parameter)
    if named and text not in named:
        expected = ", ".join(word or "nothing" for word in named)
        raise InputError("no such choice", where=parameter.name, expected=expected, got=text)
    try:
        default = ast.literal_eval(parameter.default)
    except (ValueError, SyntaxError):  # a default that is computed
        return text
    kinds = [type(default)]
    if default is None:
        hint = parameter.inferred_type_name
        kinds = [kind for kind in (bool, int, float, list, dict, str) if re.search(rf"\b{kind.__name__}\b", hint)]
        if text == "None" or not kinds:
            return _literal(text)
    for kind in kinds:
        value = _as(kind, text)
        if value is not None and not (kind is int and value < 0 and (default is None or default >= 0)):
            return value
    expected = " or ".join(NAMES.get(kind, kind.__name__) for kind in kinds)
    expected += ", 0 or more" if kinds == [int] and (default is None or default >= 0) else ""
    raise InputError("value of another type", where=parameter.name, expected=expected, got=text)


def _as(kind, text):
    """Read a text as a type; None if it is not of it."""
    if kind is str:
        return os.path.expanduser(text) if text[:2] in ("~/", "~\\") else text
    if kind is bool:
        return {"true": True, "false": False}.get(text.strip().casefold())
    if kind is int:
        return int(text) if re.fullmatch(r"\s*[+-]?[0-9]+\s*", text) else None
    if kind is float:
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) else None
    value = _literal(text)
    return value if isinstance(value, kind) else None


def _literal(text):
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def split_values(text: str) -> list[str]:
    """Split values at commas, but not inside brackets or quotes: ``1,2`` are two, ``[1,2],[3]`` are two lists."""
    parts, depth, quote = [""], 0, ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "[({":
            depth += 1
        elif sign in "])}":
            depth -= 1
        elif sign == "," and depth <= 0:
            parts.append("")
            continue
        parts[-1] += sign
    return [part[1:-1] if len(part) > 1 and part[0] == part[-1] and part[0] in "\"'" else part for part in parts]
