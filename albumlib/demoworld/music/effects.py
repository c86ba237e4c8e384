"""What happens to a recorded signal: rooms, filters, distortion, tape, background noise."""

from collections.abc import Sequence
from typing import Literal

import numpy as np


def padded_length(n: int, *, extra: int) -> int:
    """A length of at least n + extra samples that the Fourier transform is quick at."""
    return int(np.ceil((n + extra) / 4096)) * 4096


def lowpass(freq: np.ndarray, edge: float, *, order: int = 4) -> np.ndarray:
    """Gain at each frequency of a low-pass filter, 0 to 1."""
    return 1 / (1 + (freq / edge) ** order)


def highpass(freq: np.ndarray, edge: float, *, order: int = 4) -> np.ndarray:
    """Gain at each frequency of a high-pass filter, 0 to 1."""
    return 1 - lowpass(freq, edge, order=order)


def bump(freq: np.ndarray, center: float, decibel: float, *, width: float = 0.7) -> np.ndarray:
    """Gain at each frequency of one equalizer band, `width` octaves wide."""
    shape = np.exp(-((np.log2(np.maximum(freq, 20) / center) / width) ** 2))
    return 10 ** (decibel / 20 * shape)


def room(*, seconds: float, sr: int, dark: float, rng: np.random.Generator, echo: float = 0.0) -> np.ndarray:
    """Impulse response of a room: early echoes and a tail that loses its treble first.

    Parameters
    ----------
    seconds
        Until the tail has fallen by 60 dB.
    dark
        Upper edge of the tail in Hz.
    echo
        Seconds between audible repeats; 0 for none.

    Returns
    -------
    float32, shape (seconds * sr,)
        Unit energy.
    """
    n = int(seconds * sr)
    t = np.arange(n) / sr
    tail = rng.standard_normal(n) * np.exp(-6.9 * t / seconds)
    tail[: int(0.012 * sr)] = 0
    spectrum = np.fft.rfft(tail)
    tail = np.fft.irfft(spectrum * lowpass(np.fft.rfftfreq(n, 1 / sr), dark, order=2), n)
    tail /= np.sqrt(np.sum(tail**2))
    repeats = (np.arange(1, 5) * echo * sr).astype(int) if echo else np.zeros(0, int)
    for i, place in enumerate(repeats[repeats < n]):
        tail[place] += 0.6 ** (i + 1)
    return tail.astype(np.float32)


def distort(signal: np.ndarray, gain: float) -> np.ndarray:
    """Overdrive; the louder the gain, the squarer the wave, and 0 leaves the signal as it is. Peak about 1."""
    if not gain:
        return signal
    level = np.sqrt(np.mean(signal**2)) + 1e-9
    return np.tanh(gain * signal / (3 * level) + 0.15) - np.tanh(0.15)


def duck(n: int, hits: Sequence[float], *, sr: int, depth: float) -> np.ndarray:
    """Gain that dips at every hit of the bass drum, as in dance music.

    Parameters
    ----------
    n
        Samples.
    hits
        Seconds.
    depth
        0 none, 1 to silence.

    Returns
    -------
    float32, shape (n,)
    """
    gain = np.ones(n, np.float32)
    dip = (1 - depth * np.exp(-np.arange(int(0.35 * sr)) / (0.09 * sr))).astype(np.float32)
    for time in hits:
        start = min(int(time * sr), n)
        stop = min(n, start + len(dip))
        gain[start:stop] = np.minimum(gain[start:stop], dip[: stop - start])
    return gain


def warp_tape(signal: np.ndarray, *, sr: int, depth: float, rng: np.random.Generator) -> np.ndarray:
    """Pitch that wavers like an old tape: slow wow, faster flutter. Depth 1 is about 15 cents."""
    t = np.arange(len(signal), dtype=np.float32) / sr
    slow, fast = rng.uniform(0.4, 0.9), rng.uniform(4, 7)
    shift = depth * sr * (1.6e-3 * np.sin(2 * np.pi * slow * t) + 6e-5 * np.sin(2 * np.pi * fast * t))
    place = np.clip(np.arange(len(signal)) + shift, 0, len(signal) - 2)
    left = place.astype(np.int32)
    part = (place - left).astype(np.float32)
    return signal[left] * (1 - part) + signal[left + 1] * part


def stutter(signal: np.ndarray, *, bar: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Repeat short pieces of some bars in place, as a machine that hangs.

    Parameters
    ----------
    bar
        Samples in a bar.
    share : 0 to 1
        Share of the bars that hang.
    """
    for start in range(0, len(signal) - bar, bar):
        if rng.random() < share:
            piece = bar // int(rng.choice([4, 8, 12, 16, 32]))
            span = bar // 2 // piece * piece
            first = start + bar // 2
            signal[first : first + span] = np.tile(signal[first : first + piece], span // piece)
    return signal


def background(
    kind: Literal["hiss", "vinyl", "wind", "static", "rumble"], n: int, *, sr: int, rng: np.random.Generator
) -> np.ndarray:
    """Noise behind the music.

    Parameters
    ----------
    kind
        Vinyl is hiss and crackle, wind has slow swells, static has bursts.
    n, sr
        Samples, and their rate in Hz.

    Returns
    -------
    float32, shape (n,)
        About unit power, crackle aside.
    """
    noise = rng.standard_normal(n, dtype=np.float32)
    if kind == "vinyl":
        clicks = rng.integers(0, n - 1, 14 * n // sr)
        noise[clicks] += rng.choice([-1, 1], len(clicks)) * rng.gamma(1.0, 12.0, len(clicks)).astype(np.float32)
    if kind in ("wind", "static"):
        knots = rng.random(max(2, 2 * n // sr if kind == "static" else n // sr // 2)) ** (6 if kind == "static" else 1)
        noise *= np.interp(np.linspace(0, len(knots) - 1, n), np.arange(len(knots)), knots).astype(np.float32)
    if kind in ("wind", "rumble"):
        edge = 900 if kind == "wind" else 70
        width = max(2, sr // edge // 3)
        total = np.cumsum(np.pad(noise, (width, 0)), dtype=np.float64)
        noise = ((total[width:] - total[:-width]) / np.sqrt(width)).astype(np.float32)
    return noise
