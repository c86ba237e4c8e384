"""The student: a small network that says of a slice of our own image what the pretrained networks say of its sound."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_keras
from albumlib.genre.settings import ROWS

if TYPE_CHECKING:
    import keras

N_TAGS = 100  # the first of the teacher's features: log-odds of its tags; its units follow


@dataclass(frozen=True)
class DistillationSettings:
    """What decides a distillation.

    Attributes
    ----------
    channels
        Of the student's convolutions.
    units
        Of its dense layer.
    dropout : 0 to 1
        Share of units dropped.
    learning_rate
        Of AdamW; it falls along half a cosine.
    weight_decay
        Of AdamW.
    mixup
        Alpha of the share in which two slices, and what the teacher says of them, are mixed; 0 mixes nothing.
    pitch
        Rows that a spectrogram is moved up or down at most, to sound higher or lower.
    tilt
        Grey values that highs or lows are raised at most, as by another loudspeaker.
    mask
        Rows and columns that may be covered at most.
    tag_weight
        How much the error of a tag counts beside that of a unit.
    """

    channels: int = 96
    units: int = 256
    dropout: float = 0.2
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    batch_size: int = 64
    mixup: float = 0.3
    pitch: int = 2
    tilt: float = 16.0
    mask: int = 16
    tag_weight: float = 4.0


def student_network(settings: DistillationSettings, *, mean: np.ndarray, deviation: np.ndarray) -> "keras.Model":
    """Build and compile a student.

    Convolutions run along time, as in `albumlib.genre.networks.compact_network`, with pooling over two columns between
    them, as the report's have. Mean and deviation over time behind each of them go to a dense layer.

    Parameters
    ----------
    mean, deviation : float, shape (d,)
        Of the teacher's features, over the patches that the student learns from: it predicts standardized features.

    Returns
    -------
    keras.Model
        From slices ``(batch, 258, width)``, 0 to 255, to a dictionary: ``features`` (batch, d), standardized and
        weighted, which it is trained on; ``tags`` (batch, 100), probabilities, and ``units`` (batch, d - 100), as
        `albumlib.genre.pretrained.embed` gives them.
    """
    keras = load_keras()
    layers, ops = keras.layers, keras.ops
    channels, dropout = settings.channels, settings.dropout
    inputs = keras.Input((ROWS, None), name="slices")
    x = layers.Permute((2, 1))(layers.Rescaling(1 / 128, offset=-1)(inputs))
    x = layers.AveragePooling1D(2)(x)  # half the time resolution, at half the cost
    x = layers.Dense(channels)(layers.SpatialDropout1D(dropout / 2)(x))
    found = [ops.mean(x, axis=1), ops.std(x, axis=1)]
    for block in range(4):
        y = layers.Activation("relu")(layers.BatchNormalization(momentum=0.95)(x))
        x = layers.Add()([x, layers.Conv1D(channels, 3, padding="same")(y)])
        found += [ops.mean(x, axis=1), ops.std(x, axis=1)]
        x = layers.AveragePooling1D(2)(x) if block < 3 else x
    x = layers.BatchNormalization(momentum=0.95)(layers.Concatenate()([*found, ops.max(x, axis=1)]))
    x = layers.Dense(settings.units, activation="relu")(layers.Dropout(dropout)(x))
    weights = feature_weights(settings, len(mean))
    features = layers.Dense(len(mean), name="features")(layers.Dropout(dropout)(x))
    plain = layers.Rescaling((deviation / weights).tolist(), offset=np.asarray(mean).tolist(), name="plain")(features)
    tags = layers.Activation("sigmoid", name="tags")(plain[:, :N_TAGS])
    units = layers.Identity(name="units")(plain[:, N_TAGS:])
    model = keras.Model(inputs, {"features": features, "tags": tags, "units": units}, name="student")
    optimizer = keras.optimizers.AdamW(settings.learning_rate, weight_decay=settings.weight_decay)
    model.compile(optimizer, loss={"features": "mean_squared_error"})
    return model


def feature_weights(settings: DistillationSettings, n: int) -> np.ndarray:
    """What each standardized feature is multiplied by, so that its squared error has the right weight.

    Genres are told by the tags, and these are but a fifth of the features.

    Returns
    -------
    float32, shape (n,)
    """
    weights = np.ones(n, np.float32)
    weights[:N_TAGS] = np.sqrt(settings.tag_weight)
    return weights
