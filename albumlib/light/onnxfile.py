"""What can be told of an ONNX file before onnxruntime builds anything from it: its bytes are read as protocol buffers.

The fields' numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

import math
import os
from collections.abc import Iterator
from pathlib import Path

VARINT, EIGHT_BYTES, TEXT, FOUR_BYTES = 0, 1, 2, 5  # how a field is written
GRAPH, FUNCTIONS = 7, 25  # of a model
NODE, INITIALIZER, SPARSE = 1, 5, 15  # of a graph
OPERATOR, ATTRIBUTE, DOMAIN = 4, 5, 7  # of a node
TENSORS, SUBGRAPHS, SPARSES = (5, 10), (6, 11), (22, 23)  # of an attribute
DIMS, EXTERNAL, LOCATION = 1, 13, 14  # of a tensor
MOST_TIMES = 8  # elements a byte: none takes less than a bit
# Operators that run other graphs, or make much of a few numbers; a network of layers has none of them
REFUSED = {b"Loop", b"Scan", b"If", b"SequenceMap", b"ConstantOfShape", b"Range", b"OneHot", b"EyeLike"}
REFUSED |= {b"RandomNormal", b"RandomUniform", b"RandomNormalLike", b"RandomUniformLike", b"MelWeightMatrix"}


def check_onnx_file(path: str | os.PathLike) -> None:
    """Refuse what is no network of layers with its weights inside.

    Raises
    ------
    ValueError
        If it is no regular file or no ONNX, refers to another file, has a tensor that is larger than its bytes, or an
        operator that runs graphs again and again or makes much memory of little.
    """
    path = Path(path)
    if not path.is_file():  # a pipe would be waited for without end
        raise ValueError("is no regular file")
    try:
        model = list(_fields(memoryview(path.read_bytes())))
        graphs = [value for number, value in model if number == GRAPH]
        if not graphs or any(number == FUNCTIONS for number, _ in model):
            raise ValueError("is no ONNX network of plain layers")
        for graph in graphs:
            _check_graph(graph)
    except (IndexError, TypeError):
        raise ValueError("is no ONNX file, or damaged") from None


def _check_graph(graph):
    for number, value in _fields(graph):
        if number == INITIALIZER:
            _check_tensor(value)
        elif number == SPARSE:
            raise ValueError("has sparse weights")
        elif number == NODE:
            _check_node(value)


def _check_node(node):
    for number, value in _fields(node):
        if number == OPERATOR and bytes(value) in REFUSED:
            raise ValueError(f"has an operator that no layer has: {bytes(value).decode()}")
        if number == DOMAIN and bytes(value) not in (b"", b"ai.onnx"):
            raise ValueError("has operators that are not ONNX's own")
        if number == ATTRIBUTE:
            for kind, inner in _fields(value):
                if kind in TENSORS:
                    _check_tensor(inner)
                elif kind in (*SUBGRAPHS, *SPARSES):
                    raise ValueError("has graphs in its graph, or sparse weights")


def _check_tensor(tensor):
    dims = []
    for number, value in _fields(tensor):
        if number == EXTERNAL or (number == LOCATION and value):
            raise ValueError("has weights in another file")
        if number == DIMS:
            dims += [value] if isinstance(value, int) else [each for each, _ in _varints(value)]
    if math.prod(dims) > MOST_TIMES * len(tensor):
        raise ValueError(f"has a tensor of {math.prod(dims):,} elements in {len(tensor):,} bytes")


def _fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield number and value of each field of a message; `IndexError` where it ends too early."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        kind = key & 7
        if kind == VARINT:
            value, place = _varint(data, place)
        elif kind in (EIGHT_BYTES, FOUR_BYTES, TEXT):
            size, place = _varint(data, place) if kind == TEXT else (8 if kind == EIGHT_BYTES else 4, place)
            if place + size > len(data):
                raise IndexError
            value, place = data[place : place + size], place + size
        else:
            raise IndexError
        yield key >> 3, value


def _varints(data):
    """Yield the numbers of a packed list, each with the place behind it."""
    place = 0
    while place < len(data):
        value, place = _varint(data, place)
        yield value, place


def _varint(data, place):
    value = 0
    for shift in range(0, 70, 7):
        byte = data[place]
        value, place = value | (byte & 127) << shift, place + 1
        if byte < 128:
            return value, place
    raise IndexError
