"""The ``albumlib`` command."""

import signal
import sys

# Until the command listens to signals it has begun nothing, so Ctrl-C may end it at once, without a word on imports.
if sys.argv and sys.argv[0].endswith("albumlib"):
    signal.signal(signal.SIGINT, signal.SIG_DFL)
