"""Fetching the Free Music Archive data set: large archives that arrive in parts, are verified, and then unpacked.

Nothing that has arrived is fetched again: the download goes on from its ``.partial`` file, the unpacking from the files
that are already there, and a data set that is complete says so in a ``.complete.json`` file beside it.

References
----------
M. Defferrard, K. Benzi, P. Vandergheynst, X. Bresson: *FMA: A Dataset for Music Analysis*, ISMIR 2017.
"""

import hashlib
import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from albumlib.data.http import CHUNK, Patience, RequestFailed, ask, content_length, read_chunks
from albumlib.data.unpack import unpack
from albumlib.errors import InputError
from albumlib.progress import BYTES, clock, file_size, progress_bar
from albumlib.runs import read_json, write_json

BASE_URL = "https://os.unil.cloud.switch.ch/fma"
GIB = 1 << 30
TOLERANCE = 0.1  # of the sizes below, which the data set's authors tell in two or three digits


@dataclass(frozen=True)
class Archive:
    """One archive of a data set.

    Attributes
    ----------
    name : str
        Of the folder in it, and of the file, which adds ``.zip``.
    sha1 : str
        40 hexadecimal digits.
    size : int
        Bytes of the archive, to a tenth.
    unpacked : int
        Bytes that its files have at most.
    """

    name: str
    sha1: str
    size: int
    unpacked: int

    @property
    def filename(self):
        """Name of the file."""
        return f"{self.name}.zip"


def _fma(name, sha1, size, unpacked):
    return Archive(f"fma_{name}", sha1, int(size * GIB), int(unpacked * GIB))


ARCHIVES = {
    archive.name.replace("_", "-"): archive
    for archive in (
        _fma("metadata", "f0df49ffe5f2a6008d7dc83c6915b31835dfe733", 0.334, 4),
        _fma("small", "ade154f733639d52e35e32f5593efe5be76c6d70", 7.2, 8),
        _fma("medium", "c67b69ea232021025fca9231fc1c7c1a063ab50b", 22, 25),
        _fma("large", "497109f4dd721066b5ce5e5f250ec604dc78939e", 93, 105),
        _fma("full", "0f0ace23fbe9ba30ecb7e95f763e435ea802b8ab", 879, 960),
    )
}


def fetch_archive(archive, folder, *, base_url=BASE_URL, keep=False, patience=None, progress=True):
    """Fetch an archive, verify and unpack it; go on where an earlier call was interrupted.

    Parameters
    ----------
    archive : Archive
    folder : path
        Where the archive's own folder shall lie. An archive that is already there is used without the network.
    base_url : str
        Folder of the server, or of a mirror.
    keep : bool
        Keep the archive after unpacking.
    patience : albumlib.data.http.Patience, optional
    progress : bool

    Returns
    -------
    pathlib.Path
        The unpacked folder.

    Raises
    ------
    InputError
        If there is too little space, the server has no such file or fails for long, or the archive is damaged.

    Notes
    -----
    Notebook: 01_data
    """
    folder = Path(folder)
    path, target = folder / archive.filename, folder / archive.name
    if is_complete(archive, folder):
        return target
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        check_space(archive, folder)
        url = f"{base_url.rstrip('/')}/{archive.filename}"
        try:
            download(url, path, size=archive.size, patience=patience or Patience(), progress=progress)
        except RequestFailed as failure:
            raise _failed_download(failure, url, path) from None
    verify(path, archive.sha1, progress=progress)
    files = unpack(path, folder, name=archive.name, most=archive.unpacked, progress=progress)
    write_json(_completion(archive, folder), {"sha1": archive.sha1, "files": files})
    if not keep:
        path.unlink()
    return target


def is_complete(archive, folder):
    """Whether an archive was fetched and unpacked before, and its files are still there.

    Parameters
    ----------
    archive : Archive
    folder : path

    Returns
    -------
    bool
    """
    note = _completion(archive, folder)
    if not note.exists():
        return False
    told = read_json(note)
    there = sum(len(files) for _, _, files in os.walk(Path(folder) / archive.name))
    return told.get("sha1") == archive.sha1 and there >= told.get("files", 0)


def space_needed(archive, folder):
    """Bytes that fetching an archive takes at most, less what has arrived already.

    Parameters
    ----------
    archive : Archive
    folder : path

    Returns
    -------
    int
    """
    return archive.size + archive.unpacked - _length(_partial(Path(folder) / archive.filename))


def check_space(archive, folder):
    """Refuse a download that will not fit.

    Parameters
    ----------
    archive : Archive
    folder : path
        Must exist.

    Raises
    ------
    InputError
        If the disk has less free space than the archive and its files need together.
    """
    needed, free = space_needed(archive, folder), shutil.disk_usage(folder).free
    if needed > free:
        raise InputError(
            f"no space for {archive.name}",
            where=folder,
            expected=f"{file_size(needed)} free (archive {file_size(archive.size)}, "
            f"its files up to {file_size(archive.unpacked)})",
            got=file_size(free),
            todo="name a folder on a larger disk with --to",
        )


