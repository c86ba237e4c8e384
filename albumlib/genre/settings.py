"""What decides a classifier training."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class ClassifierSettings:
    """What decides a classifier training.

    Attributes
    ----------
    network : {"kernel", "compact", "report"}
    width : int
        Columns of a slice: 128 are 3 s. The network "report" needs 128.
    per_song : int
        At most this many slices of each song, evenly spaced; 0 takes all that do not overlap.
    channels : float
        Multiplies the number of filters of the networks "compact" and "report".
    blocks : int
        Convolution and pooling blocks of the report's network, 1 to 5.
    dense_units : int
        Units of the report's first dense layer.
    l1, l2 : float
        Penalties on the weights of the last dense layer, where the report put them.
    dropout : float
        Share of units dropped after the first dense layer (the report's 0.8 was the share *kept*).
    pooling : {"max", "average"}
    batch_norm : bool
        Normalize after each convolution of the report's network.
    prototypes : int
        Of the network "kernel".
    shares : tuple of float
        How much mean, deviation, rhythm, correlations, and correlations of steps count in its distance of two songs.
    optimizer : {"rmsprop", "adam", "sgd"}
        "sgd" has Nesterov momentum of 0.9.
    learning_rate : float
    schedule : {"constant", "cosine"}
    patience : int
        Stop when the validation loss has not fallen for this many epochs; 0 never stops early.
    batch_size : int
    label_smoothing : float
        Share of each label that is spread over all genres.
    jitter : bool
        Begin each slice anywhere in its song, another place each epoch.
    spec_augment : int
        Rows and columns that may be covered at most.
    mixup : float
        Alpha; 0 mixes nothing.
    """

    network: str = "compact"
    width: int = 128
    per_song: int = 0
    channels: float = 1.0
    blocks: int = 4
    dense_units: int = 2048
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.2
    pooling: str = "max"
    batch_norm: bool = False
    prototypes: int = 400
    shares: tuple = (2, 2, 2, 3, 2)
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    patience: int = 0
    batch_size: int = 64
    label_smoothing: float = 0.0
    jitter: bool = False
    spec_augment: int = 0
    mixup: float = 0.0

    @property
    def whole_song(self):
        """Whether the network answers for a whole song at once; the others are asked slice by slice."""
        return self.network == "kernel"

    @property
    def step(self):
        """Columns from one slice to the next in training: slices of a song may overlap where it is heard whole."""
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
