"""What the covers of each genre look like.

A look paints on a canvas, given a random generator and two leanings of the artist, 0 to 1: ``tint``, which moves the
palette, and ``form``, which chooses between the compositions of the genre.
"""

import numpy as np

from albumlib.data.demo.canvas import hsv, star, torn, wave

PAPER, INK = (238, 230, 214), (24, 22, 26)


def ambient_electronic(canvas, rng, tint, form):
    """Watercolour fields of cold colours, a pale disc or a horizon."""
    hue = 0.45 + 0.25 * tint
    colors = [hsv(hue + rng.normal(0, 0.05), rng.uniform(0.15, 0.6), rng.uniform(0.55, 1.0)) for _ in range(4)]
    canvas.wash(rng, colors, grain=int(rng.integers(3, 6)))
    if form < 0.6:
        canvas.disc(rng.uniform(0.25, 0.75), rng.uniform(0.25, 0.6), rng.uniform(0.1, 0.22), hsv(hue, 0.08, 1.0))
    else:
        canvas.box(0, rng.uniform(0.55, 0.8), 1, 1, hsv(hue, 0.5, rng.uniform(0.3, 0.6)))
    canvas.blur(0.012)


def avant_garde(canvas, rng, tint, form):
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


def blues(canvas, rng, tint, form):
    """Night blue, a moon, and water or a road below."""
    hue = 0.58 + 0.06 * tint
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


def classical(canvas, rng, tint, form):
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


def electronic(canvas, rng, tint, form):
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


def experimental(canvas, rng, tint, form):
    """Overprinted bars and scribbles, olive and acid colours, out of register."""
    canvas.box(0, 0, 1, 1, hsv(0.18 + 0.1 * tint, rng.uniform(0.1, 0.35), rng.uniform(0.6, 0.85)))
    for _ in range(int(rng.integers(5, 12))):
        color = hsv(0.12 + 0.2 * tint + rng.normal(0, 0.08), rng.uniform(0.4, 0.9), rng.uniform(0.15, 0.8))
        if form < 0.5:
            canvas.box(rng.random() - 0.2, rng.random(), rng.uniform(0.1, 0.8), rng.uniform(0.01, 0.1), color)
        else:
            canvas.polygon(rng.random((4, 2)) * 0.5 + rng.random(2) * 0.6 - 0.05, color)
    angle = np.cumsum(rng.normal(0, 0.7, 60))
    path = np.cumsum(np.c_[np.cos(angle), np.sin(angle)], axis=0)
    path = (path - path.min(axis=0)) / np.ptp(path, axis=0).max() * 0.8 + 0.1
    canvas.line(path, INK, rng.uniform(0.006, 0.014))
    canvas.grain(rng, 12)


def folk(canvas, rng, tint, form):
    """Layered hills in earth and leaf colours under a sky of paper, with a sun or trees."""
    canvas.shade(hsv(0.11, 0.18, 0.97), hsv(0.09, rng.uniform(0.2, 0.4), 0.9))
    if form < 0.6:
        canvas.disc(rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.4), rng.uniform(0.07, 0.13), hsv(0.06, 0.7, 0.85))
    for k, y in enumerate(np.linspace(rng.uniform(0.4, 0.55), 0.85, 4)):
        xs, ys = wave(rng, roughness=3)
        edge = list(zip(xs, y + 0.06 * ys, strict=True))
        color = hsv(0.14 + 0.22 * tint + 0.02 * k, 0.45 + 0.08 * k, 0.68 - 0.12 * k)
        canvas.polygon([*edge, (1, 1), (0, 1)], color)
        if form >= 0.6 and k in (1, 2):
            for i in rng.choice(len(xs), 6):
                x, base = edge[i]
                tree = [(x - 0.03, base + 0.02), (x, base - 0.14), (x + 0.03, base + 0.02)]
                canvas.polygon(tree, hsv(0.3, 0.5, 0.3 - 0.05 * k))


def hip_hop(canvas, rng, tint, form):
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


def indie_rock(canvas, rng, tint, form):
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


def international(canvas, rng, tint, form):
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


def jazz(canvas, rng, tint, form):
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


def lo_fi(canvas, rng, tint, form):
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


def metal(canvas, rng, tint, form):
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


def pop(canvas, rng, tint, form):
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


def psych_rock(canvas, rng, tint, form):
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


def punk(canvas, rng, tint, form):
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


def rock(canvas, rng, tint, form):
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


def techno(canvas, rng, tint, form):
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


def trip_hop(canvas, rng, tint, form):
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


LOOKS = {
    "Ambient Electronic": ambient_electronic,
    "Avant-Garde": avant_garde,
    "Blues": blues,
    "Classical": classical,
    "Electronic": electronic,
    "Experimental": experimental,
    "Folk": folk,
    "Hip-Hop": hip_hop,
    "Indie-Rock": indie_rock,
    "International": international,
    "Jazz": jazz,
    "Lo-Fi": lo_fi,
    "Metal": metal,
    "Pop": pop,
    "Psych-Rock": psych_rock,
    "Punk": punk,
    "Rock": rock,
    "Techno": techno,
    "Trip-Hop": trip_hop,
}
