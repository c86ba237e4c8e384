"""Progress of long work: one live line, in a terminal and in a notebook alike.

A terminal gets a tqdm bar on standard error. A notebook gets one line that is rewritten in place, so that the saved
notebook keeps only its last state instead of a page of half-drawn bars.
"""

import sys
from collections.abc import Iterable, Iterator

from tqdm import tqdm

# A display message with this key is progress; the batch runner shows it in the terminal.
KEY = "albumlib_progress"
# The unit of counts that are shown as KiB, MiB and GiB.
BYTES = "bytes"
NOTEBOOK_LINE = "{desc}: {n_fmt}/{total_fmt} {unit} in {elapsed}, {remaining} left{postfix}"


def in_notebook() -> bool:
    """Whether this process is a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


class _NotebookLine(tqdm):
    """tqdm's line as one line of notebook output."""

    def __init__(self, **options):
        from IPython.display import display

        self.handle = None
        super().__init__(gui=True, mininterval=0.5, bar_format=NOTEBOOK_LINE, **options)
        self.handle = display(self._bundle(), display_id=True, raw=True, metadata={KEY: True})

    def _bundle(self):
        return {"text/plain": str(self).replace(", 00:00 left", "").replace(" B in ", " in ")}

    def display(self, msg=None, pos=None):
        if self.handle:
            self.handle.update(self._bundle(), raw=True, metadata={KEY: True})

    def close(self):
        if not self.disable:
            self.display()
        super().close()


def clock(seconds: float) -> str:
    """Seconds as a clock shows them, such as ``"03:20"`` or ``"1:00:05"``."""
    return tqdm.format_interval(seconds)


def file_size(count: int) -> str:
    """Bytes with a binary prefix, such as ``"7.20GiB"``."""
    return tqdm.format_sizeof(count, "iB", 1024) if count >= 1024 else f"{count} bytes"


def progress_bar(*, total: int, desc: str, unit: str, initial: int = 0, show: bool = True) -> tqdm:
    """Open a progress line.

    Parameters
    ----------
    total
        Number of what is counted.
    desc, unit
        What is being done, and what is counted (plural); `BYTES` get binary prefixes.
    initial
        How many were done before, by an earlier run that is now resumed.
    show
        Without it nothing is shown.

    Returns
    -------
    tqdm.tqdm
        A context manager with ``update(n)``, ``set_postfix_str(text)`` and ``close()``.
    """
    scale = {"unit": "B", "unit_scale": True, "unit_divisor": 1024} if unit == BYTES else {"unit": unit}
    options = {"total": total, "desc": desc, "initial": initial, **scale}
    if show and in_notebook():
        return _NotebookLine(**options)
    # A terminal shows one line that moves; a log file would keep every one of its states.
    mininterval = 0.1 if sys.stderr.isatty() else 10.0
    options["unit"] = f" {unit}" if unit != BYTES else "B"
    return tqdm(disable=not show, dynamic_ncols=True, mininterval=mininterval, **options)


def track(items: Iterable, *, total: int, desc: str, unit: str, show: bool = True) -> Iterator:
    """Yield the items one by one under a progress line; options as in `progress_bar`."""
    with progress_bar(total=total, desc=desc, unit=unit, show=show) as bar:
        for item in items:
            yield item
            bar.update()
