"""However a command ends: one line, the right exit status, and nothing left behind."""

import os
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from albumlib.errors import InputError
from albumlib.files import make_folder, owned_name, remove, sweep
from albumlib.text import printable

STOPPED = 128  # plus the signal's number: the exit status of a command that a signal has stopped
# The module by which joblib's keeper of shared resources, a process that outlives all others, says what it clears away.
KEEPER = "joblib.externals.loky.backend.resource_tracker"


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM)."""


class Command(click.Group):
    """A command that ends in one line when it is stopped or cannot write, and takes its temporary files with it."""

    def main(self, *args, **kwargs):
        """Run the command with a screen that takes every character, and end it at SIGTERM as at Ctrl-C."""
        with _any_screen(), _ended_by_signal():
            return super().main(*args, **kwargs)

    def invoke(self, ctx):
        """Run the command with a temporary folder of its own; what stops it becomes one line and an exit status."""
        # Of a stopped command it is meant that tasks are cancelled.
        warnings.filterwarnings("ignore", r"\d+ tasks ", UserWarning, r"joblib\.parallel")
        try:
            with _own_folder():
                return super().invoke(ctx)
        except KeyboardInterrupt as error:
            number = signal.SIGTERM if isinstance(error, Terminated) else signal.SIGINT
            click.echo("stopped", err=True)
            ctx.exit(STOPPED + number)
        except BrokenPipeError:  # nobody reads on: click ends quietly
            raise
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("albumlib"):
                raise
            todo = (
                f'{error.name} is not installed; pip install "albumlib[course]" brings all that is not for covers alone'
            )
            click.echo(f"error: {todo}", err=True)
            ctx.exit(1)
        except (InputError, OSError) as error:
            click.echo(error_line(error), err=True)
            ctx.exit(1)


def error_line(error: Exception) -> str:
    """What a command says of an error that is not the program's."""
    return f"error: {printable(error)}"


@contextmanager
def _any_screen() -> Iterator[None]:
    """Let no character that a screen cannot show, and no screen that was closed, end the command."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (open until the process ends)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    yield


@contextmanager
def _own_folder() -> Iterator[None]:
    """Keep temporary files, also those of notebooks' kernels, in a folder that goes when the command has ended.

    What a killed command has left goes at the next start. What joblib's keeper clears away, it does without a word.
    """
    shared = Path(tempfile.gettempdir()) / f"albumlib-{_user()}"
    folder = make_folder(shared) / owned_name()
    names = ("TMPDIR", "JUPYTER_RUNTIME_DIR")  # the latter for files that say how to reach a kernel
    rules = (os.environ.get("PYTHONWARNINGS"), f"ignore::UserWarning:{KEEPER}")
    values = {**dict.fromkeys(names, str(folder)), "PYTHONWARNINGS": ",".join(filter(None, rules))}
    before = {name: os.environ.get(name) for name in values}
    sweep(shared)
    folder.mkdir(mode=0o700)
    tempfile.tempdir = None  # asks anew
    os.environ |= values
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ |= {name: value} if value else {}
        tempfile.tempdir = None
        remove(folder)


def _user():
    return os.getuid() if hasattr(os, "getuid") else "user"


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let SIGTERM end the command as Ctrl-C does: with all that it has begun."""

    def end(number, frame):
        raise Terminated

    try:
        before = {signal.SIGTERM: signal.signal(signal.SIGTERM, end)}
        before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    except ValueError:  # not the main thread, which alone may set it
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
