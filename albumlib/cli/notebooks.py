"""``albumlib run`` and ``albumlib sweep``: notebooks without a browser."""

import os
import sys
from pathlib import Path

import click

from albumlib.cli import options
from albumlib.errors import InputError
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
@click.argument("notebook")
@click.argument("output", required=False)
@click.option("-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter; repeatable.")
@_wait
def run(notebook: str, output: str | None, parameters: tuple[tuple[str, str], ...]) -> None:
    """Run NOTEBOOK headless with papermill and write the executed copy to OUTPUT.

    NOTEBOOK is a path, an address that papermill reads (s3://...), or a number of the course; "all" runs the course in
    order into the folder OUTPUT, and goes on where it was stopped. Without OUTPUT, the copy lies under notebooks in
    $ALBUMLIB_HOME. Where no profile is given, $ALBUMLIB_PROFILE counts.

    A parameter that the notebook does not have is refused. OUTPUT is put in place when the run has ended well; if a
    cell fails, what was done until then lies beside it, in a file whose name ends in .failed.ipynb.

    \b
    albumlib run 04 -p profile tiny
    albumlib run notebooks/04_genre_cnn.ipynb out.ipynb -p source folder -p data_dir ~/Music
    """  # noqa: D301 (click wants this very character)
    from albumlib.batch.reading import find_notebook
    from albumlib.batch.run import run_course, run_notebook
    from albumlib.runs import home

    values, folder = dict(parameters), home() / "notebooks"
    if len(values) < len(parameters):
        raise InputError("a parameter is given twice", where="-p", expected="-p NAME VALUE")
    if notebook == "all":
        run_course(output or folder, parameters=values, echo=click.echo)
        click.echo(f"the executed notebooks are in {output or folder}")
        return
    path, output = find_notebook(notebook), output and os.path.expanduser(output)
    run_notebook(path, output or folder / str(path).rpartition("/")[2], parameters=values)
    if not output:
        click.echo(f"the executed notebook is in {folder}")


@click.command()
@click.argument("notebook")
@click.argument("out", type=options.PATH)
@click.option("-p", "parameters", nargs=2, multiple=True, metavar="NAME V1,V2,...", help="Values; repeatable.")
@click.option("--values", "file", type=options.PATH, help="YAML file of values, beside those of -p.")
@click.option("--samples", type=click.IntRange(1), help="Run so many combinations, drawn at random.")
@options.jobs(1)
@options.scheduler
@click.option("--dry-run", is_flag=True, help="Only say what would be run.")
@click.option("--retry", is_flag=True, help="Run again what failed before.")
@_wait
def sweep(
    notebook: str,
    out: Path,
    parameters: tuple[tuple[str, str], ...],
    file: Path | None,
    samples: int | None,
    jobs: int,
    scheduler: str | None,
    dry_run: bool,
    retry: bool,
) -> None:
    """Run NOTEBOOK once for every combination of parameters, into the folder OUT.

    OUT/results.csv has a row a run: parameters, scores, seconds, how it ended, and where the run folder is. What is
    done is not run again, so a sweep that was stopped goes on where it was; unless the notebook's code or albumlib has
    changed. A run that fails does not stop the others; the exit status is then 1.

    Values are parted by commas; a value with a comma stands in quotes or brackets. In the YAML file, "name: [v1, v2]"
    is the same; "name, other: [[v1, w1], [v2, w2]]" changes two parameters together.

    \b
    albumlib sweep 05 sweep -p seed 0,1,2 -p variant none,l2 --jobs 2
    albumlib sweep 05 sweep --values values.yml --samples 20 --scheduler tcp://host:8786
    """  # noqa: D301 (click wants this very character)
    from tqdm import tqdm

    from albumlib.batch.reading import find_notebook
    from albumlib.batch.sweep import plan_sweep, summary, sweep_notebook

    values, path = _values(parameters, file), find_notebook(notebook)
    if dry_run:
        plan = plan_sweep(path, out, values, samples=samples)
        for run in plan:
            click.echo(f"{run.output.name}  {run.state}")
        click.echo(f"{len(plan)} runs: {summary(plan)}")
        return
    how = {"samples": samples, "jobs": jobs, "scheduler": scheduler, "retry": retry}
    results = sweep_notebook(path, out, values, **how, echo=tqdm.write)  # which knows of the progress line
    click.echo(f"the table is {out / 'results.csv'}")
    if failed := (results["status"] != "done").sum():
        click.echo(f"{failed} of {len(results)} runs failed; --retry runs them again", err=True)
        sys.exit(1)


def _values(parameters, file):
    """The values of a sweep, from the command line and a file."""
    from albumlib.batch.grid import read_grid
    from albumlib.batch.parameters import split_values

    given = [(name, split_values(text)) for name, text in parameters]
    for name, values in given:
        if "" in values:
            expected = "values between commas; an empty one stands in a file (--values)"
            raise InputError("cannot sweep over these", where=name, expected=expected, got=",".join(values))
    given += read_grid(file).items() if file else []
    if len({name for name, _ in given}) < len(given):
        raise InputError("a parameter is given twice", where="-p", expected="-p NAME V1,V2,...")
    return dict(given)
