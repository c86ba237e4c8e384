"""Fetching the Free Music Archive data set: large archives that arrive in parts, are verified, and then unpacked.

Nothing is fetched twice: the download goes on from its ``.partial`` file, the unpacking from the files that are there,
and a data set that is complete says so in a ``.complete.json`` file beside it.
"""

import hashlib
import os
import re
import shutil
import stat
import zipfile
import zlib
from collections import namedtuple
from pathlib import Path

from albumlib.data.download.session import Client, RequestFailed, receive
from albumlib.errors import InputError
from albumlib.progress import BYTES, clock, file_size, progress_bar
from albumlib.runs import read_json, write_json

BASE_URL = "https://os.unil.cloud.switch.ch/fma"
TOLERANCE = 0.1  # of an archive's size, which people tell in two or three digits
VERSION = re.compile("(?!W/)[!-~][ -~]*")  # an ETag or a date that can be sent back; a weak ETag is of no use
EXTENT = re.compile(r"(?:bytes (\d{1,18})-\d+)?[^/]*(?:/(\d{1,18}))?")  # where the bytes begin, and their whole number
# A part of a path as data sets have them. It leaves no room for "..", drive letters, backslashes or hidden files.
PART = re.compile(r"\w[\w.-]*", re.ASCII)
METHODS, ENCRYPTED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}, 0x1
# Name of the folder in it, 40 hexadecimal digits, bytes of the zip file (to a tenth), bytes of its files (at most)
Archive = namedtuple("Archive", "name sha1 size unpacked")
ARCHIVES = {
    f"fma-{name}": Archive(f"fma_{name}", sha1, int(size * (1 << 30)), unpacked << 30)
    for name, sha1, size, unpacked in (
        ("metadata", "f0df49ffe5f2a6008d7dc83c6915b31835dfe733", 0.334, 4),
        ("small", "ade154f733639d52e35e32f5593efe5be76c6d70", 7.2, 8),
        ("medium", "c67b69ea232021025fca9231fc1c7c1a063ab50b", 22, 25),
        ("large", "497109f4dd721066b5ce5e5f250ec604dc78939e", 93, 105),
        ("full", "0f0ace23fbe9ba30ecb7e95f763e435ea802b8ab", 879, 960),
    )
}


def fetch_archive(
    archive: Archive, folder: Path, *, base_url: str = BASE_URL, keep: bool = False, client=None, progress: bool = True
) -> Path:
    """Fetch an archive, verify and unpack it; go on where an earlier call was interrupted.

    Parameters
    ----------
    archive, folder
        One of `ARCHIVES`, and where its own folder shall lie. A zip file that is there is used without the network.
    base_url, client
        Folder of the server or of a mirror, and the `Client` that asks it.
    keep, progress
        Keep the zip file after unpacking; show how far it is.

    Returns
    -------
    pathlib.Path
        The unpacked folder.

    Raises
    ------
    InputError
        If there is too little space, the server has no such file or fails for long, or the archive is damaged.

    """
    path, target, note = (Path(folder) / f"{archive.name}{suffix}" for suffix in (".zip", "", ".complete.json"))
    told, there = read_json(note) if note.exists() else {}, sum(len(files) for _, _, files in os.walk(target))
    if told.get("sha1") == archive.sha1 and there >= told.get("files", 0):
        return target
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _download(archive, f"{base_url.rstrip('/')}/{path.name}", path, client=client or Client(), progress=progress)
    _verify(path, archive.sha1, progress=progress)
    files = _unpack(path, name=archive.name, most=archive.unpacked, progress=progress)
    write_json(note, {"sha1": archive.sha1, "files": files})
    if not keep:
        path.unlink()
    return target


def _download(archive: Archive, url: str, path: Path, *, client: Client, progress: bool) -> None:
    """Download an archive that fits on the disk; go on from ``<path>.partial`` where there is one."""
    part, note = (path.with_name(path.name + suffix) for suffix in (".partial", ".partial.json"))
    needed, free = archive.size + archive.unpacked - _length(part), shutil.disk_usage(path.parent).free
    if needed > free:
        expected = f"{file_size(needed)} free, up to {file_size(archive.unpacked)} of it for unpacked files"
        told = {"expected": expected, "got": file_size(free), "todo": "name a folder on a larger disk with --to"}
        raise InputError(f"no space for {archive.name}", where=path.parent, **told)
    start = {"total": archive.size, "initial": _length(part)}
    with progress_bar(desc=path.name, unit=BYTES, show=progress, **start) as bar:
        try:
            # Only bytes that no earlier attempt has brought are progress: else a server that always starts afresh and
            # always drops would be asked for ever
            client.persist(lambda: _go_on(url, part, note, archive.size, client, bar), progress=lambda: _length(part))
        except RequestFailed as failure:
            what = "download interrupted" if failure.again else "cannot be downloaded"
            todo = f"name a mirror with --base-url, or get the archive by hand, put it at {path}, and run again"
            if failure.again:
                later = f" in {clock(failure.after)}" if failure.after else ""
                todo = f"run again{later}: {file_size(_length(part))} are kept"
            raise InputError(what, where=url, got=str(failure), todo=todo) from None
    os.replace(part, path)
    note.unlink(missing_ok=True)


