"""From a song to an album cover: the helpers behind the notebooks.

Importing this package is cheap on purpose: TensorFlow and librosa load only where they are first used.
"""

import lazy_loader

__version__ = "0.2.0"
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["batch", "course", "covers", "data", "evaluation", "features", "genre", "genres"],
    submod_attrs={
        "backend": ["compile_step", "input_gradient", "load_keras", "load_model", "value_and_gradients"],
        "errors": ["InputError"],
        "pipeline": ["Pipeline", "SongCovers", "save_song_covers"],
        "progress": ["progress_bar"],
        "runs": ["Run", "home", "read_json"],
    },
)
