"""Values that a notebook leaves in its outputs for those who run many of it, as scrapbook writes them."""

import os
from collections.abc import Mapping
from typing import Any

MIME = "application/scrapbook.scrap.json+json"


def glue(name: str, value: Any) -> None:
    """Leave a value in the outputs of the running notebook, which shows nothing of it; elsewhere, do nothing.

    `scrapbook.read_notebook` finds it, and so do the tables of ``albumlib sweep``.

    Parameters
    ----------
    value
        JSON types only. A number becomes a column of such a table.

    Examples
    --------
    >>> glue("songs_heard", 12)
    """
    from albumlib.progress import in_notebook

    if in_notebook():
        from IPython.display import display

        scrap = {"name": name, "data": value, "encoder": "json", "version": 1}
        about = {"name": name, "data": True, "display": False}
        display({MIME: scrap, "text/plain": ""}, metadata={"scrapbook": about}, raw=True)


def glue_run(folder: str | os.PathLike, card: Mapping[str, Any]) -> None:
    """Glue the folder and the scores of a finished run; of several in one notebook, the last counts."""
    glue("run", str(folder))
    glue("scores", dict(card.get("scores", {})))
