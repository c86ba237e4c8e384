"""Genre networks, by name: from a slice to the probability of each genre."""

from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_keras
from albumlib.genre.kernel_network import kernel_network
from albumlib.genre.settings import ROWS, WIDTH, ClassifierSettings

if TYPE_CHECKING:
    import keras

LAST_MAP = "last_map"  # the layer behind the last convolution, which still knows where it found what


def report_network(settings: ClassifierSettings, *, n_genres: int) -> "keras.Model":
    """The report's CNN: 2x2 convolutions with ELU, each followed by 2x2 pooling, then two dense layers (report, "CNN").

    Returns
    -------
    keras.Model
        From slices ``(batch, 258, 128)``, 0 to 255, to genre probabilities ``(batch, n_genres)``. With 4 blocks and
        2048 units: 135 million parameters, nearly all between the last pooling and the first dense layer.
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


def compact_network(settings: ClassifierSettings, *, n_genres: int) -> "keras.Model":
    """A small network that reads a slice as a time series of 258 values, not as a picture.

    A pattern in a picture means the same wherever it stands; in a spectrogram it does not: a shift along the rows is
    another pitch, and the tempogram's rows lie in other units altogether. So convolutions run along time only, with
    growing dilation, and mean and standard deviation over time summarize what they found.

    Returns
    -------
    keras.Model
        As `report_network`, with about 86 thousand parameters for 19 genres.
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


NETWORKS = {"kernel": kernel_network, "compact": compact_network, "report": report_network}

# made when called, for Keras loads late
OPTIMIZERS = {
    "adam": lambda rate: load_keras().optimizers.Adam(rate),
    "rmsprop": lambda rate: load_keras().optimizers.RMSprop(rate),
    "sgd": lambda rate: load_keras().optimizers.SGD(rate, momentum=0.9, nesterov=True),
}


def build_classifier(settings: ClassifierSettings, *, n_genres: int) -> "keras.Model":
    """Build and compile a network.

    Notes
    -----
    Notebook: 04_genre_cnn
    """
    model = NETWORKS[settings.network](settings, n_genres=n_genres)
    loss = load_keras().losses.CategoricalCrossentropy(label_smoothing=settings.label_smoothing)
    # The measure itself, not its name: it has its variables before the first step (see `albumlib.fit.train_epochs`).
    accuracy = load_keras().metrics.CategoricalAccuracy("accuracy")
    model.compile(OPTIMIZERS[settings.optimizer](settings.learning_rate), loss=loss, metrics=[accuracy])
    return model


def multiplications(model: "keras.Model", *, rows: int = ROWS, width: int = WIDTH) -> int:
    """Count the multiplications of one forward pass over one slice.

    Only layers in which products of two vectors are summed are counted: dense layers, convolutions and dot products.
    All others together are below a few percent.

    Parameters
    ----------
    model
        Functional, from slices ``(batch, rows, width)``.
    rows, width
        Size of the slice; it matters where the network takes any width.

    Notes
    -----
    Notebook: 05_regularization
    """
    keras = load_keras()
    sized = keras.models.clone_model(model, input_tensors=keras.Input((rows, width)))
    return sum(_of_layer(layer) for layer in sized.layers)


def _of_layer(layer):
    if type(layer).__name__ == "Dot":
        first, output = layer.input[0].shape, layer.output.shape
        return int(first[layer.axes] * np.prod(output[1:]))
    kernel = getattr(layer, "kernel", None)
    if kernel is None:
        return 0
    places = layer.output.shape[1:-1]  # positions at which the kernel is applied; none for a flat dense layer
    return int(np.prod(kernel.shape) * np.prod(places, initial=1))
