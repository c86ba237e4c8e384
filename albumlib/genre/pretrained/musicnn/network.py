"""The published musicnn networks: what a network hears that has heard 200,000 tracks.

Both networks have one architecture. MSD learned from the Million Song Dataset, whose 50 tags listeners gave on last.fm;
MTT from MagnaTagATune, whose 50 tags are words that players of a game agreed on. They are written here in ONNX's
operators, with the weights from the files of the package ``musicnn`` (ISC licence), which is never imported.

References
----------
J. Pons, X. Serra: *musicnn: Pre-trained convolutional neural networks for music audio tagging*, 2019
(arXiv:1909.06654).
J. Pons et al.: *End-to-end learning for music audio tagging at scale*, ISMIR 2018 (the architecture).
"""

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Literal

import numpy as np

from albumlib.files import make_folder, sha256, whole_file
from albumlib.genre.pretrained.mel import FRAMES, N_MELS
from albumlib.genre.pretrained.musicnn.checkpoint import DIGESTS, find_checkpoint, read_checkpoint
from albumlib.genre.pretrained.musicnn.front import (
    EPSILON,
    front_filters,
    layer_of,
    loudest_rhythms,
    loudest_timbres,
    waves_over_bands,
)
from albumlib.light.network import LightNetwork
from albumlib.runs import home

if TYPE_CHECKING:
    import onnx

UNITS = 200  # of the last hidden layer
FORMAT = 5  # part of the cached files' names: raise it when `build_network` changes
OPSET, IR = 18, 10  # versions of ONNX's operators and of its files
_BUILDING = Lock()  # several songs may want a network at once

# In the order of the networks' outputs, spelled as published
TAGS = {
    "MSD": (
        "rock|pop|alternative|indie|electronic|female vocalists|dance|00s|alternative rock|jazz|beautiful|metal|"
        "chillout|male vocalists|classic rock|soul|indie rock|Mellow|electronica|80s|folk|90s|chill|instrumental|punk|"
        "oldies|blues|hard rock|ambient|acoustic|experimental|female vocalist|guitar|Hip-Hop|70s|party|country|"
        "easy listening|sexy|catchy|funk|electro|heavy metal|Progressive rock|60s|rnb|indie pop|sad|House|happy"
    ).split("|"),
    "MTT": (
        "guitar|classical|slow|techno|strings|drums|electronic|rock|fast|piano|ambient|beat|violin|vocal|synth|female|"
        "indian|opera|male|singing|vocals|no vocals|harpsichord|loud|quiet|flute|woman|male vocal|no vocal|pop|soft|"
        "sitar|solo|man|classic|choir|voice|new age|dance|male voice|female vocal|beats|harp|cello|no voice|weird|"
        "country|metal|female voice|choral"
    ).split("|"),
}
ALL_TAGS = [f"{name}: {tag}" for name, tags in TAGS.items() for tag in tags]


