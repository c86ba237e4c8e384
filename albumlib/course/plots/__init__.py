"""Every figure of the course: a function takes an axes, draws, labels it with units, and returns it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
