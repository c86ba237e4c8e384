"""What decides a GAN training: what cannot be is refused before anything is written."""

import subprocess
import sys
from dataclasses import asdict, replace
from typing import get_args

import pytest

from albumlib.covers.diffaugment import KINDS, Augmentation
from albumlib.covers.losses import LOSSES, LossName
from albumlib.covers.networks import NARROWEST, NETWORKS, Networks, build
from albumlib.covers.networks.faults import FAULTS, Fault
from albumlib.covers.settings import GanSettings
from albumlib.covers.training import train_gan
from albumlib.errors import InputError
from albumlib.runs import Run, read_json

UNFIT = [
    (
        {"networks": "compcat"},
        "no such networks; expected compact, growing, painter, report, sketch; got compcat",
    ),
    ({"loss": "cosine"}, "loss: no such loss; expected wasserstein, sigmoid"),
    ({"augment": ("mirror",)}, "augment: no such augmentation; expected color, translation, cutout; got mirror"),
    ({"augment": "mirror"}, "augment: .*got mirror"),
    ({"faults": ("lost_label",)}, "faults: no such fault; expected per_axis_penalty.*got lost_label"),
    ({"critic_updates": 0}, "critic_updates: .*expected a whole number, 1 or more; got 0"),
    ({"generator_updates": 0}, "generator_updates: .*1 or more"),
    ({"batch_size": 0}, "batch_size: .*1 or more"),
    ({"batch_size": 2.5}, "batch_size: .*a whole number.*got 2.5"),
    ({"latent_dim": -1}, "latent_dim: .*1 or more"),
    ({"latent_dim": True}, "latent_dim: .*a whole number"),
    ({"width": 0}, "width: .*more than 0; got 0"),
    ({"width": "1"}, "width: .*more than 0; got 1"),
    ({"width": 0.03}, "width: .*more than 0.03125"),
    ({"ema": 1}, "ema: .*0 to less than 1"),
    ({"ema": -0.1}, "ema: .*0 to less than 1"),
    ({"beta_1": 1.5}, "beta_1: .*0 to less than 1"),
    ({"beta_2": float("nan")}, "beta_2: .*0 to less than 1; got nan"),
    ({"learning_rate": 0.0}, "learning_rate: .*more than 0"),
    ({"learning_rate": float("inf")}, "learning_rate: .*more than 0"),
    ({"rate_decay": 1.1}, "rate_decay: .*0 to 1"),
    ({"label_ramp": -0.1}, "label_ramp: .*0 to 1"),
    ({"penalty": -1}, "penalty: .*0 or more"),
    ({"penalty_every": 0}, "penalty_every: .*1 or more"),
    ({"precision": "float16"}, "precision: no such precision; expected float32, bfloat16; got float16"),
    ({"top_kernel": 4}, "top_kernel: .*an odd number"),
    ({"top_kernel": -3}, "top_kernel: .*1 or more"),
    ({"blur": "no"}, "blur: .*True or False"),
    ({"shares": (0.5, 0.5)}, "shares: .*three numbers"),
    ({"shares": (0.5, 0.5, 0.5)}, "shares: .*sum to 1"),
    ({"shares": (1.5, -0.5, 0)}, "shares: .*0 or more"),
    ({"shares": 1}, "shares: .*three numbers"),
    ({"networks": "report", "blur": True}, "no such option"),
    ({"networks": "report", "top_kernel": 5}, "no such option"),
    ({"networks": "growing", "deviation": True}, "no such option; got deviation"),
    ({"networks": "sketch", "blur": True}, "the networks sketch have no such option; got blur"),
    ({"networks": "sketch", "top_kernel": 5}, "no such option; got top_kernel"),
    ({"networks": "sketch", "augment": "color"}, "no such option; got augment"),
    ({"networks": "sketch", "faults": "lost_labels"}, "no such option; got faults"),
]


@pytest.mark.parametrize(("options", "message"), UNFIT, ids=[str(options) for options, _ in UNFIT])
def test_what_cannot_be_is_refused_and_leaves_no_folder_behind(options, message, covers, tmp_path):
    with pytest.raises(InputError, match=message):
        train_gan(*covers, Run(tmp_path / "run"), genres=["A", "B", "C"], settings=GanSettings(**options), steps=1)
    assert not list(tmp_path.iterdir())


def test_what_can_just_be():
    edges = {
        "batch_size": 1,
        "latent_dim": 1,
        "top_kernel": 1,
        "ema": 0,
        "rate_decay": 1,
        "label_ramp": 0,
        "penalty": 0,
    }
    GanSettings(**edges, shares=(0, 0, 1))
    assert GanSettings(faults="lost_labels", augment="color").augment == ("color",)


def test_what_hints_list_is_what_there_is():
    assert get_args(Networks) == tuple(NETWORKS) == tuple(NARROWEST)
    assert get_args(LossName) == tuple(LOSSES)
    assert get_args(Fault) == tuple(FAULTS)
    assert get_args(Augmentation) == KINDS


@pytest.mark.parametrize("networks", NETWORKS)
def test_networks_can_be_as_narrow_as_the_settings_allow(networks):
    least = 0.5 / NARROWEST[networks]
    with pytest.raises(InputError, match="width"):
        GanSettings(networks=networks, width=0.98 * least)
    width = GanSettings(networks=networks, width=1.02 * least).width
    layers = [layer for network in build(networks, latent_dim=2, n_genres=2, width=width) for layer in network.layers]
    assert min(layer.filters for layer in layers if "Conv2D" in type(layer).__name__) == 1


@pytest.mark.usefixtures("compiled")
def test_settings_survive_the_run_folder(covers, small, tmp_path):
    settings = replace(small, loss="hinge", faults=["range_mismatch", "lost_labels"], generator_updates=2)
    options = {"genres": ["A", "B", "C"], "settings": settings, "steps": 2, "progress": False}
    train_gan(*covers, Run(tmp_path), **options)
    config = read_json(tmp_path / "config.json")
    assert GanSettings(**{name: config[name] for name in asdict(settings)}) == settings
    assert list(Run(tmp_path).metrics()["step"]) == [1, 2]
    train_gan(*covers, Run(tmp_path), **options)  # taken up, not refused as another configuration


@pytest.mark.parametrize("package", ["covers", "evaluation"])
def test_no_module_imports_keras_before_it_is_used(package):
    code = (
        f"import importlib, pkgutil, sys, albumlib.{package} as face\n"
        "for _, name, _ in pkgutil.walk_packages(face.__path__, face.__name__ + '.'): importlib.import_module(name)\n"
        "print(sorted({'keras', 'tensorflow', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
