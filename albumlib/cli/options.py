"""Options that several commands have."""

from pathlib import Path

import click


class _Path(click.Path):
    """A path, of which ``~`` is the home: of --out=~/covers a shell leaves it as it is."""

    def convert(self, value, parameter, context):
        return super().convert(value, parameter, context).expanduser()


PATH = _Path(path_type=Path)


def _some(context: click.Context, parameter: click.Parameter, jobs: int) -> int:
    """Refuse 0 processes, and fewer than "every core"."""
    if jobs == 0 or jobs < -1:
        raise click.BadParameter(f"{jobs} is no number of processes; 1 or more, or -1 for every core")
    return jobs


def jobs(default: int):
    """``--jobs``, with a default of its own."""
    return click.option("--jobs", default=default, callback=_some, help="Processes; -1 takes every core.")


scheduler = click.option(
    "--scheduler", metavar="ADDRESS", help="Dask scheduler whose workers do it, such as tcp://host:8786."
)
