"""Progress of long work: one live line, in a terminal and in a notebook alike.

A terminal gets a tqdm bar on standard error. A notebook gets one line that is rewritten in place, so that the saved
notebook keeps only its last state instead of a page of half-drawn bars.
"""

import sys
import time

# A display message with this key is progress; the batch runner shows it in the terminal.
KEY = "albumlib_progress"
# The unit of counts that are told as MiB and GiB.
BYTES = "bytes"


def in_notebook():
    """Whether this process is a Jupyter kernel.

    Returns
    -------
    bool
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


class _NotebookLine:
    """The part of tqdm's interface that the package uses, as one line of notebook output."""

    def __init__(self, *, total, desc, unit, initial=0):
        from IPython.display import display

        self.total, self.desc, self.unit, self.n, self.initial = total, desc, unit, initial, initial
        self.tell = file_size if unit == BYTES else lambda count: f"{count:,}"
        self.postfix, self.start, self.shown = "", time.monotonic(), 0.0
        self.handle = display(self._bundle(), display_id=True, raw=True, metadata={KEY: True})

    def _bundle(self, *, done=False):
        elapsed = time.monotonic() - self.start
        text = f"{self.desc}: {self.tell(self.n)}/{self.tell(self.total)}"
        if self.unit != BYTES:
            text += f" {self.unit}"
        fresh = self.n - self.initial
        if done:
            text += f" in {clock(elapsed)}"
        elif fresh > 0:
            text += f", about {clock(elapsed / fresh * (self.total - self.n))} left"
        return {"text/plain": text + (f" · {self.postfix}" if self.postfix else "")}

    def update(self, n=1):
        self.n += n
        now = time.monotonic()
        if now - self.shown > 0.5:
            self.shown = now
            self.handle.update(self._bundle(), raw=True, metadata={KEY: True})

    def set_postfix_str(self, text, refresh=True):
        self.postfix = text

    def close(self):
        self.handle.update(self._bundle(done=True), raw=True, metadata={KEY: True})

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()


def clock(seconds):
    """Seconds as a person says them.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str
        Such as ``"8 s"`` or ``"3 min 20 s"``.
    """
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


def file_size(count):
    """Bytes as a person says them.

    Parameters
    ----------
    count : int

    Returns
    -------
    str
        Such as ``"12 bytes"``, ``"342.0 MiB"`` or ``"7.2 GiB"``.
    """
    power = min((max(count, 1).bit_length() - 1) // 10, 3)
    return f"{count} bytes" if power == 0 else f"{count / 1024**power:,.1f} {' KMG'[power]}iB"


def progress_bar(*, total, desc, unit, initial=0, show=True):
    """Open a progress line.

    Parameters
    ----------
    total : int
    desc, unit : str
        What is being done, and what is counted (plural); `BYTES` are told as MiB and GiB.
    initial : int
        How many were done before, by an earlier run that is now resumed.
    show : bool

    Returns
    -------
    context manager
        With ``update(n)``, ``set_postfix_str(text)`` and ``close()``.
    """
    if show and in_notebook():
        return _NotebookLine(total=total, desc=desc, unit=unit, initial=initial)
    from tqdm import tqdm

    scale = {"unit": "B", "unit_scale": True, "unit_divisor": 1024} if unit == BYTES else {"unit": f" {unit}"}
    # A terminal shows one line that moves; a log file would keep every one of its states.
    options = {"disable": not show, "dynamic_ncols": True, "mininterval": 0.1 if sys.stderr.isatty() else 10.0}
    return tqdm(total=total, desc=desc, initial=initial, **options, **scale)


def track(items, *, total, desc, unit, show=True):
    """Yield the items one by one under a progress line.

    Parameters
    ----------
    items : iterable
    total : int
    desc, unit, show
        As in `progress_bar`.

    Yields
    ------
    object
    """
    with progress_bar(total=total, desc=desc, unit=unit, show=show) as bar:
        for item in items:
            yield item
            bar.update()
