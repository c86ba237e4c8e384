"""The files of a demo world: songs with tags and embedded covers, covers, and tables as FMA has them."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from PIL import Image

from albumlib.demoworld.music.songs import synthesize_song
from albumlib.demoworld.names import album_title, song_title
from albumlib.demoworld.pictures.covers import draw_cover
from albumlib.files import whole_file
from albumlib.genres import GENRES

if TYPE_CHECKING:
    from albumlib.demoworld.world import Track

LICENSE = "CC0 1.0 (made by albumlib)"
SR = 22050
# In FMA these genres of the list have a parent in it; the others stand alone.
PARENTS = {42: 15, 181: 15, 286: 15, 1: 38, 27: 12, 31: 12, 25: 12, 58: 12, 66: 12}


def write_song(path: Path, track: "Track", duration: float) -> None:
    """Write one mp3 with tags and embedded cover, or one that is broken as the track says."""
    import soundfile

    if track.bad in ("empty", "text"):
        path.write_text("" if track.bad == "empty" else "This is not music.\n" * 50, encoding="utf-8")
        return
    signal = synthesize_song(track.genre, artist_seed=track.artist_seed, seed=track.seed, duration=duration, sr=SR)
    soundfile.write(path, signal, SR, format="MP3", subtype="MPEG_LAYER_III")
    if track.bad == "cut":
        path.write_bytes(path.read_bytes()[:200])
    else:
        _tag(path, track)


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


def write_cover(path: Path, genre: str, number: int, size: int, seed: int) -> None:
    """Draw one cover as PNG."""
    # Covers of many more artists than there are songs of, so that the GAN sees the genre and not a few artists.
    picture_seed = seed * 1_000_000 + number
    Image.fromarray(draw_cover(genre, artist_seed=picture_seed, seed=picture_seed, size=size)).save(path, format="PNG")


def write_tables(
    root: Path, tracks: "Sequence[Track]", covers: Sequence[tuple[str, str]], *, duration: float
) -> list[str]:
    """Write ``tracks.csv`` with its two header rows and a row for its index, ``genres.csv``, ``covers.csv``.

    Parameters
    ----------
    covers
        Path and genre of each.

    Returns
    -------
    list of str
        Their paths below the root.
    """
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
    counts = pd.Series([track.fma_id for track in tracks]).value_counts()
    genres = [(genre.fma_id, counts.get(genre.fma_id, 0), PARENTS.get(genre.fma_id, 0), genre.name) for genre in GENRES]
    listing = pd.DataFrame(genres, columns=["genre_id", "#tracks", "parent", "title"])
    listing["top_level"] = [PARENTS.get(genre.fma_id, genre.fma_id) for genre in GENRES]
    written = {
        "fma_metadata/tracks.csv": table,
        "fma_metadata/genres.csv": listing.set_index("genre_id"),
        "covers/covers.csv": pd.DataFrame(covers, columns=["path", "genre"]).set_index("path"),
    }
    for name, content in written.items():
        with whole_file(root / name) as temporary:
            content.to_csv(temporary)
    return list(written)
