"""Rhythms as text: drum grooves, and figures for bass and chords, on a grid of sixteenth notes.

A bar is as long as its groove: 16 steps are four quarter notes, 12 are three, 20 five, 14 seven eighths.
"""

# Voice -> hits of a bar: X loud, x normal, o soft, . none.
GROOVES = {
    "none4": {"none": "." * 16},
    "none3": {"none": "." * 12},
    "none5": {"none": "." * 20},
    "backbeat": {"kick": "X.......X.x.....", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
    "backbeat16": {"kick": "X..x..x...X.....", "snare": "....X..o.o..X...", "hat": "xoxoxoxoxoxoxoxo"},
    "stomp": {"kick": "X..x....X.x.....", "snare": "....X.......X...", "ride": "x.x.x.x.x.x.x.x."},
    "indie": {
        "kick": "X.....x.X.......",
        "snare": "....X.......X..o",
        "open": "..x...x...x...x.",
        "hat": "x...x...x...x...",
    },
    "motorik": {"kick": "X...X.x.X...X.x.", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
    "dbeat": {"kick": "X.x...x.X.x...x.", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
    "polka": {"kick": "X...X...X...X...", "snare": "..X...X...X...X.", "hat": "x.x.x.x.x.x.x.x."},
    "gallop": {"kick": "X.xxX.xxX.xxX.xx", "snare": "....X.......X...", "ride": "x...x...x...x..."},
    "blast": {"kick": "XxXxXxXxXxXxXxXx", "snare": "..X...X...X...X.", "ride": "x.x.x.x.x.x.x.x."},
    "double": {"kick": "XxxxXxxxXxxxXxxx", "snare": "........X.......", "crash": "x.......x......."},
    "tribal": {
        "kick": "X.......X.......",
        "tom": "x..x..x.x..x.xx.",
        "snare": "....o.......X...",
        "shaker": "o.x.o.x.o.x.o.x.",
    },
    "shuffle": {"kick": "X.......X.....x.", "snare": "....X.......X...", "ride": "x.x.x.x.x.x.x.x."},
    "slowblues": {"kick": "X...........x...", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
    "swing": {"ride": "X...x.x.X...x.x.", "hat": "....x.......x...", "kick": "o.......o......."},
    "bebop": {
        "ride": "X...x.x.X...x.x.",
        "hat": "....x.......x...",
        "snare": "......o...o....o",
        "kick": "o.....o.........",
    },
    "waltz": {"ride": "X...x.x.x...", "hat": "....x...x...", "kick": "x..........."},
    "boombap": {"kick": "X.x....x..X.....", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
    "boombap2": {"kick": "X......x.xX....o", "snare": "....X.......X...", "hat": "x.xox.x.x.xoxox."},
    "trap": {"kick": "X.....x...x.....", "clap": "........X.......", "hat": "x.x.xxx.x.x.xoxo"},
    "lazy": {"kick": "X.....x...X.....", "rim": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
    "tape": {"kick": "X.........x.....", "rim": "....X.......X...", "shaker": "o.x.o.x.o.x.o.x."},
    "triphop": {"kick": "X.....x..xX.....", "snare": "....X.......X..o", "hat": "x.oox.oox.oox.oo"},
    "break": {"kick": "X.X.......XX....", "snare": "....X..o.o..X..o", "ride": "x.x.x.x.x.x.x.x."},
    "house": {"kick": "X...X...X...X...", "clap": "....X.......X...", "open": "..x...x...x...x."},
    "electro": {"kick": "X..X..X...X..X..", "clap": "....X.......X...", "hat": "xoxoxoxoxoxoxoxo"},
    "techno": {"kick": "X...X...X...X...", "hat": "..X...X...X...X.", "rim": "...o......o..o.."},
    "peak": {
        "kick": "X...X...X...X...",
        "open": "..X...X...X...X.",
        "hat": "xoxoxoxoxoxoxoxo",
        "clap": "............x...",
    },
    "pulse": {"kick": "o.......o.......", "shaker": "..o...o...o...o."},
    "dance": {"kick": "X...X...X...X...", "clap": "....X.......X...", "hat": "..x...x...x...xx"},
    "ballad": {"kick": "X.....x.X.......", "clap": "....X.......X...", "shaker": "x.x.x.x.x.x.x.x."},
    "porch": {"shaker": "x.o.x.o.x.o.x.o.", "kick": "o.......o......."},
    "stroll3": {"kick": "x...........", "shaker": "..o.x.o.x.o."},
    "maqsum": {"dum": "X.......X.......", "tek": "..x...x.....x.oo", "shaker": "x.x.x.x.x.x.x.x."},
    "baladi": {"dum": "X.X.....X.......", "tek": "...o..x...oox.oo"},
    "seven": {"dum": "X.....X.......", "tek": "..x.x...x.xo.o", "shaker": "x.x.x.x.x.x.x."},
    "bell6": {"bell": "x.x.xx.x.x.x", "dum": "X.....x.....", "tek": "..x..x..x.xx"},
    "clave": {
        "bell": "x..x..x...x.x...",
        "dum": "X.......x..x....",
        "tek": "..xx..xx..xx..xx",
        "shaker": "xoxoxoxoxoxoxoxo",
    },
    "ritual5": {"tom": "X.........x.........", "bell": "......x..........x.."},
    "broken": {"rim": "x..o...x.....xo.", "kick": "X......x....o...", "noise": "...o.....x......"},
    "factory": {"noise": "x...x...x...x...", "kick": "X.....X...X.....", "bell": "..........x....."},
}

# Hits of a bar as chord tones: digits (0 root, 1 third, 2 fifth, 3 seventh or octave, ...), c whole chord, s the
# semitone above the root, - hold, . rest. Figures are repeated or cut to the length of the bar.
FIGURES = {
    "whole": "c---------------",
    "halves": "c-------c-------",
    "quarters": "c--.c--.c--.c--.",
    "eighths": "c-c-c-c-c-c-c-c-",
    "push": "c--c--c-c--c--c-",
    "anthem": "c-----c-c---c---",
    "riff": "c-.c.c-.c-c-.c-.",
    "chug": "c.cc.cc.c.cc.c.c",
    "gallop": "c.ccc.ccc.ccc.cc",
    "tremolo": "cccccccccccccccc",
    "strum": "c---c-c-.-c-c-c-",
    "jangle": "0-2-3-2-1-2-3-2-",
    "skank": "..c...c...c...c.",
    "boogie": "c-c-c-c-c-c-c-c-",
    "stabs": "...c..c....c....",
    "charleston": "c-....c-........",
    "comping": "....c-....c-..c-",
    "chop": "c-........c-....",
    "dub": "..c.......c.....",
    "picking": "0-2-1-2-0-2-1-3-",
    "travis": "0-3-2-3-1-3-2-3-",
    "alberti": "0-2-1-2-0-2-1-2-",
    "broken": "0-1-2-3-4-3-2-1-",
    "oompah3": "0---c---c---",
    "arp16": "0123432101234321",
    "arpup": "0-1-2-3-4-5-4-3-",
    "trance": "c..c..c..c..c.c.",
    "acid": "00.30.s.0.03.00.",
    "acid2": "0.00.3.0s.0.30.2",
    "pedal": "0---------------",
    "root8": "0-0-0-0-0-0-0-0-",
    "root4": "0--.0--.0--.0--.",
    "rootfifth": "0---..2-0---..2-",
    "offbeat": "..0...0...0...0.",
    "octaves": "0-3-0-3-0-3-0-3-",
    "bounce": "0--...0-..0-..2-",
    "sub": "0-----..0-..----",
    "dubbass": "0--..0-...2-0-..",
    "walk": "0---1---2---3---",
    "shuffle": "0-0-2-2-3-3-2-2-",
    "metal": "0.000.000.00s.0.",
    "hook": "0--0--2---3-2---",
    "ostinato": "0-..2.3.0-..3.2.",
    "dots": "0.......2.......",
    "silence": "................",
}
LOUDNESS = {"X": 1.0, "x": 0.75, "o": 0.4}


def hits(pattern: str) -> list[tuple[int, float]]:
    """Step and velocity, 0 to 1, of each hit of one voice of a groove."""
    return [(step, LOUDNESS[mark]) for step, mark in enumerate(pattern) if mark in LOUDNESS]


def notes(figure: str, steps: int) -> list[tuple[int, int, str]]:
    """Notes of a bar that plays a figure.

    Parameters
    ----------
    figure
        A name in `FIGURES`.
    steps
        Length of the bar in sixteenths.

    Returns
    -------
    list
        Step, length in steps, mark.
    """
    text = (FIGURES[figure] * 2)[:steps]
    starts = [step for step, mark in enumerate(text) if mark not in "-."]
    lengths = [len(text[step + 1 :]) - len(text[step + 1 :].lstrip("-")) + 1 for step in starts]
    return [(step, length, text[step]) for step, length in zip(starts, lengths, strict=True)]


def swung(step: int, *, swing: float, unit: int) -> float:
    """Time in steps of a step of the straight grid, once the second half of each pair comes late.

    Parameters
    ----------
    swing
        Share of the pair before its second half: 0.5 straight, 0.67 triplets.
    unit
        Steps of a pair: 4 swings eighths, 2 sixteenths.
    """
    pair, place = divmod(step, unit)
    place = place / unit
    late = place * 2 * swing if place < 0.5 else swing + (place - 0.5) * 2 * (1 - swing)
    return unit * (pair + late)
