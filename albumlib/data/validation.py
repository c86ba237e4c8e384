"""Everything that is wrong with a catalog, in one table: unusable sound, doubles, and traps for whoever splits it."""

import hashlib

import numpy as np
import pandas as pd
from PIL import Image

from albumlib.data.audio import hear_song
from albumlib.data.catalog import check_catalog
from albumlib.data.images import load_cover
from albumlib.data.splits import artist_key
from albumlib.errors import InputError
from albumlib.parallel import in_parallel
from albumlib.progress import progress_bar

SR = 22050
DURATION_TOLERANCE = 1.0  # seconds; an mp3's header may count its padding
NEAR = 6.0  # levels of 255 by which thumbnails of two copies may differ; among 5,432 real covers no two others did

# What is looked for, and what it means for training.
PROBLEMS = {
    "unreadable": "nothing of it can be decoded",
    "too short": "less than one slice",
    "wrong duration": "decodes to another length than the catalog says: truncated, or a wrong header",
    "damaged": "a part of it cannot be decoded",
    "odd sound": "clipped, louder than full scale, off zero, or channels that cancel each other",
    "silent": "the loudest moment is below -60 dB of full scale",
    "identical file": "the same sound as an earlier track, sample for sample, whatever its tags and format",
    "unusable cover": "the picture cannot be decoded",
    "near-duplicate cover": "another album's cover, perhaps scaled or compressed anew",
    "artist in two splits": "the split lets the network recognize the artist instead of the genre",
    "few artists": "a genre needs an artist in each of three splits",
}
COLUMNS = ("problem", "track_id", "path", "detail")
# With these a track teaches nothing, or teaches it twice.
USELESS = ("unreadable", "too short", "silent", "identical file")


def validate(
    catalog: pd.DataFrame,
    *,
    split: pd.Series | None = None,
    min_seconds: float = 3.0,
    n_jobs: int = -1,
    progress: bool = True,
) -> pd.DataFrame:
    """Look for everything that is wrong with a catalog. Every file is decoded once, in parallel.

    Parameters
    ----------
    split
        The split that each track is in, by the catalog's index; not checked without.
    min_seconds
        Shorter tracks have no slice.
    n_jobs
        Processes; -1 takes every core.

    Returns
    -------
    DataFrame
        One row a problem of a track: ``problem`` (one of `PROBLEMS`, in their order), ``track_id``, ``path``,
        ``detail``. A genre of few artists is one row, with the genre as detail and no track.

    Notes
    -----
    Notebook: 01_data

    Examples
    --------
    >>> problems = validate(catalog, split=split_by_artist(catalog))
    >>> problems["problem"].value_counts()
    >>> catalog = drop_useless(catalog, problems)
    """
    check_catalog(catalog)
    facts = _listen(catalog, n_jobs=n_jobs, progress=progress)
    found = [
        *_sound_problems(catalog, facts, min_seconds=min_seconds),
        *_cover_problems(catalog, facts),
        *_split_problems(catalog, split),
    ]
    order = list(PROBLEMS)
    return pd.DataFrame(sorted(found, key=lambda row: (order.index(row[0]), row[1])), columns=list(COLUMNS))


def drop_useless(catalog: pd.DataFrame, problems: pd.DataFrame) -> pd.DataFrame:
    """Leave out the tracks that cannot be used and all but the first of identical files, given what `validate` found.

    Notes
    -----
    Notebook: 01_data
    """
    useless = problems["track_id"][problems["problem"].isin(USELESS)]
    return catalog[~catalog["track_id"].isin(useless)]


def cover_fingerprint(pixels: np.ndarray) -> np.ndarray:
    """Sum up a picture by its 16 x 16 thumbnail, which scaling and compression hardly change.

    Parameters
    ----------
    pixels : uint8, shape (size, size, 3)

    Returns
    -------
    float32, shape (768,)
        0 to 255.

    Notes
    -----
    Bits of rising and falling brightness (a difference hash) are the usual choice, and call any two flat designs alike.
    """
    small = Image.fromarray(pixels).resize((16, 16), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32).ravel()


