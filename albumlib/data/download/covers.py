"""Fetching the album covers of the Free Music Archive, which are not in its archives but behind links in its tables.

The folder is the state: a picture that is there is not fetched again, and ``failed.csv`` names the links that are dead.
"""

import csv
import io
import os
import threading
import warnings
from collections import Counter, namedtuple
from multiprocessing.pool import ThreadPool
from pathlib import Path
from urllib.parse import quote, unquote

import pandas as pd
from PIL import Image

from albumlib.data.catalog import read_texts
from albumlib.data.download.session import RETRY, Client, RequestFailed
from albumlib.data.fma import METADATA, load_labels
from albumlib.errors import InputError
from albumlib.progress import track
from albumlib.text import printable

COLUMNS = ["path", "genre", "album_id", "track_id", "artist"]
FAILED_COLUMNS = ["url", "reason"]
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp", "BMP": ".bmp"}
MOST_BYTES = 20_000_000
LEAST_SIDE = 50  # pixels; less is a placeholder
AT_ONCE = 4
# Where FMA's tables say the pictures are, and where its site has them now (https://github.com/mdeff/fma/issues/51)
OLD_SITE = "://freemusicarchive.org/file/"
NEW_SITE = "https://freemusicarchive.org/image?file={}&width=290&height=290&type=image"
CoverCounts = namedtuple("CoverCounts", "wanted here new without dead unreached")
_decoder = threading.Lock()  # filters of warnings belong to the process


def fetch_covers(
    root: Path, folder: Path, *, subset: str | None = None, retry_dead: bool = False, client=None, progress: bool = True
) -> CoverCounts:
    """Fetch the cover of each album of an FMA catalog; go on where an earlier call was interrupted.

    Parameters
    ----------
    root, folder
        Of FMA's tables, as in `load_fma`; and for the pictures, ``covers.csv`` and ``failed.csv``.
    subset
        Whose tracks' albums: 'small', 'medium', 'large' or 'full'. By default all of the table.
    retry_dead, client, progress
        Ask for the links of ``failed.csv``, too; the `Client` to ask with, stopped at the end; show how far it is.

    Returns
    -------
    CoverCounts
        Covers ``wanted``, ``here`` in the folder, ``new`` by this call, ``without`` a link, ``dead`` (every link is),
        and ``unreached`` (a server did not answer; the next call tries again).

    Raises
    ------
    InputError
        If a table or a column of it is missing, or the folder holds another collection of covers.

    """
    plan, folder, client = plan_covers(root, subset=subset), Path(folder), client or Client(RETRY.new(total=3))
    listing, failed = folder / "covers.csv", folder / "failed.csv"
    folder.mkdir(parents=True, exist_ok=True)
    listed = read_texts(listing) if listing.exists() else pd.DataFrame(columns=COLUMNS)
    if list(listed) != COLUMNS:
        got = f"columns {', '.join(listed)}"
        raise InputError("another collection of covers is here", where=listing, got=got, todo="choose another folder")
    text = failed.read_text(encoding="utf-8") if failed.exists() and not retry_dead else ""
    # A call that was killed may have left half a row at the end
    dead = {row[0]: row[1] for row in csv.reader(io.StringIO(text)) if len(row) == 2 and row != FAILED_COLUMNS}
    _replace(failed, pd.DataFrame(dead.items(), columns=FAILED_COLUMNS).to_csv(index=False).encode())
    there, linked, counts = _pictures(folder), plan["links"].map(bool).astype(bool), Counter(new=0, dead=0, unreached=0)
    jobs = plan.loc[linked & ~plan["name"].isin(there), ["name", "links"]].to_numpy()
    try:
        # Its threads are daemons, so that none keeps an interrupted call from its end
        with ThreadPool(AT_ONCE) as pool, failed.open("a", newline="", encoding="utf-8", buffering=1) as file:
            outcomes = pool.imap_unordered(lambda job: _fetch_cover(*job, dead=dead, client=client), jobs)
            outcomes = track(outcomes, total=len(jobs), desc="covers", unit="covers", show=progress and len(jobs) > 0)
            for state, rows, name, data in outcomes:
                counts[state] += 1
                csv.writer(file).writerows(rows)
                if data:
                    _replace(folder / name, data)
    finally:
        client.stopped.set()
        there = _pictures(folder)
        # The listing of an earlier call may have had another subset
        table = pd.concat([plan.assign(path=plan["name"].map(there)), listed])
        table = table[table["path"].isin(there.values())].drop_duplicates("path").sort_values("path")
        _replace(listing, table[COLUMNS].to_csv(index=False).encode())
    return CoverCounts(len(plan), int(plan["name"].isin(there).sum()), without=int((~linked).sum()), **counts)


