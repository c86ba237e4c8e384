"""The settings of a feature image, and the presets that the notebooks name."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from numbers import Integral, Real
from typing import Any, Literal, Self, get_args, get_origin, get_type_hints

from albumlib.errors import InputError, choose

# What whole numbers may be: beyond, no sound is drawn any more, and a small file could ask for any memory.
WHOLE = {
    "sr": (1000, 400_000),
    "n_fft": (2, 1 << 16),
    "hop_length": (1, 1 << 16),
    "n_mels": (1, 4096),
    "win_length": (2, 1 << 16),
}
FORMAT = 4  # part of every digest: raise it when the same settings start to give other pixels


@dataclass(frozen=True)
class FeatureSettings:
    """How a song is drawn. Two songs compare only where every field agrees, hence `digest`.

    Attributes
    ----------
    sr
        Sampling rate of the signal, in Hz.
    n_fft
        Length of the Hann window of the STFT, in samples.
    hop_length
        Samples from one column to the next: ``sr / hop_length`` columns a second.
    n_mels
        Bands of the spectrogram, and as many rows of the tempogram.
    scale
        Frequency axis. ``'linear'`` draws each STFT bin, so it needs ``n_mels == n_fft // 2 + 1``.
    fmin, fmax
        Range of the mel axis, in Hz.
    norm
        As in librosa: each band's filter is a triangle of height 1 (None), so that a tone counts the same in every row,
        or of area 1 ('slaney', librosa's default), so that noise does.
    ref
        What 0 dB is: the loudest point of the song, or a sine at full scale.
    top_db
        Decibels from black to white.
    win_length
        Columns of the window in which the onsets are compared with themselves: 383 are 8.9 s.
    tempo_axis
        Rows spaced geometrically in tempo, or evenly in lag from 0 to `win_length`.
    bpm_min, bpm_max
        Range of the tempo axis, in beats per minute.
    """

    sr: int = 22050
    n_fft: int = 2048
    hop_length: int = 512
    n_mels: int = 129
    scale: Literal["mel", "linear"] = "mel"
    fmin: float = 20.0
    fmax: float = 11025.0
    norm: Literal[None, "slaney"] = None
    ref: Literal["peak", "full"] = "peak"
    top_db: float = 80.0
    win_length: int = 383
    tempo_axis: Literal["bpm", "lag"] = "bpm"
    bpm_min: float = 30.0
    bpm_max: float = 480.0

    def __post_init__(self):
        for name, hint in get_type_hints(type(self)).items():
            if get_origin(hint) is Literal:
                choose(dict.fromkeys(get_args(hint)), getattr(self, name), what="setting", where=name)
            elif hint is float:
                self._check(name, _is_number(getattr(self, name)), "a number of at most 1,000,000")
        for name, (least, most) in WHOLE.items():
            value = getattr(self, name)
            whole = isinstance(value, Integral) and not isinstance(value, bool) and least <= value <= most
            self._check(name, whole, f"a whole number, {least:,} to {most:,}")
        self._check("top_db", self.top_db > 0, "more than 0")
        if self.scale == "linear" and self.n_mels != self.n_fft // 2 + 1:
            expected = f"n_mels={self.n_fft // 2 + 1}"
            raise InputError("n_mels does not fit n_fft", expected=expected, got=f"n_mels={self.n_mels}")
        if not 0 <= self.fmin < self.fmax <= self.sr / 2:
            expected = f"0 <= fmin < fmax <= {self.sr / 2}"
            raise InputError("no such range", expected=expected, got=f"{self.fmin}, {self.fmax}")
        if not 0 < self.bpm_min < self.bpm_max:
            got = f"{self.bpm_min}, {self.bpm_max}"
            raise InputError("no such range", expected="0 < bpm_min < bpm_max", got=got)

    def _check(self, name, good, expected):
        if not good:
            raise InputError("no such setting", where=name, expected=expected, got=str(getattr(self, name)))

    @property
    def digest(self) -> str:
        """Short hexadecimal name of these settings, which a folder of images carries."""
        text = json.dumps({"format": FORMAT, **self.to_dict()}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    @property
    def columns_per_second(self) -> float:
        """Columns of the image per second of music."""
        return self.sr / self.hop_length

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dictionary that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Rebuild settings from `to_dict`; an unknown field raises `InputError`.

        One that is missing has its default, which stands for what was done before there was such a setting.
        """
        known = {field.name for field in fields(cls)}
        if unknown := set(values) - known:
            got = ", ".join(sorted(unknown))
            raise InputError("unknown feature settings", expected=", ".join(sorted(known)), got=got)
        return cls(**values)


def _is_number(value):
    """Whether a value is a number of a size that settings may have, and not True or False."""
    return isinstance(value, Real) and not isinstance(value, bool) and abs(value) < 1e6


PRESETS = {
    # 43 columns a second: a slice of 128 is 3 s, long enough to hold a bar
    "default": FeatureSettings(),
    # as the report's code drew it: sox's 129 linear bins, 100 columns a second, 0 dB at full scale, tempogram by lag
    "report": FeatureSettings(
        n_fft=256, hop_length=220, scale="linear", fmin=0.0, ref="full", win_length=892, tempo_axis="lag"
    ),
}
