"""Texts from outside, such as tags and names of files: safe to show, and fit for a file's name."""

import re

# Control characters, halves of surrogate pairs (as of a file name that is not UTF-8), and marks that turn the
# direction of the text after them
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: object) -> str:
    """Make a text, or what `str` makes of anything else, safe for a terminal, a table or a file's text.

    It is on one line: a line break or tab is a space, any other character that is not printed but obeyed is U+FFFD.
    """
    return UNPRINTABLE.sub(lambda found: " " if found[0].isspace() else "\ufffd", str(text))


def fit_name(text: str, *, most: int = 150) -> str:
    """Make a text fit to be part of a file's name on any system.

    It has no slashes, control characters, characters that Windows forbids, and dots or spaces at either end.

    Parameters
    ----------
    most
        Bytes of UTF-8 to keep; file systems allow 255 for the whole name.
    """
    plain = re.sub(r'[/\\:*?"<>|\ufffd]', "-", printable(text))
    return plain.encode()[:most].decode(errors="ignore").strip(". ") or "song"
