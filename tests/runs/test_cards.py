"""A card and a model that do not belong together, or are odd, are refused in one line before anything is built."""

import json
import os
from copy import deepcopy

import pytest

from albumlib.errors import InputError
from albumlib.features.settings import PRESETS, FeatureSettings
from albumlib.runs import Run

CARDS = {
    "gan": {"kind": "gan", "genres": ["Folk", "Jazz"], "latent_dim": 64, "data": "x", "seed": 0, "scores": {}},
    "classifier": {
        "kind": "classifier",
        "genres": ["Folk", "Jazz"],
        "features": PRESETS["default"].to_dict(),
        "width": 128,
        "whole_song": True,
    },
    "judge": {"kind": "judge", "genres": ["Folk", "Jazz"]},
}
ODD = [None, True, -1, 0, 0.5, 10**9, 1e999, "", "x", "\x1b[2J", [], [1], ["Folk", "Folk"], [[]], {}, {"a": 1}, "9" * 9]
NEEDED = [(kind, name) for kind, card in CARDS.items() for name in card if name not in ("data", "seed", "scores")]
FEATURES = sorted(CARDS["classifier"]["features"])


@pytest.fixture
def write(tmp_path):
    """Write a card beside a model as a training does, and then change it: by a function, or to a text."""

    def make(card, change=None, text=None):
        run = Run(tmp_path)
        run.model_path.write_bytes(b"a model")
        run.finish(card)
        path = tmp_path / "card.json"
        if change:
            changed = json.loads(path.read_text())
            change(changed)
            path.write_text(json.dumps(changed))
        if text is not None:
            path.write_bytes(text)
        return run

    return make


def use(run, kind):
    card = run.load_card(kind)
    if kind == "classifier":
        FeatureSettings.from_dict(card["features"])
    return card


def one_line(error):
    text = str(error.value)
    assert text.isprintable()
    assert "\n" not in text
    assert len(text) < 2000


@pytest.mark.parametrize("kind", CARDS)
def test_a_good_card_is_used(write, kind):
    assert use(write(CARDS[kind]), kind)["genres"] == ["Folk", "Jazz"]


@pytest.mark.parametrize(("kind", "name"), NEEDED)
def test_what_is_missing_is_named(write, kind, name):
    with pytest.raises(InputError) as error:
        use(write(CARDS[kind], lambda card: card.pop(name)), kind)
    one_line(error)


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize(("kind", "name"), NEEDED)
def test_an_odd_entry_is_refused_even_with_a_digest_of_its_own(write, kind, name, odd):
    if CARDS[kind][name] == odd and type(CARDS[kind][name]) is type(odd):
        return
    with pytest.raises(InputError) as error:
        use(write({**deepcopy(CARDS[kind]), name: odd}), kind)
    one_line(error)


@pytest.mark.parametrize("odd", [[], {}, "x", 10**12, -3, float("nan")], ids=repr)
@pytest.mark.parametrize("name", FEATURES)
def test_an_odd_feature_setting_is_refused(write, name, odd):
    card = deepcopy(CARDS["classifier"])
    card["features"][name] = odd
    with pytest.raises(InputError) as error:
        use(write(card), "classifier")
    one_line(error)


@pytest.mark.parametrize("change", [lambda card: card["genres"].reverse(), lambda card: card.update(latent_dim=32)])
def test_a_card_of_another_model_is_refused(write, change):
    with pytest.raises(InputError, match="not those that the training left"):
        use(write(CARDS["gan"], change), "gan")


def test_a_model_of_another_card_is_refused(write):
    run = write(CARDS["gan"])
    run.model_path.write_bytes(b"another model")
    with pytest.raises(InputError, match="not those that the training left"):
        use(run, "gan")


def test_what_is_no_part_of_the_digest_may_be_added(write):
    run = write(CARDS["gan"])
    run.finish({**run.load_card("gan"), "scores": {"test": 1.0}, "note": "better"})
    assert run.load_card("gan")["note"] == "better"


TEXTS = {
    "no JSON": b"{",
    "a list": b"[]",
    "no UTF-8": b'{"kind": "\xff"}',
    "nested": b"[" * 100_000,
    "an endless number": b'{"latent_dim": ' + b"9" * 5000 + b"}",
    "nothing": b"",
    "20 MB": b" " * 20_000_000 + b"{}",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_card_that_is_no_card_is_refused(write, text):
    with pytest.raises(InputError) as error:
        use(write(CARDS["gan"], text=text), "gan")
    one_line(error)


def test_a_pipe_as_card_is_not_waited_for(write):
    run = write(CARDS["gan"])
    (run.folder / "card.json").unlink()
    os.mkfifo(run.folder / "card.json")
    with pytest.raises(InputError, match="cannot be read as JSON"):
        run.load_card("gan")


def test_feature_settings_of_a_card_that_is_older_than_one_have_its_default(write):
    older = {name: value for name, value in PRESETS["report"].to_dict().items() if name != "bpm_max"}
    card = write(CARDS["classifier"] | {"features": older}).load_card("classifier")
    assert FeatureSettings.from_dict(card["features"]) == PRESETS["report"]
