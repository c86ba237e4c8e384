"""A training step: updates of both networks under each loss, and the same numbers on both backends."""

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from albumlib.backend import load_keras
from albumlib.covers import losses
from albumlib.covers.gan import CoverGan, global_norm
from albumlib.covers.settings import GanSettings

pytestmark = pytest.mark.usefixtures("eagerly")
STARVING = ("sigmoid", "nonsaturating")


def tensor(values):
    return load_keras().ops.convert_to_tensor(np.asarray(values, "float32"))


@pytest.mark.parametrize(
    ("loss", "penalty"), [("wasserstein", 0), ("sigmoid", 0), ("nonsaturating", 10), ("hinge", 10)]
)
def test_a_step_with_each_loss(loss, penalty, covers, small):
    gan = CoverGan(replace(small, loss=loss, penalty=penalty), n_genres=3)
    before = [part.get_weights() for part in (gan.generator, gan.critic)]
    row = gan.step(*covers, seed=0, step=1)
    assert np.isfinite(list(row.values())).all()
    assert min(row["critic_gradient"], row["generator_gradient"]) > 0
    assert (row["gradient_penalty"] > 0) == (penalty > 0)
    for part, old in zip((gan.generator, gan.critic), before, strict=True):
        assert any((a != b).any() for a, b in zip(part.get_weights(), old, strict=True))


def test_global_norm_by_hand():
    assert float(global_norm([tensor([[3.0, 0.0]]), tensor([4.0])])) == pytest.approx(5)


def test_a_sure_discriminator_starves_the_generator_under_the_sigmoid_loss_only(covers, small):
    """All scores near -10: the logged gradient norms differ by the ratio of the two losses' slopes, e^-10."""
    gans = {name: CoverGan(replace(small, loss=name, learning_rate=1e-9), n_genres=3) for name in STARVING}
    *_, kernel, bias = gans["sigmoid"].critic.trainable_variables
    kernel.assign(0.01 * kernel)
    bias.assign([-10.0])
    norms = {}
    for name, gan in gans.items():
        for part in ("generator", "critic"):
            getattr(gan, part).set_weights(getattr(gans["sigmoid"], part).get_weights())
        norms[name] = gan.step(*covers, seed=0, step=1)["generator_gradient"]
    assert norms["nonsaturating"] > 0
    assert norms["sigmoid"] / norms["nonsaturating"] == pytest.approx(np.exp(-10), rel=0.01)


@pytest.mark.parametrize(("critic_updates", "generator_updates"), [(3, 1), (1, 2)])
def test_updates_of_a_step(critic_updates, generator_updates, covers, small):
    gan = CoverGan(replace(small, critic_updates=critic_updates, generator_updates=generator_updates), n_genres=3)
    for step in (1, 2):
        gan.step(*covers, seed=0, step=step)
    assert int(gan.critic.optimizer.iterations) == 2 * critic_updates
    assert int(gan.generator.optimizer.iterations) == 2 * generator_updates


PEER = """
import json, sys
import numpy as np
from albumlib.covers.gan import CoverGan
from albumlib.covers.settings import GanSettings
folder = sys.argv[1]
data = np.load(folder + "/data.npz")
rows = {}
for loss in json.loads(sys.argv[2]):
    gan = CoverGan(GanSettings(**json.loads(sys.argv[3]), loss=loss), n_genres=3)
    for part in ("generator", "critic"):
        network = getattr(gan, part)
        network.set_weights([data[f"{part}{i}"] for i in range(len(network.weights))])
    rows[loss] = [gan.step(data["images"], data["labels"], seed=0, step=step) for step in (1, 2)]
import keras
print(json.dumps({"backend": keras.backend.backend(), "rows": rows}))
"""


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
def test_both_backends_take_the_same_steps(covers, small, tmp_path):
    """Two steps from the same weights; the second rests on the weights that the first has made."""
    options = asdict(replace(small, learning_rate=1e-3))
    del options["loss"]
    gan = CoverGan(GanSettings(**options), n_genres=3)
    weights = {
        f"{part}{i}": values
        for part in ("generator", "critic")
        for i, values in enumerate(getattr(gan, part).get_weights())
    }
    np.savez(tmp_path / "data.npz", images=covers[0], labels=covers[1], **weights)
    found = {}
    for backend in ("tensorflow", "torch"):
        path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-c", PEER, str(tmp_path), json.dumps(list(losses.LOSSES)), json.dumps(options)]
        environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": path}
        child = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        answer = json.loads(child.stdout.splitlines()[-1])
        assert answer["backend"] == backend
        found[backend] = answer["rows"]
    for loss in losses.LOSSES:
        for ours, theirs in zip(found["tensorflow"][loss], found["torch"][loss], strict=True):
            assert theirs == pytest.approx(ours, rel=1e-4, abs=1e-4), loss
