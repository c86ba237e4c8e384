"""Notebooks without a browser: one run, a sweep, the committed ones anew."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
