"""Networks that run without the library they were trained with: ONNX files under onnxruntime.

Beside a run's ``model.keras`` lies ``model.onnx``, the same network for predictions alone. The digest of both stands in
the run's card; a copy that is of another model, or damaged, is not used. Nor is one that no training can have left,
whatever the card says: whoever makes a copy can make its card, too.
"""

import logging
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from albumlib.backend import Shape, load_model, shapes_fit
from albumlib.light.onnxfile import check_onnx_file
from albumlib.runs import Run, digest_of_copy

if TYPE_CHECKING:
    import keras

MOST_THREADS = 4  # each has a row in memory
TRIED = 128  # where a network takes inputs of any length, it is tried with this


class LightNetwork:
    """A network in an ONNX file, which predicts as a Keras model does.

    Parameters
    ----------
    path
        It is not checked: whoever calls knows where the file is from.
    """

    def __init__(self, path: str | os.PathLike):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # errors are raised, too
        # to look for any takes longer than they save in painting some covers, and the ears are no faster for them
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.enable_mem_pattern = False  # it takes more memory and is no faster here
        options.intra_op_num_threads = 1  # several rows at once keep the cores busier than several threads a row
        self.session = onnxruntime.InferenceSession(os.fspath(path), options, providers=["CPUExecutionProvider"])
        self.inputs = [each.name for each in self.session.get_inputs()]
        self.outputs = [each.name for each in self.session.get_outputs()]

    def predict(
        self, inputs: np.ndarray | Sequence[np.ndarray], *, batch_size: int = 1, verbose: int = 0
    ) -> np.ndarray | dict[str, np.ndarray]:
        """Predict as ``keras.Model.predict`` does, but each row alone, one on each of a few cores.

        In a batch the last digits of a row depend on how many others there are. Alone they depend on nothing else, and
        it takes hardly longer.

        Parameters
        ----------
        inputs
            One array, or as many as the network has inputs; what is no float32 is made so.
        batch_size, verbose
            Have no effect; Keras has them.

        Returns
        -------
        numpy.ndarray or dict
            One array, or arrays by name where the network has several outputs.
        """
        arrays = [inputs] if isinstance(inputs, np.ndarray) else list(inputs)
        arrays = [np.asarray(array, np.float32) for array in arrays]
        given = dict(zip(self.inputs, arrays, strict=True))
        # of no rows, what the network makes of none: the answer has a shape, too
        feeds = [{name: array[row : row + 1] for name, array in given.items()} for row in range(max(len(arrays[0]), 1))]
        rows = list(_pool().map(lambda feed: self.session.run(None, feed), feeds))
        found = [np.concatenate(parts) for parts in zip(*rows, strict=True)]
        return found[0] if len(found) == 1 else dict(zip(self.outputs, found, strict=True))

    def fits(self, inputs: Sequence[Shape], output: Shape | None) -> bool:
        """Whether inputs and output have these shapes, without the batch; None in a shape fits any length."""
        shapes = [each.shape[1:] for each in (*self.session.get_inputs(), self.session.get_outputs()[0])]
        # a length that is open has a name in the file
        found = [tuple(None if isinstance(length, str) else length for length in shape) for shape in shapes]
        return shapes_fit([*inputs, found[-1] if output is None else output], found)


@cache
def _pool():
    """One for all networks, so that however many predict at once, no more rows than threads are in memory."""
    return ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a child has none of its parent's threads


def load_network(
    run: Run, card: Mapping[str, Any], *, inputs: Sequence[Shape], output: Shape | None = None, shipped: bool = False
) -> "LightNetwork | keras.Model":
    """Load a run's network to predict with: its ONNX copy where the card names it, else the ``.keras`` file.

    Parameters
    ----------
    card
        From ``run.load_card``.
    inputs, output
        As in `albumlib.backend.load_model`.
    shipped
        The run is one that the package comes with: that its copy is whole is enough, it is not tried first.

    Returns
    -------
    LightNetwork or keras.Model
        Both have ``predict``. A copy that is not the one that the training left is not used, which is said.
    """
    if "onnx" in card and run.light_path.is_file():
        try:
            return _load_copy(run, card["onnx"], inputs, output, shipped)
        except Exception as error:  # onnxruntime refuses a file in a dozen ways
            reason = str(error).splitlines()[0]
            logging.getLogger(__name__).warning("%s: %s; model.keras is used", run.light_path, reason)
    return load_model(run.model_path, inputs=inputs, output=output)


def _load_copy(run, digest, inputs, output, shipped):
    if digest_of_copy(run.light_path, run.model_path) != digest:
        raise ValueError("is not of this model.keras, or not as it was written")
    if not shipped:
        check_onnx_file(run.light_path)
    network = LightNetwork(run.light_path)
    if not network.fits(inputs, output):
        raise ValueError("has other shapes than the card says")
    if shipped:
        return network
    # A shape in the file may be left open, and weights that are no numbers show in what comes of them.
    found = network.predict([np.zeros((1, *(length or TRIED for length in shape)), np.float32) for shape in inputs])
    arrays = list(found.values()) if isinstance(found, dict) else [found]
    if output is not None and not shapes_fit([output], [arrays[0].shape[1:]]):
        raise ValueError("answers in other shapes than the card says")
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError("answers what is no number")
    return network
