"""Fetching the Free Music Archive data set: large archives that arrive in parts, are verified, and then unpacked.

Nothing that has arrived is fetched again: the download goes on from its ``.partial`` file, the unpacking from the files
that are already there, and a data set that is complete says so in a ``.complete.json`` file beside it.

References
----------
M. Defferrard, K. Benzi, P. Vandergheynst, X. Bresson: *FMA: A Dataset for Music Analysis*, ISMIR 2017.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from albumlib.data.download.http import CHUNK, Patience, RequestFailed
from albumlib.data.download.receive import download, failed_download, received
from albumlib.data.download.unpack import unpack
from albumlib.errors import InputError
from albumlib.progress import BYTES, file_size, progress_bar
from albumlib.runs import read_json, write_json

BASE_URL = "https://os.unil.cloud.switch.ch/fma"
GIB = 1 << 30


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
    patience : albumlib.data.download.http.Patience, optional
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
            raise failed_download(failure, url, path) from None
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
    return archive.size + archive.unpacked - received(Path(folder) / archive.filename)


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


def _completion(archive, folder):
    return Path(folder) / f"{archive.name}.complete.json"
