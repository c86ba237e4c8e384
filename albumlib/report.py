"""The table of what was left out and why: the place where bad input ends in a batch."""

from collections.abc import Iterable

import pandas as pd

from albumlib.text import printable

REPORT_COLUMNS = ("path", "stage", "reason")


def make_report(rows: Iterable[tuple]) -> pd.DataFrame:
    """Build the table of what was left out and why, from rows of `REPORT_COLUMNS`.

    Its texts are safe to show, see `albumlib.text.printable`.
    """
    return pd.DataFrame([tuple(map(printable, row)) for row in rows], columns=list(REPORT_COLUMNS))
