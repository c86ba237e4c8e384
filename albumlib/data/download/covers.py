"""Fetching the album covers of the Free Music Archive, which are not in its archives but behind links in its tables.

The folder is the state: a picture that is there is not fetched again, ``failed.csv`` names the links that are dead, and
``covers.csv`` is written anew from the pictures at the end.
"""

import csv
import io
import os
import threading
import urllib.parse
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from PIL import Image

from albumlib.data.download.http import RequestFailed
from albumlib.data.download.polite import Polite
from albumlib.data.fma import METADATA, load_labels
from albumlib.errors import InputError
from albumlib.progress import progress_bar

COLUMNS = ["path", "genre", "album_id", "track_id", "artist"]
FAILED_COLUMNS = ["url", "reason"]
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp", "BMP": ".bmp"}
MOST_BYTES = 20_000_000
LEAST_SIDE = 50  # pixels; less is a placeholder
AT_ONCE = 4
VARIOUS = "Various Artists"
# Where FMA's tables say the pictures are, and where its site has them since it changed hands in 2018.
OLD_SITE = "https://freemusicarchive.org/file/"
NEW_SITE = "https://freemusicarchive.org/image?file={}&width=290&height=290&type=image"


@dataclass(frozen=True)
class CoverCounts:
    """What a call of `fetch_covers` came to.

    Attributes
    ----------
    wanted : int
        Albums, and tracks without one, that have a genre.
    here : int
        Pictures in the folder.
    new : int
        Pictures that this call fetched.
    without : int
        No link in the tables.
    dead : int
        Every link is dead.
    unreached : int
        A server did not answer; the next call tries again.
    """

    wanted: int
    here: int
    new: int
    without: int
    dead: int
    unreached: int


def fetch_covers(root, folder, *, subset=None, retry_dead=False, polite=None, progress=True):
    """Fetch the cover of each album of an FMA catalog; go on where an earlier call was interrupted.

    Parameters
    ----------
    root : path
        As in `albumlib.data.fma.load_fma`; the audio is not needed.
    folder : path
        For the pictures, ``covers.csv`` (columns `COLUMNS`) and ``failed.csv`` (columns `FAILED_COLUMNS`).
    subset : {'small', 'medium', 'large', 'full'}, optional
        Whose tracks' albums. By default all of the table.
    retry_dead : bool
        Ask for the links of ``failed.csv``, too.
    polite : albumlib.data.download.polite.Polite, optional
        Stopped at the end.
    progress : bool

    Returns
    -------
    CoverCounts

    Raises
    ------
    InputError
        If a table or a column of it is missing, or the folder holds another collection of covers.

    Notes
    -----
    Notebook: 07_covers
    """
    plan, folder = plan_covers(root, subset=subset), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    listed = _read_listing(folder / "covers.csv")
    dead, polite = _start_failed(folder / "failed.csv", retry_dead=retry_dead), polite or Polite()
    there = _pictures(folder)
    jobs = [cover for cover in plan if cover["links"] and cover["name"] not in there]
    counts = dict.fromkeys(("new", "dead", "unreached"), 0)
    try:
        with (folder / "failed.csv").open("a", newline="", encoding="utf-8", buffering=1) as file:
            for outcome in _run(jobs, folder, dead=dead, polite=polite, progress=progress):
                counts[outcome.state] += 1
                csv.writer(file).writerows(outcome.dead)
    finally:
        there = _pictures(folder)
        _write_listing(folder, plan, there, listed)
    without = sum(not cover["links"] for cover in plan)
    here = sum(cover["name"] in there for cover in plan)
    return CoverCounts(wanted=len(plan), here=here, without=without, **counts)


def plan_covers(root, *, subset=None):
    """List the covers that a catalog wants: one an album, and one for each track without an album that has a picture.

    Parameters
    ----------
    root : path
    subset : str, optional
        As in `fetch_covers`.

    Returns
    -------
    list of dict
        ``name`` (of the file, without suffix), ``genre``, ``album_id``, ``track_id`` (one of them is empty),
        ``artist`` and ``links``, the addresses to try in turn: the album's picture, else its first track's.

    Raises
    ------
    InputError
        If a table or a column of it is missing.

    Notes
    -----
    Notebook: 07_covers

    An album has the label that most of its tracks have, the first track's among equals; its artist is
    ``Various Artists`` where they differ.
    """
    tracks = _read_raw(root, "raw_tracks.csv", "track_id", ["album_id", "track_image_file"])
    tracks.index = tracks.index.str.zfill(6)
    albums = _read_raw(root, "raw_albums.csv", "album_id", ["album_image_file"])["album_image_file"].to_dict()
    # Tracks that the raw table lacks have no link
    tracks = load_labels(root, subset=subset).join(tracks[~tracks.index.duplicated()], how="inner")
    plan = []
    for album_id, group in tracks.groupby("album_id", sort=False):
        if not album_id.isdigit():
            plan += [
                {
                    "name": f"track_{track_id}",
                    "genre": track.genre,
                    "album_id": "",
                    "track_id": track_id,
                    "artist": track.artist,
                    "links": _links(track.track_image_file),
                }
                for track_id, track in zip(group.index, group.itertuples(), strict=True)
            ]
            continue
        artists, pictures = group["artist"].unique(), group["track_image_file"]
        plan.append(
            {
                "name": f"album_{int(album_id):06d}",
                "genre": group["genre"].value_counts(sort=False).idxmax(),
                "album_id": album_id,
                "track_id": "",
                "artist": artists[0] if len(artists) == 1 else VARIOUS,
                "links": _links(albums.get(album_id, ""), next(filter(None, pictures), "")),
            }
        )
    return plan