def _go_on(url: str, partial: Path, note: Path, size: int, client: Client, bar) -> None:
    """Append what comes after the bytes of the partial file; begin anew if they are of another version than noted."""
    start, known = _length(partial), read_json(note) if note.exists() else {}
    if start and known.get("total") == start:
        return
    # A mirror names the same version otherwise; the digest decides in the end
    kept = known.get("validator") if known.get("url") == url else None
    with client.ask(url, headers={"Range": f"bytes={start}-", "If-Range": kept} if start else None) as response:
        begins, total, headers = 0, response.raw.length_remaining, response.headers
        if response.status_code in (206, 416):
            found = EXTENT.match(headers.get("Content-Range", "")).groups()
            begins, total = (number and int(number) for number in found)
        if response.status_code == 416 and total == start:
            return
        validators = headers.get("ETag", ""), headers.get("Last-Modified", "")
        validator = next(filter(VERSION.fullmatch, validators), None)
        changed = any(old and new and old != new for old, new in ((known.get("total"), total), (kept, validator)))
        if begins not in (0, start) or (begins and changed):
            partial.unlink(missing_ok=True)
            note.unlink(missing_ok=True)
            raise RequestFailed("the server has no such part, or sent another than the one asked for", again=True)
        # Before anything is written: the login page of a hotel must not replace what has arrived
        if headers.get("Content-Type", "").lower().startswith("text/html"):
            raise RequestFailed("the server sent a web page", again=False)
        if total is not None and abs(total - size) > size * TOLERANCE:
            raise RequestFailed(f"the server has another file under this name, of {file_size(total)}", again=False)
        write_json(note, {"url": url, "total": total, "validator": validator})
        bar.total = total or bar.total
        bar.update(begins - bar.n)
        with partial.open("r+b" if begins else "wb") as file:
            file.seek(begins)
            receive(response, file, most=int(size * (1 + TOLERANCE)), total=total, tell=bar.update)


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _verify(path: Path, sha1: str, *, progress: bool) -> None:
    """Compare a file's SHA-1 digest; one that differs is set aside, so that the next call starts afresh."""
    digest, size, aside = hashlib.sha1(usedforsecurity=False), _length(path), path.with_name(f"{path.name}.damaged")
    bar = progress_bar(total=size, desc=f"verifying {path.name}", unit=BYTES, show=progress)
    with path.open("rb") as file, bar:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            bar.update(len(chunk))
    if digest.hexdigest() != sha1:
        os.replace(path, aside)
        told = {"expected": f"SHA-1 {sha1}", "got": f"{digest.hexdigest()} in {file_size(size)}"}
        todo = f"run the command again to fetch it afresh; this one is set aside as {aside.name}"
        raise InputError("damaged archive", where=path, **told, todo=todo)


def _unpack(path: Path, *, name: str, most: int, progress: bool) -> int:
    """Unpack an archive, beside itself and into the folder ``name`` alone, and give the number of its files.

    Files of the right size that are already there are kept. All entries, of at most ``most`` bytes, are looked at
    before the first is written: the disk is safe from any archive. The memory is not from a bzip2 entry that lies about
    its size, because zipfile decompresses a piece before it cuts it: verify the digest first.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _check_entries(archive, name=name, most=most)
            paths = [(entry, path.parent / entry.filename) for entry in entries]
            missing = [entry for entry, file in paths if not file.is_file() or _length(file) != entry.file_size]
            total, needed = (sum(entry.file_size for entry in listed) for listed in (entries, missing))
            if needed > (free := shutil.disk_usage(path.parent).free):
                expected = f"{file_size(needed)} free"
                raise InputError("no space to unpack", where=path, expected=expected, got=file_size(free))
            options = {"desc": f"unpacking {path.name}", "unit": BYTES, "show": progress}
            with progress_bar(total=total, initial=total - needed, **options) as bar:
                for entry in missing:
                    _unpack_entry(archive, entry, path.parent)
                    bar.update(entry.file_size)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        raise InputError("no readable zip file", where=path, got=str(error), todo="delete it and run again") from None
    return len(entries)


def _check_entries(archive: zipfile.ZipFile, *, name: str, most: int) -> list[zipfile.ZipInfo]:
    """List the files of an archive, without folders, or say what is wrong with one of them."""
    files, where = {}, archive.filename
    for entry in archive.infolist():
        told = entry.orig_filename  # as it stands in the file: zipfile cuts it at a zero byte
        parts = told.removesuffix("/").split("/")
        inside = parts[0] == name and (len(parts) > 1 or told.endswith("/"))
        if not inside or not all(map(PART.fullmatch, parts)):
            raise InputError("entry outside its folder", where=where, expected=f"{name}/...", got=repr(told)[:120])
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise InputError("entry is no file", where=where, expected="files and folders", got=f"a link: {told}"[:120])
        if told.endswith("/"):
            continue
        if entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS:
            raise InputError("entry cannot be read", where=where, expected="stored, deflated or bzip2", got=told[:120])
        if files.setdefault(told.lower(), entry) is not entry:
            raise InputError("entry occurs twice", where=where, got=told[:120])
    if (total := sum(entry.file_size for entry in files.values())) > most:
        expected = f"at most {file_size(most)} unpacked"
        raise InputError("archive too large", where=where, expected=expected, got=file_size(total))
    return list(files.values())


def _unpack_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    """Write one file to a temporary name and rename it, so that a file with its own name is whole."""
    path = folder / entry.filename
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        with archive.open(entry) as source, partial.open("wb") as file:
            # zipfile stops at the size the entry tells: a bomb that tells less ends here with a wrong checksum
            shutil.copyfileobj(source, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        partial.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None:  # the disk's; bzip2 raises an OSError without number
            raise
        got, todo = f"{entry.filename}: {error}", "delete the archive and run again"
        raise InputError("damaged entry", where=archive.filename, got=got, todo=todo) from None
    os.replace(partial, path)
