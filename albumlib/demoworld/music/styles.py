"""What each genre draws from: the ranges behind a demo song."""

from dataclasses import dataclass
from typing import Literal

Names = tuple[str, ...]
Range = tuple[float, float]
POP = ((0, 4, 5, 3), (5, 3, 0, 4), (0, 5, 3, 4), (0, 3, 4, 3))
ROCK = ((0, 3, 4, 3), (0, 6, 3, 0), (0, 4, 3, 3), (0, 2, 3, 5))
MINOR = ((0, 5, 2, 6), (0, 3, 5, 4), (0, 0, 5, 6), (0, 6, 5, 6))
STILL = ((0, 0, 0, 0), (0, 0, 5, 5), (0, 0, 3, 3))
TWELVE = ((0, 0, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4), (0, 3, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4))
JAZZ = ((1, 4, 0, 5), (0, 5, 1, 4), (2, 5, 1, 4))
CLASSIC = ((0, 3, 4, 0), (0, 5, 1, 4), (0, 4, 5, 2, 3, 0, 3, 4), (0, 1, 4, 0))


@dataclass(frozen=True)
class Style:
    """The ranges of a genre. A tuple of two numbers is a range; a tuple of names or figures is a choice.

    Attributes
    ----------
    tempo
        Quarter notes a minute.
    swing, unit
        See `albumlib.demoworld.music.grooves.swung`.
    grooves, comps, basses
        Names in `GROOVES` and `FIGURES`.
    progressions
        Scale degrees, one a bar.
    chord
        Kind of chord, a name in `CHORDS`.
    register
        MIDI number of the chords' middle; bass and lead sit around it.
    density
        Melody notes a quarter; (0, 0) has no lead.
    leap
        Factor on melodic moves.
    levels
        Of drums, bass, chords and lead.
    drive
        Gain into the distortion of the chords; 0 is clean.
    reverb, tail
        Wet share, and seconds until the hall is silent.
    noise, hiss
        Kind of background noise and its level.
    ceiling
        Upper edge of the recording in Hz.
    pump, wow, sweep, glitch
        Depth of ducking under the kick, of tape wobble, of a slow filter on the chords, share of stuttered bars.
    loose
        Seconds by which players miss the beat.
    loudness
        How hard the master is pressed: 0.3 leaves the peaks, 0.9 flattens them.
    """

    tempo: Range
    grooves: Names
    comps: Names
    chord_tones: Names
    basses: Names
    bass_tones: Names
    lead_tones: Names
    modes: Names
    progressions: tuple[tuple[int, ...], ...]
    kits: Names = ("acoustic",)
    swing: Range = (0.5, 0.5)
    unit: int = 4
    chord: str = "triad"
    register: int = 60
    density: Range = (0.6, 1.3)
    leap: int = 1
    levels: tuple[float, float, float, float] = (1.0, 0.7, 0.6, 0.6)
    drive: Range = (0.0, 0.0)
    reverb: Range = (0.1, 0.3)
    tail: Range = (0.6, 1.5)
    noise: Literal["hiss", "vinyl", "wind", "static", "rumble"] = "hiss"
    hiss: Range = (0.0005, 0.002)
    ceiling: Range = (9000, 11000)
    pump: float = 0.0
    wow: float = 0.0
    sweep: float = 0.0
    glitch: float = 0.0
    loose: float = 0.006
    loudness: float = 0.5


