"""What happens to a recorded signal: rooms, filters, distortion, tape, background noise."""

import numpy as np


def padded_length(n, *, extra):
    """A length of at least n + extra samples that the Fourier transform is quick at."""
    return int(np.ceil((n + extra) / 4096)) * 4096


def lowpass(freq, edge, *, order=4):
    """Gain at each frequency of a low-pass filter, 0 to 1."""
    return 1 / (1 + (freq / edge) ** order)


def highpass(freq, edge, *, order=4):
    """Gain at each frequency of a high-pass filter, 0 to 1."""
    return 1 - lowpass(freq, edge, order=order)


def bump(freq, center, decibel, *, width=0.7):
    """Gain at each frequency of one equalizer band, `width` octaves wide."""
    shape = np.exp(-((np.log2(np.maximum(freq, 20) / center) / width) ** 2))
    return 10 ** (decibel / 20 * shape)


def room(*, seconds, sr, dark, rng, echo=0.0):
    """Impulse response of a room: early echoes and a tail that loses its treble first.

    Parameters
    ----------
    seconds : float
        Until the tail has fallen by 60 dB.
    sr : int
    dark : float
        Upper edge of the tail in Hz.
    rng : numpy.random.Generator
    echo : float
        Seconds between audible repeats; 0 for none.

    Returns
    -------
    float32 array
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


def distort(signal, gain):
    """Overdrive; the louder the gain, the squarer the wave. Peak about 1.

    Parameters
    ----------
    signal : float array
    gain : float
        0 leaves the signal as it is.

    Returns
    -------
    float array
    """
    if not gain:
        return signal
    level = np.sqrt(np.mean(signal**2)) + 1e-9
    return np.tanh(gain * signal / (3 * level) + 0.15) - np.tanh(0.15)


def duck(n, hits, *, sr, depth):
    """Gain that dips at every hit of the bass drum, as in dance music.

    Parameters
    ----------
    n : int
        Samples.
    hits : list of float
        Seconds.
    sr : int
    depth : float
        0 none, 1 to silence.

    Returns
    -------
    float32 array, shape (n,)
    """
    gain = np.ones(n, np.float32)
    dip = (1 - depth * np.exp(-np.arange(int(0.35 * sr)) / (0.09 * sr))).astype(np.float32)
    for time in hits:
        start = min(int(time * sr), n)
        stop = min(n, start + len(dip))
        gain[start:stop] = np.minimum(gain[start:stop], dip[: stop - start])
    return gain


def warp_tape(signal, *, sr, depth, rng):
    """Pitch that wavers like an old tape: slow wow, faster flutter.

    Parameters
    ----------
    signal : float array
    sr : int
    depth : float
        1 is about 15 cents.
    rng : numpy.random.Generator

    Returns
    -------
    float32 array
    """
    t = np.arange(len(signal), dtype=np.float32) / sr
    slow, fast = rng.uniform(0.4, 0.9), rng.uniform(4, 7)
    shift = depth * sr * (1.6e-3 * np.sin(2 * np.pi * slow * t) + 6e-5 * np.sin(2 * np.pi * fast * t))
    place = np.clip(np.arange(len(signal)) + shift, 0, len(signal) - 2)
    left = place.astype(np.int32)
    part = (place - left).astype(np.float32)
    return signal[left] * (1 - part) + signal[left + 1] * part


def stutter(signal, *, bar, share, rng):
    """Repeat short pieces of some bars, as a machine that hangs.

    Parameters
    ----------
    signal : float array
        Changed in place.
    bar : int
        Samples in a bar.
    share : float
        Share of the bars that hang.
    rng : numpy.random.Generator

    Returns
    -------
    float array
    """
    for start in range(0, len(signal) - bar, bar):
        if rng.random() < share:
            piece = bar // int(rng.choice([4, 8, 12, 16, 32]))
            span = bar // 2 // piece * piece
            first = start + bar // 2
            signal[first : first + span] = np.tile(signal[first : first + piece], span // piece)
    return signal


def background(kind, n, *, sr, rng):
    """Noise behind the music.

    Parameters
    ----------
    kind : str
        hiss, vinyl (hiss and crackle), wind (slow swells), static (bursts) or rumble.
    n, sr : int
        Samples, and their rate in Hz.
    rng : numpy.random.Generator

    Returns
    -------
    float32 array, shape (n,)
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
