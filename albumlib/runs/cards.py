"""The card of a run: what its model needs to be used, checked before anything is built by it."""

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from typing import Any, Literal

from albumlib.errors import InputError
from albumlib.files import sha256

PACKAGES = ("albumlib", "keras", "tensorflow", "torch", "librosa", "numpy")  # whose versions decide a result
RunKind = Literal["classifier", "gan", "judge", "finisher"]


def _whole(least, most):
    return lambda x: isinstance(x, int) and not isinstance(x, bool) and least <= x <= most


def _are_genres(names):
    texts = isinstance(names, list) and all(isinstance(name, str) and name.strip() for name in names)
    return texts and 1 <= len(set(names)) == len(names) <= 1000


# What each entry may be, in a condition and in words.
ENTRIES = {
    "genres": (_are_genres, "a list of 1 to 1,000 different names"),
    "features": (lambda x: isinstance(x, dict) and x != {}, "feature settings by name"),
    "width": (_whole(1, 100_000), "a whole number, 1 to 100,000"),
    "whole_song": (lambda x: isinstance(x, bool), "true or false"),
    "latent_dim": (_whole(1, 10_000), "a whole number, 1 to 10,000"),
    "noise": (lambda x: x in ("uniform", "normal"), "uniform or normal"),
    "network": (lambda x: isinstance(x, str), "the name of a network"),
    "hearing": (_whole(1, 1000), "a whole number, 1 to 1,000"),
    "data": (lambda x: isinstance(x, str), "a text"),
    "onnx": (lambda x: isinstance(x, str), "the digest of the ONNX copy and its model"),
    "scores": (lambda x: isinstance(x, dict), "scores by name"),
}
NEEDED = {"classifier": ("genres", "features", "width", "whole_song"), "gan": ("genres", "latent_dim"), "finisher": ()}
# What the model must be used with, and so what the card's digest is of, beside the model itself.
DECISIVE = ("kind", "network", "hearing", "genres", "latent_dim", "noise", "features", "width", "whole_song")


def digest_of(card: Mapping[str, Any], model: str | os.PathLike) -> str:
    """Digest of a model and of what the card says of its use, such as the order of genres; hexadecimal."""
    facts = {"model": sha256(model), **{name: card[name] for name in DECISIVE if name in card}}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def digest_of_copy(copy: str | os.PathLike, model: str | os.PathLike) -> str:
    """Digest of an ONNX copy and of the model that it is of, so that it fits no other; hexadecimal."""
    return hashlib.sha256(f"{sha256(copy)} {sha256(model)}".encode()).hexdigest()


def check_card(card: Mapping[str, Any], kind: RunKind, *, model: str | os.PathLike, where: str | os.PathLike) -> None:
    """Refuse a card that its model cannot be used by.

    Parameters
    ----------
    model
        The model's file; it and the card must be those that a training left together.
    where
        For the message.

    Raises
    ------
    InputError
        If the card is of another kind, an entry is missing or of another type or range, or the digest is another.
    """
    if card.get("kind") != kind:
        raise InputError("run of another kind", where=where, expected=kind, got=str(card.get("kind")))
    needed = ("genres",) if card.get("network") == "pretrained" else NEEDED.get(kind, ("genres",))
    for name, (fits, expected) in ENTRIES.items():
        if name not in card and name in needed:
            raise InputError(f"card without {name}", where=where, expected=expected, todo="train again")
        if name in card and not fits(card[name]):
            raise InputError(f"card with odd {name}", where=where, expected=expected, got=str(card[name]))
    if "digest" in card and card["digest"] != digest_of(card, model):
        raise InputError(
            "card and model are not those that the training left",
            where=where,
            expected=f"digest {str(card['digest'])[:12]}",
            got=digest_of(card, model)[:12],
            todo="take both from one copy of the run, or train again",
        )


def versions() -> dict[str, str]:
    """Versions of what decides a result: Python, Keras's backend, and those of `PACKAGES` that are there."""
    from importlib.metadata import version

    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    return {"python": platform.python_version(), "keras_backend": backend, **found}
