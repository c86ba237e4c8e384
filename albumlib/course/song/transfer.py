"""Files between a browser and the kernel: a place to drop a song, and buttons that save what was made of it."""

import os
from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets

from albumlib.errors import InputError

HERE = Path(__file__).parent
MOST_BYTES = 50_000_000  # of a song; an hour of mp3 at 112 kbit/s
PIECE = 1 << 18  # bytes a message of a download
# Seconds between two pieces. Jupyter drops what comes faster than 1 MB/s; the page allows any pace.
PAUSE = 0.0 if os.environ.get("SERVER_SOFTWARE", "").startswith("voila") else 0.3


class Upload(anywidget.AnyWidget):
    """A place to drop a song; it is kept in memory only, and handed on when it is whole.

    Parameters
    ----------
    arrived
        Called with the song's name, without folders, and its bytes. An `InputError` that it raises becomes the line.

    Attributes
    ----------
    line
        What is said below the place: how far it is, or what is wrong with the file.
    """

    _esm = HERE / "upload.js"
    line = traitlets.Unicode("").tag(sync=True)
    most_bytes = traitlets.Int(MOST_BYTES).tag(sync=True)

    def __init__(self, arrived: Callable[[str, bytes], None], **options):
        super().__init__(**options)
        self._arrived, self._name, self._size, self._held = arrived, "", 0, bytearray()
        self.on_msg(lambda _, content, buffers: self._take(content, buffers))

    def _take(self, content, buffers):
        """One message of the browser; none of them is trusted to be as small as the browser was asked to make it."""
        if content["kind"] == "begin":
            self._name, self._size = Path(str(content["name"]).replace("\\", "/")).name, int(content["size"])
            self._held = bytearray()
        elif content["kind"] == "piece" and len(self._held) + len(buffers[0]) <= min(self._size, self.most_bytes):
            self._held += buffers[0]
        elif content["kind"] == "end":
            data, self._held = bytes(self._held), bytearray()
            self.line = self._hand_on(data)

    def _hand_on(self, data):
        """Give the song to who wants it; what is to be said then."""
        if not data or len(data) != self._size:
            got = f"{len(data):,} of {self._size:,} bytes"
            return f"{self._name}: {'empty file' if not self._size else f'it did not arrive whole: {got}'}"
        try:
            self._arrived(self._name, data)
        except InputError as error:
            return f"{self._name}: {error.reason}"
        except Exception as error:  # a visitor can do nothing with a traceback, and the page is to stay usable
            return f"{self._name} cannot be used ({type(error).__name__}). Try another file."
        return ""


class Download(anywidget.AnyWidget):
    """A button that saves a file on the visitor's machine.

    Parameters
    ----------
    make
        Called at each press; gives the file's name and bytes.
    label
        Of the button.
    failed
        Called with one line where an `InputError` comes instead.
    """

    _esm = HERE / "download.js"
    label = traitlets.Unicode("").tag(sync=True)
    pause = traitlets.Float(PAUSE).tag(sync=True)

    def __init__(self, make: Callable[[], tuple[str, bytes]], *, failed: Callable[[str], None] = print, **options):
        super().__init__(**options)
        self._make, self._failed, self._name, self._data = make, failed, "", b""
        self.on_msg(lambda _, content, buffers: self._give(content["piece"]))

    def _give(self, piece):
        """Send one piece, or that there is none any more."""
        try:
            if piece == 0:
                self._name, self._data = self._make()
        except InputError as error:
            self._failed(str(error))
            self.send({"kind": "none"})
            return
        part = self._data[piece * PIECE : (piece + 1) * PIECE]
        if part:
            self.send({"kind": "piece"}, buffers=[part])
        else:
            self.send({"kind": "end", "name": self._name})
            self._data = b""
