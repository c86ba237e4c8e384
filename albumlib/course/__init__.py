"""What only the notebooks use: profiles, sources, trainings that are made once, the study."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
