"""Many small files from servers that owe us nothing: a pause between requests, and an end when a server is silent."""

import threading
import time
import urllib.parse

from albumlib.data.download.http import Patience, RequestFailed, ask, content_length, read_chunks
from albumlib.progress import file_size


class Polite:
    """Requests that keep their manners, from any number of threads.

    Parameters
    ----------
    pause : float
        Seconds between two requests to one host.
    patience : albumlib.data.download.http.Patience, optional
        Of one file. What a host asks to wait holds for every request to it.
    give_up : int
        A host that fails for this many files in a row is not asked again.
    """

    def __init__(self, *, pause=0.25, patience=None, give_up=5):
        self.pause, self.patience, self.give_up = pause, patience or Patience(attempts=4), give_up
        self._hosts, self._lock, self._stopped = {}, threading.Lock(), threading.Event()

    def stop(self):
        """End every wait: requests that have not been sent fail."""
        self._stopped.set()

    def get(self, url, *, most):
        """Fetch a small file.

        Parameters
        ----------
        url : str
        most : int
            Bytes that it may have.

        Returns
        -------
        bytes

        Raises
        ------
        RequestFailed
            Its ``again`` tells a dead link (False) from a server that is not well (True).
        """
        name = urllib.parse.urlsplit(url).netloc.lower()
        with self._lock:
            host = self._hosts.setdefault(name, _Host())
        failures = 0
        while True:
            if host.silent >= self.give_up:
                raise RequestFailed(f"{name} does not answer", again=True)
            if self._stopped.wait(host.reserve(self.pause)):
                raise RequestFailed("stopped", again=True)
            try:
                data = _receive(url, most=most, timeout=self.patience.timeout)
            except RequestFailed as failure:
                failures += 1
                try:
                    host.hold(self.patience.wait_after(failure, failures))
                except RequestFailed:
                    host.silent = host.silent + 1 if failure.again else 0
                    raise
            else:
                host.silent = 0
                return data


class _Host:
    """When a host may be asked next, and for how many files in a row it has failed."""

    def __init__(self):
        self.silent, self._next, self._lock = 0, 0.0, threading.Lock()

    def reserve(self, pause):
        """Take the next turn; gives the seconds until then."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + pause
            return turn - now

    def hold(self, seconds):
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


def _receive(url, *, most, timeout):
    """Read a whole answer that is not too large."""
    with ask(url, timeout=timeout) as response:
        length, data = content_length(response), bytearray()
        if (length or 0) > most:
            raise RequestFailed(f"too large: {file_size(length)}", again=False)
        for chunk in read_chunks(response):
            data += chunk
            if len(data) > most:
                raise RequestFailed(f"too large: more than {file_size(most)}", again=False)
    if length is not None and len(data) < length:
        raise RequestFailed("connection dropped", again=True)
    return bytes(data)
