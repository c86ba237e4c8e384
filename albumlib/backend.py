"""The little that differs between Keras's backends, and nothing else that imports one.

Keras leaves three things to the backend: gradients with respect to variables, gradients with respect to inputs, and
compiling a training step. Everything else in the package is written with ``keras`` and ``keras.ops``.
"""

import importlib
import logging
import os
from collections.abc import Callable, Sequence
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from albumlib.errors import InputError
from albumlib.files import whole_file
from albumlib.quiet import native_stderr_muted

if TYPE_CHECKING:
    import keras

Tensor = Any  # of the backend in use
Shape = tuple[int | None, ...]
FEW = 6  # steps of a training that take less time as they are than with compiling them first


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


def load_model(
    path: str | os.PathLike, *, inputs: Sequence[Shape] | None = None, output: Shape | None = None
) -> "keras.Model":
    """Load a network from a ``.keras`` file, with Keras's safe mode on.

    Parameters
    ----------
    inputs, output
        Shapes, without the batch, that its inputs and its output must have, as the card of its run says; None in a
        shape fits any length.

    Raises
    ------
    InputError
        If the file is missing, damaged or no network, has weights that are not finite, or other shapes.
    """
    from albumlib.runs.modelfile import check_model_file

    check_model_file(path)
    keras = load_keras()
    try:
        model = keras.saving.load_model(path)
        shapes = [tuple(each.shape[1:]) for each in model.inputs], tuple(model.output_shape[1:])
        finite = all(np.isfinite(weight).all() for weight in model.get_weights())
    except Exception as error:  # Keras and its backends refuse a file in a dozen ways
        got = f"{type(error).__name__}: {error}".splitlines()[0]
        raise InputError(
            "cannot be loaded", where=path, expected="a .keras file", got=got, todo="train again"
        ) from None
    if not finite:
        raise InputError("has weights that are no numbers", where=path, todo="train again, at a lower learning rate")
    wanted = [*(inputs or shapes[0]), output or shapes[1]]
    found = [*shapes[0], shapes[1]]
    if not shapes_fit(wanted, found):
        expected, got = (" ".join(str(shape) for shape in each) for each in (wanted, found))
        raise InputError("does not fit the card beside it", where=path, expected=expected, got=got, todo="train again")
    return model


def shapes_fit(wanted: Sequence[Shape], found: Sequence[Shape]) -> bool:
    """Whether shapes are the wanted ones, in order; None fits any length."""
    return [len(shape) for shape in wanted] == [len(shape) for shape in found] and all(
        a is None or b is None or a == b
        for one, other in zip(wanted, found, strict=True)
        for a, b in zip(one, other, strict=True)
    )


def save_model(model: "keras.Model", path: str | os.PathLike) -> None:
    """Write a network as a ``.keras`` file, whole or not at all.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    with whole_file(path) as temporary:
        model.save(temporary)


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


def run_network(model: "keras.Model", *inputs: np.ndarray, batch_size: int = 64) -> np.ndarray:
    """What a network makes of its inputs, as ``model.predict`` does, but without compiling it first.

    Compiling takes seconds and gains a tenth, so it pays off from thousands of covers on.

    Parameters
    ----------
    model
        A Keras model, or a `albumlib.light.network.LightNetwork`, which needs no Keras.
    inputs : shape (n, ...)
        One array for each input of the network.

    Returns
    -------
    shape (n, ...)
        Of a network with one output.
    """
    if not hasattr(model, "layers"):
        return model.predict(inputs[0] if len(inputs) == 1 else list(inputs), batch_size=batch_size)
    ops, parts = load_keras().ops, []
    for first in range(0, len(inputs[0]), batch_size):
        batch = [ops.convert_to_tensor(each[first : first + batch_size], "float32") for each in inputs]
        parts.append(ops.convert_to_numpy(model(batch if len(batch) > 1 else batch[0], training=False)))
    return np.concatenate(parts)


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


def compile_step(function: Callable, *, calls: int | None = None) -> Callable:
    """Compile a training step where the backend gains by it.

    Parameters
    ----------
    function
        Takes and returns tensors; changes Keras variables.
    calls
        How often it will be called, where that is known: for a few it is left as it is (`worth_compiling`).
    """
    if load_keras().backend.backend() == "tensorflow" and worth_compiling(calls):
        import tensorflow as tf

        return tf.function(function, autograph=False)
    return function


def worth_compiling(calls: int | None) -> bool:
    """Whether a training step will be called so often, or nobody knows how often, that compiling it takes less time."""
    return calls is None or calls > FEW
