"""What decides a GAN training."""

from dataclasses import dataclass

from albumlib.covers import losses
from albumlib.covers.diffaugment import check_kinds
from albumlib.covers.faults import check_faults
from albumlib.errors import InputError

TRUNCATION = 0.7  # of the noise, when covers are generated to be looked at


@dataclass(frozen=True)
class GanSettings:
    """What decides a GAN training.

    Attributes
    ----------
    networks : {"compact", "growing", "report"}
    shares : tuple of float
        Of the networks "growing": shares of the training at 25x25, 50x50 and 100x100.
    width : float
        Multiplies the number of channels.
    top_kernel : int
        Of the generator's last convolution but one, at 100x100 (the report suggests larger kernels at the top).
    blur : bool
        Of the networks "compact": a fixed smoothing filter wherever they double or halve the size (the report proposes
        image filters in the model). The networks "growing" have one always.
    latent_dim : int
        Length of the noise vector, uniform in -1 to 1 (report: 64).
    batch_size : int
    critic_updates : int
        Critic steps of a round, before the generator's (report, step 3: "3x as often"). With one, pictures come sooner
        and vary less.
    generator_updates : int
        Generator steps of a round; 2 trains the critic "every other step only" (report, step 2).
    loss : {"wasserstein", "sigmoid", "nonsaturating", "hinge"}
    learning_rate, beta_1, beta_2 : float
        Adam, for both networks. With no momentum (beta_1 = 0) fewer critic steps are enough, and a ten times higher
        rate than the report's holds (Karras et al., Progressive Growing of GANs, 2018).
    rate_decay : float
        Share of the training, at its end, during which the learning rate sinks to nothing. Two networks that learn at
        full rate circle round each other for ever; as they slow down, they settle.
    penalty : float
        Weight of the gradient penalty, lambda; 0 for none.
    ema : float
        Decay of the running average of the generator's weights, which paints the samples and the final covers; less at
        the start. 0 for none.
    label_ramp : float
        Share of the training during which the genre is faded in: at first all genres are learned as one.
    augment : tuple of str
        How covers are changed before the critic sees them: names of `albumlib.covers.diffaugment.KINDS`.
    faults : tuple of str
        Of the report's code, to see what they do: names of `albumlib.covers.faults.FAULTS`.

    Raises
    ------
    InputError
        If there is no loss or fault of that name, a step has no step of either network, or networks lack an option.
    """

    networks: str = "compact"
    shares: tuple = (0.5, 0.35, 0.15)
    width: float = 1.0
    top_kernel: int = 3
    blur: bool = False
    latent_dim: int = 64
    batch_size: int = 32
    critic_updates: int = 2
    generator_updates: int = 1
    loss: str = "wasserstein"
    learning_rate: float = 1e-3
    beta_1: float = 0.0
    beta_2: float = 0.99
    rate_decay: float = 0.5
    penalty: float = 10.0
    ema: float = 0.995
    label_ramp: float = 0.0
    augment: tuple = ()
    faults: tuple = ()

    def __post_init__(self):
        losses.get_loss(self.loss)
        object.__setattr__(self, "shares", tuple(self.shares))  # a list, where it comes back from a run's config
        object.__setattr__(self, "augment", check_kinds(self.augment))
        object.__setattr__(self, "faults", check_faults(self.faults))
        if min(self.critic_updates, self.generator_updates) < 1:
            got = f"{self.critic_updates} of the critic, {self.generator_updates} of the generator"
            raise InputError("too few steps", where="steps of a round", expected="at least 1 of each", got=got)
        if self.networks == "report" and (self.blur or self.top_kernel != 3):
            raise InputError("the report's networks have no such option", where="settings", got="blur or top_kernel")

    def at(self, share):
        """What changes as the training goes on.

        Parameters
        ----------
        share : float
            Of the training that is done, 0 to 1.

        Returns
        -------
        rate : float
            The learning rate.
        condition : float
            How much the networks hear of the genre, 0 to 1.
        """
        rate = self.learning_rate * (min(1.0, (1.0 - share) / self.rate_decay) if self.rate_decay else 1.0)
        return rate, min(1.0, share / self.label_ramp) if self.label_ramp else 1.0


# The report's own: Adam 1e-4, beta 0.5 and 0.9, batch 32, the critic three times as often.
REPORT = GanSettings(
    networks="report", critic_updates=3, learning_rate=1e-4, beta_1=0.5, beta_2=0.9, rate_decay=0.0, ema=0.99
)