def download(url, path, *, size, patience, progress=True):
    """Download a file, going on from ``<path>.partial`` where there is one.

    Parameters
    ----------
    url : str
    path : pathlib.Path
        Appears when the file has all its bytes.
    size : int
        Expected bytes, to a tenth: a much larger or smaller file is another one.
    patience : albumlib.data.http.Patience
    progress : bool

    Raises
    ------
    RequestFailed
        If the server refuses, or brings nothing new for as long as the patience lasts.

    Notes
    -----
    The validator of the first answer (``ETag``, else ``Last-Modified``) is kept beside the partial file and sent with
    the request for the rest, so that a server whose file has changed meanwhile sends all of the new one.
    """
    partial = _partial(path)
    farthest, failures = _length(partial), 0
    with progress_bar(total=size, initial=farthest, desc=path.name, unit=BYTES, show=progress) as bar:
        while True:
            try:
                _receive_rest(url, partial, size=size, timeout=patience.timeout, bar=bar)
                break
            except RequestFailed as failure:
                # Only bytes that no earlier attempt has brought are progress: else a server that always starts
                # afresh and always drops would be asked for ever.
                failures = 1 if _length(partial) > farthest else failures + 1
                farthest = max(farthest, _length(partial))
                time.sleep(patience.wait_after(failure, failures))
    os.replace(partial, path)
    _note(partial).unlink(missing_ok=True)


def verify(path, sha1, *, progress=True):
    """Compare a file's SHA-1 digest; one that differs is set aside.

    Parameters
    ----------
    path : pathlib.Path
    sha1 : str
    progress : bool

    Raises
    ------
    InputError
        If it differs. The file is then called ``.damaged``, so that the next call starts afresh.
    """
    digest, size = hashlib.sha1(usedforsecurity=False), path.stat().st_size
    with (
        path.open("rb") as file,
        progress_bar(total=size, desc=f"verifying {path.name}", unit=BYTES, show=progress) as bar,
    ):
        while chunk := file.read(16 * CHUNK):
            digest.update(chunk)
            bar.update(len(chunk))
    if digest.hexdigest() == sha1:
        return
    aside = path.with_name(path.name + ".damaged")
    os.replace(path, aside)
    raise InputError(
        "damaged archive",
        where=path,
        expected=f"SHA-1 {sha1}",
        got=f"{digest.hexdigest()} in {file_size(size)}",
        todo=f"run the command again to fetch it afresh; this one is set aside as {aside.name}",
    )


def _receive_rest(url, partial, *, size, timeout, bar):
    """Ask for the bytes after those of the partial file, and append them; or for all, and begin anew."""
    start, known = _length(partial), read_json(_note(partial)) if _note(partial).exists() else {}
    if known.get("url") != url:  # a mirror names the same bytes otherwise; the digest decides in the end
        known.pop("validator", None)
    if start and known.get("total") == start:
        return
    headers = {}
    if start:
        headers["Range"] = f"bytes={start}-"
        if known.get("validator"):
            headers["If-Range"] = known["validator"]
    try:
        response = ask(url, headers=headers, timeout=timeout)
    except RequestFailed as failure:
        if failure.status == 416 and start:
            if _total(failure.headers) == start:
                return
            _discard(partial)
            raise RequestFailed("the partial file is longer than the whole", again=True) from None
        raise
    with response:
        begins, total = _extent(response)
        version = {"total": total, "validator": _validator(response)}
        changed = any(known.get(key) and value and known[key] != value for key, value in version.items())
        if begins not in (0, start) or (begins and changed):
            _discard(partial)
            raise RequestFailed("the server sent another part than the one asked for", again=True)
        # Before anything is written: the login page of a hotel must not replace what has arrived
        if response.headers.get_content_type() == "text/html":
            raise RequestFailed("the server sent a web page", again=False)
        if total is not None and abs(total - size) > size * TOLERANCE:
            got = f"the server has another file under this name, of {file_size(total)}"
            raise RequestFailed(got, again=False)
        write_json(_note(partial), {"url": url, **version})
        bar.total = total or bar.total
        bar.update(begins - bar.n)
        with partial.open("r+b" if begins else "wb") as file:
            file.seek(begins)
            for chunk in read_chunks(response):
                file.write(chunk)
                bar.update(len(chunk))
                if file.tell() > size * (1 + TOLERANCE):
                    file.truncate(0)
                    raise RequestFailed("the server sends more than the archive has", again=False)
    if total is not None and _length(partial) < total:
        raise RequestFailed(f"connection dropped at {file_size(_length(partial))} of {file_size(total)}", again=True)


def _extent(response):
    """Tell where the answer's bytes begin, and how many the whole file has (None where that is not said)."""
    if response.status != 206:
        return 0, content_length(response)
    match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", "").strip())
    return (int(match[1]) if match else None), _total(response.headers)


def _total(headers):
    match = re.search(r"/(\d+)\s*$", headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def _validator(response):
    """Give what names this version of the file; a weak ETag cannot be used with a range."""
    etag = response.headers.get("ETag", "")
    return etag if etag.startswith('"') else response.headers.get("Last-Modified")


def _failed_download(failure, url, path):
    """Turn a failure into what the person can do about it."""
    if failure.again:
        there = file_size(_length(_partial(path)))
        later = f"run again in {clock(failure.after)}" if failure.after else "run again"
        return InputError("download interrupted", where=url, got=str(failure), todo=f"{later}: {there} are kept")
    return InputError(
        "cannot be downloaded",
        where=url,
        got=str(failure),
        todo=f"name a mirror with --base-url, or get the archive by hand, put it at {path}, and run again",
    )


def _partial(path):
    return path.with_name(path.name + ".partial")


def _note(partial):
    return partial.with_name(partial.name + ".json")


def _completion(archive, folder):
    return Path(folder) / f"{archive.name}.complete.json"


def _length(path):
    return path.stat().st_size if path.exists() else 0


def _discard(partial):
    partial.unlink(missing_ok=True)
    _note(partial).unlink(missing_ok=True)
