"""Pitched instruments: a note is one period of a wave, read again and again, growing darker as it rings."""

from dataclasses import dataclass

import numpy as np

TABLE = 2048  # samples of the stored period


@dataclass(frozen=True)
class Tone:
    """An instrument.

    Attributes
    ----------
    bright, dark
        Harmonic k has amplitude k**-bright at the attack and k**-dark once it has rung for long.
    even
        Level of the even harmonics: 1 string, 0 clarinet or square.
    attack, decay, release
        Seconds. The decay is a time constant towards `sustain`.
    sustain
        Level held, 0 (plucked) to 1 (bowed).
    blend
        Seconds for bright to become dark.
    formants
        Resonances in Hz, which stay where they are as the pitch moves (body, vowel).
    spread
        Cents between the three voices of a unison; 0 is a single voice.
    vibrato
        Depth in cents.
    fm
        Ratio and index of a frequency modulator (bells, electric piano, clangs); empty for none.
    breath
        Level of noise in the tone.
    """

    bright: float = 1.2
    dark: float = 2.0
    even: float = 1.0
    attack: float = 0.005
    decay: float = 0.5
    sustain: float = 0.0
    release: float = 0.06
    blend: float = 0.3
    formants: tuple[float, ...] = ()
    spread: float = 0.0
    vibrato: float = 0.0
    fm: tuple[()] | tuple[float, float] = ()
    breath: float = 0.0


TONES = {
    "nylon": Tone(bright=1.3, dark=2.8, decay=0.7, blend=0.25, formants=(110, 220)),
    "steel": Tone(bright=0.9, dark=2.2, decay=0.9, blend=0.35, formants=(200, 2600)),
    "banjo": Tone(bright=0.6, dark=1.6, decay=0.22, blend=0.1, formants=(700, 1800)),
    "electric": Tone(bright=1.0, dark=1.9, decay=1.1, sustain=0.15, blend=0.4, formants=(600, 2200)),
    "crunch": Tone(bright=0.9, dark=1.3, decay=2.0, sustain=0.5, blend=0.8),
    "sitar": Tone(bright=0.3, dark=0.9, decay=0.9, blend=0.7, formants=(900, 2500), vibrato=12),
    "oud": Tone(bright=1.0, dark=2.4, decay=0.4, blend=0.15, formants=(300, 900)),
    "koto": Tone(bright=0.8, dark=2.6, decay=0.6, blend=0.12, formants=(1200,)),
    "piano": Tone(bright=1.3, dark=2.6, decay=1.1, blend=0.35, spread=3),
    "felt": Tone(bright=2.0, dark=3.2, decay=0.9, blend=0.3, breath=0.03),
    "harpsichord": Tone(bright=0.5, dark=1.0, decay=0.5, blend=0.3, formants=(2000,)),
    "rhodes": Tone(fm=(1.0, 1.3), decay=1.2, blend=0.5, sustain=0.05),
    "bell": Tone(fm=(3.5, 2.2), decay=1.5, blend=0.9),
    "glass": Tone(fm=(2.0, 1.0), attack=0.02, decay=1.8, blend=1.0),
    "gamelan": Tone(fm=(2.76, 3.0), decay=0.8, blend=0.3),
    "clang": Tone(fm=(1.414, 6.0), decay=0.7, blend=0.5),
    "prepared": Tone(fm=(2.13, 3.5), decay=0.18, blend=0.1, breath=0.1),
    "organ": Tone(bright=1.1, dark=1.1, attack=0.01, sustain=1.0, release=0.08, even=0.7, vibrato=6),
    "strings": Tone(
        bright=1.2, dark=1.1, attack=0.12, sustain=0.9, release=0.25, spread=9, vibrato=9, formants=(500, 1500)
    ),
    "cello": Tone(bright=1.1, dark=1.0, attack=0.07, sustain=0.9, release=0.15, vibrato=16, formants=(250, 600, 1300)),
    "fiddle": Tone(
        bright=0.9, dark=0.9, attack=0.04, sustain=0.9, release=0.08, vibrato=20, formants=(480, 1100, 2600)
    ),
    "flute": Tone(bright=2.2, dark=2.6, attack=0.05, sustain=0.9, release=0.08, vibrato=18, breath=0.12),
    "clarinet": Tone(bright=1.2, dark=1.3, even=0.15, attack=0.03, sustain=0.9, vibrato=6, formants=(1200,)),
    "sax": Tone(bright=0.8, dark=1.0, attack=0.03, sustain=0.85, vibrato=16, breath=0.06, formants=(600, 1400)),
    "trumpet": Tone(bright=0.7, dark=0.9, attack=0.025, sustain=0.85, vibrato=10, formants=(1200, 2200)),
    "harmonica": Tone(bright=0.7, dark=0.7, attack=0.03, sustain=0.9, vibrato=22, formants=(900, 2100), even=0.6),
    "voice": Tone(bright=1.0, dark=1.1, attack=0.04, sustain=0.9, vibrato=20, formants=(550, 1050, 2500), breath=0.05),
    "rap": Tone(bright=0.9, dark=1.2, attack=0.01, decay=0.12, sustain=0.5, formants=(650, 1250, 2600), breath=0.25),
    "choir": Tone(bright=1.2, dark=1.2, attack=0.25, sustain=1.0, release=0.4, spread=14, formants=(450, 900, 2500)),
    "saw": Tone(bright=1.0, dark=1.3, attack=0.004, decay=0.4, sustain=0.5, blend=0.15),
    "supersaw": Tone(bright=0.95, dark=1.05, attack=0.01, sustain=0.9, release=0.12, spread=16),
    "square": Tone(bright=1.0, dark=1.1, even=0.05, decay=0.3, sustain=0.6),
    "pluck": Tone(bright=0.9, dark=3.0, decay=0.22, blend=0.08),
    "pad": Tone(bright=1.5, dark=1.8, attack=0.5, sustain=1.0, release=0.7, spread=12),
    "drone": Tone(bright=1.1, dark=1.6, attack=0.8, sustain=1.0, release=0.8, spread=6, blend=3.0),
    "acid": Tone(bright=0.7, dark=2.6, decay=0.35, sustain=0.2, blend=0.09, formants=(1100,)),
    "bass": Tone(bright=1.6, dark=2.6, decay=0.9, sustain=0.25, blend=0.3),
    "upright": Tone(bright=1.9, dark=3.2, decay=0.5, blend=0.15, breath=0.02, formants=(90, 180)),
    "pickbass": Tone(bright=1.1, dark=1.8, decay=1.0, sustain=0.3, blend=0.3, formants=(800,)),
    "sub": Tone(bright=3.2, dark=4.5, decay=1.2, sustain=0.6, attack=0.008),
    "sawbass": Tone(bright=1.0, dark=1.9, decay=0.4, sustain=0.45, blend=0.12),
}


