"""``albumlib run`` and ``albumlib sweep``: notebooks without a browser."""

import os
import sys
from pathlib import Path

import click

from albumlib.errors import InputError
from albumlib.files import whole_file
from albumlib.runs.lock import WAIT


def _set_wait(context, parameter, wanted):
    if wanted:
        os.environ[WAIT] = "1"  # read in the notebook's process


_wait = click.option(
    "--wait",
    is_flag=True,
    expose_value=False,
    callback=_set_wait,
    help="Where another process trains the same run, wait for it instead of failing.",
)


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
@click.option("-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter; repeatable.")
@_wait
def run(notebook: Path, output: Path, parameters: tuple[tuple[str, str], ...]) -> None:
    """Run NOTEBOOK headless with papermill and write the executed copy to OUTPUT.

    A parameter that the notebook does not have is refused. OUTPUT is put in place when the run has ended well; if a
    cell fails, what was done until then lies beside it, in a file whose name ends in .failed.ipynb.

    \b
    albumlib run notebooks/04_genre_cnn.ipynb out.ipynb -p source folder -p data_dir ~/Music
    """  # noqa: D301 (click wants this very character)
    from albumlib.batch.run import run_notebook

    run_notebook(notebook, output, parameters=dict(parameters))


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("-p", "parameters", nargs=2, multiple=True, metavar="NAME V1,V2,...", help="Values; repeatable.")
@_wait
def sweep(notebook: Path, out: Path, parameters: tuple[tuple[str, str], ...]) -> None:
    """Run NOTEBOOK once for every combination of parameters, into the folder OUT.

    What is finished is not run again, so a sweep that was stopped goes on where it was. A run that fails does not stop
    the others: it is named on the screen and in OUT/report.csv, and the exit status is then 1.

    Values are parted by commas; a value with a comma stands in quotes or brackets.

    \b
    albumlib sweep notebooks/05_regularization.ipynb sweep -p seed 0,1,2 -p variant none,l2
    """  # noqa: D301 (click wants this very character)
    from albumlib.batch.parameters import split_values
    from albumlib.batch.sweep import sweep_notebook

    values = {name: split_values(text) for name, text in parameters}
    if len(values) < len(parameters):
        raise InputError("a parameter is given twice", where="-p", expected="-p NAME V1,V2,...")
    failed = sweep_notebook(notebook, out, values, echo=click.echo)
    with whole_file(out / "report.csv") as temporary:
        failed.to_csv(temporary, index=False)
    if len(failed):
        click.echo(f"{len(failed)} runs failed, see {out / 'report.csv'}", err=True)
        sys.exit(1)
