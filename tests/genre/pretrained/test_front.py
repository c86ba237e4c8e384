"""The front end's short cuts give what the convolutions themselves give."""

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from albumlib.genre.pretrained.mel import FRAMES, N_MELS
from albumlib.genre.pretrained.musicnn.front import loudest_rhythms, loudest_timbres, waves_over_bands


def run(build, patches):
    """Run the graph that ``build(op)`` makes of the value ``patches``."""
    nodes, constants = [], []

    def op(kind, *inputs, **attributes):
        arrays = {f"constant_{len(nodes)}_{k}": each for k, each in enumerate(inputs) if not isinstance(each, str)}
        constants.extend(numpy_helper.from_array(array, name) for name, array in arrays.items())
        names = [each if isinstance(each, str) else f"constant_{len(nodes)}_{k}" for k, each in enumerate(inputs)]
        nodes.append(helper.make_node(kind, names, [f"value_{len(nodes)}"], **attributes))
        return nodes[-1].output[0]

    found = helper.make_tensor_value_info(build(op), TensorProto.FLOAT, None)
    given = helper.make_tensor_value_info("patches", TensorProto.FLOAT, patches.shape)
    graph = helper.make_graph(nodes, "front", [given], [found], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"patches": patches})[0]


def loudest(patches, kernel):
    """Lay each filter at each place, zeros before and behind in time, and keep the greatest value over all bands."""
    _, _, bands, frames = kernel.shape
    before = (frames - 1) // 2
    padded = np.pad(patches, ((0, 0), (0, 0), (before, frames - 1 - before)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (bands, frames), axis=(1, 2))
    return np.einsum("bptij,nij->bnpt", windows, kernel[:, 0], optimize=True).max(axis=2)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def patches(rng):
    return rng.normal(size=(2, N_MELS, FRAMES)).astype(np.float32)


@pytest.mark.parametrize("bands", [38, 67, 95])  # an odd and an even number of places, and two
def test_high_filters_are_laid_in_the_fourier_transform(patches, rng, bands):
    kernel = rng.normal(size=(3, 1, bands, 7)).astype(np.float32)
    found = run(lambda op: loudest_timbres(op, waves_over_bands(op, "patches"), kernel), patches)
    np.testing.assert_allclose(found, loudest(patches, kernel), atol=2e-4)


def test_a_filter_finds_its_own_shape_in_any_band(rng):
    kernel, patches = rng.normal(size=(1, 1, 38, 7)).astype(np.float32), np.zeros((1, N_MELS, FRAMES), np.float32)
    for band, frame in ((0, 20), (41, 80), (58, 150)):
        patches[0, band : band + 38, frame - 3 : frame + 4] = kernel[0, 0]
    found = run(lambda op: loudest_timbres(op, waves_over_bands(op, "patches"), kernel), patches)[0, 0]
    np.testing.assert_allclose(found[[20, 80, 150]], np.square(kernel).sum(), rtol=1e-5)
    assert sorted(np.argsort(found)[-3:]) == [20, 80, 150]


@pytest.mark.parametrize("frames", [32, 64, 128])
def test_long_filters_are_laid_at_many_frames_at_once(patches, rng, frames):
    kernel = rng.normal(size=(3, 1, 1, frames)).astype(np.float32)
    found = run(lambda op: loudest_rhythms(op, op("Unsqueeze", "patches", np.array([1])), kernel), patches)
    np.testing.assert_allclose(found, loudest(patches, kernel), atol=2e-4)
