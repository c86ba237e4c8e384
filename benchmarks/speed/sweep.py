"""What several notebooks at once save: ``python benchmarks/speed/sweep.py``.

The same sweep, of runs that compute on one thread for some seconds, one after another and two at a time; they take
turns, and medians of runs a minute are compared. The machine must have two idle cores, or the ratio says nothing.
"""

import os
import tempfile
import time
from pathlib import Path

import click
import nbformat
import numpy as np

from albumlib.batch import sweep_notebook

SOURCE = """import time
start, x = time.process_time(), 0.5
while time.process_time() - start < seconds:
    x = 3.9 * x * (1 - x)"""


def write_notebook(path):
    """Write the notebook that computes for some seconds of one processor."""
    sources = ("seconds: float = 5.0  # of the processor\nnumber: int = 0", SOURCE)
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@click.command()
@click.option("--runs", default=8, help="Of a sweep.")
@click.option("--seconds", default=5.0, help="Of the processor, a run.")
@click.option("--turns", default=3)
def main(runs: int, seconds: float, turns: int) -> None:
    """Measure runs a minute."""
    found = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        notebook = write_notebook(Path(folder) / "busy.ipynb")
        for turn in range(turns):
            for jobs, times in found.items():
                started, out = time.monotonic(), Path(folder) / f"{turn}-{jobs}"
                values = {"number": list(range(runs)), "seconds": [seconds]}
                results = sweep_notebook(notebook, out, values, jobs=jobs, echo=lambda text: None)
                assert (results["status"] == "done").all()
                times.append(60 * runs / (time.monotonic() - started))
    for jobs, times in found.items():
        click.echo(f"--jobs {jobs}: {np.median(times):.1f} runs a minute ({min(times):.1f} to {max(times):.1f})")
    click.echo(f"ratio {np.median(found[2]) / np.median(found[1]):.2f}, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
