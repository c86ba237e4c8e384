"""The engine by which papermill runs notebooks here: progress is shown, a kernel that dies is one error."""

import asyncio
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from nbclient.exceptions import DeadKernelError
from nbclient.util import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from albumlib.errors import InputError
from albumlib.progress import KEY

# A file or a pipe cannot rewrite a line, so it gets the state of long work now and then.
SECONDS_BETWEEN_LINES = 20
MOST_SOCKET = 95  # bytes of a socket's path without its number; macOS allows 103 in all, Linux 107


class _ShowingClient(PapermillNotebookClient):
    """Shows in the terminal what a reader would see happen: headings, printed lines, live progress."""

    show = True
    live = False
    shown = 0.0

    def execute(self, **kwargs):
        self.pending = list(enumerate(self.nb.cells))
        return super().execute(**kwargs)

    def create_kernel_manager(self):
        # Two kernels that start at once can be given the same port, but not the same sockets.
        manager, sockets = super().create_kernel_manager(), Path(tempfile.gettempdir()) / f"kernel-{uuid4().hex[:12]}"
        if os.name == "posix" and len(os.fsencode(sockets)) <= MOST_SOCKET:
            manager.transport, manager.ip = "ipc", str(sockets)
        return manager

    async def async_execute_cell(self, cell, cell_index, **options):
        # Where a signal ends the command in the middle of a cell, nobody else asks how the cell ended.
        asyncio.current_task().add_done_callback(lambda task: task.cancelled() or task.exception())
        return await super().async_execute_cell(cell, cell_index, **options)

    execute_cell = run_sync(async_execute_cell)

    def process_message(self, msg, cell, cell_index):
        if self.show:
            self._show_message(msg, cell_index)
        return super().process_message(msg, cell, cell_index)

    def _show_message(self, msg, cell_index):
        self._show_headings(cell_index)
        content, kind = msg["content"], msg["msg_type"]
        if kind in ("display_data", "update_display_data") and KEY in content.get("metadata", {}):
            self._show_live(content["data"]["text/plain"])
        elif kind == "stream":
            self._end_live()
            sys.stdout.write("".join(f"  {line}" for line in content["text"].splitlines(keepends=True)))
            sys.stdout.flush()

    def _show_headings(self, cell_index):
        while self.pending and self.pending[0][0] <= cell_index:
            _, cell = self.pending.pop(0)
            headings = [line for line in cell.source.splitlines() if line.startswith("## ")]
            if cell.cell_type == "markdown" and headings:
                self._end_live()
                print(headings[0].removeprefix("## "), flush=True)

    def _show_live(self, text):
        if sys.stdout.isatty():
            print(f"\r\033[K  {text}", end="", flush=True)
            self.live = True
        elif " left" not in text or time.monotonic() - self.shown > SECONDS_BETWEEN_LINES:
            print(f"  {text}", flush=True)
            self.shown = time.monotonic()

    def _end_live(self):
        if self.live:
            print(flush=True)
            self.live = False


class _ShowingEngine(NBClientEngine):
    """Papermill's own engine with the client above."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, execution_timeout=None, start_timeout=60, show=True, **kwargs
    ):
        client = _ShowingClient(
            nb_man,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log_output=False,
            log=logging.getLogger("papermill"),
        )
        client.show = show
        # What the kernel process writes past Jupyter (libraries at its shutdown, mostly) is shown only if it dies.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as beside:
            try:
                return client.execute(stderr=beside)
            except (DeadKernelError, RuntimeError) as error:
                beside.seek(0)
                got = " ".join([str(error), *beside.read().splitlines()[-3:]])
                raise InputError("the kernel died", got=got, todo="look for too little memory first") from None
            finally:
                client._end_live()


papermill_engines.register("albumlib", _ShowingEngine)
