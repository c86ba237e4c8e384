"""What the covers of each genre look like: genres of bands with guitars.

A look paints on a canvas, given a random generator and two leanings of the artist, 0 to 1: ``tint``, which moves the
palette, and ``form``, which chooses between its compositions. A second look of the genre has one composition.
"""

import numpy as np

from albumlib.demoworld.pictures.canvas import INK, Canvas, hsv, star, torn, wave


def blues(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Night blue, a moon, and water or a road below."""
    hue = 0.53 + 0.16 * tint
    canvas.shade(hsv(hue, 0.8, rng.uniform(0.12, 0.3)), hsv(hue, 0.6, rng.uniform(0.4, 0.65)))
    x = rng.uniform(0.25, 0.75)
    canvas.disc(x, rng.uniform(0.2, 0.4), rng.uniform(0.08, 0.17), hsv(0.13, rng.uniform(0.1, 0.5), 0.95))
    level = rng.uniform(0.55, 0.7)
    if form < 0.6:
        for k, y in enumerate(np.linspace(level, 1.0, 7)):
            xs, ys = wave(rng, roughness=3)
            edge = list(zip(xs, y + 0.02 * ys, strict=True))
            canvas.polygon([*edge, (1, 1), (0, 1)], hsv(hue, 0.75, 0.42 - 0.055 * k))
    else:
        canvas.box(0, level, 1, 1, hsv(hue, 0.7, 0.12))
        canvas.polygon([(x - 0.01, level), (x + 0.01, level), (x + 0.3, 1), (x - 0.3, 1)], hsv(hue, 0.35, 0.5))


def strings(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """The neck of a guitar across the night: frets of brass, six strings."""
    hue = 0.53 + 0.16 * tint
    canvas.shade(hsv(hue, 0.7, rng.uniform(0.3, 0.5)), hsv(hue, 0.85, rng.uniform(0.08, 0.2)))
    rise, middle, wood = rng.uniform(-0.3, 0.3), rng.uniform(0.4, 0.6), hsv(0.05, 0.6, rng.uniform(0.15, 0.3))
    ends = np.array([[-0.05, middle - rise], [1.05, middle + rise]])
    across = np.array([0, 0.17])
    canvas.polygon([*(ends - across), *(ends + across)[::-1]], wood)
    for place in np.cumsum(rng.uniform(0.1, 0.2) * 0.93 ** np.arange(9)):
        fret = ends[0] + place * (ends[1] - ends[0])
        canvas.line([fret - across, fret + across], hsv(0.12, 0.5, 0.75), 0.012)
    for k in np.linspace(-0.13, 0.13, 6):
        canvas.line(ends + np.array([0, k]), hsv(0.12, 0.15, 0.9), 0.004 + 0.006 * abs(k - 0.13))
    canvas.disc(rng.uniform(0.1, 0.9), rng.choice([0.12, 0.9]), 0.06, hsv(0.13, 0.4, 0.95))


def folk(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Layered hills in earth and leaf colours under a sky of paper, with a sun or trees."""
    canvas.shade(hsv(0.11, 0.18, 0.97), hsv(0.09, rng.uniform(0.2, 0.4), 0.9))
    if form < 0.6:
        canvas.disc(rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.4), rng.uniform(0.07, 0.13), hsv(0.06, 0.7, 0.85))
    for k, y in enumerate(np.linspace(rng.uniform(0.4, 0.55), 0.85, 4)):
        xs, ys = wave(rng, roughness=3)
        edge = list(zip(xs, y + 0.06 * ys, strict=True))
        color = hsv(0.05 + 0.33 * tint + 0.02 * k, 0.45 + 0.08 * k, 0.68 - 0.12 * k)
        canvas.polygon([*edge, (1, 1), (0, 1)], color)
        if form >= 0.6 and k in (1, 2):
            for i in rng.choice(len(xs), 6):
                x, base = edge[i]
                tree = [(x - 0.03, base + 0.02), (x, base - 0.14), (x + 0.03, base + 0.02)]
                canvas.polygon(tree, hsv(0.3, 0.5, 0.3 - 0.05 * k))


