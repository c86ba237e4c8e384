"""Digests of what the same seeds give: run it before and after a change that must not change a result.

    python benchmarks/digests.py MUSIC

MUSIC is a folder of songs, a subfolder a genre. Takes a minute; on one machine equal lines mean equal bytes.
"""

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from albumlib import Pipeline, Run
from albumlib.covers import GanSettings, train_gan
from albumlib.data import load_audio, load_folder, split_by_artist
from albumlib.demoworld.music.songs import synthesize_song
from albumlib.demoworld.pictures.covers import draw_cover
from albumlib.features import PRESETS, extract, feature_image, load_slices
from albumlib.genre import BEST, ClassifierSettings, train_classifier
from albumlib.genres import class_order

SONGS_PER_GENRE, COVERS_PER_GENRE = 12, 12


def show(name, *arrays):
    """Print a name and the digest of some arrays."""
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays))
    print(f"{name:24} {digest.hexdigest()[:16]}", flush=True)


def classifier(catalog, folder):
    """Train two networks for two epochs on features of a part of the songs."""
    index, _ = extract(catalog, folder / "features", progress=False)
    genres, split = class_order(index["genre"]), split_by_artist(index, seed=0)
    show("split", split.str.cat().encode())
    for name, settings in (("compact", ClassifierSettings()), ("kernel", replace(BEST, prototypes=64))):
        slices = load_slices(index, genres, width=settings.width, step=settings.step)
        parts = [slices.of_songs(split == part) for part in ("train", "validation")]
        options = {"genres": genres, "features": PRESETS["default"], "settings": settings, "epochs": 2}
        model = train_classifier(*parts, Run(folder / name), **options, progress=False)
        show(f"classifier {name}", *model.get_weights())
    return genres


def gan(genres, folder):
    """Train two GANs for 20 steps on covers that the demo world draws."""
    labels = np.repeat(np.arange(len(genres)), COVERS_PER_GENRE)
    numbers = np.tile(np.arange(COVERS_PER_GENRE), len(genres))
    covers = [draw_cover(genres[k], artist_seed=i, seed=i, size=100) for k, i in zip(labels, numbers, strict=True)]
    show("demo covers", *covers)
    for name in ("compact", "growing"):
        settings = GanSettings(networks=name)
        options = {"genres": genres, "settings": settings, "steps": 20, "progress": False}
        generator = train_gan(np.stack(covers), labels, Run(folder / f"gan-{name}"), **options)
        show(f"gan {name}", *generator.get_weights())


@click.command()
@click.argument("music", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(music):
    """Print digests of what the same seeds give with the songs of MUSIC, a folder with a subfolder a genre."""
    songs = sorted(music.glob("*/*.mp3"))[::29][:10]
    for preset, settings in PRESETS.items():
        show(f"features {preset}", *[feature_image(load_audio(p, sr=settings.sr), settings).values for p in songs])
    catalog = load_folder(music)[0].groupby("genre").head(SONGS_PER_GENRE).reset_index(drop=True)
    show("demo song", synthesize_song("Jazz", artist_seed=3, seed=4, duration=5.0, sr=22050))
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        gan(classifier(catalog, folder), folder)
        show("covers", Pipeline(folder / "compact", folder / "gan-compact").covers(songs[0], n=4, seed=0).images)


if __name__ == "__main__":
    main()
