"""What the covers of each genre look like: genres of the concert hall, the club and the chart.

A look paints on a canvas, given a random generator and two leanings of the artist, 0 to 1: ``tint``, which moves the
palette, and ``form``, which chooses between its compositions. A second look of the genre has one composition.
"""

from itertools import pairwise

import numpy as np

from albumlib.demoworld.pictures.canvas import INK, PAPER, Canvas, hsv, star


def avant_garde(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Much empty paper, one line, one shape, one colour."""
    canvas.box(0, 0, 1, 1, hsv(0.1 + 0.05 * tint, rng.uniform(0.02, 0.12), rng.uniform(0.88, 0.98)))
    color = hsv((0.0, 0.13, 0.6)[int(3 * tint)], 0.9, rng.uniform(0.6, 0.9))
    x, y = rng.uniform(0.2, 0.8, 2)
    canvas.line([(rng.random(), 0), (rng.random(), 1)], INK, rng.uniform(0.004, 0.03))
    if form < 0.4:
        canvas.disc(x, y, rng.uniform(0.06, 0.2), color)
    elif form < 0.75:
        canvas.polygon(star(x, y, rng.uniform(0.12, 0.3), points=3, inner=0.5, turn=rng.random()), color)
    else:
        canvas.box(x - 0.1, y - 0.1, rng.uniform(0.05, 0.35), rng.uniform(0.05, 0.35), color)
    if rng.random() < 0.5:
        canvas.line([(0, rng.random()), (1, rng.random())], INK, 0.004)


def displaced(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A grid of dots on grained paper, of which one has left its place."""
    canvas.box(0, 0, 1, 1, hsv(0.1 + 0.05 * tint, rng.uniform(0.05, 0.3), rng.uniform(0.75, 0.95)))
    n, kind = int(rng.integers(4, 8)), rng.random()
    lost, color = rng.integers(n, size=2), hsv((0.0, 0.13, 0.6)[int(3 * tint)], 0.9, rng.uniform(0.6, 0.9))
    for i in range(n):
        for j in range(n):
            place = np.array([i + 0.5, j + 0.5]) / n
            alone = (i, j) == tuple(lost)
            x, y = place + rng.normal(0, 0.35 / n, 2) if alone else place
            radius = 0.16 / n * (1.6 if alone else 1)
            if kind < 0.5:
                canvas.disc(x, y, radius, color if alone else INK)
            else:
                canvas.box(x - radius, y - radius, 2 * radius, 2 * radius, color if alone else hsv(0.1, 0.1, 0.35))
    canvas.grain(rng, rng.uniform(4, 9))


def classical(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """A framed plate: ivory and gold, with a fan, staves or an arch in the middle."""
    ground = hsv((0.1, 0.02, 0.6, 0.33)[int(4 * tint)], rng.uniform(0.2, 0.6), rng.uniform(0.25, 0.5))
    gold = hsv(0.12, 0.45, 0.8)
    canvas.box(0, 0, 1, 1, ground)
    canvas.box(0.08, 0.08, 0.84, 0.84, gold)
    canvas.box(0.095, 0.095, 0.81, 0.81, hsv(0.11, rng.uniform(0.06, 0.2), 0.93))
    if form < 0.4:
        for y in np.linspace(0.3, 0.7, 5):
            canvas.line([(0.16, y), (0.84, y)], ground, 0.006)
        for x in np.sort(rng.uniform(0.2, 0.8, int(rng.integers(4, 8)))):
            y = 0.3 + 0.1 * rng.integers(0, 9) / 2
            canvas.disc(x, y, 0.03, ground)
            canvas.line([(x + 0.027, y), (x + 0.027, y - 0.17)], ground, 0.007)
    elif form < 0.75:
        for radius in np.linspace(0.32, 0.05, int(rng.integers(4, 9))):
            canvas.ring(0.5, 0.5, radius, ground if rng.random() < 0.7 else gold, 0.014)
    else:
        canvas.disc(0.5, 0.42, 0.2, ground)
        canvas.box(0.3, 0.42, 0.4, 0.4, ground)
        canvas.box(0.4, 0.5, 0.2, 0.32, gold)


def keys(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """Marbled paper above a row of piano keys, in a thin frame of gold."""
    ground, gold = hsv((0.1, 0.02, 0.6, 0.33)[int(4 * tint)], 0.35, rng.uniform(0.3, 0.5)), hsv(0.12, 0.45, 0.8)
    tones = [hsv(0.1 + rng.normal(0, 0.02), rng.uniform(0.05, 0.2), value) for value in (0.8, 0.9, 0.97)]
    canvas.wash(rng, [*tones, ground], grain=int(rng.integers(4, 8)), edge=0.4)
    top, n = rng.uniform(0.5, 0.7), int(rng.integers(7, 12))
    canvas.box(0, top, 1, 1, hsv(0.11, 0.06, 0.96))
    for k in range(n):
        canvas.line([(k / n, top), (k / n, 1)], INK, 0.006)
        if k % 7 not in (0, 3):
            canvas.box((k - 0.3) / n, top, 0.6 / n, 0.6 * (1 - top), INK)
    canvas.box(0, top - 0.03, 1, 0.03, ground)
    for edge in ([(0.04, 0.04), (0.96, 0.04), (0.96, 0.96), (0.04, 0.96), (0.04, 0.04)],):
        canvas.line(edge, gold, 0.014)


def experimental(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Overprinted bars and scribbles, olive and acid colours, out of register."""
    canvas.box(0, 0, 1, 1, hsv(0.08 + 0.22 * tint, rng.uniform(0.1, 0.35), rng.uniform(0.6, 0.85)))
    for _ in range(int(rng.integers(5, 12))):
        color = hsv(0.04 + 0.28 * tint + rng.normal(0, 0.08), rng.uniform(0.4, 0.9), rng.uniform(0.15, 0.8))
        if form < 0.5:
            canvas.box(rng.random() - 0.2, rng.random(), rng.uniform(0.1, 0.8), rng.uniform(0.01, 0.1), color)
        else:
            canvas.polygon(rng.random((4, 2)) * 0.5 + rng.random(2) * 0.6 - 0.05, color)
    angle = np.cumsum(rng.normal(0, 0.7, 60))
    path = np.cumsum(np.c_[np.cos(angle), np.sin(angle)], axis=0)
    path = (path - path.min(axis=0)) / np.ptp(path, axis=0).max() * 0.8 + 0.1
    canvas.line(path, INK, rng.uniform(0.006, 0.014))
    canvas.grain(rng, 12)


def copies(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A dotted copy of something soft, printed twice and out of register."""
    hue = 0.04 + 0.28 * tint
    canvas.wash(rng, [(0, 0, 0), (255, 255, 255), (90, 90, 90)], grain=int(rng.integers(3, 6)), edge=0.1)
    paper = hsv(hue + 0.06, rng.uniform(0.1, 0.35), rng.uniform(0.7, 0.9))
    canvas.halftone(hsv(hue, rng.uniform(0.5, 0.9), rng.uniform(0.2, 0.5)), paper, cells=int(rng.integers(14, 24)))
    for _ in range(int(rng.integers(1, 4))):
        x, y = rng.random(2) * 0.7
        color = hsv(hue + rng.normal(0.1, 0.1), rng.uniform(0.5, 0.9), rng.uniform(0.4, 0.9))
        canvas.line([(x, y), (x + rng.uniform(0.1, 0.4), y), (x + 0.2, y + rng.uniform(0.1, 0.4))], color, 0.03)
    canvas.grain(rng, 12)


def international(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Woven tiles: stars, lozenges and borders in saturated warm colours."""
    hues = tint + np.array([0.0, 0.08, 0.45, 0.55])
    colors = [hsv(hue, rng.uniform(0.65, 0.95), rng.uniform(0.5, 0.95)) for hue in hues]
    canvas.box(0, 0, 1, 1, colors[0])
    n, points = int(rng.integers(3, 6)), int(rng.integers(4, 9))
    for i in range(n):
        for j in range(n):
            x, y = (i + 0.5) / n, (j + 0.5) / n
            color = colors[1 + (i + j) % 3] if form < 0.6 else colors[1 + (i * j) % 3]
            canvas.polygon(star(x, y, 0.48 / n, points=points, inner=0.55), color)
            canvas.disc(x, y, 0.16 / n, colors[(i + j) % 2 * 2])
    for y in (0, 0.95):
        canvas.box(0, y, 1, 0.05, colors[2])


def textile(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """Woven bands: zigzags, lozenges and plain stripes, one below the other."""
    hues = tint + np.array([0.0, 0.08, 0.45, 0.55])
    colors = [hsv(hue, rng.uniform(0.65, 0.95), rng.uniform(0.5, 0.95)) for hue in hues]
    edges = np.concatenate([[0], np.sort(rng.uniform(0.08, 0.92, int(rng.integers(4, 7)))), [1]])
    for k, (top, bottom) in enumerate(pairwise(edges)):
        height, n = bottom - top, int(rng.integers(5, 10))
        canvas.box(0, top, 1, height, colors[k % 4])
        xs, accent = np.linspace(0, 1, 2 * n + 1), colors[(k + 1 + int(rng.integers(0, 2))) % 4]
        ys = top + height * (0.2 + 0.6 * (np.arange(2 * n + 1) % 2))
        if rng.random() < 0.5:
            canvas.line(list(zip(xs, ys, strict=True)), accent, 0.2 * height)
        else:
            for x in xs[1::2]:
                middle = top + height / 2
                lozenge = [(x, top), (x + 0.5 / n, middle), (x, bottom), (x - 0.5 / n, middle)]
                canvas.polygon(lozenge, accent)
                canvas.disc(x, middle, 0.14 * height, colors[(k + 3) % 4])


def jazz(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Duotone poster: big tilted shapes and a row of bars, two colours and paper."""
    dark, light = hsv(0.55 + 0.5 * tint, 0.75, rng.uniform(0.3, 0.5)), hsv(0.08 + 0.5 * tint, 0.85, 0.95)
    canvas.box(0, 0, 1, 1, PAPER)
    tilt = rng.uniform(-0.25, 0.25)
    canvas.polygon([(0, 0.55 + tilt), (1, 0.55 - tilt), (1, 1), (0, 1)], dark)
    if form < 0.5:
        xs = np.linspace(0.12, 0.88, int(rng.integers(5, 10)))
        for x, height in zip(xs, rng.uniform(0.15, 0.6, len(xs)), strict=True):
            canvas.box(x - 0.02, 0.75 - height, 0.04, height, light if rng.random() < 0.4 else INK)
    else:
        x, y, radius = rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.6), rng.uniform(0.2, 0.33)
        canvas.disc(x, y, radius, light)
        canvas.disc(x, y, 0.35 * radius, dark)
        canvas.line([(x, y), (x + 0.5, y - 0.45)], INK, 0.03)


def blocks(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A dotted picture in one colour beside blocks of another, as on old long players."""
    dark, light = hsv(0.55 + 0.5 * tint, 0.75, rng.uniform(0.3, 0.5)), hsv(0.08 + 0.5 * tint, 0.85, 0.95)
    canvas.wash(rng, [(0, 0, 0), (255, 255, 255), (60, 60, 60)], grain=int(rng.integers(3, 5)), edge=0.15)
    canvas.halftone(dark, PAPER, cells=int(rng.integers(26, 34)))
    split = rng.uniform(0.3, 0.5)
    canvas.box(0, 0, split, 1, light if rng.random() < 0.5 else PAPER)
    n = int(rng.integers(3, 7))
    for k in range(n):
        color = (dark, INK, light)[int(rng.integers(3))]
        canvas.box(0.05, 0.08 + 0.84 * k / n, (split - 0.1) * rng.uniform(0.3, 1), 0.6 / n, color)


def pop(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Bright bubbles, hearts of halftone and candy gradients."""
    hue = 0.8 + 0.35 * tint
    canvas.shade(hsv(hue, rng.uniform(0.25, 0.6), 1.0), hsv(hue + 0.15, rng.uniform(0.3, 0.6), 1.0))
    if form < 0.5:
        for _ in range(int(rng.integers(6, 14))):
            x, y, radius = rng.random(), rng.random(), rng.uniform(0.04, 0.2)
            canvas.disc(x, y, radius, hsv(hue + rng.choice([0.0, 0.3, 0.5]), rng.uniform(0.3, 0.7), 1.0))
            canvas.disc(x - 0.35 * radius, y - 0.35 * radius, 0.2 * radius, (255, 255, 255))
    else:
        n, center = 15, rng.uniform(0.35, 0.65, 2)
        for x, y in np.stack(np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n)), axis=-1).reshape(-1, 2):
            near = max(0.0, 1 - np.hypot(x - center[0], y - center[1]) / 0.6)
            canvas.disc(x, y, 0.008 + 0.03 * near, hsv(hue + 0.45, 0.6, 0.95))


def sticker(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A fat star, flower or heart with a white rim on two candy colours."""
    hue = 0.8 + 0.35 * tint
    canvas.box(0, 0, 1, 1, hsv(hue, rng.uniform(0.35, 0.6), 1.0))
    n = int(rng.integers(5, 9))
    for k in range(0, 2 * n, 2):
        x = -1 + 2 * k / (2 * n)
        canvas.polygon(
            [(x, 1), (x + 1, 0), (x + 1 + 1 / n, 0), (x + 1 / n, 1)], hsv(hue + 0.1, rng.uniform(0.3, 0.5), 1.0)
        )
    x, y, kind = *rng.uniform(0.4, 0.6, 2), rng.random()
    for size, color in ((0.38, (255, 255, 255)), (0.32, hsv(hue + rng.choice([0.3, 0.5]), 0.65, 1.0))):
        if kind < 0.4:
            canvas.polygon(star(x, y, size, points=5, inner=0.55), color)
        elif kind < 0.7:
            for turn in np.linspace(0, 2 * np.pi, 6)[:-1]:
                canvas.disc(x + 0.55 * size * np.cos(turn), y + 0.55 * size * np.sin(turn), 0.5 * size, color)
        else:
            t = np.linspace(0, 2 * np.pi, 60)
            heart = np.c_[16 * np.sin(t) ** 3, -13 * np.cos(t) + 5 * np.cos(2 * t) + 2 * np.cos(3 * t)] / 17
            canvas.polygon(np.array([x, y]) + size * heart, color)
    canvas.disc(x - 0.12, y - 0.12, 0.03, (255, 255, 255))
