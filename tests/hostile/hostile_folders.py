"""Names of files, odd files among good ones, and tables beside them."""

import os
from functools import partial

from hostile_files import (
    make_fifo,
    make_folder,
    make_link,
    make_socket,
    noise,
    picture,
    random_bytes,
    raw,
    reads,
    sound,
    used,
)


def named(folder, name):
    path = os.path.join(os.fsencode(folder), b"Rock", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    sound(folder, "a.flac").rename(os.fsdecode(path))
    return folder


def ids_are_plain(result):
    catalog, report = result
    return report.empty and catalog["track_id"].str.fullmatch("[A-Za-z0-9_]+-[0-9a-f]{8}").all()


NAMES = {
    "name with a line break": (b"a\nb.flac", ids_are_plain),
    "name with an escape": (b"\x1b[31mred.flac", ids_are_plain),
    "name with a dash in front": (b"-rf.flac", ids_are_plain),
    "name with a dot in front": (b".hidden.flac", "no music"),
    "name of two dots": (b"...flac", "no music"),
    "name of 255 bytes": (b"n" * 250 + b".flac", ids_are_plain),
    "name of emoji": ("🎸👩‍🎤.flac".encode(), ids_are_plain),
    "name that is no UTF-8": (b"caf\xe9 \xff.flac", "not UTF-8"),
    "name with quotes": (b"a'b\"c`$(id).flac", ids_are_plain),
    "name with per cent": (b"%s%n%2e%2e%2f.flac", ids_are_plain),
    "name with a backslash": (rb"a\..\..\x.flac", ids_are_plain),
    "name of a device": (b"CON.flac", ids_are_plain),
}


def beside(folder, make):
    """Put one odd file beside a good one."""
    sound(folder, "Rock/good.flac")
    make(folder / "Rock")
    return folder


def one_row(text):
    """Check that one track was used and one refused with a reason."""
    return lambda result: len(result[0]) == 1 and [text in reason for reason in result[1]["reason"]] == [True]


def table(folder, content):
    sound(folder, "a.flac")
    sound(folder.parent, "x.flac")
    raw(folder, "tracks.csv", content)
    return folder


def loop(folder):
    sound(folder, "Rock/a.flac")
    (folder / "Rock" / "again").symlink_to(folder, target_is_directory=True)
    return folder


FOLDERS = {
    "a pipe in a library": (partial(beside, make=partial(make_fifo, name="b.mp3")), one_row("no such file")),
    "a socket in a library": (partial(beside, make=partial(make_socket, name="b.mp3")), one_row("no such file")),
    "a device in a library": (
        partial(beside, make=partial(make_link, name="b.mp3", target="/dev/zero")),
        one_row("no such file"),
    ),
    "a dangling link in a library": (
        partial(beside, make=partial(make_link, name="b.mp3", target="gone")),
        one_row("no such file"),
    ),
    "a folder named as a song": (partial(beside, make=partial(make_folder, name="b.mp3")), used(1, 0)),
    "a pipe named as a cover": (partial(beside, make=partial(make_fifo, name="cover.jpg")), reads(cover_path="")),
    "a genre's folder with an escape": (
        lambda folder: sound(folder, "Ro\x1b[2J/a\x07.flac").parents[1],
        reads(genre="Ro\ufffd[2J", title="a\ufffd"),
    ),
    "a folder that holds itself": (loop, used(1, 0)),
    "a pipe named as the table": (
        lambda folder: sound(folder, "Rock/a.flac") and make_fifo(folder, "tracks.csv").parent,
        used(1, 0),
    ),
    "a table that climbs": (
        partial(table, content=b"path,genre\na.flac,Rock\n../x.flac,Rock\n/etc/passwd,Rock\n"),
        used(1, 2),
    ),
    "a table with a BOM": (partial(table, content="\ufeffpath,genre\na.flac,Rock\n".encode()), used(1, 0)),
    "a table in Latin-1": (partial(table, content="path,genre\nà.flac,Rock\n".encode("latin-1")), "unreadable table"),
    "a table in UTF-16": (partial(table, content="path,genre\na.flac,Rock\n".encode("utf-16")), "unreadable table"),
    "a table with rows twice": (partial(table, content=b"path,genre\n" + b"a.flac,Rock\n" * 3), used(1, 2)),
    "an empty table": (partial(table, content=b""), "unreadable table"),
    "a table of headers": (partial(table, content=b"path,genre\n"), "no rows"),
    "a binary table": (partial(table, content=random_bytes(5000)), "unreadable table"),
    "a table with NUL": (partial(table, content=b"path,genre\na.flac\0,Rock\na.flac,Rock\n"), used(1, 1)),
    "a table with short rows": (partial(table, content=b"path,genre,artist\na.flac\na.flac,Rock\n"), used(1, 1)),
    "a table with long rows": (partial(table, content=b"path,genre\na, b.flac,Rock\n"), "unreadable table"),
    "a table with an open quote": (partial(table, content=b'path,genre\n"a.flac,Rock\n'), "unreadable table"),
    "a table of NaN": (partial(table, content=b"path,genre\nNaN,NaN\na.flac,NaN\n"), "no usable track"),
    "a table with a cell of 1 MB": (partial(table, content=b"path,genre\n" + b"x" * 10**6 + b",Rock\n"), "unusable"),
    "a table with escape sequences": (
        partial(table, content=b"path,genre\n\x1b[2Jx.flac,Rock\na.flac,Ro\x1bck\n"),
        used(1, 1),
    ),
}


def listing(folder, content):
    picture(folder, "Rock/a.png", noise(20, 20, 3))
    picture(folder.parent, "x.png", noise(20, 20, 3))
    raw(folder, "covers.csv", content)
    return folder


LISTINGS = {
    "a listing that climbs": (b"path,genre\nRock/a.png,Rock\n../x.png,Rock\n", "outside the folder"),
    "a listing of absolute paths": (b"path,genre\n/etc/passwd,Rock\n", "outside the folder"),
    "an empty listing": (b"", "unreadable table"),
    "a listing in Latin-1": (b"path,genre\n\xe9.png,Rock\n", "unreadable table"),
    "a listing with empty cells": (b"path,genre\n,\n,Rock\nRock/a.png\nRock/a.png,Rock\n", used(1, 3)),
    "a listing with a BOM": (b"\xef\xbb\xbfpath,genre\nRock/a.png,Rock\n", used(1, 0)),
    "a listing of other columns": (b"file,kind\nRock/a.png,Rock\n", "lacks columns"),
    "a listing with NUL": (b"path,genre\nRock/a.png\0,Rock\nRock/a.png,Rock\n", used(1, 1)),
    "a listing with escape sequences": (b"path,genre\n\x1b[2J.png,Rock\nRock/a.png,Rock\n", used(1, 1)),
}