def wreath(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A wreath of leaves on paper, cut from wood."""
    canvas.box(0, 0, 1, 1, hsv(0.1, rng.uniform(0.08, 0.25), 0.95))
    n, radius, hue = int(rng.integers(14, 26)), rng.uniform(0.27, 0.36), 0.05 + 0.33 * tint
    canvas.ring(0.5, 0.5, radius, hsv(0.08, 0.5, 0.35), 0.01)
    for k in range(n):
        turn = 2 * np.pi * k / n
        along, out = np.array([-np.sin(turn), np.cos(turn)]), np.array([np.cos(turn), np.sin(turn)])
        base = 0.5 + radius * out
        tip = base + (0.06 * along + rng.choice([-1, 1]) * rng.uniform(0.07, 0.12) * out)
        side = 0.025 * np.array([-(tip - base)[1], (tip - base)[0]]) / np.hypot(*(tip - base))
        canvas.polygon(
            [base, (base + tip) / 2 + side, tip, (base + tip) / 2 - side],
            hsv(hue + rng.normal(0, 0.03), rng.uniform(0.45, 0.75), rng.uniform(0.3, 0.6)),
        )
        if rng.random() < 0.25:
            canvas.disc(*tip, 0.018, hsv(0.02, 0.75, 0.75))
    canvas.disc(0.5, 0.5, rng.uniform(0.05, 0.14), hsv(0.06 + 0.1 * tint, 0.6, 0.85))
    canvas.grain(rng, 6)


def indie_rock(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Pastel cut-outs: triangles, half discs and stripes, loosely laid."""
    canvas.box(0, 0, 1, 1, hsv(0.03 + 0.1 * tint, rng.uniform(0.1, 0.3), 0.95))
    for k in range(int(rng.integers(3, 6))):
        color = hsv(tint + 0.37 * k + rng.normal(0, 0.03), rng.uniform(0.3, 0.6), rng.uniform(0.65, 0.95))
        x, y, size = rng.random(), rng.random(), rng.uniform(0.2, 0.4)
        if form < 0.5:
            canvas.polygon(star(x, y, size, points=3, inner=0.5, turn=rng.random()), color)
        else:
            canvas.disc(x, y, size, color)
            canvas.box(x - size, y, 2 * size, size, hsv(0.03 + 0.1 * tint, 0.2, 0.95))
    x = rng.uniform(0.1, 0.7)
    for k in range(4):
        canvas.line([(x + 0.04 * k, 0), (x + 0.04 * k, 1)], hsv(0.6 + tint, 0.4, 0.4), 0.008)


def curves(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """Broad stripes that bend round a corner, over pastel paper."""
    canvas.box(0, 0, 1, 1, hsv(0.03 + 0.1 * tint, rng.uniform(0.1, 0.25), 0.95))
    x, y, width = rng.choice([0.0, 1.0]), rng.choice([0.0, 1.0]), rng.uniform(0.07, 0.11)
    hue, n = tint + rng.uniform(0, 0.2), int(rng.integers(4, 7))
    for k in range(n, 0, -1):
        canvas.disc(x, y, 0.25 + width * k, hsv(hue + 0.11 * k, rng.uniform(0.35, 0.6), rng.uniform(0.7, 0.95)))
    canvas.disc(x, y, 0.25, hsv(0.03 + 0.1 * tint, 0.15, 0.97))
    canvas.polygon(star(1 - x * 0.7 - 0.15, 1 - y * 0.7 - 0.15, 0.1, points=8, inner=0.6), hsv(hue + 0.5, 0.5, 0.6))


def metal(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Spiky symmetrical marks like lettering, bone or blood on black."""
    canvas.shade(hsv(0.0, 0.3 * tint, rng.uniform(0.02, 0.12)), hsv(tint * 0.1, 0.6, rng.uniform(0.05, 0.25)))
    color = hsv(0.02, rng.choice([0.05, 0.1, 0.85]), rng.uniform(0.6, 0.85))
    if form < 0.7:
        y = rng.uniform(0.35, 0.5)
        for _ in range(int(rng.integers(9, 15))):
            x, width, up, down = rng.uniform(0, 0.44), rng.uniform(0.02, 0.06), *rng.gamma(2, 0.07, 2)
            for side in (-1, 1):
                tips = [(x - width, y), (x + 0.03, y - up), (x + width, y), (x + 0.02, y + down)]
                canvas.polygon([(0.5 + side * px, py) for px, py in tips], color)
        canvas.polygon([(0.05, y), (0.5, y - 0.03), (0.95, y), (0.5, y + 0.04)], color)
    else:
        points = int(rng.choice([5, 6, 7, 9]))
        canvas.polygon(star(0.5, 0.5, 0.42, points=points, inner=rng.uniform(0.15, 0.4), turn=0.5), color)
        canvas.disc(0.5, 0.5, 0.12, INK)
    canvas.grain(rng, 8)


def roots(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """Branches, the same on both sides, before a glow."""
    canvas.shade(hsv(0.0, 0.3 * tint, 0.03), hsv(0.0 + 0.08 * tint, rng.uniform(0.5, 0.9), rng.uniform(0.15, 0.4)))
    color = hsv(0.02, rng.choice([0.05, 0.1, 0.85]), rng.uniform(0.6, 0.85))
    tips = [
        (np.array([0.5, rng.uniform(0.3, 0.7)]), rng.uniform(-2.4, 2.4), 0.03) for _ in range(int(rng.integers(5, 9)))
    ]
    for _ in range(6):
        grown = []
        for place, angle, width in tips:
            angle += rng.normal(0, 0.5)
            end = place + rng.uniform(0.05, 0.11) * np.array([-abs(np.cos(angle)), np.sin(angle)])
            canvas.line([place, end], color, width)
            grown.append((end, angle, 0.72 * width))
            if rng.random() < 0.35:
                grown.append((end, angle + rng.choice([-0.9, 0.9]), 0.6 * width))
        tips = grown
    canvas.mirror()
    canvas.grain(rng, 9)


def psych_rock(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Wavering bands in opposing colours, from a centre or from below."""
    n, hue = int(rng.integers(7, 13)), tint
    x, y = rng.uniform(0.35, 0.65), rng.uniform(0.35, 0.65) if form < 0.6 else 1.0
    angles = np.linspace(0, 2 * np.pi, 120)
    phase, lobes, depth = rng.uniform(0, 2 * np.pi), rng.integers(3, 8), rng.uniform(0.05, 0.2)
    # From the lower edge the farthest corner is farther away, so the outermost band must be wider.
    reach = 1.1 if form < 0.6 else 1.6
    for k in range(n, 0, -1):
        radius = reach * k / n * (1 + depth * np.sin(lobes * angles + phase + 0.5 * k))
        color = hsv(hue + (0.0, 0.12, 0.5)[k % 3], 0.8, 0.55 + 0.4 * (k % 2))
        canvas.polygon(list(zip(x + radius * np.cos(angles), y + radius * np.sin(angles), strict=True)), color)
    canvas.disc(x, y, 0.05, hsv(hue + 0.15, 0.6, 1.0))


def checks(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A chessboard drawn into a whirl."""
    x, y, hue = *rng.uniform(0.35, 0.65, 2), tint
    sectors, twist = 2 * int(rng.integers(5, 10)), rng.uniform(0.2, 0.7)
    radii = 1.1 * np.linspace(0, 1, int(rng.integers(8, 13))) ** 1.4
    colors = [hsv(hue + shift, 0.8, value) for shift, value in ((0, 0.9), (0.5, 0.55), (0.12, 0.95), (0.62, 0.35))]
    for k in range(len(radii) - 1):
        for i in range(sectors):
            a = 2 * np.pi * (i + np.linspace(0, 1, 5)) / sectors + twist * k
            b = 2 * np.pi * (i + np.linspace(1, 0, 5)) / sectors + twist * (k + 1)
            inner, outer = radii[k] * np.c_[np.cos(a), np.sin(a)], radii[k + 1] * np.c_[np.cos(b), np.sin(b)]
            canvas.polygon(np.array([x, y]) + np.concatenate([inner, outer]), colors[(i + k) % 2 + 2 * (k % 2)])
    canvas.disc(x, y, 0.06, colors[2])


def punk(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """Torn paper, stripes and a splash: black, white and one loud colour."""
    loud = hsv((0.97, 0.15, 0.9, 0.33)[int(4 * tint)], 0.9, 0.95)
    canvas.box(0, 0, 1, 1, loud if form < 0.5 else (235, 235, 230))
    edge = torn(rng, rng.uniform(0.3, 0.5))
    canvas.polygon([*edge, *reversed(torn(rng, rng.uniform(0.62, 0.8)))], INK)
    for k in range(int(rng.integers(3, 6))):
        x, y = 0.08 + 0.19 * k, rng.uniform(0.42, 0.5)
        canvas.box(x, y, 0.14, 0.17, (240, 240, 235) if rng.random() < 0.6 else loud)
        canvas.line([(x + 0.03, y + 0.03), (x + 0.11, y + 0.14)], INK, 0.03)
    if form < 0.5:
        canvas.polygon(star(rng.random(), rng.uniform(0.8, 1), 0.2, points=9, inner=0.4), (240, 240, 235))
    else:
        canvas.line([(0, rng.random()), (1, rng.random())], loud, 0.07)
    canvas.grain(rng, 16)


def stencil(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A sprayed cross or stripes over a copied, dotted picture."""
    loud = hsv((0.97, 0.15, 0.9, 0.33)[int(4 * tint)], 0.9, 0.95)
    canvas.wash(rng, [(10, 10, 10), (250, 250, 250), (130, 130, 130)], grain=int(rng.integers(4, 7)), edge=0.3)
    canvas.halftone(INK, (238, 238, 232), cells=int(rng.integers(18, 28)))
    if rng.random() < 0.5:
        for ends in ([(0.15, 0.15), (0.85, 0.85)], [(0.85, 0.15), (0.15, 0.85)]):
            canvas.line(ends, loud, rng.uniform(0.1, 0.16))
    else:
        for k in range(int(rng.integers(2, 5))):
            y = 0.1 + 0.25 * k
            canvas.polygon([*torn(rng, y), *reversed(torn(rng, y + 0.1))], loud)
    canvas.box(0.5 * rng.random(), rng.uniform(0.75, 0.85), 0.4, 0.1, INK)
    canvas.grain(rng, 16)


def rock(canvas: Canvas, rng: np.random.Generator, tint: float, form: float) -> None:
    """A bold emblem on a dark red or brown ground: sun rays, a bolt or a star."""
    hue = 0.98 + 0.1 * tint
    canvas.box(0, 0, 1, 1, hsv(hue, 0.75, rng.uniform(0.25, 0.5)))
    light = hsv(0.09, rng.uniform(0.2, 0.7), 0.92)
    if form < 0.5:
        n, y = int(rng.integers(10, 18)), rng.uniform(0.45, 0.7)
        for k in range(n):
            a = 2 * np.pi * np.array([k, k + 0.5]) / n
            canvas.polygon([(0.5, y), *zip(0.5 + np.cos(a), y + np.sin(a), strict=True)], hsv(hue + 0.03, 0.8, 0.65))
        canvas.disc(0.5, y, rng.uniform(0.15, 0.24), light)
    else:
        canvas.ring(0.5, 0.5, 0.38, light, 0.03)
        bolt = np.array([(0.1, -0.35), (-0.18, 0.05), (-0.02, 0.05), (-0.1, 0.35), (0.18, -0.06), (0.02, -0.06)])
        shape = 0.5 + bolt * rng.uniform(0.8, 1.15) if rng.random() < 0.6 else star(0.5, 0.5, 0.33, points=5, inner=0.4)
        canvas.polygon(shape, light)
    canvas.grain(rng, 9)


def highway(canvas: Canvas, rng: np.random.Generator, tint: float) -> None:
    """A road into the sun, in two or three colours."""
    hue = 0.98 + 0.1 * tint
    canvas.shade(hsv(hue, 0.8, rng.uniform(0.2, 0.35)), hsv(hue + 0.07, 0.8, 0.85))
    level, x = rng.uniform(0.5, 0.62), rng.uniform(0.4, 0.6)
    canvas.disc(x, level, rng.uniform(0.14, 0.24), hsv(0.11, 0.4, 0.98))
    xs, ys = wave(rng, roughness=6)
    canvas.polygon([*zip(xs, level - 0.07 + 0.07 * ys, strict=True), (1, 1), (0, 1)], hsv(hue, 0.8, 0.22))
    canvas.box(0, level, 1, 1, hsv(hue, 0.6, 0.13))
    canvas.polygon([(x - 0.01, level), (x + 0.01, level), (x + 0.45, 1), (x - 0.45, 1)], hsv(hue, 0.2, 0.25))
    for k in (0.08, 0.25, 0.55):
        y, width = level + (1 - level) * k, 0.03 * k + 0.004
        canvas.polygon(
            [(x - width, y + 0.09 * k + 0.02), (x + width, y + 0.09 * k + 0.02), (x, y)], hsv(0.11, 0.5, 0.95)
        )
    canvas.grain(rng, 9)
