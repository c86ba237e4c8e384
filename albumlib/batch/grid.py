"""The values of a sweep, and the combinations of them that are run."""

import itertools
import math
import os
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from albumlib.errors import InputError

MOST_RUNS = 100_000
MOST_BYTES = 1_000_000
# The combinations that are drawn are the same for the same values: asked for more, the first ones stay.
SEED = 0


def combinations(values: Mapping[str, Sequence[Any]], *, samples: int | None = None) -> list[dict[str, Any]]:
    """Every combination of parameters, by the values of each; the last parameter changes fastest.

    Parameters
    ----------
    values
        The values of each parameter. Parameters that change together stand in one key, parted by a comma, and each of
        its values is a list of theirs.
    samples
        So many combinations, drawn at random without repetition; all where there are no more.

    Raises
    ------
    InputError
        If a parameter has no value, or one value twice; if parameters that change together have other numbers of
        values; or if there are more than 100,000 combinations and none are drawn.

    Examples
    --------
    >>> combinations({"variant": ["none"], "seed": ["0", "1"]})
    [{'variant': 'none', 'seed': '0'}, {'variant': 'none', 'seed': '1'}]
    >>> combinations({"source, data_dir": [["fma", "/fma"], ["folder", "/music"]]})
    [{'source': 'fma', 'data_dir': '/fma'}, {'source': 'folder', 'data_dir': '/music'}]
    """
    axes = [_axis(key, listed) for key, listed in values.items()]
    names = [name for key in values for name in _names(key)]
    if len(set(names)) < len(names):
        raise InputError("a parameter is given twice", where=", ".join(names), expected="each name once")
    total = math.prod(map(len, axes))
    if samples is None and total > MOST_RUNS:
        expected, todo = f"at most {MOST_RUNS:,} combinations", "draw some of them: --samples"
        raise InputError("too many values", where=", ".join(names), expected=expected, got=f"{total:,}", todo=todo)
    if samples is None or samples >= total:
        chosen = itertools.product(*axes)
    else:
        chosen = (_combination(axes, number) for number in _drawn(total, samples))
    return [dict(itertools.chain.from_iterable(parts)) for parts in chosen]


def read_grid(path: str | os.PathLike) -> dict[str, list[Any]]:
    """Read the values of a sweep from a YAML file, for `combinations`: a value or a list of values by each key.

    Raises
    ------
    InputError
        If the file is no such mapping.

    Examples
    --------
    A file in which two parameters change together, and a value has a comma::

        source, data_dir:
          - [fma, /data/fma]
          - [folder, /data/music]
        some_genres: ["Blues, Classical", "Metal, Punk"]
        seed: [0, 1, 2]
    """
    import yaml

    class Loader(yaml.SafeLoader):
        """Numbers as people write them; dates, ``1:30`` and ``010`` are texts, and no other numbers."""

        yaml_implicit_resolvers = _resolvers(yaml.SafeLoader)

    path, expected = Path(path), "a mapping from a parameter to its values, in YAML"
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise InputError("cannot be read", where=path, expected="a YAML file of at most 1 MB")
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise InputError("cannot be read", where=path, expected=expected, got=str(error)) from None
    if not isinstance(found, dict) or not found or not all(isinstance(key, str) for key in found):
        raise InputError("holds no values", where=path, expected=expected, got=str(found))
    return {key: listed if isinstance(listed, list) else [listed] for key, listed in found.items()}


def _resolvers(loader):
    """What unquoted words of YAML are taken for, by their first letter: pairs of a tag and a pattern."""
    patterns = {
        "int": r"[-+]?(0|[1-9][0-9]*)$",
        "float": r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?$",
    }
    numbers = [(f"tag:yaml.org,2002:{name}", re.compile(pattern)) for name, pattern in patterns.items()]
    others = [f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "merge")]
    found = {}
    for letter, pairs in loader.yaml_implicit_resolvers.items():
        found[letter] = [pair for pair in pairs if pair[0] in others]
        found[letter] += numbers if letter and letter in "+-.0123456789" else []
    return found


def _names(key):
    return [name.strip() for name in key.split(",")]


def _axis(key, listed):
    """The settings that one key goes through: each a list of pairs, name and value."""
    names = _names(key)
    if len(names) > 1 and not all(isinstance(values, list | tuple) and len(values) == len(names) for values in listed):
        expected = f"lists of {len(names)} values"
        raise InputError("cannot sweep over these", where=key, expected=expected, got=str(listed))
    rows = [list(zip(names, values if len(names) > 1 else [values], strict=True)) for values in listed]
    texts = [str(row) for row in rows]
    if not rows or len(set(texts)) < len(texts):
        got = ",".join(map(str, listed))
        raise InputError("cannot sweep over these", where=key, expected="different values", got=got)
    return rows


def _drawn(total, samples):
    """Different numbers below `total`; of more samples, the first are the same."""
    draw, drawn = random.Random(SEED), {}
    while len(drawn) < samples:
        drawn[draw.randrange(total)] = None
    return drawn


def _combination(axes, number):
    """The combination of that number, in the order of `itertools.product`."""
    parts = []
    for axis in reversed(axes):
        number, place = divmod(number, len(axis))
        parts.append(axis[place])
    return parts[::-1]
