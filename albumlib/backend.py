"""The little that differs between Keras's backends, and nothing else that imports one.

Keras leaves three things to the backend: gradients with respect to variables, gradients with respect to inputs, and
compiling a training step. Everything else in the package is written with ``keras`` and ``keras.ops``.
"""

import importlib
import logging
import os
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from albumlib.errors import InputError
from albumlib.quiet import native_stderr_muted

if TYPE_CHECKING:
    import keras

Tensor = Any  # of the backend in use


@cache
def load_keras() -> ModuleType:
    """Import Keras quietly, on the backend that ``KERAS_BACKEND`` names (default: TensorFlow)."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with native_stderr_muted():
        keras = importlib.import_module("keras")
    # Its remarks on retracing are for people who tune TensorFlow, not for readers who train several networks. Only now,
    # for in a notebook TensorFlow sets a level of its own as it is imported.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return keras


def load_model(path: str | os.PathLike) -> "keras.Model":
    """Load a network from a ``.keras`` file, with Keras's safe mode on.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    try:
        return load_keras().saving.load_model(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        got = str(error).splitlines()[0]
        raise InputError(
            "cannot be loaded", where=path, expected="a .keras file", got=got, todo="train again"
        ) from None


def seed_everything(seed: int) -> None:
    """Make a run on this machine and backend repeat itself to the last digit.

    Notes
    -----
    On a GPU some operations have no deterministic kernel; there, runs repeat only nearly.
    """
    keras = load_keras()
    with native_stderr_muted():  # under PyTorch, this is where Keras first imports TensorFlow, if there is one
        keras.utils.set_random_seed(seed)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


def value_and_gradients(
    function: Callable[[], Tensor | tuple[Tensor, dict[str, Tensor]]], variables: "Sequence[keras.Variable]"
) -> tuple[Tensor | tuple[Tensor, dict[str, Tensor]], list[Tensor]]:
    """Value of a scalar function and its gradients with respect to Keras variables.

    Parameters
    ----------
    function
        Returns a scalar tensor, or a scalar and a dictionary of further tensors to hand back.

    Returns
    -------
    value
        What the function returned.
    gradients
        In the order of the variables.
    """
    values = [variable.value for variable in variables]
    if load_keras().backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            value = function()
            loss = value[0] if isinstance(value, tuple) else value
        return value, tape.gradient(loss, values)
    import torch

    value = function()
    loss = value[0] if isinstance(value, tuple) else value
    return value, list(torch.autograd.grad(loss, values))


def input_gradient(function: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """Gradient of ``sum(function(inputs))`` with respect to the inputs, of their shape and itself differentiable."""
    if load_keras().backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = function(inputs)
        return tape.gradient(outputs, inputs)
    import torch

    inputs = inputs.detach().requires_grad_(True)
    return torch.autograd.grad(function(inputs).sum(), inputs, create_graph=True)[0]


def compile_step(function: Callable) -> Callable:
    """Compile a training step where the backend gains by it.

    Parameters
    ----------
    function
        Takes and returns tensors; changes Keras variables.
    """
    if load_keras().backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(function)
    return function
