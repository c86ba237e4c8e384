"""One large file over HTTP: what has arrived is kept, and the rest is asked for again until it is whole."""

import os
import re
import time

from albumlib.data.download.http import RequestFailed, ask, content_length, read_chunks
from albumlib.errors import InputError
from albumlib.progress import BYTES, clock, file_size, progress_bar
from albumlib.runs import read_json, write_json

TOLERANCE = 0.1  # of the expected size, which people tell in two or three digits


def download(url, path, *, size, patience, progress=True):
    """Download a file, going on from ``<path>.partial`` where there is one.

    Parameters
    ----------
    url : str
    path : pathlib.Path
        Appears when the file has all its bytes.
    size : int
        Expected bytes, to a tenth: a much larger or smaller file is another one.
    patience : albumlib.data.download.http.Patience
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


def failed_download(failure, url, path):
    """Turn a failure into what the person can do about it.

    Parameters
    ----------
    failure : RequestFailed
    url : str
    path : pathlib.Path

    Returns
    -------
    InputError
    """
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


def received(path):
    """Bytes of a download that have arrived before.

    Parameters
    ----------
    path : pathlib.Path
        Where the whole file will be.

    Returns
    -------
    int
    """
    return _length(_partial(path))


def _partial(path):
    return path.with_name(path.name + ".partial")


def _note(partial):
    return partial.with_name(partial.name + ".json")


def _length(path):
    return path.stat().st_size if path.exists() else 0


def _discard(partial):
    partial.unlink(missing_ok=True)
    _note(partial).unlink(missing_ok=True)