def plan_covers(root: Path, *, subset: str | None = None) -> pd.DataFrame:
    """List the covers that a catalog wants: one an album, and one for each track without an album.

    Returns
    -------
    pandas.DataFrame
        ``name`` (of the file, without suffix), ``album_id``, ``track_id`` (one of them is empty), ``genre`` (of most
        tracks, or the first), ``artist`` (or ``Various Artists``) and ``links``: addresses to try in turn.
    """
    raw = _read_raw(root, "raw_tracks.csv", "track_id", ["album_id", "track_image_file"])
    albums = _read_raw(root, "raw_albums.csv", "album_id", ["album_image_file"])["album_image_file"].to_dict()
    raw.index = raw.index.str.zfill(6)
    # Tracks that the raw table lacks have no link
    tracks = load_labels(root, subset=subset).join(raw[~raw.index.duplicated()], how="inner").reset_index()
    alone = ~tracks["album_id"].str.isdigit()
    tracks["name"] = ("track_" + tracks["track_id"]).where(alone, "album_" + tracks["album_id"].str.zfill(6))
    tracks = tracks.assign(album_id=tracks["album_id"].mask(alone, ""), track_id=tracks["track_id"].where(alone, ""))
    plan = tracks.groupby(["name", "album_id", "track_id"], sort=False, as_index=False).agg(
        genre=("genre", lambda genres: Counter(genres).most_common(1)[0][0]),
        artist=("artist", lambda names: names.iloc[0] if len(set(names)) == 1 else "Various Artists"),
        picture=("track_image_file", lambda pictures: next(filter(None, pictures), "")),
    )
    pictures = zip(plan["album_id"], plan.pop("picture"), strict=True)
    return plan.assign(links=[_links(albums.get(album_id, ""), picture) for album_id, picture in pictures])


def _links(*urls: str) -> list[str]:
    """List the addresses to try: each as the site has it today, then as the table has it."""
    links = []
    for url in filter(None, map(str.strip, urls)):
        _, old, name = url.partition(OLD_SITE)
        if old:
            links.append(NEW_SITE.format(quote(unquote(name), safe="")))
        links.append(url)
    return list(dict.fromkeys(links))


def _read_raw(root: Path, name: str, index: str, columns: list[str]) -> pd.DataFrame:
    path = Path(root) / METADATA / name
    if not path.is_file():
        raise InputError("no such table", where=path, expected="FMA's metadata", todo="unpack fma_metadata.zip here")
    try:
        table = pd.read_csv(path, usecols=[index, *columns], dtype=str, na_filter=False)
    except ValueError as error:
        expected = f"columns {', '.join([index, *columns])}"
        raise InputError("unreadable table", where=path, expected=expected, got=str(error)) from None
    # pandas writes the ids of a column with gaps as 1.0
    ids = {column: table[column].str.removesuffix(".0") for column in table if column.endswith("_id")}
    return table.assign(**ids).set_index(index)


def _fetch_cover(name: str, links: list[str], *, dead: dict, client: Client) -> tuple:
    """Try a cover's links in turn: what it came to, rows for failed.csv, and the first picture's file name and data."""
    state, rows = "dead", []
    for link in (link for link in links if link not in dead):
        try:
            data = client.get(link, most=MOST_BYTES)
            return "new", rows, name + _check_picture(data), data
        except RequestFailed as failure:
            if failure.again:
                state = "unreached"
            else:
                rows.append((link, printable(failure)[:300]))
    return state, rows, None, None


def _check_picture(data: bytes) -> str:
    """Decode a picture to see that it is one, and of a size that a cover has; gives the suffix for its file name."""
    try:
        with _decoder, warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            image = Image.open(io.BytesIO(data), formats=list(SUFFIXES))
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RequestFailed("picture has too many pixels", again=False) from None
    except Exception as error:  # damage can surprise the decoders anywhere
        reason = f"no picture; got {'a web page' if data[:1] == b'<' else error}"
        raise RequestFailed(reason, again=False) from None
    if min(image.size) < LEAST_SIDE:
        raise RequestFailed(f"picture too small; got {image.width} x {image.height} pixels", again=False)
    return SUFFIXES.get(image.format, ".jpg")  # some JPEG files hold several pictures: MPO


def _pictures(folder: Path) -> dict[str, str]:
    """Map the name of each picture, without suffix, to that of its file."""
    return {path.stem: path.name for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES.values()}


def _replace(path: Path, data: bytes) -> None:
    """Write a file to a temporary name and rename it, so that a file with its own name is whole."""
    temporary = path.with_name(path.name + ".partial")
    temporary.write_bytes(data)
    os.replace(temporary, path)
