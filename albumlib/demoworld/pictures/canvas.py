"""A square canvas in unit coordinates, and the shapes that demo covers are made of."""

import colorsys
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Color = tuple[int, int, int]  # red, green and blue, 0 to 255
Points = Iterable[tuple[float, float]] | np.ndarray  # as an array, of shape (n, 2)
PAPER, INK = (238, 230, 214), (24, 22, 26)


def hsv(hue: float, saturation: float, value: float) -> Color:
    """Colour from hue, in turns round the colour wheel, and from saturation and value, both clipped to 0 to 1."""
    rgb = colorsys.hsv_to_rgb(hue % 1, float(np.clip(saturation, 0, 1)), float(np.clip(value, 0, 1)))
    return tuple(round(255 * part) for part in rgb)


class Canvas:
    """A picture drawn at twice its size; x runs right and y down, 0 to 1.

    Parameters
    ----------
    size
        Width and height of the finished picture in pixels.
    """

    def __init__(self, size: int, background: Color):
        self.size, self.side = size, 2 * size
        self.image = Image.new("RGB", (self.side, self.side), background)
        self.draw = ImageDraw.Draw(self.image)

    def _points(self, points):
        return [(float(x) * self.side, float(y) * self.side) for x, y in points]

    def polygon(self, points: Points, color: Color) -> None:
        """Fill a polygon of (x, y) points."""
        self.draw.polygon(self._points(points), fill=color)

    def line(self, points: Points, color: Color, width: float = 0.01) -> None:
        """Draw a line through (x, y) points."""
        self.draw.line(self._points(points), fill=color, width=max(1, round(width * self.side)), joint="curve")

    def disc(self, x: float, y: float, radius: float, color: Color) -> None:
        """Fill a circle."""
        self.draw.ellipse(self._points([(x - radius, y - radius), (x + radius, y + radius)]), fill=color)

    def ring(self, x: float, y: float, radius: float, color: Color, width: float = 0.01) -> None:
        """Draw a circle's line."""
        box = self._points([(x - radius, y - radius), (x + radius, y + radius)])
        self.draw.ellipse(box, outline=color, width=max(1, round(width * self.side)))

    def box(self, x: float, y: float, width: float, height: float, color: Color) -> None:
        """Fill a rectangle with its top left corner at (x, y)."""
        self.draw.rectangle(self._points([(x, y), (x + width, y + height)]), fill=color)

    def shade(self, top: Color, bottom: Color, *, horizontal: bool = False) -> None:
        """Fill everything with a gradient between two colours."""
        ramp = np.linspace(0, 1, self.side)[:, None, None]
        field = np.asarray(top) * (1 - ramp) + np.asarray(bottom) * ramp
        field = np.broadcast_to(field, (self.side, self.side, 3)).astype("uint8")
        self._replace(Image.fromarray(field.transpose(1, 0, 2) if horizontal else field))

    def wash(self, rng: np.random.Generator, colors: Sequence[Color], *, grain: int = 5, edge: float = 0.0) -> None:
        """Fill everything with soft fields of colour that run into each other; an edge makes their borders sharper."""
        noise = rng.random((len(colors), grain, grain)).astype("float32")
        fields = [Image.fromarray(part).resize((self.side, self.side), Image.Resampling.BICUBIC) for part in noise]
        weights = np.exp((4 + 40 * edge) * np.stack([np.asarray(part) for part in fields]))
        mixed = np.tensordot(weights / weights.sum(axis=0), np.asarray(colors, "float32"), axes=(0, 0))
        self._replace(Image.fromarray(mixed.astype("uint8")))

    def blur(self, radius: float) -> None:
        """Soften everything; the radius is a share of the side."""
        self._replace(self.image.filter(ImageFilter.GaussianBlur(radius * self.side)))

    def grain(self, rng: np.random.Generator, strength: float) -> None:
        """Add the grain of print or film; strength in levels of 255."""
        noise = rng.normal(0, strength, (self.size, self.size, 1)).repeat(2, axis=0).repeat(2, axis=1)
        self._replace(Image.fromarray(np.clip(np.asarray(self.image) + noise, 0, 255).astype("uint8")))

    def halftone(self, ink: Color, paper: Color, *, cells: int = 24) -> None:
        """Print what is there as dots of ink on paper: the darker, the larger."""
        dark = 1 - np.asarray(self.image.convert("L").resize((cells, cells), Image.Resampling.BOX)) / 255
        self.box(0, 0, 1, 1, paper)
        for (row, column), share in np.ndenumerate(dark):
            shift = 0.5 * (row % 2)  # rows of dots stand between each other
            self.disc((column + shift + 0.25) / cells, (row + 0.5) / cells, 0.68 * np.sqrt(share) / cells, ink)

    def mirror(self) -> None:
        """Make the right half the mirror image of the left."""
        left = self.image.crop((0, 0, self.side // 2, self.side))
        self.image.paste(left.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (self.side - self.side // 2, 0))

    def _replace(self, image):
        self.image = image
        self.draw = ImageDraw.Draw(image)

    def finish(self) -> np.ndarray:
        """Return the picture at its size, uint8 (size, size, 3)."""
        return np.asarray(self.image.resize((self.size, self.size), Image.Resampling.LANCZOS))


def wave(rng: np.random.Generator, *, n: int = 80, roughness: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Return a smooth random curve: x even from 0 to 1, y about 0 with deviations up to 1, both of shape (n,)."""
    x = np.linspace(0, 1, n)
    phases, weights = rng.random(roughness), rng.random(roughness)
    y = sum(w * np.sin(2 * np.pi * (k * x + p)) for k, (w, p) in enumerate(zip(weights, phases, strict=True), start=1))
    return x, y / weights.sum()


def torn(rng: np.random.Generator, y: float, *, depth: float = 0.02, n: int = 60) -> list[tuple[float, float]]:
    """Return the points of a torn horizontal edge at height y, from left to right."""
    steps = rng.normal(0, depth, n).cumsum() * 0.3 + rng.normal(0, depth / 3, n)
    return list(zip(np.linspace(0, 1, n), y + steps - steps.mean(), strict=True))


def star(
    x: float, y: float, radius: float, *, points: int, inner: float, turn: float = 0.0
) -> list[tuple[float, float]]:
    """Return the corners of a star around (x, y); inner is the share of the radius between the points."""
    angles = 2 * np.pi * (turn + np.arange(2 * points) / (2 * points))
    lengths = np.where(np.arange(2 * points) % 2, inner * radius, radius)
    return list(zip(x + lengths * np.sin(angles), y - lengths * np.cos(angles), strict=True))
