"""From a song to an album cover: the helpers behind the notebooks.

Importing this package is cheap on purpose: TensorFlow and librosa load only where they are first used.
"""

__version__ = "0.1.0"
