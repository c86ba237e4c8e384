"""A web server on this machine that can misbehave, one fault a request."""

import contextlib
import csv
import hashlib
import io
import re
import socket
import struct
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from PIL import Image

from albumlib.data.download.archives import Archive
from albumlib.data.download.session import RETRY, Client

ATTEMPTS = 4


def hasty(*, attempts=ATTEMPTS, timeout=20, **options):
    """Give a client that does not wait long before it asks again."""
    retry = RETRY.new(total=attempts - 1, backoff_factor=0.01, backoff_max=0.02, backoff_jitter=0)
    return Client(retry, timeout=timeout, **{"pause": 0, **options})


def make_zip(files, method=zipfile.ZIP_BZIP2):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def describe(name, content, *, unpacked=1 << 26):
    return Archive(name, hashlib.sha1(content).hexdigest(), len(content), unpacked)


def sent(server):
    return [request["sent"] for request in server.requests]


def picture(kind, size=(120, 110)):
    buffer = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (*size[::-1], 3)).astype("uint8")
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def table(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


class Server:
    """Serves ``files``; ``faults[path]`` are taken by one request each, in turn; ``requests`` is what was asked."""

    def __init__(self):
        self.files, self.faults, self.requests = {}, {}, []
        self.ranges, self.etags, self.salt, self.chunk_pause = True, True, "", 0.0
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    def asked(self, path):
        return [request for request in self.requests if request["path"] == path]

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server._answer(self)

            def log_message(self, *args):
                pass

        return Handler

    def _answer(self, handler):
        request = {"path": handler.path, "headers": dict(handler.headers), "sent": 0, "time": time.monotonic()}
        self.requests.append(request)
        faults = self.faults.get(handler.path)
        fault = faults.pop(0) if faults else {}
        if "raw" in fault:
            self._send_raw(handler, **fault)
            return
        content = fault.get("content", self.files.get(handler.path))
        if "status" in fault or content is None:
            handler.send_response(fault.get("status", 404))
            for name, value in fault.get("headers", {}).items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        etag = f'"{self.salt}{hash(content)}"'
        start = self._start(request["headers"], etag, len(content)) if fault.get("range", self.ranges) else 0
        if start is None:
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(content)}")
            handler.end_headers()
            return
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if self.etags:
            handler.send_header("ETag", etag)
        if "type" in fault:
            handler.send_header("Content-Type", fault["type"])
        if fault.get("length", True):
            handler.send_header("Content-Length", str(len(content) - start))
        handler.end_headers()
        self._send(handler, request, content[start : start + fault.get("drop", len(content))])
        if fault.get("reset"):  # the connection breaks instead of ending
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
            handler.wfile = contextlib.nullcontext()

    def _send_raw(self, handler, raw, drip=b"", pace=0.1, piece=1):
        """Send an answer as it stands, and the rest of it a byte (or a piece) at a time; then close the connection."""
        handler.close_connection = True
        with contextlib.suppress(OSError):
            handler.wfile.write(raw)
            for place in range(0, len(drip), piece):
                handler.wfile.write(drip[place : place + piece])
                time.sleep(pace)

    def _start(self, headers, etag, length):
        match = re.fullmatch(r"bytes=(\d+)-", headers.get("Range", ""))
        if not match or headers.get("If-Range", etag) != etag:
            return 0
        return int(match[1]) if int(match[1]) < length else None

    def _send(self, handler, request, content):
        with contextlib.suppress(OSError):  # a client that was killed
            for begin in range(0, len(content), 1 << 15):
                piece = content[begin : begin + (1 << 15)]
                handler.wfile.write(piece)
                request["sent"] += len(piece)
                time.sleep(self.chunk_pause)
