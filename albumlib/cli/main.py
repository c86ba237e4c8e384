"""The ``albumlib`` command."""

import sys
from collections import Counter
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from albumlib import __version__
from albumlib.cli import options
from albumlib.cli.data import data
from albumlib.cli.notebooks import run, sweep
from albumlib.cli.process import Command, error_line
from albumlib.cli.runs import runs
from albumlib.errors import InputError
from albumlib.files import whole_file
from albumlib.text import fit_name, printable

if TYPE_CHECKING:
    from albumlib.data.labels import Labels


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(__version__)
def main() -> None:
    """Turn songs into album covers."""


for command in (data, run, runs, sweep):
    main.add_command(command)


@main.command()
@click.argument("songs", nargs=-1, required=True, metavar="SONG...", type=options.PATH)
@click.option("--classifier", type=options.PATH, help="Run folder.  [default: pretrained networks]")
@click.option("--gan", type=options.PATH, help="Run folder of a cover GAN.  [default: the shipped one]")
@click.option("--out", default=".", type=options.PATH, help="Folder for the covers.")
@click.option("--n", default=4, type=click.IntRange(1, 1000), help="Covers a song.")
@click.option("--seed", default=0, type=click.IntRange(0), help="The same song and seed give the same covers.")
@click.option(
    "--truncation",
    type=click.FloatRange(0, 1),
    help="1: covers vary most; less: better ones.  [default: 0.9; 0.7 for a generator of uniform noise]",
)
@click.option("--blend", is_flag=True, help="Mix the genres as much as the song is in doubt between them.")
def cover(songs: tuple[Path, ...], classifier: Path | None, gan: Path | None, out: Path, **options) -> None:
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
    for song, name in zip(songs, names, strict=True):
        try:
            made = pipeline.covers(song, **options)
            paths = save_song_covers(made, out, seed=options["seed"], name=name)
        except (InputError, OSError) as error:
            click.echo(error_line(error), err=True)
            failed += 1
            continue
        click.echo(printable(f"{song.name}: {describe_shares(made.prediction)}"))
        for remark in made.prediction.remarks:
            click.echo(f"  note: {remark}", err=True)
        for path in paths:
            click.echo(f"  {printable(path)}")
    if failed:
        click.echo(f"{failed} of {len(songs)} songs failed", err=True)
        sys.exit(1)


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


@main.command()
@click.argument("music", type=options.PATH)
@click.option("--out", required=True, type=options.PATH, help="Folder for the images, one a track.")
@click.option("--preset", default="default", type=click.Choice(["default", "report"]), help="Feature settings.")
@options.jobs(-1)
@click.option(
    "--labels",
    default="auto",
    type=click.Choice(["auto", "table", "folders", "tags"]),
    help="Where the genres of a folder stand.",
)
@click.option("--audio-dir", type=options.PATH, help="Which fma_* folder, where the FMA has several.")
@options.scheduler
def extract(
    music: Path,
    out: Path,
    preset: Literal["default", "report"],
    jobs: int,
    labels: "Labels",
    audio_dir: Path | None,
    scheduler: str | None,
) -> None:
    """Draw the feature image of every track in the folder MUSIC, the FMA or any other library.

    What is drawn already is kept, so an interrupted extraction goes on where it stopped. Beside the images lie
    index.csv and report.csv: the tracks that can be used, and those that cannot, with the reason.

    \b
    albumlib extract ~/Music --out features
    albumlib extract fma --audio-dir fma/fma_small --out features
    """  # noqa: D301 (click wants this very character)
    from albumlib.data.library import load_library
    from albumlib.features import store
    from albumlib.features.settings import PRESETS
    from albumlib.report import make_report

    catalog, rejected = load_library(music, labels=labels, audio_dir=audio_dir)
    settings = PRESETS[preset]
    index, failures = store.extract(catalog, out, settings=settings, n_jobs=jobs, scheduler=scheduler)
    folder = out / settings.digest
    report = make_report([*rejected.itertuples(index=False), *failures.itertuples(index=False)])
    for name, table in (("index.csv", index), ("report.csv", report)):
        with whole_file(folder / name) as temporary:
            table.to_csv(temporary, index=False)
    click.echo(f"{len(index):,} feature images in {folder}")
    found = f"{len(index) + len(report):,} tracks found"
    if len(report):
        click.echo(f"{found}, {len(report):,} tracks left out, see {folder / 'report.csv'}")
    if odd := (index["remarks"] != "").sum():
        click.echo(f"{odd:,} sound odd: damaged, clipped or such, see the remarks in {folder / 'index.csv'}")
    if "labels" in catalog.attrs:
        click.echo(catalog.attrs["labels"])
