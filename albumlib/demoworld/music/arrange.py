"""From the plan of a song to its notes: sections, drums, bass, chords and lead."""

from dataclasses import dataclass, field

import numpy as np

from albumlib.demoworld.music import grooves, harmony
from albumlib.demoworld.music.plan import Plan

Note = tuple[float, float, float, float]  # seconds, duration in seconds, MIDI number, velocity


@dataclass
class Score:
    """Everything that is played; of the drums seconds, voice, velocity."""

    drums: list[tuple[float, str, float]] = field(default_factory=list)
    bass: list[Note] = field(default_factory=list)
    chords: list[Note] = field(default_factory=list)
    lead: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class Bar:
    """One bar of the form: which part of the song it is in, and who plays."""

    start: float
    degree: int
    part: int
    place: int
    parts: frozenset[str]
    last: bool


def form(plan: Plan, *, duration: float, rng: np.random.Generator) -> list[Bar]:
    """Lay a song out in bars: an intro with part of the band, then verses and variations of four or eight bars."""
    seconds = plan.steps * plan.step_seconds
    count = int(np.ceil(duration / seconds))
    everyone = frozenset({"drums", "bass", "chords", "lead"})
    sections = [(2, 0, everyone - {"lead", "drums" if rng.random() < 0.5 else "bass"})] if plan.intro else []
    while sum(section[0] for section in sections) < count:
        part = len(sections) % 2 if not plan.intro else (len(sections) + 1) % 2
        absent = {"lead"} if rng.random() < 0.2 else {"bass", "drums"} if part and rng.random() < 0.15 else set()
        sections.append((4 if seconds > 1.6 else 8, part, everyone - absent))
    bars = []
    for length, part, parts in sections:
        progression = plan.progressions[part]
        for place in range(length):
            number = len(bars)
            degree = progression[(number if len(progression) > 8 else place) % len(progression)]
            bars.append(Bar(number * seconds, degree, part, place, parts, place == length - 1))
    return bars[:count]


def arrange(plan: Plan, *, duration: float) -> Score:
    """Write down every note of a song of so many seconds."""
    rng = np.random.default_rng(plan.seed)
    score, style = Score(), plan.artist.style
    ideas = [
        [harmony.motif(steps=plan.steps, density=density, rng=rng) for _ in range(2)]
        for density in _densities(style, rng)
    ]
    sung = 4
    for bar in form(plan, duration=duration, rng=rng):
        chord = harmony.chord(bar.degree, mode=plan.mode, kind=style.chord)
        if "drums" in bar.parts:
            score.drums += _drum_bar(plan, bar, rng)
        if "bass" in bar.parts:
            score.bass += _bass_bar(plan, bar, chord, rng)
        if "chords" in bar.parts:
            score.chords += _chord_bar(plan, bar, chord, rng)
        if "lead" in bar.parts and style.density[1] and (bar.place % 4 != 3 or rng.random() < 0.5):
            idea = ideas[bar.part][bar.place % 4 == 2]
            tune, sung = harmony.melody_bar(idea, start=sung, root=bar.degree, mode=plan.mode, rng=rng, leap=style.leap)
            score.lead += _lead_bar(plan, bar, tune, rng)
    return score


def _densities(style, rng):
    """Melody notes a quarter in the verse and, a little busier, in the variation."""
    verse = rng.uniform(*style.density)
    return verse, 1.25 * verse


def _when(plan, bar, step, rng):
    """Time in seconds of a step of a bar, swung, and missed by as much as the players are loose."""
    place = grooves.swung(step, swing=plan.artist.swing, unit=plan.artist.style.unit)
    return max(0.0, bar.start + place * plan.step_seconds + rng.normal(0, 1) * plan.artist.style.loose)


def _drum_bar(plan, bar, rng):
    played = []
    for voice, pattern in grooves.GROOVES[plan.groove].items():
        for step, velocity in grooves.hits(pattern):
            if bar.last and step >= plan.steps - 4 and voice != "kick" and plan.artist.style.loose:
                continue  # the fill takes over
            played.append((_when(plan, bar, step, rng), voice, velocity * rng.uniform(0.85, 1.0)))
    voices = [voice for voice in grooves.GROOVES[plan.groove] if voice in ("snare", "tom", "tek", "rim", "noise")]
    if bar.last and voices and plan.artist.style.loose:
        for step in range(plan.steps - 4, plan.steps):
            if rng.random() < 0.7:
                voice = "tom" if voices[0] == "snare" and step % 2 else voices[0]
                played.append((_when(plan, bar, step, rng), voice, rng.uniform(0.5, 0.9)))
    if bar.place == 0 and "snare" in grooves.GROOVES[plan.groove] and plan.artist.style.levels[0] > 0.7:
        played.append((_when(plan, bar, 0, rng), "crash", 0.5))
    return played


def _near(pitch, center):
    """The same note in the octave around a MIDI number."""
    return center - 6 + (pitch - center + 6) % 12


def _bass_bar(plan, bar, chord, rng):
    style = plan.artist.style
    center = min(style.register, 60) - 19 if style.register > 45 else style.register - 7
    played = []
    for step, length, mark in grooves.notes(plan.bass, plan.steps):
        (tone,) = harmony.chord_tone(mark, chord[:4] if len(chord) > 3 else [*chord, chord[0] + 12])
        pitch = _near(style.register + plan.tonic + tone, max(center, 33))
        seconds = 0.93 * length * plan.step_seconds
        played.append((_when(plan, bar, step, rng), seconds, pitch, rng.uniform(0.8, 1.0)))
    return played


def _chord_bar(plan, bar, chord, rng):
    style = plan.artist.style
    strum = 0.011 if style.loose else 0.0
    played = []
    for step, length, mark in grooves.notes(plan.comp, plan.steps):
        start, velocity = _when(plan, bar, step, rng), rng.uniform(0.7, 0.9) + 0.1 * (step % 4 == 0)
        for i, tone in enumerate(harmony.chord_tone(mark, chord)):
            pitch = style.register + plan.tonic + tone - 12 * (bar.degree > 4)
            played.append((start + i * strum, 0.96 * length * plan.step_seconds, pitch, velocity))
    return played


def _lead_bar(plan, bar, tune, rng):
    style = plan.artist.style
    octave = 12 * (style.register < 50) + 12
    played = []
    for step, length, semitones in tune:
        pitch = style.register + octave + plan.tonic + (2 if plan.artist.lead_tone == "rap" else semitones)
        if plan.artist.lead_tone == "rap":  # speech: near one low pitch, falling and rising a little
            pitch += rng.integers(-3, 3) - 22
        seconds = min(length * plan.step_seconds * rng.uniform(0.6, 1.0), 2.5)
        played.append((_when(plan, bar, step, rng), seconds, float(pitch), rng.uniform(0.7, 1.0)))
    return played
