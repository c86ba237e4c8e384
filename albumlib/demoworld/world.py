"""The demo world on disk, laid out as the Free Music Archive lays out its own: tables, mp3 files, covers."""

import io
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from PIL import Image

from albumlib.demoworld.music.songs import synthesize_song
from albumlib.demoworld.names import album_title, artist_name, song_title
from albumlib.demoworld.pictures.covers import draw_cover
from albumlib.genres import GENRES

LICENSE = "CC0 1.0 (made by albumlib)"
SR = 22050
# In FMA these genres of the list have a parent in it; the others stand alone.
PARENTS = {42: 15, 181: 15, 286: 15, 1: 38, 27: 12, 31: 12, 25: 12, 58: 12, 66: 12}


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
        Gets ``fma_metadata/``, ``fma_demo/``, ``covers/`` and, last, ``demo.json``.
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
    if _complete(root, wanted):
        return root
    tracks = plan_tracks(songs_per_genre=songs_per_genre, artists_per_genre=artists_per_genre, n_bad=n_bad, seed=seed)
    pictures = [(genre.name, number) for genre in GENRES for number in range(1, covers_per_genre + 1)]
    _write_tables(root, tracks, duration=duration)
    jobs = [delayed(_write_song)(root / "fma_demo" / track.relative_path, track, duration) for track in tracks]
    jobs += [
        delayed(_write_cover)(root / "covers" / genre / f"{number:04d}.png", genre, number, cover_size, seed)
        for genre, number in pictures
    ]
    for _ in progress(Parallel(n_jobs=n_jobs, return_as="generator_unordered")(jobs), len(jobs)):
        pass
    listing = pd.DataFrame([(f"{genre}/{number:04d}.png", genre) for genre, number in pictures])
    (root / "covers").mkdir(exist_ok=True)
    listing.to_csv(root / "covers" / "covers.csv", index=False, header=["path", "genre"])
    partial = root / "demo.json.partial"
    partial.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
    os.replace(partial, root / "demo.json")
    return root


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


def _complete(root, wanted):
    path = root / "demo.json"
    if not path.exists():
        return False
    before = json.loads(path.read_text(encoding="utf-8"))
    for name, value in wanted.items():
        if before.get(name) != value:
            raise FileExistsError(f"{root} holds a demo world with {name} = {before.get(name)}, not {value}")
    return True


def _write_song(path, track, duration):
    """Write one mp3 with tags and embedded cover, whole or not at all; an existing file is kept."""
    import soundfile

    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    if track.bad in ("empty", "text"):
        partial.write_text("" if track.bad == "empty" else "This is not music.\n" * 50, encoding="utf-8")
    else:
        signal = synthesize_song(track.genre, artist_seed=track.artist_seed, seed=track.seed, duration=duration, sr=SR)
        soundfile.write(partial, signal, SR, format="MP3", subtype="MPEG_LAYER_III")
        if track.bad == "cut":
            partial.write_bytes(partial.read_bytes()[:200])
        else:
            _tag(partial, track)
    os.replace(partial, path)


def _tag(path, track):
    from mutagen import id3

    picture = io.BytesIO()
    cover = draw_cover(track.genre, artist_seed=track.artist_seed, seed=track.seed, size=200)
    Image.fromarray(cover).save(picture, format="JPEG", quality=90)
    tags = id3.ID3()
    tags.add(id3.TIT2(text=song_title(track.seed)))
    tags.add(id3.TPE1(text=track.artist))
    tags.add(id3.TALB(text=album_title(track.artist_seed)))
    tags.add(id3.TCON(text=track.genre))
    tags.add(id3.TCOP(text=LICENSE))
    tags.add(id3.APIC(mime="image/jpeg", type=id3.PictureType.COVER_FRONT, desc="Cover", data=picture.getvalue()))
    tags.save(path)


def _write_cover(path, genre, number, size, seed):
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    # Covers of many more artists than there are songs of, so that the GAN sees the genre and not a few artists.
    picture_seed = seed * 1_000_000 + number
    Image.fromarray(draw_cover(genre, artist_seed=picture_seed, seed=picture_seed, size=size)).save(
        partial, format="PNG"
    )
    os.replace(partial, path)


def _write_tables(root, tracks, *, duration):
    """Write ``tracks.csv`` with its two header rows and its row for the index name, and ``genres.csv``."""
    folder = root / "fma_metadata"
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for track in tracks:
        parent = PARENTS.get(track.fma_id)
        top = next(genre.name for genre in GENRES if genre.fma_id == (parent or track.fma_id))
        rows.append(
            {
                ("album", "title"): album_title(track.artist_seed),
                ("artist", "name"): track.artist,
                ("set", "split"): track.split,
                ("set", "subset"): "demo",
                ("track", "duration"): round(duration),
                ("track", "genre_top"): top,
                ("track", "genres"): str([parent, track.fma_id] if parent else [track.fma_id]),
                ("track", "genres_all"): str([track.fma_id, parent] if parent else [track.fma_id]),
                ("track", "license"): LICENSE,
                ("track", "title"): song_title(track.seed),
            }
        )
    table = pd.DataFrame(rows, index=pd.Index([track.track_id for track in tracks], name="track_id"))
    table.columns = pd.MultiIndex.from_tuples(table.columns)
    table.to_csv(folder / "tracks.csv")
    counts = pd.Series([track.fma_id for track in tracks]).value_counts()
    genres = [(genre.fma_id, counts.get(genre.fma_id, 0), PARENTS.get(genre.fma_id, 0), genre.name) for genre in GENRES]
    listing = pd.DataFrame(genres, columns=["genre_id", "#tracks", "parent", "title"])
    listing["top_level"] = [PARENTS.get(genre.fma_id, genre.fma_id) for genre in GENRES]
    listing.to_csv(folder / "genres.csv", index=False)
