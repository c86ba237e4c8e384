"""Unpacking a zip archive: nothing outside its folder, nothing beyond its known size, nothing twice."""

import os
import re
import shutil
import stat
import zipfile
import zlib
from pathlib import Path

from albumlib.errors import InputError
from albumlib.progress import BYTES, file_size, progress_bar

# A part of a path as data sets have them. It leaves no room for "..", drive letters, backslashes or hidden files.
PART = re.compile(r"\w[\w.-]*", re.ASCII)
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}
ENCRYPTED = 0x1
PIECE = 1 << 16


def unpack(path, folder, *, name, most, progress=True):
    """Unpack an archive; files of the right size that are already there are kept.

    Parameters
    ----------
    path : path
        A zip file; bzip2 members are fine, which many unpacking programs do not read.
    folder : path
    name : str
        The one folder that the archive may write into.
    most : int
        Bytes that its files may have together.
    progress : bool

    Returns
    -------
    int
        Number of files.

    Raises
    ------
    InputError
        If the archive is damaged, would write elsewhere or too much, or the disk is too small. Entries are all looked
        at before the first is written.

    Notes
    -----
    Notebook: 01_data

    The disk is safe from any archive. The memory is not from a bzip2 entry that lies about its size, because zipfile
    decompresses a piece before it cuts it: verify the digest first.
    """
    path, folder = Path(path), Path(folder)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = check_entries(archive, where=path, name=name, most=most)
            _unpack_entries(archive, entries, folder, where=path, progress=progress)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        raise InputError("no readable zip file", where=path, got=str(error), todo="delete it and run again") from None
    return len(entries)


def check_entries(archive, *, where, name, most):
    """List the files of an archive, or say what is wrong with one of them.

    Parameters
    ----------
    archive : zipfile.ZipFile
    where : path
        For the message.
    name, most
        As in `unpack`.

    Returns
    -------
    list of zipfile.ZipInfo
        Without folders.

    Raises
    ------
    InputError
        If an entry would leave the folder, is a link, occurs twice, is encrypted or compressed in an unknown way, or
        all together are larger than ``most``.
    """
    files, seen = [], set()
    for entry in archive.infolist():
        # The name as it stands in the file: zipfile cuts it at a zero byte
        told = entry.orig_filename
        parts = told.removesuffix("/").split("/")
        inside = parts[0] == name and (len(parts) > 1 or told.endswith("/"))
        if not inside or not all(PART.fullmatch(part) for part in parts):
            raise InputError("entry outside its folder", where=where, expected=f"{name}/...", got=repr(told)[:120])
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise InputError("entry is no file", where=where, expected="files and folders", got=f"a link: {told}"[:120])
        if told.endswith("/"):
            continue
        if told.lower() in seen:
            raise InputError("entry occurs twice", where=where, got=told[:120])
        if entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS:
            raise InputError("entry cannot be read", where=where, expected="stored, deflated or bzip2", got=told[:120])
        seen.add(told.lower())
        files.append(entry)
    total = sum(entry.file_size for entry in files)
    if total > most:
        expected = f"at most {file_size(most)} unpacked"
        raise InputError("archive too large", where=where, expected=expected, got=file_size(total))
    return files


def _unpack_entries(archive, entries, folder, *, where, progress):
    """Write the files that are not there yet, after checking that they fit."""
    missing = [entry for entry in entries if not _is_there(entry, folder)]
    needed, free = sum(entry.file_size for entry in missing), shutil.disk_usage(folder).free
    if needed > free:
        raise InputError("no space to unpack", where=where, expected=f"{file_size(needed)} free", got=file_size(free))
    total = sum(entry.file_size for entry in entries)
    with progress_bar(
        total=total, initial=total - needed, desc=f"unpacking {where.name}", unit=BYTES, show=progress
    ) as bar:
        for entry in missing:
            _unpack_entry(archive, entry, folder, where=where, bar=bar)


def _is_there(entry, folder):
    path = folder / entry.filename
    return path.is_file() and path.stat().st_size == entry.file_size


def _unpack_entry(archive, entry, folder, *, where, bar):
    """Write one file to a temporary name and rename it, so that a file with its own name is whole."""
    path = folder / entry.filename
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        with archive.open(entry) as source, partial.open("wb") as file:
            # zipfile stops at the size the entry tells: a bomb that tells less ends here with a wrong checksum.
            while piece := source.read(PIECE):
                file.write(piece)
                bar.update(len(piece))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        partial.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None:  # the disk's; bzip2 raises an OSError without number
            raise
        got = f"{entry.filename}: {error}"
        raise InputError("damaged entry", where=where, got=got, todo="delete the archive and run again") from None
    os.replace(partial, path)
