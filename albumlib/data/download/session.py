"""Asking web servers for files: what can go wrong, what is worth asking again and when, and manners towards a host."""

import http.client
import io
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from albumlib import __version__
from albumlib.progress import file_size

LOWEST_RATE = 1024  # bytes a second
LONGEST_OBEYED = 600.0  # seconds; a server that asks to wait for longer is left alone
PASSING = (408, 425, 429, 500, 502, 503, 504)  # states of a server
# Many clients that lost one server must not come back in step: jitter
RETRY = Retry(7, status_forcelist=PASSING, backoff_factor=1.0, backoff_max=60.0, backoff_jitter=1.0)
_request = threading.local()  # its deadline is that of the request which this thread has under way


@dataclass(eq=False)
class RequestFailed(Exception):
    """A request that brought no file, or only a part of it."""

    reason: str
    again: bool  # whether the same request may succeed later
    after: float = 0.0  # seconds that the server asks to wait
    malformed: bool = False  # an answer that is not as it should be: if it is so every time, the link is at fault


@dataclass
class Client:
    """Requests that keep their manners, from any number of threads."""

    retry: Retry = RETRY  # after failures in a row; what a server asks to wait is obeyed
    timeout: float = 30.0  # seconds without a byte; later bytes must keep LOWEST_RATE on average
    pause: float = 0.25  # seconds between two requests of `get` to one host
    give_up: int = 5  # a host that fails `get` for so many files in a row is not asked again
    longest: float = 900.0  # seconds that `get` may take for one file, with all attempts and waits

    def __post_init__(self):
        self._next, self._silent = Counter(), Counter()  # by host: when to ask, and files in a row that it has failed
        self._lock, self._session = threading.Lock(), requests.Session()
        self.stopped = threading.Event()  # set, it ends every wait of `get`: requests that have not been sent fail
        self._session.headers = {"User-Agent": f"albumlib/{__version__}", "Accept-Encoding": "identity"}
        self._session.max_redirects = 10
        # Of an answer that leads elsewhere, requests would read the whole body, however long
        self._session.hooks["response"] = lambda answer, **_: answer.close() if answer.is_redirect else None
        for scheme in list(self._session.adapters):  # http and https: no redirect leads to a file
            self._session.mount(scheme, _Adapter())

    def ask(self, url: str, *, headers: dict | None = None, deadline: float = float("inf")) -> requests.Response:
        """Send a GET request; the answer (200 to 299, or 416 to headers) is to be read by the deadline, and closed."""
        _request.deadline = deadline
        response = _try("no answer", self._session.get, url, headers=headers, timeout=self.timeout, stream=True)
        status, after = response.status_code, 0.0
        if 200 <= status < 300 or (status == 416 and headers):
            response.raw.enforce_content_length = False  # `receive` tells more
            return response
        response.close()
        with suppress(Exception):  # a header that is missing or cannot be read asks nothing
            after = self.retry.parse_retry_after(response.headers.get("Retry-After"))
        raise RequestFailed(f"{status} {response.reason}", again=self.retry.is_retry("GET", status), after=after)

    def persist(self, attempt: Callable, *, wait: Callable = time.sleep, progress: Callable = int):
        """Call until it does not raise `RequestFailed`, or has done so too often without progress."""
        # Mounted in the session, urllib3's Retry would know of no body that breaks off nor of others who ask the host
        retry, farthest = self.retry, progress()
        while True:
            try:
                return attempt()
            except RequestFailed as failure:
                if progress() > farthest:
                    retry, farthest = self.retry, progress()
                if not (failure.again and retry.total) or failure.after > LONGEST_OBEYED:
                    raise
                retry = retry.increment(error=failure)
                wait(max(failure.after, retry.get_backoff_time()))

    def get(self, url: str, *, most: int) -> bytes:
        """Fetch a small file; `RequestFailed.again` tells a dead link (False) from a server that is not well (True)."""
        host, deadline = url.partition("://")[2].partition("/")[0].lower(), time.monotonic() + self.longest

        def attempt():
            if self._silent[host] >= self.give_up:
                raise RequestFailed(f"{host} does not answer", again=True, after=float("inf"))
            if self.stopped.wait(self._turn(host)) or time.monotonic() > deadline:
                raise RequestFailed("stopped", again=True, after=float("inf"))
            with self.ask(url, deadline=deadline) as response, io.BytesIO() as file:
                receive(response, file, most=most, total=response.raw.length_remaining)
                return file.getvalue()

        try:
            data = self.persist(attempt, wait=lambda seconds: self._turn(host, after=seconds))
        except RequestFailed as failure:
            failure.again &= not failure.malformed
            self._silent[host] = self._silent[host] + 1 if failure.again else 0
            raise
        self._silent[host] = 0
        return data

    def _turn(self, host: str, *, after: float = 0.0) -> float:
        """Take the host's next turn, after so many seconds at least; gives the seconds until then."""
        with self._lock:
            now = time.monotonic()
            turn = max(now + after, self._next[host])
            self._next[host] = turn + self.pause
            return turn - now


def receive(response: requests.Response, file, *, most: int, total: int | None, tell: Callable = int) -> None:
    """Write the body of an answer; the file may get ``most`` bytes, and shall have ``total`` if that is known."""
    if (total or 0) > most:
        raise RequestFailed(f"too large: {file_size(total)}", again=False)
    chunk = True
    while chunk:
        chunk = _try("connection dropped", response.raw.read1, 1 << 16)
        file.write(chunk)
        tell(len(chunk))
        if file.tell() > most:
            file.truncate(0)
            raise RequestFailed(f"too large: more than {file_size(most)}", again=False)
    if file.tell() < (total or 0):
        reason = f"connection dropped at {file_size(file.tell())} of {file_size(total)}"
        raise RequestFailed(reason, again=True, malformed=True)


def _try(what: str, call: Callable, *args, **options):
    """Turn whatever goes wrong in a call into a `RequestFailed`; requests lets exceptions of four libraries through."""
    try:
        return call(*args, **options)
    except Exception as error:
        # What the system or the standard library says is plainer
        while type(error).__module__.startswith(("requests.", "urllib3.")) and (error.__cause__ or error.__context__):
            error = error.__cause__ or error.__context__
        cut = isinstance(error, http.client.IncompleteRead)  # within a chunk, or before a bad one
        lasting = isinstance(error, requests.RequestException | ssl.SSLCertVerificationError)  # OSErrors, too
        again = cut or (isinstance(error, OSError) and not lasting)
        raise RequestFailed(f"{what}: {str(error) or type(error).__name__}", again=again, malformed=cut) from None


class _Answer(http.client.HTTPResponse):
    """Takes headers and body from a socket only while it is fast enough; its timeout begins anew with each byte."""

    def __init__(self, sock, *args, **options):
        super().__init__(sock, *args, **options)
        take, deadline, latest = self.fp.raw.readinto, _request.deadline, time.monotonic() + sock.gettimeout()

        def take_in_time(buffer):
            nonlocal latest
            if time.monotonic() > min(latest, deadline):
                raise TimeoutError("too slow")
            count = take(buffer)
            latest += count / LOWEST_RATE
            return count

        self.fp.raw.readinto = take_in_time


class _Adapter(HTTPAdapter):
    """Reads answers as `_Answer`, from servers and proxies alike."""

    def get_connection_with_tls_context(self, *args, **options):
        pool = super().get_connection_with_tls_context(*args, **options)
        if pool.ConnectionCls.response_class is not _Answer:
            pool.ConnectionCls = type("Connection", (pool.ConnectionCls,), {"response_class": _Answer})
        return pool
