"""Notebooks of moments, and commands whose processes can be counted."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import nbformat

ALBUMLIB = Path(sys.executable).parent / "albumlib"
PATIENCE = 600  # seconds after which what is bound to happen is taken not to


def write_notebook(path, parameters, *sources):
    """Write a notebook with a parameters cell and others."""
    cells = [nbformat.v4.new_code_cell(source) for source in (parameters, *sources)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def until(true, process=None):
    """Wait for something that is bound to happen."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.05)


class Started:
    """A command that runs, in a session of its own, and all that it has begun: they inherit its mark."""

    def __init__(self, words, folder):
        self.mark = f"{os.getpid()}-{time.monotonic_ns()}"
        environment = {**os.environ, "ALBUMLIB_TEST": self.mark, "TMPDIR": str(folder)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen(list(map(str, words)), **pipes, env=environment, start_new_session=True)

    def living(self):
        """Numbers of the processes that live."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                marked = f"ALBUMLIB_TEST={self.mark}".encode() in (path / "environ").read_bytes().split(b"\0")
                if marked and "\nState:\tZ" not in (path / "status").read_text():
                    found.append(int(path.name))
            except OSError:
                continue
        return found

    def kill(self):
        """End all of them at once, without a word: held first, or those killed last would see the others die."""
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for each in self.living():
                with suppress(ProcessLookupError):  # it has just ended
                    os.kill(each, number)
        self.process.communicate()
