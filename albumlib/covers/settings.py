"""What decides a GAN training."""

from dataclasses import dataclass
from math import inf, isclose
from numbers import Integral, Real

from albumlib.covers.diffaugment import Augmentation, check_kinds
from albumlib.covers.losses import LossName, get_loss
from albumlib.covers.networks import NARROWEST, NETWORKS, Networks
from albumlib.covers.networks.faults import Fault, check_faults
from albumlib.covers.networks.precision import PRECISIONS, Precision
from albumlib.covers.noise import NoiseKind
from albumlib.errors import InputError, choose

# What numbers may be: their kind, and a condition, which is put in words for the message.
_COUNT = (Integral, lambda n: n >= 1, "a whole number, 1 or more")
_POSITIVE = (Real, lambda x: 0 < x < inf, "more than 0")
_DECAY = (Real, lambda x: 0 <= x < 1, "0 to less than 1")
_SHARE = (Real, lambda x: 0 <= x <= 1, "0 to 1")
NUMBERS = {
    "width": _POSITIVE,
    "top_kernel": (Integral, lambda n: n >= 1 and n % 2 == 1, "an odd number, 1 or more"),
    "latent_dim": _COUNT,
    "batch_size": _COUNT,
    "critic_updates": _COUNT,
    "generator_updates": _COUNT,
    "critic_lead": (Integral, lambda n: n >= 0, "a whole number, 0 or more"),
    "learning_rate": _POSITIVE,
    "generator_rate": _POSITIVE,
    "beta_1": _DECAY,
    "beta_2": _DECAY,
    "rate_decay": _SHARE,
    "penalty": (Real, lambda x: 0 <= x < inf, "0 or more"),
    "penalty_every": _COUNT,
    "ema": _DECAY,
    "label_ramp": _SHARE,
}


