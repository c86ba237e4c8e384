"""What the report's GAN code got wrong, each fault as a switch, so that its effect can be measured.

Nothing here is of use for generating covers. The right way is in the modules that these functions change.
"""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Literal

import numpy as np

from albumlib.backend import load_keras
from albumlib.errors import InputError

if TYPE_CHECKING:
    import keras

Fault = Literal["per_axis_penalty", "epsilon_per_pixel", "batch_norm_critic", "lost_labels", "range_mismatch"]
FAULTS: dict[Fault, str] = {
    "per_axis_penalty": "the penalty's norm runs over the rows of an image only, one norm a column and channel",
    "epsilon_per_pixel": "the penalty mixes real and generated images anew in every pixel",
    "batch_norm_critic": "the critic normalises over the batch, so an image's score depends on its neighbours",
    "lost_labels": "the number of the genre stands in all places of the one-hot vector",
    "range_mismatch": "the generator ends in a sigmoid, 0 to 1, while covers are -1 to 1",
}


def check_faults(names: Fault | Iterable[Fault]) -> tuple[Fault, ...]:
    """Check the names of faults, and return them sorted, each once.

    Raises
    ------
    InputError
        If there is none of a name.

    Examples
    --------
    >>> check_faults("lost_labels")
    ('lost_labels',)
    >>> check_faults(["range_mismatch", "lost_labels", "lost_labels"])
    ('lost_labels', 'range_mismatch')
    """
    names = {names} if isinstance(names, str) else set(names)
    unknown = sorted(names - set(FAULTS))
    if unknown:
        raise InputError("no such fault", where="faults", expected=", ".join(FAULTS), got=", ".join(unknown))
    return tuple(sorted(names))


def penalty_axes(faults: Collection[Fault]) -> tuple[int, ...]:
    """Axes of the gradient penalty's norm."""
    return (1,) if "per_axis_penalty" in faults else (1, 2, 3)


def epsilon_shape(batch_size: int, image_size: int, faults: Collection[Fault]) -> tuple[int, int, int, int]:
    """Shape of the gradient penalty's random numbers: one a sample, without a fault."""
    side = image_size if "epsilon_per_pixel" in faults else 1
    return batch_size, side, side, 1


def genre_codes(n_genres: int, faults: Collection[Fault] = ()) -> np.ndarray:
    """What a network is given as the condition, a row a genre.

    Returns
    -------
    float32, shape (n_genres, n_genres)
        One-hot; with ``lost_labels`` row k is all k.

    Notes
    -----
    Notebook: 09_gan_losses
    """
    if "lost_labels" in faults:
        return np.repeat(np.arange(n_genres, dtype="float32")[:, None], n_genres, axis=1)
    return np.eye(n_genres, dtype="float32")


def apply_faults(
    generator: "keras.Model", critic: "keras.Model", faults: Collection[Fault]
) -> tuple["keras.Model", "keras.Model"]:
    """Build the two networks anew with the faults that are in networks; without one they come back as they are."""
    clone = load_keras().models.clone_model
    if "range_mismatch" in faults:
        generator = clone(generator, clone_function=_with_sigmoid)
    if "batch_norm_critic" in faults:
        critic = clone(critic, call_function=_then_batch_norm)
    return generator, critic


def _with_sigmoid(layer):
    config = layer.get_config()
    if config.get("activation") == "tanh":
        config["activation"] = "sigmoid"
    return layer.__class__.from_config(config)


def _then_batch_norm(layer, *args, **kwargs):
    layers = load_keras().layers
    outputs = layer(*args, **kwargs)
    return layers.BatchNormalization()(outputs) if isinstance(layer, layers.Conv2D) else outputs
