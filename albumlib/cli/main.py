"""The ``albumlib`` command."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from albumlib import __version__
from albumlib.cli import options
from albumlib.cli.cover import cover
from albumlib.cli.data import data
from albumlib.cli.notebooks import run, sweep
from albumlib.cli.process import Command
from albumlib.cli.runs import runs
from albumlib.files import whole_file

if TYPE_CHECKING:
    from albumlib.data.labels import Labels


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(__version__)
def main() -> None:
    """Turn songs into album covers."""


for command in (cover, data, run, runs, sweep):
    main.add_command(command)


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
