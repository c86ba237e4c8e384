"""A command that ends says one line and nothing else, whatever joblib has to say of it."""

import subprocess
import sys

import pytest

BEGIN = """
import time
import click
from albumlib.cli.process import Command, Terminated
from albumlib.parallel import in_parallel

@click.group(cls=Command)
def main():
    pass

@main.command()
def work():
    for _ in in_parallel(time.sleep, [(0.2,)] * 8, n_jobs=2):
"""
# Stopped between two results; and what a thread leaves that Python ends while it unlinks a semaphore.
ENDS = {
    "between results": "        raise Terminated",
    "while unlinking": """        pass
    from joblib.externals.loky.backend import resource_tracker
    resource_tracker.register("/gone", "semlock")
    raise Terminated""",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_stopped_command_says_one_line(end, tmp_path):
    script = tmp_path / "command.py"
    script.write_text(f"{BEGIN}{end}\n\nif __name__ == '__main__':\n    main()\n")
    ended = subprocess.run([sys.executable, script, "work"], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (143, "", "stopped\n")
