"""A square canvas in unit coordinates, and the shapes that demo covers are made of."""

import colorsys

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

PAPER, INK = (238, 230, 214), (24, 22, 26)


def hsv(hue, saturation, value):
    """Colour from hue, saturation and value.

    Parameters
    ----------
    hue : float
        Turns round the colour wheel; any number.
    saturation, value : float
        Clipped to 0 to 1.

    Returns
    -------
    tuple of int
        Red, green and blue, 0 to 255.
    """
    rgb = colorsys.hsv_to_rgb(hue % 1, float(np.clip(saturation, 0, 1)), float(np.clip(value, 0, 1)))
    return tuple(round(255 * part) for part in rgb)


class Canvas:
    """A picture drawn at twice its size; x runs right and y down, 0 to 1.

    Parameters
    ----------
    size : int
        Side of the finished picture in pixels.
    background : tuple of int
    """

    def __init__(self, size, background):
        self.size, self.side = size, 2 * size
        self.image = Image.new("RGB", (self.side, self.side), background)
        self.draw = ImageDraw.Draw(self.image)

    def _points(self, points):
        return [(float(x) * self.side, float(y) * self.side) for x, y in points]

    def polygon(self, points, color):
        """Fill a polygon of (x, y) points."""
        self.draw.polygon(self._points(points), fill=color)

    def line(self, points, color, width=0.01):
        """Draw a line through (x, y) points."""
        self.draw.line(self._points(points), fill=color, width=max(1, round(width * self.side)), joint="curve")

    def disc(self, x, y, radius, color):
        """Fill a circle."""
        self.draw.ellipse(self._points([(x - radius, y - radius), (x + radius, y + radius)]), fill=color)

    def ring(self, x, y, radius, color, width=0.01):
        """Draw a circle's line."""
        box = self._points([(x - radius, y - radius), (x + radius, y + radius)])
        self.draw.ellipse(box, outline=color, width=max(1, round(width * self.side)))

    def box(self, x, y, width, height, color):
        """Fill a rectangle with its top left corner at (x, y)."""
        self.draw.rectangle(self._points([(x, y), (x + width, y + height)]), fill=color)

    def shade(self, top, bottom, *, horizontal=False):
        """Fill everything with a gradient between two colours."""
        ramp = np.linspace(0, 1, self.side)[:, None, None]
        field = np.asarray(top) * (1 - ramp) + np.asarray(bottom) * ramp
        field = np.broadcast_to(field, (self.side, self.side, 3)).astype("uint8")
        self._replace(Image.fromarray(field.transpose(1, 0, 2) if horizontal else field))

    def wash(self, rng, colors, *, grain=5, edge=0.0):
        """Fill everything with soft fields of colour that run into each other; an edge makes their borders sharper."""
        noise = rng.random((len(colors), grain, grain)).astype("float32")
        fields = [Image.fromarray(part).resize((self.side, self.side), Image.Resampling.BICUBIC) for part in noise]
        weights = np.exp((4 + 40 * edge) * np.stack([np.asarray(part) for part in fields]))
        mixed = np.tensordot(weights / weights.sum(axis=0), np.asarray(colors, "float32"), axes=(0, 0))
        self._replace(Image.fromarray(mixed.astype("uint8")))

    def blur(self, radius):
        """Soften everything; the radius is a share of the side."""
        self._replace(self.image.filter(ImageFilter.GaussianBlur(radius * self.side)))

    def grain(self, rng, strength):
        """Add the grain of print or film; strength in levels of 255."""
        noise = rng.normal(0, strength, (self.size, self.size, 1)).repeat(2, axis=0).repeat(2, axis=1)
        self._replace(Image.fromarray(np.clip(np.asarray(self.image) + noise, 0, 255).astype("uint8")))

    def halftone(self, ink, paper, *, cells=24):
        """Print what is there as dots of ink on paper: the darker, the larger."""
        dark = 1 - np.asarray(self.image.convert("L").resize((cells, cells), Image.Resampling.BOX)) / 255
        self.box(0, 0, 1, 1, paper)
        for (row, column), share in np.ndenumerate(dark):
            shift = 0.5 * (row % 2)  # rows of dots stand between each other
            self.disc((column + shift + 0.25) / cells, (row + 0.5) / cells, 0.68 * np.sqrt(share) / cells, ink)

    def mirror(self):
        """Make the right half the mirror image of the left."""
        left = self.image.crop((0, 0, self.side // 2, self.side))
        self.image.paste(left.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (self.side - self.side // 2, 0))

    def _replace(self, image):
        self.image = image
        self.draw = ImageDraw.Draw(image)

    def finish(self):
        """Return the picture at its size, uint8 (size, size, 3)."""
        return np.asarray(self.image.resize((self.size, self.size), Image.Resampling.LANCZOS))


def wave(rng, *, n=80, roughness=4):
    """Return a smooth random curve: x even from 0 to 1, y about 0 with deviations up to 1, both of shape (n,)."""
    x = np.linspace(0, 1, n)
    phases, weights = rng.random(roughness), rng.random(roughness)
    y = sum(w * np.sin(2 * np.pi * (k * x + p)) for k, (w, p) in enumerate(zip(weights, phases, strict=True), start=1))
    return x, y / weights.sum()


def torn(rng, y, *, depth=0.02, n=60):
    """Return the points of a torn horizontal edge at height y, from left to right."""
    steps = rng.normal(0, depth, n).cumsum() * 0.3 + rng.normal(0, depth / 3, n)
    return list(zip(np.linspace(0, 1, n), y + steps - steps.mean(), strict=True))


def star(x, y, radius, *, points, inner, turn=0.0):
    """Return the corners of a star around (x, y); inner is the share of the radius between the points."""
    angles = 2 * np.pi * (turn + np.arange(2 * points) / (2 * points))
    lengths = np.where(np.arange(2 * points) % 2, inner * radius, radius)
    return list(zip(x + lengths * np.sin(angles), y - lengths * np.cos(angles), strict=True))
