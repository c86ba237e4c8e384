"""Genre networks, by name: from a slice to the probability of each genre."""

from dataclasses import dataclass, replace

from albumlib.backend import load_keras
from albumlib.errors import InputError
from albumlib.music.statistics import statistics_network

ROWS, WIDTH = 258, 128
LAST_MAP = "last_map"  # the layer behind the last convolution, which still knows where it found what


@dataclass(frozen=True)
class ClassifierSettings:
    """What decides a classifier training.

    Attributes
    ----------
    network : {"statistics", "compact", "report"}
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
        Of the network "statistics".
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
    def hears_whole(self):
        """Whether the network answers for a whole song at once; the others are asked slice by slice."""
        return self.network == "statistics"

    @property
    def step(self):
        """Columns from one slice to the next in training: slices of a song may overlap where it is heard whole."""
        return self.width // 4 if self.hears_whole else self.width


# What we found best on unseen artists (notebook 06). Plain descent, since Adam's steps are alike for all weights, which
# undoes what the likeness of songs says of which matter.
BEST = ClassifierSettings(
    network="statistics", width=430, l2=1e-4, dropout=0.0, optimizer="sgd", learning_rate=2.0, schedule="cosine"
)
# The same for clips of 30 s: it learns from 20 s at a time.
BEST_LONG = replace(BEST, width=860, l2=3e-4)
# The report's network before its experiments, and what they led to: L2 on the second dense layer, a drop rate of 0.2.
PLAIN = ClassifierSettings(network="report", dropout=0.0, optimizer="rmsprop", learning_rate=1e-4, batch_size=128)
REPORT = replace(PLAIN, l2=1e-3, dropout=0.2)


def report_network(settings, *, n_genres):
    """The report's CNN: 2x2 convolutions with ELU, each followed by 2x2 pooling, then two dense layers (report, "CNN").

    Parameters
    ----------
    settings : ClassifierSettings
    n_genres : int

    Returns
    -------
    keras.Model
        From slices ``(batch, 258, 128)``, 0 to 255, to genre probabilities ``(batch, n_genres)``. With 4 blocks and
        2048 units: 135 million parameters, nearly all between the last pooling and the first dense layer.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    keras = load_keras()
    layers = keras.layers
    pool = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}[settings.pooling]
    inputs = keras.Input((ROWS, WIDTH), name="slices")
    x = layers.Reshape((ROWS, WIDTH, 1))(layers.Rescaling(1 / 255)(inputs))
    for block, filters in enumerate((64, 128, 256, 512, 1024)[: settings.blocks], 1):
        x = layers.Conv2D(round(filters * settings.channels), 2, padding="same")(x)
        x = layers.BatchNormalization(momentum=0.9)(x) if settings.batch_norm else x
        x = pool(2)(layers.ELU(name=LAST_MAP if block == settings.blocks else None)(x))
    x = layers.Dense(settings.dense_units, activation="elu")(layers.Flatten()(x))
    x = layers.Dropout(settings.dropout)(x)
    penalty = keras.regularizers.L1L2(l1=settings.l1, l2=settings.l2)
    outputs = layers.Dense(n_genres, activation="softmax", kernel_regularizer=penalty)(x)
    return keras.Model(inputs, outputs, name="report")


def compact_network(settings, *, n_genres):
    """A small network that reads a slice as a time series of 258 values, not as a picture.

    A pattern in a picture means the same wherever it stands; in a spectrogram it does not: a shift along the rows is
    another pitch, and the tempogram's rows lie in other units altogether. So convolutions run along time only, with
    growing dilation, and mean and standard deviation over time summarize what they found.

    Parameters
    ----------
    settings : ClassifierSettings
    n_genres : int

    Returns
    -------
    keras.Model
        As `report_network`, with about 86 thousand parameters for 19 genres.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    keras = load_keras()
    layers, ops = keras.layers, keras.ops
    inputs = keras.Input((ROWS, None), name="slices")
    x = layers.Permute((2, 1))(layers.Rescaling(1 / 128, offset=-1)(inputs))
    channels = round(64 * settings.channels)
    x = layers.Conv1D(channels, 1)(layers.SpatialDropout1D(settings.dropout)(x))
    # Momentum 0.9: small data sets have few batches, and the averages must catch up within an epoch or two.
    for dilation in (1, 2, 4, 8):
        y = layers.ELU()(layers.BatchNormalization(momentum=0.9)(x))
        x = layers.Add()([x, layers.Conv1D(channels, 3, padding="same", dilation_rate=dilation)(y)])
    x = layers.ELU(name=LAST_MAP)(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Concatenate()([ops.mean(x, axis=1), ops.std(x, axis=1)])
    x = layers.Dense(128, activation="elu")(layers.Dropout(settings.dropout)(x))
    x = layers.Dropout(settings.dropout)(x)
    penalty = keras.regularizers.L1L2(l1=settings.l1, l2=settings.l2)
    outputs = layers.Dense(n_genres, activation="softmax", kernel_regularizer=penalty)(x)
    return keras.Model(inputs, outputs, name="compact")


NETWORKS = {"statistics": statistics_network, "compact": compact_network, "report": report_network}

# made when called, for Keras loads late
OPTIMIZERS = {
    "adam": lambda rate: load_keras().optimizers.Adam(rate),
    "rmsprop": lambda rate: load_keras().optimizers.RMSprop(rate),
    "sgd": lambda rate: load_keras().optimizers.SGD(rate, momentum=0.9, nesterov=True),
}


def build_classifier(settings, *, n_genres):
    """Build and compile a network.

    Parameters
    ----------
    settings : ClassifierSettings
    n_genres : int

    Returns
    -------
    keras.Model

    Raises
    ------
    InputError
        If a setting names nothing that exists.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    keras = load_keras()
    known = {
        "network": NETWORKS,
        "optimizer": OPTIMIZERS,
        "pooling": ("max", "average"),
        "schedule": ("constant", "cosine"),
        "blocks": range(1, 6),
    }
    for name, values in known.items():
        if getattr(settings, name) not in values:
            expected = ", ".join(map(str, values))
            raise InputError("no such setting", where=name, expected=expected, got=str(getattr(settings, name)))
    model = NETWORKS[settings.network](settings, n_genres=n_genres)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=settings.label_smoothing)
    model.compile(OPTIMIZERS[settings.optimizer](settings.learning_rate), loss=loss, metrics=["accuracy"])
    return model
