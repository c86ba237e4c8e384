"""``albumlib runs``: what was trained, and how the trainings compare."""

from pathlib import Path

import click

from albumlib.cli import options
from albumlib.errors import InputError
from albumlib.text import printable

MOST_COLUMNS = 6  # of the configuration, and of the scores, on a screen
MOST_LETTERS = 24  # of a value on a screen
# What an epoch of the training gave; on a screen behind what the finished network was measured by.
OF_EPOCHS = ("val_accuracy", "val_loss", "accuracy", "loss", "epoch", "seconds", "score_seconds")


class _Listing(click.Group):
    """A group that lists where no command of its own is named."""

    def parse_args(self, ctx, args):
        if not args or args[0] not in {*self.commands, "-h", "--help"}:
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Listing)
def runs() -> None:
    """List runs with their scores, show one, compare two, plot a score.

    \b
    albumlib runs
    albumlib runs sweep --sort song_vote
    albumlib runs show RUN
    albumlib runs compare RUN RUN
    albumlib runs plot song_vote --over dropout
    """  # noqa: D301 (click wants this very character)


@runs.command("list")
@click.argument("folder", required=False, type=options.PATH)
@click.option("--sort", "score", help="The highest of this column first.")
@click.option("--csv", is_flag=True, help="All columns, as a table for other programs.")
def list_runs(folder: Path | None, score: str | None, csv: bool) -> None:
    """List the runs in FOLDER: run folders, or the results of a sweep.

    FOLDER is runs in $ALBUMLIB_HOME unless another is named. The screen gets what differs between the runs, and as
    many scores as fit.
    """
    table, configuration, scores = _table(folder)
    if score:
        if score not in table:
            raise InputError("no such column", where="--sort", expected=", ".join(table.columns), got=score)
        table = table.sort_values(score, ascending=False, kind="stable")
    if csv:
        click.echo(table.to_csv(index=False), nl=False)
        return
    first = ["run", "status"] if "file" not in table else ["status"]  # a sweep's files have long names
    differing = [name for name in configuration if table[name].nunique(dropna=False) > 1]
    short = [name for name in differing if table[name].astype(str).str.len().max() <= MOST_LETTERS]
    scores = sorted(scores, key=lambda name: [name != score, name in OF_EPOCHS and OF_EPOCHS.index(name) + 1])
    shown = table[[*first, *short[:MOST_COLUMNS], *scores[:MOST_COLUMNS]]]
    click.echo(shown.map(_short).replace("nan", "").to_string(index=False))


def _short(value):
    return f"{value:.4g}" if isinstance(value, float) else printable(value)


def _table(folder):
    """The runs of a folder, and the names of what was asked for and of the scores."""
    from albumlib.batch.results import columns, read_results
    from albumlib.runs import home, runs_table

    folder = folder or home() / "runs"
    if not folder.is_dir():
        expected, todo = "a folder of runs or of a sweep", "train something first, or name the folder"
        raise InputError("no such folder", where=folder, expected=expected, todo=todo)
    if (folder / "results.csv").exists():
        table = read_results(folder / "results.csv")
        asked, scores = columns(table)
        return table[["file", "status", *table.columns.drop(["file", "status"])]], asked, scores
    table = runs_table(folder)
    return table, table.attrs["configuration"], table.attrs["scores"]


@runs.command()
@click.argument("run", type=options.PATH)
def show(run: Path) -> None:
    """Show the configuration, scores and versions of one run folder."""
    from albumlib.runs import flat, read_run

    found = read_run(run)
    click.echo(f"{found['status']}, {found['ended']}")
    for part in ("configuration", "scores", "versions"):
        click.echo(f"\n{part}")
        for name, value in flat(found[part]).items():
            click.echo(f"  {printable(name):24} {_short(value)}")


@runs.command()
@click.argument("first", type=options.PATH)
@click.argument("second", type=options.PATH)
def compare(first: Path, second: Path) -> None:
    """Say what differs between two run folders, and by how much their scores do.

    Intervals are over artists (bootstrap, 95 %), where both runs have left their answers on songs.
    """
    from albumlib.course import compare_runs

    asked, scores = compare_runs(first, second)
    click.echo("configuration: the same" if asked.empty else f"configuration\n{asked.map(printable).to_string()}")
    sides = ("first", "second", "difference")
    table = scores.apply(lambda row: [_with_interval(row, side) for side in sides], axis=1, result_type="expand")
    click.echo("\nscores: none" if scores.empty else f"\nscores\n{table.set_axis(sides, axis=1).to_string()}")


def _with_interval(row, side):
    low = row.get(f"{side}_low")
    interval = "" if low is None or low != low else f" ({low:.4g} to {row[f'{side}_high']:.4g})"
    return "" if row[side] != row[side] else f"{row[side]:.4g}{interval}"


@runs.command()
@click.argument("score")
@click.argument("folder", required=False, type=options.PATH)
@click.option("--over", required=True, metavar="PARAMETER", help="What the score is drawn over.")
@click.option("--out", type=options.PATH, help="The picture.  [default: SCORE-over-PARAMETER.png]")
def plot(score: str, folder: Path | None, over: str, out: Path | None) -> None:
    """Draw SCORE of the runs in FOLDER over a parameter, every run a dot, into a PNG file."""
    import matplotlib.figure

    from albumlib.course import plots
    from albumlib.files import whole_file
    from albumlib.text import fit_name

    table, *_ = _table(folder)
    figure = matplotlib.figure.Figure(figsize=(6, 4), layout="constrained")
    plots.score_over(table, figure.subplots(), score=score, over=over)
    out = out or Path(f"{fit_name(f'{score}-over-{over}')}.png")
    with whole_file(out) as temporary:
        figure.savefig(temporary, format="png", dpi=120)
    click.echo(printable(out))
