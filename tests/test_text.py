"""Texts from outside: what may reach a screen, and what may become a file's name."""

import os

import pytest

from albumlib.errors import InputError
from albumlib.report import make_report
from albumlib.text import fit_name, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ærlig 日本 👩‍🎤 שלום <b>", "Ærlig 日本 👩‍🎤 שלום <b>"),
        ("a\nb\tc\r\x0bd\x85e\u2028f", "a b c  d e f"),
        ("\x1b[31mred\x07\x9b2J\0", "\ufffd[31mred\ufffd\ufffd2J\ufffd"),
        ("\u202egnp.exe\u2066", "\ufffdgnp.exe\ufffd"),
        (os.fsdecode(b"caf\xe9"), "caf\ufffd"),
        (None, "None"),
    ],
)
def test_what_obeys_is_not_shown(text, shown):
    assert printable(text) == shown
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ærlig sang, nº 1", "Ærlig sang, nº 1"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("..", "song"),
        ("", "song"),
        ('a\\b:c*"?<>|', "a-b-c------"),
        (" .a. ", "a"),
        ("a\x1bb\nc", "a-b c"),
        ("é" * 200, "é" * 75),
        ("🎸" * 200, "🎸" * 37),
    ],
)
def test_names_are_fit(text, name):
    assert fit_name(text) == name


def test_errors_and_reports_are_safe_to_show():
    error = InputError("bad \x1b[2J", where="a\x1b\n.mp3", got="x" * 10_000)
    assert str(error).startswith("a\ufffd .mp3: bad \ufffd[2J; got xxx")
    assert len(str(error)) < 600
    report = make_report([("a\x1b.mp3", "catalog", "bad\n\x07")])
    assert report.iloc[0].tolist() == ["a\ufffd.mp3", "catalog", "bad \ufffd"]