class Player:
    """One musician: plays a tone, and remembers the notes already played.

    Parameters
    ----------
    sr
        Sampling rate in Hz.
    tuning
        Cents away from 440 Hz.
    """

    def __init__(self, tone: Tone, *, sr: int, tuning: float, seed: int):
        self.tone, self.sr, self.tuning = tone, sr, tuning
        self.rng = np.random.default_rng(seed)
        self.cache: dict[tuple[float, float], np.ndarray] = {}

    def note(self, pitch: float, seconds: float) -> np.ndarray:
        """A note at full velocity.

        Parameters
        ----------
        pitch
            MIDI number.
        seconds
            Time held; the release comes after it.

        Returns
        -------
        float32, shape (n,)
        """
        key = (round(pitch, 2), round(seconds, 2))
        if key not in self.cache:
            freq = 440 * 2 ** ((pitch - 69 + self.tuning / 100) / 12)
            self.cache[key] = self._sound(freq, key[1])
        return self.cache[key]

    def _sound(self, freq, seconds):
        tone = self.tone
        t = np.arange(int((seconds + tone.release) * self.sr), dtype=np.float32) / self.sr
        wave = self._bell(freq, t) if tone.fm else self._string(freq, t)
        if tone.breath:
            wave += tone.breath * self.rng.standard_normal(len(t), dtype=np.float32)
        return wave * envelope(t, tone=tone, seconds=seconds)

    def _string(self, freq, t):
        tone = self.tone
        tables = [period(freq, tone=tone, rolloff=rolloff, sr=self.sr) for rolloff in (tone.bright, tone.dark)]
        young = np.exp(-t / tone.blend)
        voices = (-tone.spread, 0.0, tone.spread) if tone.spread else (0.0,)
        wave = np.zeros_like(t)
        for cents in voices:
            cycles = freq * 2 ** (cents / 1200) * t + self._wobble(freq, t) + self.rng.random()
            place = (cycles * TABLE).astype(np.int32) & (TABLE - 1)
            wave += tables[1][place] + young * (tables[0] - tables[1])[place]
        return wave / len(voices)

    def _bell(self, freq, t):
        ratio, index = self.tone.fm
        carrier = (2 * np.pi * freq * t).astype(np.float32)
        return np.sin(carrier + index * np.exp(-t / self.tone.blend) * np.sin(ratio * carrier))

    def _wobble(self, freq, t):
        """Cycles gained by vibrato, which sets in after a quarter of a second."""
        if not self.tone.vibrato:
            return 0.0
        depth = freq * self.tone.vibrato / 1731 / (2 * np.pi * 5.5)
        return (depth * np.clip(4 * t - 0.6, 0, 1) * np.sin(2 * np.pi * 5.5 * t)).astype(np.float32)


def period(freq: float, *, tone: Tone, rolloff: float, sr: int) -> np.ndarray:
    """One period of a tone, without harmonics above the Nyquist frequency.

    Returns
    -------
    float32, shape (TABLE,)
        Unit energy.
    """
    k = np.arange(1, max(2, min(64, int(0.46 * sr / freq))))
    amplitude = k**-rolloff * np.where(k % 2, 1.0, tone.even)
    for center in tone.formants:
        amplitude = amplitude * (1 + 3 * np.exp(-((np.log2(k * freq / center) / 0.35) ** 2)))
    spectrum = np.zeros(TABLE // 2 + 1, complex)
    spectrum[k] = amplitude / np.sqrt(np.sum(amplitude**2)) * np.exp(1j * k**1.5)
    return (np.fft.irfft(spectrum) * TABLE / 2).astype(np.float32)


def envelope(t: np.ndarray, *, tone: Tone, seconds: float) -> np.ndarray:
    """Loudness of a note over time, 0 to 1."""
    rise = np.minimum(1, t / tone.attack)
    fall = tone.sustain + (1 - tone.sustain) * np.exp(-np.maximum(0, t - tone.attack) / tone.decay)
    end = np.clip(1 - (t - seconds) / tone.release, 0, 1)
    return (rise * fall * end).astype(np.float32)
