"""From a genre and noise to a cover: networks, losses, training of the conditional GAN."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
