"""An ONNX copy that no training can have left is not used, though its card and digests are made to fit."""

import os
import re
from contextlib import suppress

import numpy as np
import pytest

from albumlib.light import network
from albumlib.light.network import LightNetwork, load_network
from albumlib.light.onnxfile import check_onnx_file
from albumlib.runs import Run

onnx = pytest.importorskip("onnx")
helper = onnx.helper
FLOAT, INT64 = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64
SHAPES = {"inputs": [(4,)], "output": (3,)}


def weights(name="w", value=0.5):
    return onnx.numpy_helper.from_array(np.full((4, 3), value, np.float32), name)


def copy(*, nodes=None, tensors=None, inputs=("n", 4), outputs=("n", 3), domain=""):
    """A network of one layer, or of what is given."""
    nodes = nodes or [helper.make_node("MatMul", ["x", "w"], ["y"], domain=domain)]
    given, answer = (
        helper.make_tensor_value_info("x", FLOAT, inputs),
        helper.make_tensor_value_info("y", FLOAT, outputs),
    )
    graph = helper.make_graph(nodes, "g", [given], [answer], tensors or [weights()])
    sets = [helper.make_opsetid("", 18), *([helper.make_opsetid(domain, 1)] if domain else [])]
    return helper.make_model(graph, opset_imports=sets, ir_version=8).SerializeToString()


def external():
    tensor = weights()
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    return copy(tensors=[tensor])


def huge():
    tensor = weights()
    tensor.dims[0] = 10**12
    return copy(tensors=[tensor])


def filled():
    """A layer's weights of 40 GB, from two numbers."""
    shape = helper.make_tensor("s", INT64, [2], [10**5, 10**5])
    return copy(nodes=[helper.make_node("ConstantOfShape", ["s"], ["y"])], tensors=[shape], outputs=("n", "m"))


def endless():
    body = helper.make_graph([], "b", [], [])
    return copy(nodes=[helper.make_node("Loop", ["", "", "x"], ["y"], body=body)])


def opened():
    """The layer's answer in a shape that may be given beside the input."""
    shape, given = helper.make_tensor("s", INT64, [2], [-1, 1]), helper.make_tensor_value_info("s", INT64, [2])
    nodes = [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("Reshape", ["z", "s"], ["y"])]
    model = onnx.load_from_string(copy(nodes=nodes, tensors=[weights(), shape], outputs=("n", "m")))
    model.graph.input.append(given)
    return model.SerializeToString()


COPIES = {
    "no bytes": (b"", "no ONNX network"),
    "text": (b"no network " * 999, "no ONNX file"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(999), "no ONNX file"),
    "half": (copy()[:90], "no ONNX file"),
    "in another file": (external(), "weights in another file"),
    "a tensor of 12 TB": (huge(), "elements in"),
    "40 GB of two numbers": (filled(), "ConstantOfShape"),
    "without end": (endless(), "Loop"),
    "of another maker's operators": (copy(domain="com.evil"), "not ONNX's own"),
    "of an operator that there is not": (copy(nodes=[helper.make_node("Dance", ["x"], ["y"])]), "Dance"),
    "of no numbers": (copy(tensors=[weights(value=np.nan)]), "answers what is no number"),
    "of endless numbers": (copy(tensors=[weights(value=np.inf)]), "answers what is no number"),
    "of another input": (copy(inputs=("n", 4, 4)), "other shapes"),
    "of another output": (copy(nodes=[helper.make_node("Identity", ["x"], ["y"])], outputs=("n", 4)), "other shapes"),
    "of an output left open": (opened(), "answers in other shapes"),
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Write a copy and a card with the digests of both, as whoever made the copy can."""
    monkeypatch.setattr(network, "load_model", lambda *words, **options: "Keras")
    made = Run(tmp_path)
    made.model_path.write_bytes(b"a model")

    def write(content):
        if callable(content):
            content(made.light_path)
        else:
            made.light_path.write_bytes(content)
        made.finish({"kind": "classifier", "network": "pretrained", "genres": list("abc")})
        return made, made.load_card("classifier")

    return write


def test_a_good_copy_is_used(run):
    assert isinstance(load_network(*run(copy()), **SHAPES), LightNetwork)


@pytest.mark.parametrize("name", COPIES)
def test_a_hostile_copy_is_not_used_and_that_is_said_in_one_line(run, name, caplog):
    content, told = COPIES[name]
    assert load_network(*run(content), **SHAPES) == "Keras"
    assert len(caplog.messages) == 1
    assert caplog.messages[0].isprintable()
    assert caplog.messages[0].endswith("; model.keras is used")
    assert re.search(told, caplog.messages[0])


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_not_waited_for(run, make):
    assert load_network(*run(make), **SHAPES) == "Keras"


@pytest.mark.parametrize("seed", range(2))
def test_any_bytes_are_read_or_refused(tmp_path, seed):
    rng, good = np.random.default_rng(seed), copy()
    for _ in range(100):
        content = bytearray(good[: rng.integers(1, len(good) + 1)])
        for place in rng.integers(len(content), size=rng.integers(4)):
            content[place] = rng.integers(256)
        (tmp_path / "a.onnx").write_bytes(content)
        with suppress(ValueError):
            check_onnx_file(tmp_path / "a.onnx")
