"""Synthesise a song: the notes of an arrangement, played, filtered and mixed with numpy alone."""

from dataclasses import replace

import numpy as np

from albumlib.demoworld.music import effects
from albumlib.demoworld.music.arrange import arrange
from albumlib.demoworld.music.drums import hit
from albumlib.demoworld.music.plan import plan_song
from albumlib.demoworld.music.tones import TONES, Player

SEND = {"drums": 0.25, "bass": 0.05, "chords": 1.0, "lead": 0.9}  # how much of each part goes into the room


def synthesize_song(genre: str, *, artist_seed: int, seed: int, duration: float = 30.0, sr: int = 22050) -> np.ndarray:
    """Make up a song.

    Parameters
    ----------
    genre
        One of `albumlib.genres.NAMES`.
    artist_seed
        0 or more. Songs of one artist share instruments, room, tuning, and leanings in tempo, rhythm and harmony.
    seed
        0 or more, of the song.
    duration
        Seconds, above 0.
    sr
        Sampling rate in Hz, at least 8000.

    Returns
    -------
    float32, shape (duration * sr,)
        Mono, -1 to 1.

    Raises
    ------
    ValueError
        If there is no such genre, or duration or sampling rate is out of range.
    """
    if duration <= 0 or sr < 8000:
        raise ValueError(f"expected duration above 0 s and sr at least 8000 Hz; got {duration} s, {sr} Hz")
    plan = plan_song(genre, artist_seed=artist_seed, seed=seed)
    score = arrange(plan, duration=duration)
    n = round(duration * sr)
    parts = _record(plan, score, n=n, sr=sr)
    return _master(_mix(plan, parts, n=n, sr=sr), plan, sr=sr)


def _record(plan, score, *, n, sr):
    """Each part on a track of its own."""
    artist = plan.artist
    parts = {"drums": _play_drums(score.drums, kit=artist.kit, n=n, sr=sr, seed=artist.fingerprint)}
    for name, tone in (("bass", artist.bass_tone), ("chords", artist.chord_tone), ("lead", artist.lead_tone)):
        tone = replace(TONES[tone], spread=TONES[tone].spread * artist.detune)
        player = Player(tone, sr=sr, tuning=artist.tuning, seed=artist.fingerprint)
        parts[name] = _play_notes(getattr(score, name), player=player, n=n)
    parts["chords"] = effects.distort(parts["chords"], artist.drive)
    if artist.lead_tone in ("crunch", "electric"):
        parts["lead"] = effects.distort(parts["lead"], 3 * artist.drive)
    if artist.style.sweep:
        parts["chords"] = _sweep(parts["chords"], plan, sr=sr)
    if artist.style.pump:
        kicks = [time for time, voice, _ in score.drums if voice == "kick"]
        gain = effects.duck(n, kicks, sr=sr, depth=artist.style.pump)
        parts["bass"], parts["chords"] = parts["bass"] * gain, parts["chords"] * gain
    return parts


def _play_notes(notes, *, player, n):
    track = np.zeros(n, np.float32)
    for start, seconds, pitch, velocity in notes:
        _add(track, player.note(pitch, seconds), start * player.sr, velocity)
    return track


def _play_drums(hits, *, kit, n, sr, seed):
    rng = np.random.default_rng(seed)
    sounds = {voice: hit(voice, kit=kit, sr=sr, rng=rng) for voice in sorted({voice for _, voice, _ in hits})}
    quiet = {"hat": 0.35, "open": 0.35, "ride": 0.3, "crash": 0.4, "shaker": 0.2, "bell": 0.3, "rim": 0.5, "noise": 0.5}
    track = np.zeros(n, np.float32)
    for start, voice, velocity in hits:
        _add(track, sounds[voice], start * sr, velocity * quiet.get(voice, 1.0))
    return track


def _add(track, sound, start, velocity):
    start = int(start)
    length = min(len(sound), len(track) - start)
    if length > 0:
        track[start : start + length] += np.float32(velocity) * sound[:length]


def _sweep(track, plan, *, sr):
    """Open and close a filter over four bars."""
    size = effects.padded_length(len(track), extra=0)
    spectrum = np.fft.rfft(track, size)
    dark = np.fft.irfft(spectrum * effects.lowpass(np.fft.rfftfreq(size, 1 / sr), 500), size)[: len(track)]
    t = np.arange(len(track), dtype=np.float32) / sr
    phase = np.random.default_rng((*plan.seed, 1)).random()
    opening = 0.5 + 0.5 * np.sin(2 * np.pi * (t / (4 * plan.steps * plan.step_seconds) + phase))
    return dark + (1 - plan.artist.style.sweep * opening) * (track - dark)


def _mix(plan, parts, *, n, sr):
    """Filter the parts, put them in their room at their levels, and add them up; all filters at once, as a spectrum."""
    artist = plan.artist
    rng = np.random.default_rng(artist.fingerprint)
    echo = artist.echo * plan.step_seconds if artist.reverb > 0.15 else 0.0
    hall = effects.room(seconds=artist.tail, sr=sr, dark=0.5 * artist.ceiling, rng=rng, echo=echo)
    size = effects.padded_length(n, extra=len(hall))
    freq = np.fft.rfftfreq(size, 1 / sr).astype(np.float32)
    response = np.fft.rfft(hall, size)
    fuzz = artist.drive > 3
    shape = {
        "drums": 1.0,
        "bass": effects.lowpass(freq, 3000, order=2),
        "chords": effects.highpass(freq, 90) * (effects.lowpass(freq, 4800) if fuzz else 1.0),
        "lead": effects.highpass(freq, 160 if fuzz else 110) * (effects.lowpass(freq, 5200) if fuzz else 1.0),
    }
    total = 0
    for (name, track), level in zip(parts.items(), artist.levels, strict=True):
        power = np.sqrt(np.mean(track**2))
        if power > 1e-6:
            gain = level / (power + 0.01)
            total = total + np.fft.rfft(track * gain, size) * shape[name] * (1 + artist.reverb * SEND[name] * response)
    total = total * effects.highpass(freq, 30) * effects.lowpass(freq, artist.ceiling, order=8)
    for center, decibel in artist.bands:
        total = total * effects.bump(freq, center, decibel)
    return np.fft.irfft(total, size)[:n].astype(np.float32)


def _master(signal, plan, *, sr):
    """Tape, stutter, noise floor, loudness, and short fades at both ends."""
    style = plan.artist.style
    rng = np.random.default_rng((*plan.seed, 3))
    if style.wow:
        signal = effects.warp_tape(signal, sr=sr, depth=style.wow * rng.uniform(0.5, 1.5), rng=rng)
    if style.glitch:
        bar = int(plan.steps * plan.step_seconds * sr)
        signal = effects.stutter(signal, bar=bar, share=style.glitch * rng.random(), rng=rng)
    signal = signal / (np.sqrt(np.mean(signal**2)) + 1e-9)
    signal = signal + 2 * plan.artist.hiss * effects.background(style.noise, len(signal), sr=sr, rng=rng)
    signal = np.tanh(0.6 * style.loudness * signal)
    fade = min(len(signal) // 4, int(0.02 * sr))
    signal[:fade] *= np.linspace(0, 1, fade)
    signal[len(signal) - fade :] *= np.linspace(1, 0, fade)
    return (0.9 * signal / max(np.abs(signal).max(), 1e-9)).astype(np.float32)
