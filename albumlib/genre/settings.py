"""What decides a classifier training."""

from dataclasses import dataclass, replace
from math import inf
from numbers import Integral, Real
from typing import Literal, get_args, get_origin, get_type_hints

from albumlib.errors import InputError, choose

ROWS, WIDTH = 258, 128  # of a slice: both features, and 3 s

Network = Literal["kernel", "compact", "report"]
Optimizer = Literal["adam", "rmsprop", "sgd"]

# of numbers; where none stands, from 0 to any
LEAST = dict.fromkeys(("width", "blocks", "dense_units", "prototypes", "batch_size"), 1) | {"channels": 1 / 64}
MOST = {"blocks": 5, "dropout": 1, "label_smoothing": 1, "spec_augment": ROWS // 2}


@dataclass(frozen=True)
class ClassifierSettings:
    """What decides a classifier training. A value that cannot be raises `InputError`.

    Attributes
    ----------
    width
        Columns of a slice: 128 are 3 s. The network "report" needs 128.
    per_song
        At most this many slices of each song, evenly spaced; 0 takes all that do not overlap.
    channels
        Multiplies the number of filters of the networks "compact" and "report".
    blocks : 1 to 5
        Convolution and pooling blocks of the report's network.
    dense_units
        Units of the report's first dense layer.
    l1, l2
        Penalties on the weights of the last dense layer, where the report put them.
    dropout : 0 to 1
        Share of units dropped after the first dense layer (the report's 0.8 was the share *kept*).
    batch_norm
        Normalize after each convolution of the report's network.
    prototypes
        Of the network "kernel".
    shares
        How much mean, deviation, rhythm, correlations, and correlations of steps count in its distance of two songs.
    optimizer
        "sgd" has Nesterov momentum of 0.9.
    patience
        Stop when the validation loss has not fallen for this many epochs; 0 never stops early.
    label_smoothing : 0 to 1
        Share of each label that is spread over all genres.
    jitter
        Begin each slice anywhere in its song, another place each epoch.
    spec_augment
        Rows and columns that may be covered at most.
    mixup
        Alpha; 0 mixes nothing.
    """

    network: Network = "compact"
    width: int = WIDTH
    per_song: int = 0
    channels: float = 1.0
    blocks: int = 4
    dense_units: int = 2048
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.2
    pooling: Literal["max", "average"] = "max"
    batch_norm: bool = False
    prototypes: int = 400
    shares: tuple[float, float, float, float, float] = (2, 2, 2, 3, 2)
    optimizer: Optimizer = "adam"
    learning_rate: float = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"
    patience: int = 0
    batch_size: int = 64
    label_smoothing: float = 0.0
    jitter: bool = False
    spec_augment: int = 0
    mixup: float = 0.0

    def __post_init__(self):
        for name, hint in get_type_hints(type(self)).items():
            value, least, most = getattr(self, name), LEAST.get(name, 0), MOST.get(name, inf)
            if get_origin(hint) is Literal:
                choose(dict.fromkeys(get_args(hint)), value, what="setting", where=name)
            elif hint is bool:
                self._check(name, isinstance(value, bool), "True or False")
            elif hint in (int, float):
                is_number = isinstance(value, Integral if hint is int else Real) and not isinstance(value, bool)
                bounds = f"{least:g} or more" if most == inf else f"{least:g} to {most:g}"
                expected = f"{'a whole' if hint is int else 'any'} number, {bounds}"
                self._check(name, is_number and least <= value <= most and value < inf, expected)
        fits = self.network != "report" or self.width == WIDTH
        self._check("width", fits, f"{WIDTH} for the network report")
        self._check("spec_augment", self.spec_augment <= self.width, f"at most the width, {self.width}")
        numbers = isinstance(self.shares, tuple | list) and all(isinstance(share, Real) for share in self.shares)
        good = numbers and len(self.shares) == 5 and min(self.shares) >= 0 and 0 < sum(self.shares) < inf
        self._check("shares", good, "five numbers, 0 or more, not all 0")
        object.__setattr__(self, "shares", tuple(self.shares))  # a list, where it comes back from a run's config

    def _check(self, name, good, expected):
        if not good:
            raise InputError("no such setting", where=name, expected=expected, got=str(getattr(self, name)))

    @property
    def whole_song(self) -> bool:
        """Whether the network classifies a whole song at once; the others classify slice by slice."""
        return self.network == "kernel"

    @property
    def step(self) -> int:
        """Columns from one slice to the next in training: slices may overlap where a song is classified whole."""
        return self.width // 4 if self.whole_song else self.width


# What we found best on unseen artists (notebook 06). Plain descent, since Adam's steps are alike for all weights, which
# undoes what the likeness of songs says of which matter.
BEST = ClassifierSettings(
    network="kernel", width=430, l2=1e-4, dropout=0.0, optimizer="sgd", learning_rate=2.0, schedule="cosine"
)
# The same for clips of 30 s: it learns from 20 s at a time.
BEST_LONG = replace(BEST, width=860, l2=3e-4)
# The report's network before its experiments, and what they led to: L2 on the second dense layer, a drop rate of 0.2.
PLAIN = ClassifierSettings(network="report", dropout=0.0, optimizer="rmsprop", learning_rate=1e-4, batch_size=128)
REPORT = replace(PLAIN, l2=1e-3, dropout=0.2)