def earlier_twins(prints: np.ndarray, *, near: float = NEAR) -> dict[int, tuple[int, float]]:
    """Find the fingerprints that come close to an earlier one.

    Parameters
    ----------
    prints : float, shape (n, 768)
        From `cover_fingerprint`.
    near
        Levels of 255 by which two may differ, root mean square.

    Returns
    -------
    dict
        Place of each such fingerprint, ascending: place of the first earlier one that is near, and their distance.
    """
    from sklearn.neighbors import NearestNeighbors

    scale = np.sqrt(prints.shape[1])
    distances, places = NearestNeighbors(radius=near * scale).fit(prints).radius_neighbors(prints)
    twins = {}
    for place, (others, far) in enumerate(zip(places, distances, strict=True)):
        earlier = {int(other): float(each) / scale for other, each in zip(others, far, strict=True) if other < place}
        if earlier:
            twins[place] = min(earlier), earlier[min(earlier)]
    return twins


def _listen(catalog, *, n_jobs, progress):
    """Gather the facts of each track, one dictionary a track in the catalog's order."""
    tasks = list(zip(catalog["path"], catalog["cover_path"], strict=True))
    facts = [None] * len(tasks)
    with progress_bar(total=len(tasks), desc="checking", unit="tracks", show=progress) as bar:
        for number, result in in_parallel(_facts, tasks, n_jobs=n_jobs):
            facts[number] = {"error": result} if isinstance(result, str) else result
            bar.update()
    return facts


def _facts(path, cover_path):
    """What one track is like: how it sounds or an error, its sound's digest, its cover's fingerprint or an error."""
    facts = {}
    try:
        heard = hear_song(path, sr=SR)
        facts |= {"seconds": len(heard.signal) / SR, "lost": heard.lost, "remarks": heard.remarks}
        facts["sound"] = hashlib.sha1(heard.signal).digest()
    except (InputError, OSError) as error:
        facts["error"] = getattr(error, "reason", str(error))
        facts["silent"] = getattr(error, "what", "") == "silent"
    if cover_path:
        try:
            facts["cover"] = cover_fingerprint(load_cover(cover_path))
        except (InputError, OSError) as error:
            facts["cover_error"] = getattr(error, "reason", str(error))
    return facts


def _sound_problems(catalog, facts, *, min_seconds):
    first = {}
    for track, fact in zip(catalog.itertuples(), facts, strict=True):

        def problem(kind, detail, track=track):
            return kind, track.track_id, track.path, detail

        if "error" in fact:
            yield problem("silent" if fact.get("silent") else "unreadable", fact["error"])
            continue
        seconds, remarks = fact["seconds"], list(fact["remarks"])
        if seconds < min_seconds:
            yield problem("too short", f"{seconds:.1f} s, needs {min_seconds:.1f} s")
        if min(abs(track.duration - seconds), abs(track.duration - seconds - fact["lost"])) > DURATION_TOLERANCE:
            yield problem("wrong duration", f"{seconds:.1f} s decode, catalog says {track.duration:.1f} s")
        if fact["lost"]:
            yield problem("damaged", remarks.pop(0))
        if remarks:
            yield problem("odd sound", "; ".join(remarks))
        if first.setdefault(fact["sound"], track.track_id) != track.track_id:
            yield problem("identical file", f"same as {first[fact['sound']]}")


def _cover_problems(catalog, facts):
    """Unusable covers, and covers that an earlier album has too; tracks of one album share theirs rightly."""
    albums = {}
    for track, fact in zip(catalog.itertuples(), facts, strict=True):
        if "cover_error" in fact:
            yield "unusable cover", track.track_id, track.path, fact["cover_error"]
        if "cover" in fact:
            albums.setdefault((track.artist, track.album), (track, fact["cover"]))
    if not albums:
        return
    tracks, prints = zip(*albums.values(), strict=True)
    for place, (other, _) in earlier_twins(np.stack(prints)).items():
        track, twin = tracks[place], tracks[other]
        detail = f"{_album(track)} looks like {_album(twin)}"
        yield "near-duplicate cover", track.track_id, track.path, detail


def _album(track):
    return f"{track.album or track.title} by {track.artist}"


def _split_problems(catalog, split):
    artists = artist_key(catalog)
    counts = artists.groupby(catalog["genre"]).nunique()
    for genre, count in counts[counts < 3].items():
        yield "few artists", "", "", f"{genre}: {count} artist{'s' if count > 1 else ''}"
    if split is not None:
        per_artist = split.groupby(artists).unique()
        for artist, where in per_artist[per_artist.str.len() > 1].items():
            track = catalog[artists == artist].iloc[0]
            detail = f"{track.artist or artist} is on {' and '.join(sorted(map(str, where)))}"
            yield "artist in two splits", track.track_id, track.path, detail
