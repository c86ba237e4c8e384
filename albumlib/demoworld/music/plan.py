"""Who plays and what: the sound an artist keeps, and the plan of one song."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from albumlib.demoworld.music.drums import KITS, Kit, personal_kit
from albumlib.demoworld.music.grooves import GROOVES
from albumlib.demoworld.music.styles import STYLES, Style
from albumlib.genres import get_genre

T = TypeVar("T")


@dataclass(frozen=True)
class Artist:
    """What an artist brings to every song: instruments, room, taste. This is what leaks across a careless split."""

    style: Style
    kit: Kit
    chord_tone: str
    bass_tone: str
    lead_tone: str
    grooves: tuple[str, ...]
    comps: tuple[str, ...]
    modes: tuple[str, ...]
    tempo: float
    swing: float
    tuning: float
    detune: float
    bands: tuple[tuple[float, float], ...]
    levels: tuple[float, ...]
    drive: float
    reverb: float
    tail: float
    echo: float
    ceiling: float
    hiss: float
    fingerprint: int


@dataclass(frozen=True)
class Plan:
    """What is decided before a song is played.

    Attributes
    ----------
    tempo
        Quarter notes a minute.
    tonic
        Semitones of the key above the style's register, -5 to 6.
    progressions
        Of the verse and of the variation.
    intro
        Whether the excerpt begins at the beginning.
    seed
        Of everything that is drawn while playing.
    """

    genre: str
    artist: Artist
    tempo: float
    tonic: int
    mode: str
    groove: str
    comp: str
    bass: str
    progressions: tuple[tuple[int, ...], tuple[int, ...]]
    intro: bool
    seed: tuple[int, ...]

    @property
    def steps(self) -> int:
        """Sixteenths in a bar."""
        return len(next(iter(GROOVES[self.groove].values())))

    @property
    def step_seconds(self) -> float:
        """Seconds a sixteenth lasts."""
        return 15 / self.tempo


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of a tuple, as it stands in the tuple (numpy's choice would make an array of it)."""
    return options[int(rng.integers(len(options)))]


def favourites(rng: np.random.Generator, options: Sequence[T], *, count: int = 2) -> tuple[T, ...]:
    """A few of a tuple, in its order."""
    places = np.sort(rng.permutation(len(options))[:count])
    return tuple(options[place] for place in places)


def make_artist(genre: str, *, artist_seed: int) -> Artist:
    """Draw an artist of one of `albumlib.genres.NAMES`; the seed is 0 or more."""
    rng = np.random.default_rng([get_genre(genre).id, artist_seed, 1])
    style = STYLES[genre]
    return Artist(
        style=style,
        kit=personal_kit(KITS[pick(rng, style.kits)], rng=rng),
        chord_tone=pick(rng, style.chord_tones),
        bass_tone=pick(rng, style.bass_tones),
        lead_tone=pick(rng, style.lead_tones),
        grooves=favourites(rng, style.grooves),
        comps=favourites(rng, style.comps),
        modes=favourites(rng, style.modes),
        tempo=float(rng.uniform(*style.tempo)),
        swing=float(rng.uniform(*style.swing)),
        tuning=float(rng.normal(0, 12)),
        detune=float(rng.uniform(0.4, 1.8)),
        bands=tuple((float(80 * 2 ** (1.7 * i + rng.uniform(-0.6, 0.6))), float(rng.normal(0, 3.5))) for i in range(5)),
        levels=tuple(float(level * 10 ** (rng.normal(0, 2.0) / 20)) for level in style.levels),
        drive=float(rng.uniform(*style.drive)),
        reverb=float(rng.uniform(*style.reverb)),
        tail=float(rng.uniform(*style.tail)),
        echo=float(rng.choice([0.0, 0.0, 2.0, 3.0, 4.0])),
        ceiling=float(rng.uniform(*style.ceiling)),
        hiss=float(np.exp(rng.uniform(*np.log(style.hiss)))),
        fingerprint=int(rng.integers(2**31)),
    )


def plan_song(genre: str, *, artist_seed: int, seed: int) -> Plan:
    """Decide on a song before a note is played.

    Parameters
    ----------
    genre
        One of `albumlib.genres.NAMES`.
    artist_seed, seed
        Of the artist and of the song, 0 or more.

    Raises
    ------
    InputError
        If the demo world has no such genre.
    """
    artist = make_artist(genre, artist_seed=artist_seed)
    words = (get_genre(genre).id, artist_seed, seed, 2)
    rng = np.random.default_rng(words)
    low, high = artist.style.tempo
    return Plan(
        genre=genre,
        artist=artist,
        tempo=float(np.clip(artist.tempo + rng.normal(0, 0.15) * (high - low), low, high)),
        tonic=int(rng.integers(-5, 7)),
        mode=pick(rng, artist.modes),
        groove=pick(rng, artist.grooves),
        comp=pick(rng, artist.comps),
        bass=pick(rng, artist.style.basses),
        progressions=(pick(rng, artist.style.progressions), pick(rng, artist.style.progressions)),
        intro=bool(rng.random() < 0.4),
        seed=words,
    )