def present_link(url):
    """The address under which FMA's site serves a picture today.

    Parameters
    ----------
    url : str
        As FMA's tables of 2017 have it.

    Returns
    -------
    str
        The same where it is no address of the old form.

    References
    ----------
    https://github.com/mdeff/fma/issues/51
    """
    path = url.replace("http://", "https://", 1)
    if not path.startswith(OLD_SITE):
        return url
    return NEW_SITE.format(urllib.parse.quote(urllib.parse.unquote(path.removeprefix(OLD_SITE)), safe=""))


def check_picture(data):
    """Decode a picture to see that it is one.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    str
        Suffix for its file name.

    Raises
    ------
    InputError
        If it is none, too small to be a cover, or so large that decoding it would exhaust the memory.
    """
    try:
        with _decoder, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=list(SUFFIXES))
        with image:
            if min(image.size) < LEAST_SIDE:
                raise InputError("picture too small", got=f"{image.width} x {image.height} pixels")
            image.load()
            return SUFFIXES[image.format]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError("picture has too many pixels") from None
    except (OSError, ValueError, SyntaxError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("no picture", got=str(error) if data[:1] not in b"<" else "a web page") from None


@dataclass(frozen=True)
class _Outcome:
    state: str  # "new", "dead" or "unreached"
    dead: list  # rows for failed.csv


_decoder = threading.Lock()  # filters of warnings belong to the process


def _run(jobs, folder, *, dead, polite, progress):
    """Yield the outcome of each job, a few at once."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        with progress_bar(total=len(jobs), desc="covers", unit="covers", show=progress and bool(jobs)) as bar:
            for outcome in pool.map(lambda cover: _fetch_cover(cover, folder, dead=dead, polite=polite), jobs):
                bar.update()
                yield outcome
    finally:
        polite.stop()
        pool.shutdown(cancel_futures=True)


def _fetch_cover(cover, folder, *, dead, polite):
    """Try a cover's links in turn and store the first picture."""
    rows, state = [], "dead"
    for link in cover["links"]:
        if link in dead:
            continue
        try:
            data = polite.get(link, most=MOST_BYTES)
            path = folder / (cover["name"] + check_picture(data))
        except RequestFailed as failure:
            if failure.again:
                state = "unreached"
            else:
                rows.append((link, str(failure)))
        except InputError as error:
            rows.append((link, error.reason))
        else:
            partial = path.with_name(path.name + ".partial")
            partial.write_bytes(data)
            os.replace(partial, path)
            return _Outcome("new", rows)
    return _Outcome(state, rows)


def _links(*urls):
    """List the addresses to try: each as the site has it today, then as the table has it."""
    return list(dict.fromkeys(link for url in urls if url.strip() for link in (present_link(url.strip()), url.strip())))


def _read_raw(root, name, index, columns):
    path = Path(root) / METADATA / name
    if not path.is_file():
        raise InputError("no such table", where=path, expected="FMA's metadata", todo="unpack fma_metadata.zip here")
    try:
        table = pd.read_csv(path, usecols=[index, *columns], dtype=str, keep_default_na=False)
    except ValueError as error:
        expected = f"columns {', '.join([index, *columns])}"
        raise InputError("unreadable table", where=path, expected=expected, got=str(error)) from None
    # pandas writes the ids of a column with gaps as 1.0
    ids = {column: table[column].str.removesuffix(".0") for column in table if column.endswith("_id")}
    return table.assign(**ids).set_index(index)


def _pictures(folder):
    """Map the name of each picture, without suffix, to that of its file."""
    return {path.stem: path.name for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES.values()}


def _read_listing(path):
    """Read the covers.csv of an earlier call, which may have had another subset."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != COLUMNS:
            got = f"columns {', '.join(rows.fieldnames or [])}"
            raise InputError("another collection of covers is here", where=path, got=got, todo="choose another folder")
        return list(rows)


def _write_listing(folder, plan, there, listed):
    planned = {cover["name"] for cover in plan}
    rows = [{**cover, "path": there[cover["name"]]} for cover in plan if cover["name"] in there]
    rows += [row for row in listed if (name := Path(row["path"]).stem) not in planned and name in there]
    partial = folder / "covers.csv.partial"
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["path"]))
    os.replace(partial, folder / "covers.csv")


def _start_failed(path, *, retry_dead):
    """Begin failed.csv with the rows of earlier calls, and give the links in it."""
    rows = []
    if path.exists() and not retry_dead:
        with path.open(newline="", encoding="utf-8") as file:
            # A call that was killed may have left half a row at the end
            rows = [row for row in csv.reader(file) if len(row) == len(FAILED_COLUMNS) and row != FAILED_COLUMNS]
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([FAILED_COLUMNS, *rows])
    os.replace(partial, path)
    return {url for url, _ in rows}
