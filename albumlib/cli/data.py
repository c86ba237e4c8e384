"""``albumlib data``: fetching real music and covers."""

from pathlib import Path

import click

from albumlib.cli import options

NAMES = ("fma-metadata", "fma-small", "fma-medium", "fma-large", "fma-full")
SUBSETS = ("small", "medium", "large", "full")


@click.group()
def data() -> None:
    """Fetch the Free Music Archive data set (FMA) and its covers."""


@data.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option("--to", "folder", type=options.PATH, help="By default, fma in $ALBUMLIB_HOME or your cache.")
@click.option("--base-url", help="Folder of a mirror that has the same zip files.")
@click.option("--keep-archive", is_flag=True, help="Keep the zip file after unpacking.")
def fetch(name: str, folder: Path | None, base_url: str | None, keep_archive: bool) -> None:
    """Download, verify and unpack one archive of FMA.

    \b
    fma-metadata  0.3 GiB  labels and links: every other one needs it
    fma-small       7 GiB    8,000 clips of 30 s, 8 genres
    fma-medium     22 GiB   25,000 clips of 30 s
    fma-large      93 GiB  106,574 clips of 30 s
    fma-full      879 GiB  106,574 whole tracks

    While it works it needs room for the archive and its files. An interrupted call goes on where it was when it is
    repeated. A zip file that you put into the folder yourself is used without the network.
    """  # noqa: D301 (click wants this very character)
    from albumlib.data.download.archives import ARCHIVES, BASE_URL, fetch_archive
    from albumlib.runs import home

    folder = folder or home() / "fma"
    target = fetch_archive(ARCHIVES[name], folder, base_url=base_url or BASE_URL, keep=keep_archive)
    click.echo(f"{name} is complete in {target}")


@data.command()
@click.option("--fma", "root", type=options.PATH, help="Folder with fma_metadata, as fetch leaves it.")
@click.option("--to", "folder", required=True, type=options.PATH, help="Folder for the covers.")
@click.option("--subset", type=click.Choice(SUBSETS), help="Only albums with tracks in it.  [default: all]")
@click.option("--retry-dead", is_flag=True, help="Ask for the links that were dead before, too.")
def covers(root: Path | None, folder: Path, subset: str | None, retry_dead: bool) -> None:
    """Download the album covers that FMA's tables name.

    The tables are from 2017, the site has changed hands since, and many links are dead: expect gaps. They are listed in
    failed.csv; what came is in covers.csv, with the genre that most of the album's tracks have. A repeated call fetches
    only what is missing, and leaves dead links alone. The covers belong to their artists; mind each album's licence.
    """
    from albumlib.data.download.covers import fetch_covers
    from albumlib.runs import home

    counts = fetch_covers(root or home() / "fma", folder, subset=subset, retry_dead=retry_dead)
    click.echo(
        f"{counts.here} of {counts.wanted} covers in {folder} ({counts.new} new); missing: "
        f"{counts.without} without a link, {counts.dead} with dead links, {counts.unreached} not reached"
    )
