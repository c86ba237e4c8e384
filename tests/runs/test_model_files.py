"""Model files that are damaged, hostile or of another shape: one line each, no code run, little memory."""

import json
import os
import resource
import zipfile
from contextlib import suppress

import h5py
import numpy as np
import pytest

from albumlib.backend import load_keras, load_model, save_model
from albumlib.errors import InputError

SEED = 20
MEMORY = 300_000_000


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A small network, as Keras saves it: its parts by name."""
    keras = load_keras()
    inputs = keras.Input((10,))
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(keras.layers.Dense(7)(inputs)))
    path = tmp_path_factory.mktemp("good") / "model.keras"
    save_model(model, path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.keras"


def pack(path, parts, *, kind=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def refused(path, match="", **shapes):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with pytest.raises(InputError, match=match) as error:
        load_model(path, **shapes)
    text = str(error.value)
    assert text.isprintable()
    assert len(text) < 2000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before < MEMORY


def test_a_good_file_loads(good, path):
    pack(path, good)
    assert load_model(path, inputs=[(10,)], output=(3,)).output_shape == (None, 3)


@pytest.mark.parametrize("make", [lambda path: None, os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_regular_file(path, make):
    make(path)
    refused(path, "expected a .keras file")


@pytest.mark.parametrize("content", [b"", b"PK", b"no model " * 99, b"\x89HDF\r\n\x1a\n" * 9, bytes(10_000)])
def test_what_is_no_archive(path, content):
    path.write_bytes(content)
    refused(path, "cannot be loaded")


@pytest.mark.parametrize("number", range(12))
def test_a_file_cut_short(good, path, number):
    pack(path, good)
    content = path.read_bytes()
    cut = np.random.default_rng([SEED, number]).integers(len(content))
    path.write_bytes(content[:cut])
    refused(path, "cannot be loaded")


@pytest.mark.parametrize("number", range(40))
def test_a_file_with_changed_bytes(good, path, number):
    """Where the change is not found out, as in a date, the network is the same."""
    pack(path, good)
    content, rng = bytearray(path.read_bytes()), np.random.default_rng([SEED, number])
    for place in rng.integers(len(content), size=1 + number % 4):
        content[place] ^= int(rng.integers(1, 256))
    path.write_bytes(content)
    with suppress(InputError):
        assert load_model(path).output_shape == (None, 3)


LAMBDA = {"class_name": "Lambda", "module": "keras.layers", "config": {"function": {"class_name": "__lambda__"}}}
CONFIGS = {
    "nothing": b"",
    "a list": b"[]",
    "a number": b"7",
    "no UTF-8": b"\xff\xfe",
    "nested": b"[" * 50_000,
    "a class of the system": json.dumps({"module": "os", "class_name": "system", "config": {}}).encode(),
    "a function": json.dumps({"module": "builtins", "class_name": "eval", "config": "1"}).encode(),
    "a layer": json.dumps({"module": "keras.layers", "class_name": "Dense", "config": {"units": 3}}).encode(),
    "a lambda": json.dumps(LAMBDA).encode(),
    "no class": json.dumps({"config": {}}).encode(),
    "another file": json.dumps({"module": "keras.utils", "class_name": "get_file", "config": {}}).encode(),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_an_odd_configuration(good, path, name):
    pack(path, {**good, "config.json": CONFIGS[name]})
    refused(path, "cannot be loaded")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"units": 7', '"units": 1000000000'),
        ('"units": 7', '"units": -7'),
        ('"units": 7', '"units": "7"'),
        ('"units": 7', '"units": NaN'),
        ('"units": 7', '"units": 8'),
        ('"softmax"', '"rm -rf"'),
        ("10]", "1000000000]"),
        ('"Dense"', '"Dance"'),
    ],
)
def test_a_changed_configuration(good, path, before, after):
    config = good["config.json"].decode()
    assert before in config
    pack(path, {**good, "config.json": config.replace(before, after).encode()})
    refused(path, "cannot be loaded")


@pytest.mark.parametrize("name", ["config.json", "model.weights.h5"])
def test_a_missing_part(good, path, name):
    pack(path, {key: content for key, content in good.items() if key != name})
    refused(path, "cannot be loaded")


def weights(tmp_path, good, change):
    file = tmp_path / "weights.h5"
    file.write_bytes(good["model.weights.h5"])
    with h5py.File(file, "r+") as opened:
        change(opened)
    return file.read_bytes()


def first(opened):
    return opened["layers/dense/vars"]


def replaced(data, **options):
    def change(opened):
        del first(opened)["0"]
        first(opened).create_dataset("0", data=data, **options)

    return change


def linked(opened):
    del first(opened)["0"]
    first(opened)["0"] = h5py.ExternalLink("/etc/passwd", "/0")


WEIGHTS = {
    "no numbers": (replaced(np.full((10, 7), np.nan, "float32")), "no numbers"),
    "endless numbers": (replaced(np.full((10, 7), np.inf, "float32")), "no numbers"),
    "of another shape": (replaced(np.zeros((7, 10), "float32")), "cannot be loaded"),
    "texts": (replaced(np.array([[b"x"] * 7] * 10)), "cannot be loaded"),
    "400 MB in few bytes": (replaced(np.zeros(10**8, "float32"), compression="gzip", chunks=(10**6,)), "unpack"),
    "in another file": (linked, "cannot be loaded"),
    "missing": (lambda opened: opened["layers"].__delitem__("dense"), "cannot be loaded"),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_odd_weights(good, path, tmp_path, name):
    change, match = WEIGHTS[name]
    pack(path, {**good, "model.weights.h5": weights(tmp_path, good, change)})
    refused(path, match)


def test_an_archive_that_unpacks_to_much_more(good, path):
    pack(path, {**good, "assets/zeros": bytes(200_000_000)}, kind=zipfile.ZIP_DEFLATED)
    refused(path, "unpacks to no more")


@pytest.mark.parametrize(
    ("inputs", "output"), [([(11,)], (3,)), ([(10,)], (4,)), ([(10,), (2,)], (3,)), ([(10, 1)], (3,))]
)
def test_a_network_of_another_shape_than_its_card_says(good, path, inputs, output):
    pack(path, good)
    refused(path, "does not fit the card", inputs=inputs, output=output)


def test_a_name_that_leads_elsewhere(path):
    refused("hf://someone/something", "nothing")
    refused(path.with_name("model"), "nothing")
