"""The demo world on disk, laid out as the Free Music Archive lays out its own: tables, mp3 files, covers."""

import json
import os
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from filelock import FileLock, Timeout

from albumlib.demoworld.names import artist_name
from albumlib.demoworld.writing import write_cover, write_song, write_tables
from albumlib.errors import InputError
from albumlib.files import cannot_write, make_folder, sha256, sweep, whole_file
from albumlib.genres import GENRES
from albumlib.parallel import DIED, in_parallel

# One line a file as it is made, in the form that sha256sum -c reads: what is not listed there is not whole.
SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Track:
    """One demo song before it exists: what it will be, and the seeds it will come from."""

    track_id: int
    genre: str
    fma_id: int
    artist: str
    artist_seed: int
    seed: int
    split: Literal["training", "validation", "test"]
    bad: Literal["", "empty", "text", "cut"]

    @property
    def relative_path(self) -> str:
        """Path below the audio folder, as in FMA: ``000/000002.mp3``."""
        return f"{self.track_id // 1000:03d}/{self.track_id:06d}.mp3"


def make_demo(
    root: str | os.PathLike,
    *,
    songs_per_genre: int = 8,
    artists_per_genre: int = 4,
    duration: float = 15.0,
    covers_per_genre: int = 60,
    cover_size: int = 128,
    n_bad: int = 3,
    seed: int = 0,
    n_jobs: int = -1,
    progress: Callable[[Iterable, int], Iterable] = lambda files, total: files,
) -> Path:
    """Make the demo world: songs as mp3 files with tags and embedded covers, FMA's tables, and more covers.

    Parameters
    ----------
    root
        Gets ``fma_metadata/``, ``fma_demo/``, ``covers/`` and, last, ``demo.json``. It is locked while it is made:
        another process that wants it waits, and takes what the first has made.
    songs_per_genre, artists_per_genre
        Songs are dealt to the artists in turn.
    duration
        Seconds of a song.
    covers_per_genre, cover_size
        Further covers for the GAN, and their width and height in pixels.
    n_bad
        Files that are deliberately broken (empty, a text, cut short), listed in the tables as FMA lists its own.
    n_jobs
        Processes; -1 takes every core.
    progress
        Takes an iterable and its length and yields the same, showing how far it is.

    Returns
    -------
    Path
        The root.

    Raises
    ------
    FileExistsError
        If the root holds a demo world with other settings.
    InputError
        If it cannot be written.
    """
    root = Path(root)
    wanted = {
        "songs_per_genre": songs_per_genre,
        "artists_per_genre": artists_per_genre,
        "duration": duration,
        "covers_per_genre": covers_per_genre,
        "cover_size": cover_size,
        "n_bad": n_bad,
        "seed": seed,
    }
    tracks = plan_tracks(songs_per_genre=songs_per_genre, artists_per_genre=artists_per_genre, n_bad=n_bad, seed=seed)
    numbers = range(1, covers_per_genre + 1)
    covers = [(f"{genre.name}/{number:04d}.png", genre.name, number) for genre in GENRES for number in numbers]
    files = {f"fma_demo/{track.relative_path}": (write_song, track, duration) for track in tracks}
    files |= {f"covers/{path}": (write_cover, genre, number, cover_size, seed) for path, genre, number in covers}
    tables = ("fma_metadata/tracks.csv", "fma_metadata/genres.csv", "covers/covers.csv")
    if _complete(root, wanted, [*files, *tables]):
        return root
    with _held(make_folder(root)):
        if _complete(root, wanted, [*files, *tables]):
            return root
        for folder in {(root / name).parent for name in [*files, *tables]}:
            sweep(make_folder(folder))
        sums = _make_files(root, files, n_jobs=n_jobs, progress=progress)
        written = write_tables(root, tracks, [path[:2] for path in covers], duration=duration)
        _write_sums(root, sums | {name: sha256(root / name) for name in written})
        with whole_file(root / "demo.json") as temporary:
            temporary.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
    return root


def _make_files(root, files, *, n_jobs, progress):
    """Make what is not there and whole, and give the digests of all."""
    sums = {name: digest for name, digest in _sums(root).items() if name in files}
    _write_sums(root, sums)  # without a line that was cut short, which would be continued
    jobs = [(root, name, job, sums.get(name)) for name, job in files.items()]
    try:
        with (root / SUMS).open("a", encoding="utf-8") as file:
            for number, digest in progress(in_parallel(_make, jobs, n_jobs=n_jobs), len(jobs)):
                name = jobs[number][1]
                if digest == DIED:
                    raise InputError(DIED, where=root / name, todo="make room in memory, and make it again")
                sums[name] = digest
                print(f"{digest}  {name}", file=file, flush=True)
    except OSError as error:
        raise cannot_write(root, error) from None
    return sums


def plan_tracks(*, songs_per_genre: int, artists_per_genre: int, n_bad: int, seed: int) -> list[Track]:
    """Decide which songs there will be, before any is made, in the order of their ids, which start at 2 as FMA's do."""
    rng = np.random.default_rng(seed)
    n = songs_per_genre * len(GENRES)
    ids = 2 + rng.permutation(n + n_bad)
    places = [(genre, number % artists_per_genre, number, "") for genre in GENRES for number in range(songs_per_genre)]
    places += [(GENRES[i % len(GENRES)], 0, songs_per_genre + i, ("empty", "text", "cut")[i % 3]) for i in range(n_bad)]
    tracks = []
    for track_id, (genre, artist, number, bad) in zip(ids.tolist(), places, strict=True):
        number_of_artist = genre.id * artists_per_genre + artist
        artist_seed = seed * 10_000 + number_of_artist
        tracks.append(
            Track(
                track_id=track_id,
                genre=genre.name,
                fma_id=genre.fma_id,
                # not the names of another seed's artists, who sound otherwise
                artist=artist_name(seed * len(GENRES) * artists_per_genre + number_of_artist),
                artist_seed=artist_seed,
                seed=artist_seed * 1000 + number,
                # The last artist of a genre is the test split, the one before it validation: FMA too splits by artist.
                split={artists_per_genre - 1: "test", artists_per_genre - 2: "validation"}.get(artist, "training"),
                bad=bad,
            )
        )
    return sorted(tracks, key=lambda track: track.track_id)


@contextmanager
def _held(root):
    """Hold the folder; wait while another process does. The system ends the hold of a process that dies."""
    lock = FileLock(root / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"{root} is being made by another process: waiting", flush=True)
        lock.acquire(timeout=-1)
    try:
        yield
    finally:
        lock.release()


def _complete(root, wanted, names):
    """Whether the world is there, and each file is what it was when it was made."""
    path = root / "demo.json"
    try:
        before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError:
        before = {}
    for name, value in wanted.items():
        if before and before.get(name) != value:
            raise FileExistsError(f"{root} holds a demo world with {name} = {before.get(name)}, not {value}")
    sums = _sums(root)
    return bool(before) and all(name in sums and _digest(root / name) == sums[name] for name in names)


def _sums(root):
    """Digests of the files that were made, by their names."""
    path = root / SUMS
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _write_sums(root, sums):
    with whole_file(root / SUMS) as temporary:
        temporary.write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), encoding="utf-8")


def _digest(path):
    return sha256(path) if path.is_file() else None


def _make(root, name, job, known):
    """Write one file, unless it is there and whole, and give its digest."""
    write, *options = job
    path = root / name
    before = _digest(path)
    if before is None or before != known:
        with whole_file(path) as temporary:
            write(temporary, *options)
            if before == sha256(temporary):  # it was whole, though nobody knew: what was made of it stays good
                os.utime(temporary, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    return sha256(path)
