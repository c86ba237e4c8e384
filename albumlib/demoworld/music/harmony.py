"""Scales, chords and melodies."""

import numpy as np

MODES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic": (0, 2, 3, 5, 7, 8, 11),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "hijaz": (0, 1, 4, 5, 7, 8, 10),
    "double": (0, 1, 4, 5, 7, 8, 11),
    "hirajoshi": (0, 2, 3, 7, 8),
    "pentatonic": (0, 2, 4, 7, 9),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole": (0, 2, 4, 6, 8, 10),
    "chromatic": tuple(range(12)),
}
# Scale steps above the chord's root, or ("=", semitones) where the scale does not matter.
CHORDS = {
    "triad": (0, 2, 4),
    "open": (0, 4, 8),
    "seventh": (0, 2, 4, 6),
    "ninth": (0, 2, 6, 8),
    "unison": (0, 7),
    "power": ("=", 0, 7, 12),
    "dominant": ("=", 0, 4, 7, 10),
    "fifth": ("=", 0, 7, 12, 19),
    "cluster": ("=", 0, 1, 6, 11),
}


def pitch(degree: int, mode: str) -> int:
    """Semitones above the tonic of a scale degree.

    Parameters
    ----------
    degree
        0 is the tonic; any sign and size.
    mode
        A name in `MODES`.
    """
    scale = MODES[mode]
    octave, step = divmod(int(degree), len(scale))
    return 12 * octave + scale[step]


def chord(degree: int, *, mode: str, kind: str) -> list[int]:
    """Semitones above the tonic of a chord's notes, lowest first.

    Parameters
    ----------
    degree
        Scale degree of the root.
    mode, kind
        Names in `MODES` and `CHORDS`.
    """
    shape = CHORDS[kind]
    if shape[0] == "=":
        return [pitch(degree, mode) + semitones for semitones in shape[1:]]
    return [pitch(degree + step, mode) for step in shape]


def chord_tone(mark: str, notes: list[int]) -> list[int]:
    """Pitches of a chord that a mark of a figure stands for.

    Parameters
    ----------
    mark
        ``c`` the whole chord, ``s`` the semitone above the root, a digit one note (beyond the last, octaves higher).
    """
    if mark == "c":
        return notes
    if mark == "s":
        return [notes[0] + 1]
    octave, place = divmod(int(mark), len(notes))
    return [notes[place] + 12 * octave]


def motif(*, steps: int, density: float, rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """A short idea: when to play and how to move.

    Parameters
    ----------
    steps
        Sixteenths in a bar.
    density
        Notes for each quarter, about.

    Returns
    -------
    list
        Step, length in steps, scale degrees to move from the note before.
    """
    place = np.arange(steps)
    weight = np.select([place % 8 == 0, place % 4 == 0, place % 2 == 0], [5.0, 3.0, 2.0], 0.35)
    count = int(np.clip(rng.poisson(density * steps / 4), 1, steps // 2))
    starts = np.sort(rng.choice(steps, count, replace=False, p=weight / weight.sum()))
    lengths = np.diff(np.append(starts, steps))
    moves = rng.choice([-3, -2, -1, -1, 0, 1, 1, 2, 3], count)
    return list(zip(starts.tolist(), lengths.tolist(), moves.tolist(), strict=True))


def melody_bar(
    idea: list[tuple[int, int, int]],
    *,
    start: int,
    root: int,
    mode: str,
    rng: np.random.Generator,
    leap: int = 1,
) -> tuple[list[tuple[int, int, int]], int]:
    """Sing a motif over a chord, ending near it.

    Parameters
    ----------
    idea
        From `motif`.
    start
        Scale degree sung last, 0 to 9 or so.
    root
        Scale degree of the chord.
    leap
        Factor on every move; 1 walks, 3 jumps.

    Returns
    -------
    notes
        Step, length, semitones above the tonic.
    last
        Scale degree of the last note.
    """
    size, degree, notes = len(MODES[mode]), start, []
    for step, length, move in idea:
        degree += move * leap
        degree = degree - size if degree > size + 4 else degree + size if degree < -2 else degree
        if step % 8 == 0 and leap == 1 and (degree - root) % 2 and size == 7:  # on a strong beat, lean on the chord
            degree += int(rng.choice([-1, 1]))
        notes.append((step, length, pitch(degree, mode)))
    return notes, degree
