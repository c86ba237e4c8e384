"""What the covers of each genre look like: genres made with machines: electronic music, beats and bedroom tapes.

A look paints on a canvas, given a random generator and two leanings of the artist, 0 to 1: ``tint``, which moves the
palette, and ``form``, which chooses between its compositions. A second look of the genre has one composition.
"""

import numpy as np

from albumlib.demoworld.pictures.canvas import INK, Canvas, hsv, wave


def ambient_electronic(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Watercolour fields of cold colours, a pale disc or a horizon."""
    hue = 0.45 + 0.25 * tint
    colors = [hsv(hue + rng.normal(0, 0.05), rng.uniform(0.15, 0.6), rng.uniform(0.55, 1.0)) for _ in range(4)]
    canvas.wash(rng, colors, grain=int(rng.integers(3, 6)))
    if form < 0.6:
        canvas.disc(rng.uniform(0.25, 0.75), rng.uniform(0.25, 0.6), rng.uniform(0.1, 0.22), hsv(hue, 0.08, 1.0))
    else:
        canvas.box(0, rng.uniform(0.55, 0.8), 1, 1, hsv(hue, 0.5, rng.uniform(0.3, 0.6)))
    canvas.blur(0.012)


def ripples(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """Rings on still water, seen from above."""
    hue = 0.45 + 0.25 * tint
    colors = [hsv(hue + rng.normal(0, 0.04), rng.uniform(0.3, 0.7), rng.uniform(0.35, 0.8)) for _ in range(3)]
    canvas.wash(rng, colors, grain=3)
    x, y, step = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8), rng.uniform(0.05, 0.1)
    for k in range(1, int(rng.integers(6, 11))):
        canvas.ring(x, y, step * k, hsv(hue, 0.15, 0.95 - 0.05 * k), 0.012 - 0.001 * k)
    canvas.blur(rng.uniform(0.003, 0.01))


def electronic(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Neon ridgelines or rings on near black."""
    hue = 0.5 + 0.4 * tint
    canvas.shade(hsv(hue + 0.1, 0.8, 0.06), hsv(hue, 0.9, rng.uniform(0.12, 0.3)))
    n = int(rng.integers(9, 16))
    for k in range(n):
        color = hsv(hue + 0.25 * k / n, rng.uniform(0.5, 0.9), 1.0)
        if form < 0.6:
            xs, ys = wave(rng, roughness=6)
            height = 0.16 * np.exp(-(((xs - 0.5) / 0.22) ** 2)) * np.abs(ys)
            y = 0.25 + 0.6 * k / n
            edge = list(zip(0.08 + 0.84 * xs, y - height, strict=True))
            canvas.polygon([*edge, (0.92, y + 0.03), (0.08, y + 0.03)], hsv(hue, 0.9, 0.1))
            canvas.line(edge, color, 0.008)
        else:
            canvas.ring(0.5, 0.5, 0.45 * (k + 1) / n, color, 0.004 + 0.012 * rng.random())


def signal(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A field of glowing dots that a wave runs through."""
    hue = 0.5 + 0.4 * tint
    canvas.shade(hsv(hue + 0.1, 0.8, 0.05), hsv(hue, 0.9, rng.uniform(0.1, 0.25)), horizontal=bool(rng.random() < 0.5))
    n, phase, waves = int(rng.integers(14, 20)), rng.uniform(0, 6), rng.uniform(1, 3)
    for x, y in np.stack(np.meshgrid(np.linspace(0.06, 0.94, n), np.linspace(0.06, 0.94, n)), -1).reshape(-1, 2):
        lift = np.sin(2 * np.pi * waves * x + phase + 3 * y)
        canvas.disc(x, y + 0.02 * lift, 0.006 + 0.007 * (1 + lift), hsv(hue + 0.12 * lift, 0.8, 0.65 + 0.35 * lift))


def techno(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """A strict grid of squares or bars, one colour on white or black."""
    night = rng.random() < 0.5
    ground, ink = (hsv(0.65, 0.3, 0.08), hsv(0.62 + 0.1 * tint, 0.75, 1.0)) if night else ((240, 240, 244), INK)
    canvas.box(0, 0, 1, 1, ground)
    n = int(rng.integers(5, 10))
    field = rng.random((n, n)) if form < 0.5 else np.outer(rng.random(n), np.ones(n)) + 0.3 * rng.random((n, n))
    for i in range(n):
        for j in range(n):
            share = 0.92 * np.clip(field[i, j], 0.1, 1)
            width = share if form < 0.5 else 0.96
            canvas.box(0.06 + 0.88 * j / n, 0.06 + 0.88 * i / n, 0.88 * width / n, 0.88 * share / n, ink)
    i, j = rng.integers(0, n, 2)
    canvas.box(0.06 + 0.88 * j / n, 0.06 + 0.88 * i / n, 0.8 / n, 0.8 / n, hsv(0.95 + 0.2 * tint, 0.8, 1.0))


def moire(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """Two sets of rings that beat against each other, in one colour."""
    night = rng.random() < 0.5
    ground, ink = (hsv(0.65, 0.3, 0.08), hsv(0.62 + 0.1 * tint, 0.7, 1.0)) if night else ((240, 240, 244), INK)
    canvas.box(0, 0, 1, 1, ground)
    step, shift = rng.uniform(0.03, 0.05), rng.uniform(0.04, 0.2)
    for x in (0.5 - shift, 0.5 + shift):
        for radius in np.arange(step, 1.0, step):
            canvas.ring(x, 0.5, radius, ink, 0.3 * step)
    canvas.box(0, 0.84, rng.uniform(0.2, 0.8), 0.05, hsv(0.95 + 0.2 * tint, 0.8, 1.0))


def trip_hop(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Smoke over slate: soft dark fields, a dim lamp, vertical city lights."""
    hue = 0.55 + 0.2 * tint
    canvas.wash(rng, [hsv(hue + rng.normal(0, 0.04), 0.4, value) for value in (0.08, 0.2, 0.35, 0.5)], grain=4)
    if form < 0.5:
        canvas.disc(rng.uniform(0.25, 0.75), rng.uniform(0.2, 0.5), 0.1, hsv(0.1, 0.55, 0.8))
        canvas.blur(0.03)
    base = rng.uniform(0.6, 0.8)
    for x in np.arange(0, 1, 0.09):
        top = base - rng.uniform(0, 0.3)
        canvas.box(x, top, 0.08, 1, hsv(hue, 0.4, 0.1))
        if rng.random() < 0.6:
            canvas.box(x + 0.03, top + rng.uniform(0.05, 0.2), 0.02, 0.02, hsv(0.12, 0.6, 0.9))
    canvas.grain(rng, 7)


def blinds(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """Light through blinds, on a wall in the dark."""
    hue = 0.55 + 0.2 * tint
    canvas.wash(rng, [hsv(hue + rng.normal(0, 0.03), 0.5, value) for value in (0.06, 0.14, 0.22)], grain=3)
    left, top, lean, n = (
        rng.uniform(0.1, 0.35),
        rng.uniform(0.1, 0.25),
        rng.uniform(-0.15, 0.15),
        int(rng.integers(6, 11)),
    )
    for k in range(n):
        y, fade = top + 0.55 * k / n, 0.85 - 0.4 * k / n
        slat = [(left, y), (left + 0.45, y + lean), (left + 0.45, y + lean + 0.3 / n), (left, y + 0.3 / n)]
        canvas.polygon(slat, hsv(0.1 + rng.normal(0, 0.01), 0.45, fade))
    canvas.blur(rng.uniform(0.006, 0.014))
    canvas.grain(rng, 7)


def hip_hop(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Fat blocks of invented letters with a shadow, on a flat bright ground or a wall."""
    hue = (0.09, 0.13, 0.55, 0.0)[int(4 * tint)]
    canvas.box(0, 0, 1, 1, hsv(hue, rng.uniform(0.7, 0.95), rng.uniform(0.8, 1.0)))
    if form < 0.5:
        for y in np.arange(0, 1, 0.1):
            canvas.line([(0, y), (1, y)], hsv(hue, 0.8, 0.7), 0.006)
            for x in np.arange(0.1 * (round(10 * y) % 2), 1, 0.2):
                canvas.line([(x, y), (x, y + 0.1)], hsv(hue, 0.8, 0.7), 0.006)
    fill, lean = hsv(hue + rng.uniform(0.3, 0.6), 0.75, 0.95), rng.uniform(-0.08, 0.08)
    word = rng.integers(1000)
    for shift, color in ((0.045, INK), (0.0, fill)):
        letters = np.random.default_rng(word)  # the shadow has the same letters
        for k in range(4):
            x, top = 0.1 + 0.2 * k + shift, 0.32 + lean * (k - 1.5) + shift
            heights = letters.uniform(0.12, 0.4, 3)
            canvas.box(x, top, 0.17, 0.09, color)
            for i, height in enumerate(heights):
                canvas.box(x + 0.06 * i, top, 0.05, height, color)
    canvas.disc(rng.uniform(0.1, 0.9), rng.uniform(0.8, 0.92), 0.05, INK)


def speakers(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A tower of loudspeakers in flat colours."""
    hue = (0.09, 0.13, 0.55, 0.0)[int(4 * tint)]
    canvas.box(0, 0, 1, 1, hsv(hue, rng.uniform(0.7, 0.95), rng.uniform(0.8, 1.0)))
    accent, n = hsv(hue + rng.uniform(0.3, 0.6), 0.75, 0.95), int(rng.integers(2, 4))
    for i in range(n):
        for j in range(n):
            x, y, side = 0.1 + 0.8 * i / n, 0.14 + 0.8 * j / n, 0.76 / n
            canvas.box(x + 0.02, y + 0.02, side, side, hsv(hue, 0.8, 0.55))
            canvas.box(x, y, side, side, INK)
            for share, color in ((0.42, hsv(0, 0, 0.3)), (0.34, accent), (0.3, INK), (0.12, accent)):
                canvas.disc(x + side / 2, y + side / 2, share * side * (1.0 if (i + j) % 2 else 0.8), color)
    canvas.polygon([(0, 0), (1, 0), (1, 0.06 + 0.05 * tint), (0, 0.1)], accent)


def lo_fi(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """A faded snapshot with a border, scan lines and a colour cast."""
    cast = hsv(0.08 + 0.4 * tint, 0.2, 0.75)
    canvas.box(0, 0, 1, 1, hsv(0.12, 0.1, 0.85))
    y = rng.uniform(0.35, 0.6)
    canvas.box(0.1, 0.08, 0.8, 0.7, cast)
    canvas.box(0.1, y, 0.8, 0.78 - y, hsv(0.1 + 0.4 * tint, 0.3, 0.45))
    x, width = rng.uniform(0.2, 0.5), rng.uniform(0.15, 0.35)
    if form < 0.5:
        canvas.box(x, y - 0.17, width, 0.2, hsv(0.05, 0.3, 0.55))
        canvas.polygon(
            [(x - 0.03, y - 0.17), (x + width / 2, y - 0.28), (x + width + 0.03, y - 0.17)], hsv(0, 0.4, 0.4)
        )
    else:
        canvas.disc(x + width / 2, y - 0.12, 0.09, hsv(0.1, 0.25, 0.9))
    canvas.blur(0.01)
    for line in np.arange(0.08, 0.78, 0.02):
        canvas.line([(0.1, line), (0.9, line)], hsv(0.1 + 0.4 * tint, 0.2, 0.55), 0.002)
    canvas.grain(rng, 14)


def cassette(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A cassette on a worn desk, its label faded."""
    canvas.box(0, 0, 1, 1, hsv(0.08 + 0.4 * tint, 0.25, rng.uniform(0.55, 0.75)))
    y, shell = rng.uniform(0.2, 0.32), hsv(0.1 + 0.3 * tint, 0.2, rng.uniform(0.25, 0.4))
    canvas.box(0.1, y, 0.8, 0.5, shell)
    canvas.box(0.16, y + 0.05, 0.68, 0.32, hsv(0.12, 0.15, 0.88))
    for k, x in enumerate(np.arange(y + 0.09, y + 0.17, 0.035)):
        canvas.line([(0.2, x), (0.2 + rng.uniform(0.2, 0.6), x)], hsv(0.6 + 0.1 * k, 0.3, 0.45), 0.006)
    canvas.box(0.16, y + 0.2, 0.68, 0.05, hsv(0.02 + tint, 0.45, 0.7))
    for x in (0.35, 0.65):
        canvas.disc(x, y + 0.3, 0.055, shell)
        canvas.disc(x, y + 0.3, 0.028, hsv(0.1, 0.1, 0.85))
    canvas.blur(0.008)
    canvas.grain(rng, 15)
