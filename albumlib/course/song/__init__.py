"""A song of one's own: upload, hear, see, choose a cover, take it along. Notebook 12, and the page that it is."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
