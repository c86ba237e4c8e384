"""The variants of the report's regularization study, and ours: what each changes in the network it starts from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from albumlib.errors import choose
from albumlib.genre.settings import ClassifierSettings

# The report's "20 % more data" needs something to add: all other variants leave that much aside.
LESS_DATA = 1 / 1.2


@dataclass(frozen=True)
class Variant:
    """One row of the study's table.

    Attributes
    ----------
    title
        For tables and figures.
    changes
        Fields of `ClassifierSettings` that differ from the plain network's; None takes our network instead.
    share
        Share of the training songs that is used, 0 to 1.
    split
        What is dealt to the splits: artists, or single slices, as the report did.
    """

    title: str
    changes: Mapping[str, Any] | None = field(default_factory=dict)
    share: float = LESS_DATA
    split: Literal["artist", "slice"] = "artist"


VARIANTS: dict[str, Variant] = {
    "none": Variant("nothing"),
    "l1": Variant("L1 on the last layer", {"l1": 1e-3}),
    "l1_strong": Variant("L1, thirty times as strong", {"l1": 3e-2}),
    "l2": Variant("L2 on the last layer", {"l2": 1e-2}),
    "dropout_02": Variant("dropout, 0.2 dropped", {"dropout": 0.2}),
    "dropout_08": Variant("dropout, 0.8 dropped", {"dropout": 0.8}),
    "blocks_3": Variant("3 blocks, dropout 0.2", {"blocks": 3, "dropout": 0.2}),
    "blocks_5": Variant("5 blocks, dropout 0.2", {"blocks": 5, "dropout": 0.2}),
    "average_pooling": Variant("average pooling", {"pooling": "average"}),
    "more_data": Variant("20 % more songs", share=1.0),
    "batch_norm": Variant("batch normalization", {"batch_norm": True}),
    "spec_augment": Variant("SpecAugment", {"spec_augment": 20}),
    "mixup": Variant("mixup", {"mixup": 0.4}),
    "label_smoothing": Variant("label smoothing", {"label_smoothing": 0.1}),
    "time_only": Variant("convolutions over time only", {"network": "compact", "channels": 1.0, "dropout": 0.2}),
    "best": Variant("our network", None),
    "slice_split": Variant("nothing, split by slices", split="slice"),
}


def get_variant(name: str) -> Variant:
    """Look up one of `VARIANTS`.

    Raises
    ------
    InputError
        If there is none of that name.

    Notes
    -----
    Notebook: 05_regularization
    """
    return choose(VARIANTS, name, what="variant", where="variant")


def variant_settings(name: str, *, plain: ClassifierSettings, best: ClassifierSettings) -> ClassifierSettings:
    """The settings of one of `VARIANTS`.

    Parameters
    ----------
    plain
        The report's network without any regularization; every variant but "best" changes one thing in it.
    best
        Taken as it is by the variant "best".

    Notes
    -----
    Notebook: 05_regularization
    """
    changes = get_variant(name).changes
    return best if changes is None else replace(plain, **changes)