def build_network(weights: dict[str, np.ndarray]) -> "onnx.ModelProto":
    """Build musicnn as an ONNX graph.

    Parameters
    ----------
    weights
        From `read_checkpoint`.

    Returns
    -------
    onnx.ModelProto
        From ``patches`` (batch, 187, 96) to ``tags`` (batch, 50), probabilities, and ``units`` (batch, 200), the last
        hidden layer.
    """
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants = [], []

    def op(kind, *inputs, name=None, **attributes):
        """Add an operator; inputs are names of values, or arrays. Return the name of its output."""
        names = []
        for each in inputs:
            if not isinstance(each, str):
                constants.append(numpy_helper.from_array(np.ascontiguousarray(each), f"constant_{len(constants)}"))
                each = constants[-1].name
            names.append(each)
        nodes.append(helper.make_node(kind, names, [name or f"value_{len(nodes)}"], **attributes))
        return nodes[-1].output[0]

    def normalize(x, number, kept=slice(None), **options):
        layer = layer_of(weights, "batch_normalization", number)
        parts = [layer[name][kept] for name in ("gamma", "beta", "moving_mean", "moving_variance")]
        return op("BatchNormalization", x, *parts, epsilon=EPSILON, **options)

    def front_end(number):
        """Convolve with zeros before and behind, and keep the greatest value over all bands."""
        part = fronts[number]
        timbre = part.kernel.shape[2] > 1
        x = loudest_timbres(op, waves, part.kernel) if timbre else loudest_rhythms(op, bands, part.kernel)
        x = op("Add", op("Mul", x, part.signs[:, None]), part.bias[:, None])
        return normalize(op("Relu", x), number + 1, part.kept)

    def over_time(x, number, kernel, added=0.0):
        """Convolve over 7 frames of all features at once."""
        bias = layer_of(weights, "conv2d", number)["bias"][:, None]
        x = op("Conv", x, kernel, pads=[3, 3])
        return normalize(op("Relu", op("Add", x, np.float32(bias + added))), number + 1)

    # bands before frames: convolutions over time alone are faster along the last axis
    bands = normalize(op("Unsqueeze", op("Transpose", "patches", perm=[0, 2, 1]), np.array([1])), 0)
    # front end: timbres, 0.1 s long and 38 or 67 bands high, wherever in pitch; rhythms of 2, 1 and 0.5 s in any band
    fronts = [front_filters(weights, number) for number in range(5)]
    waves = waves_over_bands(op, op("Squeeze", bands, np.array([1])))
    front = op("Concat", *(front_end(number) for number in range(5)), axis=1)
    # mid end: three convolutions over time, with residual connections
    kernels = [layer_of(weights, "conv2d", number)["kernel"][:, :, 0].transpose(2, 1, 0) for number in (5, 6, 7)]
    kept, silent = (np.concatenate([getattr(part, name) for part in fronts]) for name in ("kept", "silent"))
    first = over_time(front, 5, kernels[0][:, kept], _of_silent(kernels[0], silent))
    second = op("Add", over_time(first, 6, kernels[1]), first)
    third = op("Add", over_time(second, 7, kernels[2]), second)
    # back end: what there is of each feature at most, and on average, by turns
    x = op("Concat", front, first, second, third, axis=1)
    pooled = op("Concat", *(op(kind, x, np.array([2])) for kind in ("ReduceMax", "ReduceMean")), axis=2)
    places = np.repeat(np.pad(kept, (0, 3 * len(kernels[0])), constant_values=True), 2)
    kernel, bias = _dense_after(weights, places, np.repeat(silent, 2))
    hidden = op("Relu", op("Gemm", normalize(op("Flatten", pooled), 9, places), kernel, bias))
    last = layer_of(weights, "dense", 1)
    scores = op("Gemm", normalize(hidden, 10, name="units"), last["kernel"], last["bias"])
    op("Sigmoid", scores, name="tags")

    def value(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])

    outputs = [value("tags", 50), value("units", UNITS)]
    graph = helper.make_graph(nodes, "musicnn", [value("patches", FRAMES, N_MELS)], outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)


def _of_silent(kernel, silent):
    """What silent features add to a convolution over time, (outputs, FRAMES): less at both ends, beyond which is 0."""
    times = np.arange(FRAMES)[:, None] + np.arange(kernel.shape[2]) - kernel.shape[2] // 2
    return (kernel * silent[:, None]).sum(axis=1) @ ((times >= 0) & (times < FRAMES)).T


def _dense_after(weights, places, silent):
    """The first dense layer for some of its inputs, with what the silent others add in its bias."""
    layer, before = layer_of(weights, "dense", 0), layer_of(weights, "batch_normalization", 9)
    left = np.flatnonzero(~places)
    scale = before["gamma"] / np.sqrt(before["moving_variance"] + EPSILON)
    known = (silent[left] - before["moving_mean"][left]) * scale[left] + before["beta"][left]
    return layer["kernel"][places], (layer["bias"] + known @ layer["kernel"][left]).astype(np.float32)


@cache
def load_pretrained(name: Literal["MSD", "MTT"]) -> LightNetwork:
    """Load a network; at the first call ever it is built, and kept in `albumlib.runs.home`.

    Parameters
    ----------
    name : {"MSD", "MTT"}

    Returns
    -------
    albumlib.light.network.LightNetwork
        As `build_network`.

    Raises
    ------
    InputError
        If it is not in the cache and the package is missing or not the published one.
    """
    # the name of the file tells which weights and which way to build it, so that no old file is taken for a new one
    path = home() / "pretrained" / f"musicnn-{name}-{DIGESTS[name][1][:10]}-{FORMAT}.onnx"
    seal = path.with_suffix(".sha256")
    with _BUILDING:
        if not (path.is_file() and seal.is_file() and seal.read_text() == sha256(path)):
            weights = read_checkpoint(find_checkpoint(name), wanted=lambda variable: "Adam" not in variable)
            make_folder(path.parent)
            with whole_file(path) as temporary:  # whole, for another process may build it, too
                temporary.write_bytes(build_network(weights).SerializeToString())
            seal.write_text(sha256(path))
    return LightNetwork(path)
