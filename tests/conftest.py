"""What all tests share."""

import os
import random
from pathlib import Path

import pytest

# Without these the first test pays for TensorFlow's chatter, and figures look for a screen.
os.environ.setdefault("MPLBACKEND", "agg")
REAL = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """Have the same weights in a test whichever ran before: Keras draws the seeds of what is given none from here."""
    random.seed(0)


@pytest.fixture(scope="session")
def real_data():
    """Folder of real music and covers beside the checkout; the test skips where there is none."""
    if not REAL.is_dir():
        pytest.skip("no real music and covers beside the checkout")
    return REAL


@pytest.fixture(scope="session")
def make_home(tmp_path_factory):
    """Give a new home folder whose demo data is that of all others: a demo world of the profile tiny takes seconds."""
    begun = tmp_path_factory.getbasetemp()
    data = (begun.parent if "PYTEST_XDIST_WORKER" in os.environ else begun) / "demo data"
    data.mkdir(exist_ok=True)

    def make():
        home = tmp_path_factory.mktemp("home")
        (home / "data").symlink_to(data)
        return home

    return make


@pytest.fixture
def server(monkeypatch):
    """Give a web server on this machine that can misbehave."""
    from served import Server

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Server()
    yield server
    server.close()


@pytest.fixture
def eagerly():
    """Run step by step what is else compiled: a test of a step or two would spend most of its time on tracing them."""
    from albumlib.backend import load_keras

    if load_keras().backend.backend() != "tensorflow":
        yield
        return
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def compiled():
    """Compile also the steps of a training that has few of them, as those of a real one are."""
    with pytest.MonkeyPatch.context() as patch:  # of its own: a test may undo what it has patched itself
        patch.setattr("albumlib.backend.FEW", 0)
        yield
