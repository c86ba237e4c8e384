"""Keep native libraries from writing past Python onto the reader's screen."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_descriptor = threading.Lock()


@contextmanager
def native_stderr_muted() -> Iterator[None]:
    """Hold file descriptor 2 on the null device.

    TensorFlow's start-up messages and the mp3 decoder's remarks on damaged frames go straight to the descriptor, past
    ``sys.stderr``, and have no working switch. A Python exception still reaches the reader: it is shown after the
    block. The descriptor belongs to the process, so threads take turns.
    """
    with _descriptor:
        saved, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(null, 2)
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            os.close(null)
