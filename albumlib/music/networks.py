"""Genre networks, by name: from a slice to the probability of each genre."""

from dataclasses import dataclass

from albumlib.backend import load_keras
from albumlib.errors import InputError

ROWS, WIDTH = 258, 128


@dataclass(frozen=True)
class ClassifierSettings:
    """What decides a classifier training.

    Attributes
    ----------
    network : {"compact", "report"}
    blocks : int
        Convolution and pooling blocks of the report's network, 1 to 5.
    dense_units : int
        Units of the report's first dense layer.
    l1, l2 : float
        Penalties on the weights of the last dense layer, where the report put them.
    dropout : float
        Share of units dropped after the first dense layer (the report's 0.8 was the share *kept*).
    pooling : {"max", "average"}
    optimizer : {"rmsprop", "adam"}
    learning_rate : float
    batch_size : int
    """

    network: str = "compact"
    blocks: int = 4
    dense_units: int = 2048
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.2
    pooling: str = "max"
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    batch_size: int = 64


# RMSprop, 1e-4, batch 128; L2 on the second dense layer and a drop rate of 0.2.
REPORT = ClassifierSettings(
    network="report", l2=1e-3, dropout=0.2, optimizer="rmsprop", learning_rate=1e-4, batch_size=128
)


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
    for filters in (64, 128, 256, 512, 1024)[: settings.blocks]:
        x = pool(2)(layers.Conv2D(filters, 2, padding="same", activation="elu")(x))
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
    inputs = keras.Input((ROWS, WIDTH), name="slices")
    x = layers.Permute((2, 1))(layers.Rescaling(1 / 128, offset=-1)(inputs))
    x = layers.Conv1D(64, 1)(layers.SpatialDropout1D(settings.dropout)(x))
    # Momentum 0.9: small data sets have few batches, and the averages must catch up within an epoch or two.
    for dilation in (1, 2, 4, 8):
        y = layers.ELU()(layers.BatchNormalization(momentum=0.9)(x))
        x = layers.Add()([x, layers.Conv1D(64, 3, padding="same", dilation_rate=dilation)(y)])
    x = layers.ELU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Concatenate()([ops.mean(x, axis=1), ops.std(x, axis=1)])
    x = layers.Dense(128, activation="elu")(layers.Dropout(settings.dropout)(x))
    x = layers.Dropout(settings.dropout)(x)
    penalty = keras.regularizers.L1L2(l1=settings.l1, l2=settings.l2)
    outputs = layers.Dense(n_genres, activation="softmax", kernel_regularizer=penalty)(x)
    return keras.Model(inputs, outputs, name="compact")


NETWORKS = {"compact": compact_network, "report": report_network}


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
        "optimizer": ("adam", "rmsprop"),
        "pooling": ("max", "average"),
        "blocks": range(1, 6),
    }
    for name, values in known.items():
        if getattr(settings, name) not in values:
            expected = ", ".join(map(str, values))
            raise InputError("no such setting", where=name, expected=expected, got=str(getattr(settings, name)))
    model = NETWORKS[settings.network](settings, n_genres=n_genres)
    optimizer = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}[settings.optimizer]
    model.compile(optimizer(settings.learning_rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