@dataclass(frozen=True)
class GanSettings:
    """What decides a GAN training. A value that cannot be raises `InputError`.

    A *step* is `critic_updates` updates of the critic and then `generator_updates` of the generator.

    Attributes
    ----------
    networks
        See `albumlib.covers.networks.build`.
    shares
        Of the networks "growing": shares of the training at 25x25, 50x50 and 100x100; they sum to 1.
    width
        Multiplies the number of channels.
    top_kernel
        Of the generator's last convolution but one, at 100x100; odd (the report suggests larger kernels at the top).
    blur
        Of the networks "compact": a fixed smoothing filter wherever they double or halve the size (the report proposes
        image filters in the model). The networks "growing" have one always.
    deviation
        Of the networks "compact", "sketch" and "painter": the critic sees how much the covers of a batch differ, so
        that it knows a generator that repeats itself (minibatch standard deviation).
    latent_dim
        Length of the noise vector (report: 64).
    critic_updates
        3 in the report ("3x as often", step 3). With one, pictures come sooner and vary less.
    generator_updates
        2 trains the critic "every other step only" (report, step 2).
    critic_lead
        Updates of the critic before the first step: where a generator that can do something meets a new critic.
    learning_rate, beta_1, beta_2
        Adam, for both networks. With no momentum (beta_1 = 0) fewer critic updates are enough, and a ten times higher
        rate than the report's holds (Karras et al., Progressive Growing of GANs, 2018).
    generator_rate
        The generator's learning rate, in critic's (Heusel et al., two time-scale update rule, 2017).
    rate_decay : 0 to 1
        Share of the training, at its end, during which the learning rate sinks to nothing. Two networks that learn at
        full rate circle each other for ever; as they slow down, they settle.
    penalty
        Weight of the gradient penalty, lambda; 0 for none.
    penalty_every
        The penalty is added in one of so many updates of the critic, and weighs so many times as much there: its
        gradient of a gradient is a third of an update's work (lazy regularization: Karras et al., StyleGAN2, 2020).
    precision
        "bfloat16": convolutions and dense layers compute in it (`albumlib.covers.networks.precision`).
    ema : 0 to less than 1
        Decay of the moving average of the generator's weights, `ema_generator`, which generates the samples and the
        final covers; less at the start. 0 for none.
    label_ramp : 0 to 1
        Share of the training during which the genre is faded in: at first all genres are learned as one.
    augment
        How covers are changed before the critic sees them.
    faults
        Of the report's code, to see what they do: names of `albumlib.covers.networks.faults.FAULTS`.

    Examples
    --------
    >>> wasserstein = GanSettings(networks="growing", augment=("translation",))
    >>> from dataclasses import replace
    >>> replace(wasserstein, loss="hinge", penalty=1.0).penalty
    1.0
    """

    networks: Networks = "compact"
    shares: tuple[float, float, float] = (0.5, 0.35, 0.15)
    width: float = 1.0
    top_kernel: int = 3
    blur: bool = False
    deviation: bool = False
    latent_dim: int = 64
    batch_size: int = 32
    critic_updates: int = 2
    generator_updates: int = 1
    critic_lead: int = 0
    loss: LossName = "wasserstein"
    learning_rate: float = 1e-3
    generator_rate: float = 1.0
    beta_1: float = 0.0
    beta_2: float = 0.99
    rate_decay: float = 0.5
    penalty: float = 10.0
    penalty_every: int = 1
    precision: Precision = "float32"
    ema: float = 0.995
    label_ramp: float = 0.0
    augment: tuple[Augmentation, ...] = ()
    faults: tuple[Fault, ...] = ()

    def __post_init__(self):
        choose(NETWORKS, self.networks, what="networks", where="networks")
        get_loss(self.loss)
        choose(PRECISIONS, self.precision, what="precision", where="precision")
        for name in ("augment", "faults"):
            names = getattr(self, name)
            listed = isinstance(names, tuple | list) and all(isinstance(each, str) for each in names)
            self._check(name, listed or isinstance(names, str), "a list of names")
        object.__setattr__(self, "augment", check_kinds(self.augment))
        object.__setattr__(self, "faults", check_faults(self.faults))
        for name, (kind, fits, expected) in NUMBERS.items():
            value = getattr(self, name)
            self._check(name, _is_number(value, kind) and fits(value), expected)
        for name in ("blur", "deviation"):
            self._check(name, isinstance(getattr(self, name), bool), "True or False")
        shares = self.shares if isinstance(self.shares, tuple | list) else ()
        good = len(shares) == 3 and all(_is_number(share, Real) and 0 <= share <= 1 for share in shares)
        self._check("shares", good and isclose(sum(shares), 1), "three numbers, 0 or more, that sum to 1")
        object.__setattr__(self, "shares", tuple(shares))  # a list, where it comes back from a run's config
        narrowest = NARROWEST[self.networks]
        self._check("width", round(narrowest * self.width) >= 1, f"more than {0.5 / narrowest:.4g}, for these networks")
        missing = {"report": ("blur", "top_kernel", "deviation"), "growing": ("deviation",)}
        missing |= dict.fromkeys(("sketch", "painter"), ("blur", "top_kernel", "augment", "faults"))
        for name in missing.get(self.networks, ()):
            if getattr(self, name) != getattr(GanSettings, name):
                raise InputError(f"the networks {self.networks} have no such option", where="settings", got=name)

    def _check(self, name, good, expected):
        if not good:
            raise InputError("no such setting", where=name, expected=expected, got=str(getattr(self, name)))

    @property
    def noise(self) -> NoiseKind:
        """Kind of noise: uniform in -1 to 1 as in the report; normal for sketches."""
        return "normal" if self.networks in ("sketch", "painter") else "uniform"

    def at(self, share: float) -> tuple[float, float]:
        """What changes as the training goes on.

        Parameters
        ----------
        share : 0 to 1
            Of the training that is done.

        Returns
        -------
        rate
            The learning rate.
        condition : 0 to 1
            How strongly the networks are given the genre.
        """
        rate = self.learning_rate * (min(1.0, (1.0 - share) / self.rate_decay) if self.rate_decay else 1.0)
        return rate, min(1.0, share / self.label_ramp) if self.label_ramp else 1.0


def _is_number(value, kind):
    return isinstance(value, kind) and not isinstance(value, bool)


# The report's own: Adam 1e-4, beta 0.5 and 0.9, batch 32, the critic three times as often.
REPORT = GanSettings(
    networks="report", critic_updates=3, learning_rate=1e-4, beta_1=0.5, beta_2=0.9, rate_decay=0.0, ema=0.99
)
# Of sketches. A finisher, given to the training, makes covers of them; without one, least squares and grain do.
SKETCH = GanSettings(networks="sketch", ema=0.998)
# Where time is short: narrower, one update of the critic, and seldom a penalty. Needs no finisher.
QUICK = GanSettings(
    networks="sketch", width=0.6, deviation=True, critic_updates=1, penalty_every=4, precision="bfloat16", ema=0.998
)
# What has learned so and its finisher, from then on together.
PAINTER = GanSettings(
    networks="painter", batch_size=16, critic_updates=1, critic_lead=150, generator_rate=0.3, ema=0.998
)
# How each of the networks is trained best, as far as is known.
RECIPES: dict[Networks, GanSettings] = {
    "compact": GanSettings(),
    "growing": GanSettings(networks="growing"),
    "painter": PAINTER,
    "report": REPORT,
    "sketch": SKETCH,
}
