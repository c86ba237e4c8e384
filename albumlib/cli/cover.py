"""``albumlib cover``: from songs to PNG files."""

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from albumlib.cli import options
from albumlib.cli.process import error_line
from albumlib.errors import InputError
from albumlib.text import fit_name, printable

if TYPE_CHECKING:
    from albumlib.pipeline import Pipeline, SongCovers

AT_ONCE = 2  # songs: one is decoded while the networks hear or paint the other


@click.command()
@click.argument("songs", nargs=-1, required=True, metavar="SONG...", type=options.PATH)
@click.option("--classifier", type=options.PATH, help="Run folder.  [default: pretrained networks]")
@click.option("--gan", type=options.PATH, help="Run folder of a cover GAN.  [default: the shipped one]")
@click.option("--out", default=".", type=options.PATH, help="Folder for the covers.")
@click.option("--n", default=4, type=click.IntRange(1, 1000), help="Covers a song.")
@click.option("--seed", default=0, type=click.IntRange(0), help="The same song and seed give the same covers.")
@click.option(
    "--truncation",
    type=click.FloatRange(0, 1),
    help="1: covers vary most; less: more like the genre's usual one.  [default: 0.9; 0.7 with uniform noise]",
)
@click.option("--blend", is_flag=True, help="Mix the genres as much as the song is in doubt between them.")
def cover(songs: tuple[Path, ...], classifier: Path | None, gan: Path | None, out: Path, **wanted) -> None:
    """Classify each SONG and generate covers for it, in its genre and of its own.

    A song that cannot be used is named on the screen and the others are still done; the exit status is then 1.

    \b
    albumlib cover song.mp3
    albumlib cover *.mp3 --out covers --n 8 --seed 1 --blend
    """  # noqa: D301 (click wants this very character)
    from albumlib.genre.prediction import describe_shares
    from albumlib.pipeline import Pipeline, save_song_covers

    pipeline = Pipeline(classifier, gan)
    if pipeline.unknown_genres:
        click.echo(
            f"the generator was not trained on {', '.join(pipeline.unknown_genres)}: such songs will fail", err=True
        )
    failed, names = 0, unique_names(songs)
    for song, name, made in zip(songs, names, covers_of(pipeline, songs, wanted), strict=True):
        try:
            found = made()
            paths = save_song_covers(found, out, seed=wanted["seed"], name=name)
        except (InputError, OSError) as error:
            click.echo(error_line(error), err=True)
            failed += 1
            continue
        click.echo(printable(f"{song.name}: {describe_shares(found.prediction)}"))
        for remark in found.prediction.remarks:
            click.echo(f"  note: {remark}", err=True)
        for path in paths:
            click.echo(f"  {printable(path)}")
    if failed:
        click.echo(f"{failed} of {len(songs)} songs failed", err=True)
        sys.exit(1)


def covers_of(
    pipeline: "Pipeline", songs: Sequence[Path], wanted: dict[str, Any]
) -> Iterator[Callable[[], "SongCovers"]]:
    """Covers of songs, in their order.

    With the pretrained networks and a generator in ONNX, songs are two at a time. Keras does not say that a network
    may be shared between threads.

    Yields
    ------
    callable
        Gives the covers of a song, or raises what is wrong with it.
    """
    from albumlib.features.spectral import one_thread
    from albumlib.genre.pretrained.classifier import PretrainedClassifier
    from albumlib.light.network import LightNetwork

    ears = pipeline.classifier
    light = isinstance(ears, PretrainedClassifier) and isinstance(ears.head, LightNetwork | None)
    light = light and isinstance(pipeline.generator, LightNetwork)
    alone = 1 if light else len(songs)  # the first, for it loads the networks
    yield from (partial(pipeline.covers, song, **wanted) for song in songs[:alone])
    pool, begun = ThreadPoolExecutor(AT_ONCE), deque()
    try:
        with one_thread():  # about all songs, for it holds for the whole process
            for song in songs[alone:]:
                begun.append(pool.submit(pipeline.covers, song, **wanted))
                if len(begun) > AT_ONCE:
                    yield begun.popleft().result
            yield from (each.result for each in begun)
    finally:
        pool.shutdown(cancel_futures=True)


def unique_names(songs: Sequence[Path]) -> list[str]:
    """A name for each song that no other song of the same call has.

    It is the file's stem, made fit for a file name; numbered where several share it. Names that differ in case only are
    one name, as on some systems such files are one file.
    """
    stems, taken, names = [fit_name(song.stem) for song in songs], set(), []
    times = Counter(stem.casefold() for stem in stems)
    for stem in stems:
        numbered = (f"{stem} ({number})" for number in count(1))
        candidates = numbered if times[stem.casefold()] > 1 else chain([stem], numbered)
        name = next(name for name in candidates if name.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names
