"""From Keras to ONNX: the copy of a network that predicts without Keras."""

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_keras, load_model
from albumlib.files import remove, whole_file
from albumlib.light.network import LightNetwork
from albumlib.light.onnxfile import check_onnx_file
from albumlib.runs import Run, RunKind, digest_of_copy, write_json

if TYPE_CHECKING:
    import keras

OPSET = 18  # version of the ONNX operators
OUTPUT = "output"  # name of an only output


def export_onnx(model: "keras.Model", path: str | os.PathLike) -> None:
    """Write a network as an ONNX file, which predicts without Keras, see `albumlib.light.network`.

    Under another backend than TensorFlow, and of a network that cannot be put in ONNX's terms, there is none, nor is an
    older one left; its ``.keras`` file does all the same.
    """
    remove(Path(path))
    if load_keras().backend.backend() != "tensorflow":
        return
    try:
        with whole_file(path) as temporary:
            temporary.write_bytes(_to_onnx(model))
            check_onnx_file(temporary)
            LightNetwork(temporary)  # the converter lets operators pass that there are not
    except Exception as error:  # a training is not to fail by it, whatever the converter finds
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        logging.getLogger(__name__).warning("%s: no ONNX copy, for %s", path, reason)


def export_run(run: Run, kind: RunKind) -> None:
    """Write the ONNX copy of a finished run's network, and its digest into the card.

    A training does so by itself; this is for runs that have none, or another.
    """
    card = run.load_card(kind)
    export_onnx(load_model(run.model_path), run.light_path)
    named = {"onnx": digest_of_copy(run.light_path, run.model_path)} if run.light_path.is_file() else {}
    write_json(run.folder / "card.json", {**card, **named})


def _to_onnx(model):
    """Trace a Keras model with its weights as constants, and write that in ONNX's operators; bytes."""
    import tensorflow as tf
    from onnx import helper, numpy_helper
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
    from tf2onnx import tfonnx

    logging.getLogger("tf2onnx").setLevel(logging.CRITICAL)  # what goes wrong is told in one line
    signature = [tf.TensorSpec(each.shape, each.dtype, name=each.name) for each in model.inputs]
    call = tf.function(
        lambda *tensors: model(list(tensors) if len(tensors) > 1 else tensors[0], training=False),
        input_signature=signature,
    )
    traced = call.get_concrete_function()
    frozen = convert_variables_to_constants_v2(traced)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(frozen.graph.as_graph_def(), name="")
        names = [[tensor.name for tensor in tensors] for tensors in (frozen.inputs, frozen.outputs)]
        converted = tfonnx.process_tf_graph(graph, opset=OPSET, input_names=names[0], output_names=names[1])
    onnx = converted.make_model(model.name)
    # What is no variable, such as the mean and variance of a normalization, was taken for an input.
    given = {placeholder.name: tensor for tensor, placeholder in traced.graph.captures}
    for each in [each for each in onnx.graph.input if each.name in given]:
        onnx.graph.input.remove(each)
        onnx.graph.initializer.append(numpy_helper.from_array(given[each.name].numpy(), each.name))
    for each in onnx.graph.initializer:
        for node in reversed(_shrink(each)):
            onnx.graph.node.insert(0, node)
    given_back = traced.structured_outputs
    outputs = sorted(given_back) if isinstance(given_back, dict) else [OUTPUT]
    for each, name in zip(onnx.graph.output, outputs, strict=True):
        onnx.graph.node.append(helper.make_node("Identity", [each.name], [name]))
        each.name = name
    return onnx.SerializeToString()


def _shrink(weights):
    """Store rounded weights, as a shipped model's are, in the room that they need; the nodes that give them back.

    Weights that are whole multiples of a 127th of the largest take a byte each, those of half precision two.
    """
    from onnx import TensorProto, helper, numpy_helper

    values, name = numpy_helper.to_array(weights), weights.name
    if values.dtype != np.float32 or not values.any():
        return []
    stored, unit = f"{name}/stored", np.abs(values).max() / np.float32(127)
    whole = np.round(values / unit)
    if values.ndim > 1 and np.array_equal(values, whole * unit):
        weights.CopyFrom(numpy_helper.from_array(whole.astype(np.int8), stored))
        number, factor = f"{name}/number", f"{name}/unit"
        return [
            helper.make_node("Cast", [stored], [number], to=TensorProto.FLOAT),
            helper.make_node("Constant", [], [factor], value=numpy_helper.from_array(unit, factor)),
            helper.make_node("Mul", [number, factor], [name]),
        ]
    with np.errstate(over="ignore"):
        half = values.astype(np.float16)
    if np.array_equal(values, half):
        weights.CopyFrom(numpy_helper.from_array(half, stored))
        return [helper.make_node("Cast", [stored], [name], to=TensorProto.FLOAT)]
    return []
