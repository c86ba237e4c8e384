"""What a run was trained with, compared with what is asked for now."""

import json
from collections.abc import Mapping
from typing import Any

from albumlib.errors import InputError

SHOWN = 80  # characters of a value; of long ones, the part where they differ
WORDS = {
    ("digest",): "that learned from other data",
    ("finisher",): "that learned with another finisher",
    ("start",): "that started from another run",
}


def check_config(
    before: Mapping[str, Any], asked: Mapping[str, Any], *, where: Any, todo: str, defaults: Mapping[str, Any]
) -> None:
    """Refuse a configuration that is not the one that a run was trained with.

    Parameters
    ----------
    before
        As the run's file has it.
    asked
        For now.
    where, todo
        For the message.
    defaults
        What a setting counts as that the file does not have: the run is older than the setting.

    Raises
    ------
    InputError
        If they differ: with the name of each setting that does, its value then, and now.
    """
    before, asked = _one_level(before), _one_level(asked)
    before = {name: value for name, value in _one_level(defaults).items() if name in asked} | before
    names = sorted(name for name in before.keys() | asked.keys() if _differ(name, before, asked))
    if not names:
        return
    pairs = [_words(name, before, asked) for name in names]
    then, now = (", ".join(words) for words in zip(*pairs, strict=True))
    other = WORDS.get(tuple(names), "with another configuration")
    raise InputError(f"holds a run {other}", where=where, expected=then, got=now, todo=todo)


def _differ(name, before, asked):
    return name not in before or name not in asked or before[name] != asked[name]


def _words(name, before, asked):
    texts = [_text(values[name]) if name in values else "" for values in (before, asked)]
    start = 0
    if max(map(len, texts)) > SHOWN:  # the beginning of two long lists may be the same
        start = max(0, next((i for i, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), 0) - SHOWN // 2)
    shown = [("…" if start else "") + text[start:][:SHOWN] for text in texts]
    there = (name in before, name in asked)
    return [f"{name} = {text}" if is_there else f"no {name}" for text, is_there in zip(shown, there, strict=True)]


def flat(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Give a configuration one level: ``features.n_mels`` for what is inside; lists as their text.

    Examples
    --------
    >>> flat({"seed": 0, "features": {"n_mels": 129}, "shares": [1, 2]})
    {'seed': 0, 'features.n_mels': 129, 'shares': '[1, 2]'}
    """
    one_level = _one_level(configuration)
    return {name: _text(value) if isinstance(value, list) else value for name, value in one_level.items()}


def _one_level(configuration):
    found = {}
    for name, value in configuration.items():
        inner = _one_level(value) if isinstance(value, dict) else {}
        found |= {f"{name}.{key}": each for key, each in inner.items()} if inner else {name: value}
    return found


def _text(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
