"""Notebook 12 as a web page, by Voilà: ``python -m albumlib.course.song.serve`` (``make page``).

The page is the notebook's cells that are tagged ``page``. Each visitor has a kernel, so nobody sees another's song, and
the browser is told to fetch nothing from elsewhere.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import click
import nbformat

from albumlib.course.song.transfer import MOST_BYTES

NOTEBOOK = Path(__file__).resolve().parents[3] / "notebooks" / "12_your_song.ipynb"
TITLE = "A cover for your song"
HEAD = (
    f"# {TITLE}\n\nDrop a song, at most {MOST_BYTES // 1_000_000} MB. A network predicts its genre, another generates "
    "covers for it. The song stays on this machine, and nothing of it is kept."
)
IDLE = 600  # seconds without a word from a visitor, after which his kernel ends
# What a page may fetch: from this server, or what it holds itself. Voilà's scripts need inline code and eval.
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' data: blob:; "
    "frame-ancestors 'self'; object-src 'none'"
)


def page_notebook(path: str | os.PathLike = NOTEBOOK) -> nbformat.NotebookNode:
    """The page: a heading, and the cells of a notebook that are tagged ``page``."""
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if "page" in cell.metadata.get("tags", [])]
    notebook.cells = [nbformat.v4.new_markdown_cell(HEAD), *cells]
    notebook.metadata["title"] = TITLE
    return notebook


def page_settings(*, ip: str, port: int, warm: int) -> dict[str, dict[str, Any]]:
    """Voilà's settings.

    Parameters
    ----------
    ip, port
        Where it listens; ``127.0.0.1`` is this machine alone.
    warm
        Kernels that wait for a visitor with both networks loaded; each takes about 1 GB.
    """
    return {
        "Voila": {
            "ip": ip,
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "tornado_settings": {"headers": {"Content-Security-Policy": POLICY}},
        },
        "VoilaConfiguration": {
            "template": "lab",
            "show_tracebacks": False,
            "preheat_kernel": warm > 0,
            "default_pool_size": warm,
        },
        "ZMQChannelsWebsocketConnection": {"iopub_data_rate_limit": 0, "iopub_msg_rate_limit": 0},
        "MappingKernelManager": {"cull_idle_timeout": IDLE, "cull_interval": 60, "cull_connected": False},
    }


@click.command(context_settings={"show_default": True})
@click.option("--ip", default="127.0.0.1", help="Address to listen on; 0.0.0.0 lets the whole network in.")
@click.option("--port", default=8866, type=click.IntRange(1, 65535))
@click.option("--warm", default=1, type=click.IntRange(0), help="Kernels that wait for a visitor, about 1 GB each.")
def main(ip: str, port: int, warm: int) -> None:
    """Serve the page until it is interrupted."""
    from traitlets.config import Config
    from voila.app import Voila

    with tempfile.TemporaryDirectory(prefix="albumlib-page-") as folder:
        page = Path(folder) / "page.ipynb"
        nbformat.write(page_notebook(), page)
        # What a kernel writes for a moment lies here, too, and goes with the server even if the kernel was killed.
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        os.environ["TMPDIR"] = str(scratch)
        click.echo(f"The page: http://{ip}:{port} (ctrl-C ends it)")
        Voila.launch_instance([str(page)], config=Config(page_settings(ip=ip, port=port, warm=warm)))


if __name__ == "__main__":
    main()
