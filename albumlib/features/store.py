"""The feature images of a whole catalog: extracted once, in parallel, kept as PNG, cut into slices when needed."""

import hashlib
import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from albumlib.data.audio import hear_song
from albumlib.data.catalog import check_catalog, song_stamp
from albumlib.errors import InputError
from albumlib.features.image import feature_image, load_image, save_image
from albumlib.features.settings import PRESETS, FeatureSettings
from albumlib.features.slices import Slices, cut_slices
from albumlib.files import make_folder, nothing_half_written, sweep, whole_file
from albumlib.parallel import DIED, in_parallel
from albumlib.progress import progress_bar
from albumlib.report import make_report
from albumlib.runs import write_json

PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"  # the last chunk: without it a copy was cut short


def extract(
    catalog: pd.DataFrame,
    folder: str | os.PathLike,
    *,
    settings: FeatureSettings = PRESETS["default"],
    n_jobs: int = -1,
    scheduler: str | None = None,
    progress: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the feature image of every track that has none yet.

    Images go to ``<folder>/<settings.digest>/<track_id>.png``, beside a ``settings.json``. An image is kept when its
    audio file has not changed since; so an interrupted extraction goes on where it stopped.

    Parameters
    ----------
    n_jobs
        Processes; -1 takes every core.
    scheduler
        Address of a Dask scheduler whose workers see the same files: they do the work, `n_jobs` is not read.

    Returns
    -------
    index
        Usable tracks in the catalog's order, with its index: ``track_id``, ``genre``, ``artist``, ``album``, ``path``
        (the PNG), ``columns`` (width of the image), ``remarks`` (what is odd about the sound, mostly ``""``).
    report
        Tracks left out: path, stage, reason.

    Raises
    ------
    InputError
        If images cannot be written: the disk is full, or the folder is not writable.

    Notes
    -----
    Notebook: 02_features

    Examples
    --------
    >>> catalog, _ = load_folder("music")  # a subfolder a genre
    >>> index, report = extract(catalog, "features")
    """
    check_catalog(catalog)
    folder = Path(folder) / settings.digest
    sweep(make_folder(folder))
    write_json(folder / "settings.json", settings.to_dict())
    targets = [folder / f"{track_id}.png" for track_id in catalog["track_id"]]
    tasks = [(path, target, settings) for path, target in zip(catalog["path"], targets, strict=True)]
    results, kept, rejected = [None] * len(tasks), 0, 0
    with (
        progress_bar(total=len(tasks), desc="feature images", unit="tracks", show=progress) as bar,
        nothing_half_written(folder),
        closing(in_parallel(_draw, tasks, n_jobs=n_jobs, scheduler=scheduler)) as drawn,
    ):
        for number, result in drawn:
            columns, remarks, reason, was_kept = (0, "", DIED, False) if result == DIED else result
            results[number] = (columns, remarks, reason)
            kept, rejected = kept + was_kept, rejected + bool(reason)
            bar.set_postfix_str(f"{kept:,} kept from before, {rejected:,} rejected", refresh=False)
            bar.update()
    usable = [reason is None for *_, reason in results]
    index = catalog.loc[usable, ["track_id", "genre", "artist", "album"]].copy()
    index["path"] = [str(target) for target, good in zip(targets, usable, strict=True) if good]
    index["columns"] = [columns for columns, _, reason in results if reason is None]
    index["remarks"] = [remarks for _, remarks, reason in results if reason is None]
    rows = zip(catalog["path"], results, strict=True)
    return index, make_report([(path, "features", reason) for path, (*_, reason) in rows if reason])


def _draw(path, target, settings):
    """Draw one track unless its image is up to date: (columns, remarks, reason for rejection, kept from before)."""
    try:
        stamp = song_stamp(path)
        columns, remarks = _read_current(target, stamp)
        if columns:
            return columns, remarks, None, True
        heard = hear_song(path, sr=settings.sr)
        remarks, signal = "; ".join(heard.remarks), [heard.signal]
        del heard  # of a long song it is half the memory, which is freed when nobody keeps it
        image = feature_image(signal.pop(), settings)
        cut_slices(image.values, settings=settings)
    except InputError as error:
        return 0, "", error.reason, False
    except Exception as error:  # one odd file must not end the batch; what it was stands in the report
        return 0, "", f"{type(error).__name__}: {error}", False
    # If it cannot be written the batch ends: the next could not either.
    save_image(image, target, source=stamp, remarks=remarks)
    return image.values.shape[1], remarks, None, False


def _read_current(target, stamp):
    """Width and remarks of an existing image made from the file as it is now, else 0 and none."""
    from PIL import Image

    if not stamp or not target.exists():
        return 0, ""
    try:
        with target.open("rb") as file, Image.open(file, formats=["PNG"]) as picture:
            current = picture.text.get("source") == stamp
            file.seek(-len(PNG_END), os.SEEK_END)
            whole = current and file.read() == PNG_END
            return (picture.width, picture.text.get("remarks", "")) if whole else (0, "")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return 0, ""


def load_slices(
    index: pd.DataFrame,
    genres: Sequence[str],
    *,
    width: int = 128,
    step: int | None = None,
    per_song: int | None = None,
    progress: bool = False,
) -> Slices:
    """Cut the slices of many tracks, without holding them in memory.

    The images are decoded once into one file beside them, ``columns-<digest>.npy``, which may be deleted at any time.

    Parameters
    ----------
    index, genres
        Rows of `extract`'s index, and the class order.
    width, step
        Columns of a slice, of which a shorter song gives none, and columns from one slice to the next; `width`, so that
        none overlap, by default.
    per_song
        At most this many slices a song, evenly spaced; all by default.

    Returns
    -------
    Slices
        Song by song; ``songs`` are rows of the index, 0 to len(index) - 1.

    Raises
    ------
    InputError
        If a genre is not among the classes, or an image is missing or damaged.

    Notes
    -----
    Notebook: 04_genre_cnn

    Examples
    --------
    >>> slices = load_slices(index, class_order(index["genre"]), per_song=5)
    >>> X, labels = slices.read(), slices.labels  # one pixel array: for many songs, see `batches`
    """
    unknown = sorted(set(index["genre"]) - set(genres))
    if unknown:
        raise InputError("genre outside the classes", expected=", ".join(genres), got=", ".join(unknown))
    pixels = _pack(index, progress=progress)
    columns, step = index["columns"].to_numpy(), step or width
    rows = len(pixels) // max(1, columns.sum())
    first, songs = [], []
    for song, length in enumerate(columns):
        count = max(1 + (length - width) // step, 0)
        chosen = np.linspace(0, count - 1, min(count, per_song or count)).round().astype(int)
        first.append(step * chosen)
        songs.append(np.full(len(chosen), song))
    songs = np.concatenate([np.empty(0, int), *songs])
    labels = pd.Series(range(len(genres)), index=list(genres), dtype=int)[index["genre"]].to_numpy()
    image = np.stack([rows * (np.cumsum(columns) - columns), columns], axis=1)
    first = np.concatenate([np.empty(0, int), *first])
    tracks = tuple(map(str, index.reindex(columns=["track_id", "artist", "genre"]).itertuples(index=False, name=None)))
    return Slices(pixels, image[songs], first, labels[songs], songs, rows, width, tracks)


def _pack(index, *, progress):
    """All images of an index, one after the other, each column by column: uint8 (n_pixels,), on disk."""
    if index.empty:
        return np.empty(0, np.uint8)
    paths = [Path(path) for path in index["path"]]
    try:
        state = [(path.name, path.stat().st_mtime_ns) for path in paths]
    except OSError as error:
        raise InputError("feature image is missing", where=error.filename, todo="extract the features again") from None
    digest = hashlib.sha1(str(state).encode()).hexdigest()[:12]
    packed = paths[0].parent / f"columns-{digest}.npy"
    if not packed.exists():
        _write_packed(packed, paths, index["columns"].to_numpy(), progress=progress)
    return np.load(packed, mmap_mode="r")


def _write_packed(packed, paths, columns, *, progress):
    """Decode the images into one file, whole or not at all."""
    rows = load_image(paths[0]).shape[0]
    with whole_file(packed) as partial:
        pixels = np.lib.format.open_memmap(partial, "w+", np.uint8, (int(columns.sum()) * rows,))
        start = 0
        with progress_bar(total=len(paths), desc="slices", unit="tracks", show=progress) as bar:
            for path, count in zip(paths, rows * columns, strict=True):
                pixels[start : start + count] = load_image(path).ravel(order="F")
                start += count
                bar.update()
        pixels.flush()
