"""Drum kits: every voice is a falling sine, filtered noise, or both."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Kit:
    """A drum kit.

    Attributes
    ----------
    kick
        Pitch at rest of the bass drum, in Hz.
    punch
        How far above rest the bass drum starts, in multiples of it.
    boom
        Ringing time of bass drum and toms, in seconds.
    snare
        Pitch of the snare, in Hz.
    rattle
        Share of noise in the snare, 0 to 1.
    snap
        Ringing time of the snare, in seconds.
    metal
        Lower edge of hats and cymbals, in Hz.
    ring
        Factor on the ringing time of cymbals.
    """

    kick: float = 55
    punch: float = 3.0
    boom: float = 0.16
    snare: float = 190
    rattle: float = 0.6
    snap: float = 0.12
    metal: float = 6000
    ring: float = 1.0


KITS = {
    "acoustic": Kit(),
    "brush": Kit(kick=70, punch=1.5, boom=0.1, snare=230, rattle=0.9, snap=0.16, metal=5000, ring=1.3),
    "rock": Kit(kick=60, punch=4.0, boom=0.14, snare=180, rattle=0.65, snap=0.18, metal=4500, ring=1.2),
    "garage": Kit(kick=72, punch=3.0, boom=0.1, snare=240, rattle=0.75, snap=0.14, metal=3800, ring=1.4),
    "metal": Kit(kick=66, punch=8.0, boom=0.07, snare=210, rattle=0.55, snap=0.12, metal=5500, ring=1.5),
    "808": Kit(kick=45, punch=2.0, boom=0.42, snare=180, rattle=0.7, snap=0.14, metal=7500, ring=0.7),
    "909": Kit(kick=50, punch=5.0, boom=0.2, snare=200, rattle=0.7, snap=0.13, metal=7000, ring=0.8),
    "dusty": Kit(kick=62, punch=2.5, boom=0.13, snare=200, rattle=0.6, snap=0.11, metal=3500, ring=0.7),
    "hand": Kit(kick=80, punch=1.5, boom=0.2, snare=320, rattle=0.4, snap=0.06, metal=5000, ring=0.6),
    "junk": Kit(kick=40, punch=9.0, boom=0.25, snare=420, rattle=0.3, snap=0.2, metal=2500, ring=1.0),
}


def personal_kit(kit: Kit, *, rng: np.random.Generator) -> Kit:
    """The same kit as one drummer tunes it."""
    drawn = {
        name: getattr(kit, name) * float(rng.uniform(0.75, 1.3)) for name in ("kick", "boom", "snare", "snap", "ring")
    }
    return replace(kit, rattle=min(1.0, kit.rattle * float(rng.uniform(0.8, 1.2))), **drawn)


def hit(voice: str, *, kit: Kit, sr: int, rng: np.random.Generator) -> np.ndarray:
    """One hit on a drum.

    Parameters
    ----------
    voice
        kick, snare, clap, rim, hat, open, ride, crash, tom, shaker, dum, tek, bell or noise.
    sr
        Sampling rate in Hz.
    rng
        Draws the noise.

    Returns
    -------
    float32, shape (n,)
        Peak about 1.
    """
    sound = _VOICES[voice](kit, sr, rng)
    return (sound / np.abs(sound).max()).astype(np.float32)


def _time(seconds, sr):
    return np.arange(int(seconds * sr)) / sr


def _drop(freq, punch, boom, sr):
    """A sine that falls to its pitch within a few hundredths of a second."""
    t = _time(5 * boom, sr)
    sweep = freq * (t - 0.025 * punch * np.expm1(-t / 0.025))
    return np.sin(2 * np.pi * sweep) * np.exp(-t / boom)


def _noise(seconds, sr, rng, *, low, high=None):
    """Noise between two frequencies, dying away with a time constant of a fifth of its length."""
    t = _time(seconds, sr)
    spectrum = np.fft.rfft(rng.standard_normal(len(t)))
    freq = np.fft.rfftfreq(len(t), 1 / sr)
    spectrum *= 1 / (1 + (low / np.maximum(freq, 1)) ** 4)
    if high:
        spectrum *= 1 / (1 + (freq / high) ** 4)
    return np.fft.irfft(spectrum, len(t)) * np.exp(-5 * t / seconds)


def _mix(first, second):
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    return longer + np.pad(shorter, (0, len(longer) - len(shorter)))


def _kick(kit, sr, rng):
    click = _noise(0.015, sr, rng, low=1500) * 0.12 * kit.punch
    return _mix(_drop(kit.kick, kit.punch, kit.boom, sr), click)


def _snare(kit, sr, rng):
    body = _drop(kit.snare, 0.8, 0.5 * kit.snap, sr) * (1 - kit.rattle)
    return _mix(body, _noise(4 * kit.snap, sr, rng, low=1200) * kit.rattle * 0.6)


def _clap(kit, sr, rng):
    t = _time(0.25, sr)
    teeth = np.where(t < 0.03, 1 - (t % 0.01) / 0.01, np.exp(-(t - 0.03) / 0.06))
    return _noise(0.25, sr, rng, low=900, high=3500) * teeth


def _cymbal(seconds, kit, sr, rng):
    """Noise over a few square waves that do not fit together, which makes it metal."""
    t = _time(seconds, sr)
    clash = sum(np.sign(np.sin(2 * np.pi * kit.metal / 8 * ratio * t)) for ratio in (1, 1.34, 1.79, 2.21, 2.77))
    spectrum = np.fft.rfft(clash + 2 * rng.standard_normal(len(t)))
    spectrum *= 1 / (1 + (kit.metal / np.maximum(np.fft.rfftfreq(len(t), 1 / sr), 1)) ** 6)
    return np.fft.irfft(spectrum, len(t)) * np.exp(-5 * t / seconds)


def _bell(kit, sr, rng):
    t = _time(0.35, sr)
    pitch = kit.metal / 9
    return (np.sin(2 * np.pi * pitch * t) + 0.6 * np.sin(2 * np.pi * 1.51 * pitch * t)) * np.exp(-t / 0.07)


_VOICES = {
    "kick": _kick,
    "snare": _snare,
    "clap": _clap,
    "rim": lambda kit, sr, rng: _mix(_drop(kit.snare * 3.2, 0.2, 0.012, sr), _noise(0.03, sr, rng, low=2500)),
    "hat": lambda kit, sr, rng: _cymbal(0.09 * kit.ring, kit, sr, rng),
    "open": lambda kit, sr, rng: _cymbal(0.4 * kit.ring, kit, sr, rng),
    "ride": lambda kit, sr, rng: _mix(_cymbal(0.5 * kit.ring, kit, sr, rng), 0.3 * _bell(kit, sr, rng)),
    "crash": lambda kit, sr, rng: _cymbal(1.4 * kit.ring, kit, sr, rng),
    "tom": lambda kit, sr, rng: _drop(kit.kick * 1.9, 0.7, 1.2 * kit.boom, sr),
    "shaker": lambda kit, sr, rng: _noise(0.09, sr, rng, low=kit.metal * 0.8)[::-1],
    "dum": lambda kit, sr, rng: _drop(kit.kick * 1.2, 0.5, 0.9 * kit.boom, sr),
    "tek": lambda kit, sr, rng: _mix(_drop(kit.snare * 2.2, 0.1, 0.025, sr), _noise(0.05, sr, rng, low=2000) * 0.7),
    "bell": _bell,
    "noise": lambda kit, sr, rng: _noise(0.5, sr, rng, low=400, high=kit.metal),
}
