"""The variants of the report's regularization study, and ours: what each changes in the network it starts from."""

from dataclasses import dataclass, field, replace

from albumlib.errors import choose

# The report's "20 % more data" needs something to add: all other variants leave that much aside.
LESS_DATA = 1 / 1.2


@dataclass(frozen=True)
class Variant:
    """One row of the study's table.

    Attributes
    ----------
    title : str
        For tables and figures.
    changes : dict
        Fields of `albumlib.genre.settings.ClassifierSettings` that differ from the plain network's.
    share : float
        Share of the training songs that is used.
    split : {"artist", "slice"}
        What is dealt to the sides: artists, or single slices, as the report did.
    """

    title: str
    changes: dict = field(default_factory=dict)
    share: float = LESS_DATA
    split: str = "artist"


VARIANTS = {
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


def get_variant(name):
    """Look up a variant.

    Parameters
    ----------
    name : str

    Returns
    -------
    Variant

    Raises
    ------
    InputError
        If there is none of that name.

    Notes
    -----
    Notebook: 05_regularization
    """
    return choose(VARIANTS, name, what="variant", where="variant")


def variant_settings(name, *, plain, best):
    """The settings of a variant.

    Parameters
    ----------
    name : str
        A key of `VARIANTS`.
    plain : ClassifierSettings
        The report's network without any regularization; every variant but "best" changes one thing in it.
    best : ClassifierSettings
        Taken as it is by the variant "best".

    Returns
    -------
    ClassifierSettings

    Notes
    -----
    Notebook: 05_regularization
    """
    changes = get_variant(name).changes
    return best if changes is None else replace(plain, **changes)