STYLES = {
    "Ambient Electronic": Style(
        (56, 88), ("none4", "none4", "pulse"), ("whole", "halves", "arpup"), ("pad", "choir", "glass", "drone"),
        ("pedal", "dots"), ("sub", "drone"), ("bell", "glass", "flute"), ("lydian", "dorian", "major", "minor"), STILL,
        kits=("808",), chord="ninth", density=(0.15, 0.5), levels=(0.25, 0.5, 1.0, 0.5), reverb=(0.6, 1.0),
        tail=(3.0, 6.0), noise="wind", hiss=(0.004, 0.02), ceiling=(5000, 9500), sweep=0.6, loose=0.03,
    ),
    "Avant-Garde": Style(
        (48, 150), ("none5", "none4", "ritual5", "broken"), ("dots", "stabs", "silence", "whole"),
        ("prepared", "piano", "clang", "cello"), ("dots", "silence"), ("upright", "cello", "clang"),
        ("clarinet", "prepared", "fiddle", "trumpet"), ("chromatic", "whole"), ((0, 6, 1, 9), (0, 3, 8, 11)),
        kits=("junk", "hand"), chord="cluster", density=(0.4, 1.6), leap=4, levels=(0.5, 0.5, 0.7, 0.9),
        reverb=(0.2, 0.6), tail=(1.0, 3.5), loose=0.06,
    ),
    "Blues": Style(
        (66, 118), ("shuffle", "slowblues"), ("boogie", "chop", "charleston"), ("electric", "piano", "steel"),
        ("shuffle", "walk", "root4"), ("upright", "bass"), ("harmonica", "electric", "voice", "crunch"), ("blues",),
        TWELVE, kits=("brush", "acoustic"), swing=(0.62, 0.68), chord="dominant", density=(0.7, 1.4), register=55,
        levels=(0.7, 0.8, 0.5, 0.9), drive=(0.0, 2.0), ceiling=(7000, 10000), loose=0.01,
    ),
    "Classical": Style(
        (58, 132), ("none4", "none3"), ("alberti", "broken", "whole", "picking"), ("strings", "piano", "harpsichord"),
        ("root4", "pedal"), ("cello",), ("fiddle", "clarinet", "flute", "piano"), ("major", "harmonic", "minor"),
        CLASSIC, density=(0.8, 2.0), levels=(0.0, 0.5, 0.7, 0.8), reverb=(0.3, 0.6), tail=(1.6, 3.0), loose=0.012,
        hiss=(0.0003, 0.001), loudness=0.25,
    ),
    "Electronic": Style(
        (108, 132), ("house", "electro", "dance"), ("arp16", "trance", "arpup"), ("saw", "square", "pluck", "supersaw"),
        ("offbeat", "octaves", "root8"), ("sawbass", "sub"), ("square", "saw", "bell"), ("minor", "dorian", "major"),
        MINOR, kits=("909", "808"), density=(0.5, 1.2), levels=(1.0, 0.9, 0.7, 0.5), pump=0.5, sweep=0.5, loose=0.0,
    ),
    "Experimental": Style(
        (44, 170), ("broken", "factory", "none4", "tribal"), ("whole", "dots", "tremolo"), ("drone", "clang", "choir"),
        ("pedal", "dots", "silence"), ("drone", "sawbass"), ("clang", "glass", "acid"),
        ("chromatic", "phrygian", "whole"), STILL, kits=("junk",), chord="cluster", density=(0.1, 0.9), leap=3,
        levels=(0.8, 0.6, 0.8, 0.5), drive=(0.0, 5.0), reverb=(0.2, 0.8), tail=(1.0, 5.0), noise="static",
        hiss=(0.02, 0.12), glitch=0.5, sweep=0.5,
    ),
    "Folk": Style(
        (76, 132), ("none4", "none3", "porch", "stroll3"), ("picking", "travis", "strum", "oompah3"),
        ("nylon", "steel", "banjo"), ("rootfifth", "silence", "pedal"), ("upright",),
        ("voice", "fiddle", "flute", "harmonica"), ("major", "mixolydian", "dorian"), POP, register=57,
        density=(0.7, 1.4), levels=(0.35, 0.5, 0.9, 0.7), reverb=(0.05, 0.25), loose=0.012, loudness=0.3,
    ),
    "Hip-Hop": Style(
        (80, 104), ("boombap", "boombap2", "trap"), ("chop", "stabs", "whole", "dub"), ("rhodes", "strings", "piano"),
        ("sub", "dubbass", "root4"), ("sub", "bass"), ("rap",), ("minor", "dorian"), STILL + MINOR,
        kits=("808", "dusty"), swing=(0.52, 0.6), unit=2, density=(2.2, 3.4), chord="seventh", register=57,
        levels=(1.0, 1.0, 0.5, 0.75), reverb=(0.02, 0.12), noise="vinyl", hiss=(0.002, 0.008),
    ),
    "Indie-Rock": Style(
        (108, 150), ("indie", "motorik", "backbeat"), ("jangle", "eighths", "strum"), ("electric", "steel"),
        ("root8", "rootfifth"), ("pickbass",), ("voice", "electric"), ("major", "mixolydian"), POP,
        kits=("acoustic", "garage"), levels=(0.9, 0.7, 0.8, 0.7), drive=(0.6, 2.2), reverb=(0.1, 0.35),
    ),
    "International": Style(
        (84, 136), ("maqsum", "baladi", "seven", "bell6", "clave"), ("ostinato", "hook", "picking"),
        ("oud", "koto", "sitar", "gamelan"), ("pedal", "dots", "rootfifth"), ("drone", "bass"),
        ("flute", "sitar", "voice", "fiddle"), ("hijaz", "double", "hirajoshi", "pentatonic", "phrygian"), STILL,
        kits=("hand",), chord="open", density=(1.0, 2.2), levels=(0.9, 0.45, 0.7, 0.9), loose=0.008,
    ),
    "Jazz": Style(
        (98, 216), ("swing", "bebop", "waltz"), ("comping", "charleston", "chop"), ("piano", "rhodes", "electric"),
        ("walk",), ("upright",), ("sax", "trumpet", "clarinet", "piano"), ("major", "dorian", "mixolydian"), JAZZ,
        kits=("brush", "acoustic"), swing=(0.6, 0.67), chord="ninth", density=(1.2, 2.4), register=58,
        levels=(0.6, 0.9, 0.5, 0.9), reverb=(0.1, 0.3), loose=0.01, loudness=0.3,
    ),
    "Lo-Fi": Style(
        (66, 90), ("lazy", "tape", "none4"), ("chop", "whole", "strum", "picking"), ("rhodes", "felt", "nylon"),
        ("sub", "pedal", "bounce"), ("bass", "upright"), ("felt", "voice", "glass"), ("major", "dorian", "minor"),
        JAZZ + POP, kits=("dusty",), swing=(0.54, 0.62), unit=2, chord="ninth", density=(0.4, 1.0),
        levels=(0.7, 0.7, 0.9, 0.5), noise="vinyl", hiss=(0.008, 0.03), ceiling=(2200, 4200), wow=1.0, loose=0.015,
    ),
    "Metal": Style(
        (112, 210), ("gallop", "blast", "double", "backbeat"), ("chug", "gallop", "tremolo"), ("crunch",),
        ("metal", "root8"), ("pickbass",), ("crunch", "rap"), ("phrygian", "minor", "harmonic"),
        ((0, 0, 1, 0), (0, 5, 6, 1), (0, 1, 3, 1)), kits=("metal",), chord="power", register=41, density=(0.5, 2.8),
        levels=(1.0, 0.6, 1.2, 0.5), drive=(14.0, 40.0), reverb=(0.05, 0.2), loudness=0.9,
    ),
    "Pop": Style(
        (96, 128), ("dance", "ballad", "house"), ("anthem", "trance", "eighths"), ("piano", "supersaw", "pluck"),
        ("root8", "bounce"), ("sawbass", "bass"), ("voice", "square"), ("major",), POP, kits=("909", "808"),
        density=(1.2, 2.0), levels=(0.9, 0.8, 0.7, 1.0), reverb=(0.1, 0.3), pump=0.25,
    ),
    "Psych-Rock": Style(
        (78, 132), ("tribal", "motorik", "stomp"), ("whole", "jangle", "push"), ("organ", "electric", "sitar"),
        ("hook", "octaves", "ostinato"), ("pickbass", "bass"), ("crunch", "sitar", "organ"), ("mixolydian", "dorian"),
        ((0, 6, 0, 6), (0, 0, 6, 3), (0, 3, 0, 3)), kits=("garage", "acoustic"), density=(0.8, 1.8),
        levels=(0.8, 0.8, 0.8, 0.9), drive=(1.5, 7.0), reverb=(0.4, 0.8), tail=(1.8, 3.5), wow=0.6, sweep=0.8,
    ),
    "Punk": Style(
        (158, 212), ("dbeat", "polka", "backbeat"), ("eighths", "quarters"), ("crunch",), ("root8",), ("pickbass",),
        ("voice", "rap"), ("major", "mixolydian"), ROCK, kits=("garage", "rock"), chord="power", register=47,
        density=(1.0, 1.8), levels=(1.0, 0.7, 1.0, 0.7), drive=(8.0, 22.0), reverb=(0.02, 0.1), loose=0.012,
        ceiling=(6500, 10500), loudness=0.8,
    ),
    "Rock": Style(
        (104, 168), ("backbeat", "stomp", "backbeat16"), ("riff", "eighths", "anthem"), ("crunch", "electric"),
        ("root8", "hook"), ("pickbass",), ("voice", "crunch"), ("mixolydian", "minor", "major"), ROCK, kits=("rock",),
        chord="power", register=47, density=(0.7, 1.5), levels=(1.0, 0.8, 0.9, 0.8), drive=(4.0, 14.0),
    ),
    "Techno": Style(
        (122, 142), ("techno", "peak"), ("acid", "acid2", "dub", "stabs"), ("acid", "saw", "square"),
        ("offbeat", "root8", "silence"), ("sub", "sawbass"), ("bell", "acid"), ("minor", "phrygian"), STILL,
        kits=("909",), density=(0.0, 0.4), register=50, levels=(1.2, 0.8, 0.7, 0.3), reverb=(0.1, 0.5), pump=0.7,
        sweep=0.9, noise="rumble", hiss=(0.01, 0.05), drive=(0.0, 3.0), loose=0.0,
    ),
    "Trip-Hop": Style(
        (66, 94), ("triphop", "break", "boombap2"), ("whole", "dub", "chop"), ("strings", "rhodes", "organ"),
        ("dubbass", "sub", "hook"), ("sub", "bass"), ("voice", "trumpet", "bell"), ("minor", "harmonic", "phrygian"),
        MINOR, kits=("dusty", "808"), swing=(0.5, 0.57), unit=2, chord="seventh", register=57, density=(0.3, 0.9),
        levels=(0.9, 1.0, 0.6, 0.6), reverb=(0.25, 0.6), tail=(1.5, 3.5), noise="vinyl", hiss=(0.004, 0.015),
        ceiling=(5500, 9000), wow=0.3,
    ),
}  # fmt: skip
