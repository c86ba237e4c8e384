"""Asking a web server for a file: what can go wrong, what is worth asking again, and how long to wait before."""

import email.utils
import http.client
import random
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from albumlib import __version__

AGAIN = {408, 425, 429, 500, 502, 503, 504}  # states of a server that pass
CHUNK = 1 << 16

# Only these: the usual opener also follows a redirect to ftp, and reads file addresses.
_opener = urllib.request.OpenerDirector()
for _handler in (
    urllib.request.ProxyHandler,
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPRedirectHandler,
    urllib.request.HTTPDefaultErrorHandler,
    urllib.request.HTTPErrorProcessor,
    urllib.request.UnknownHandler,
):
    _opener.add_handler(_handler())


class RequestFailed(Exception):
    """A request that brought no file, or only a part of it.

    Parameters
    ----------
    reason : str
    again : bool
        Whether the same request may succeed later.
    status : int, optional
        HTTP status, where the server answered.
    after : float, optional
        Seconds that the server asks to wait.
    headers : mapping, optional
        Of the answer; its keys do not mind case.
    """

    def __init__(self, reason, *, again, status=None, after=None, headers=None):
        super().__init__(reason)
        self.again, self.status, self.after, self.headers = again, status, after, headers or {}


@dataclass(frozen=True)
class Patience:
    """How long to go on after failures.

    Attributes
    ----------
    attempts : int
        Failures in a row after which to give up.
    timeout : float
        Seconds without a byte that count as a failure.
    first_wait, longest_wait : float
        Seconds before asking again: doubled at each failure, between these.
    longest_obeyed : float
        A server that asks to wait for more seconds than this is left alone.
    """

    attempts: int = 8
    timeout: float = 30.0
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_obeyed: float = 600.0

    def wait_after(self, failure, failures):
        """Seconds to wait before asking again, or raise the failure when it is time to give up.

        Parameters
        ----------
        failure : RequestFailed
            The newest.
        failures : int
            How many there were in a row, this one included.

        Returns
        -------
        float
        """
        asked = failure.after or 0.0
        if not failure.again or failures >= self.attempts or asked > self.longest_obeyed:
            raise failure
        wait = min(self.first_wait * 2 ** (failures - 1), self.longest_wait)
        # Many clients that lost one server must not come back in step.
        return max(asked, wait * random.uniform(0.75, 1.0))


def ask(url, *, headers=None, timeout=30.0):
    """Send a GET request.

    Parameters
    ----------
    url : str
        Spaces and letters outside ASCII are escaped.
    headers : dict of str, optional
    timeout : float
        Seconds.

    Returns
    -------
    http.client.HTTPResponse
        Of status 200 or 206; to be closed.

    Raises
    ------
    RequestFailed
        At any other status, without an answer, or for an address that is not http or https.
    """
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise RequestFailed("not an http or https address", again=False)
    headers = {"User-Agent": f"albumlib/{__version__}", "Accept-Encoding": "identity", **(headers or {})}
    try:
        request = urllib.request.Request(urllib.parse.quote(url, safe="%/:=&?~#+!$,;'@()*[]"), headers=headers)
        return _opener.open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        with error:
            reason = f"{error.code} {error.reason}".strip()
            after = seconds_asked(error.headers.get("Retry-After"))
        again = error.code in AGAIN
        raise RequestFailed(reason, again=again, status=error.code, after=after, headers=error.headers) from None
    except urllib.error.URLError as error:
        # A certificate that is refused is refused the next time, too.
        again = isinstance(error.reason, OSError) and "CERTIFICATE" not in str(error.reason)
        raise RequestFailed(f"no answer: {error.reason}", again=again) from None
    except (OSError, http.client.HTTPException) as error:
        raise RequestFailed(f"no answer: {error or type(error).__name__}", again=True) from None
    except (ValueError, UnicodeError) as error:
        raise RequestFailed(f"not an address: {error}", again=False) from None


def read_chunks(response):
    """Read the body of an answer piece by piece.

    Parameters
    ----------
    response : http.client.HTTPResponse

    Yields
    ------
    bytes
        At most `CHUNK`. A connection that is closed early may end the pieces without an error: compare their length
        with ``Content-Length``.

    Raises
    ------
    RequestFailed
        If the connection breaks.
    """
    while True:
        try:
            chunk = response.read1(CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise RequestFailed(f"connection dropped: {error or type(error).__name__}", again=True) from None
        if not chunk:
            return
        yield chunk


def content_length(response):
    """Length of an answer's body as its header says.

    Parameters
    ----------
    response : http.client.HTTPResponse

    Returns
    -------
    int or None
        None where the header does not say.
    """
    text = response.headers.get("Content-Length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def seconds_asked(text):
    """Read a ``Retry-After`` header.

    Parameters
    ----------
    text : str or None
        Seconds, or a date.

    Returns
    -------
    float or None
        Seconds from now, at least 0; None where there is nothing to read.
    """
    if not text:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(email.utils.parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError):
        return None
