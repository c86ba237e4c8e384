"""Any library of music as a catalog: the FMA where its tables are, else a folder."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from albumlib.data.labels import Labels


def load_library(
    root: str | os.PathLike, *, labels: "Labels" = "auto", audio_dir: str | os.PathLike | None = None
) -> tuple["pd.DataFrame", "pd.DataFrame"]:
    """Load the catalog of a folder by whichever loader fits it.

    Parameters
    ----------
    labels
        As `albumlib.data.folder.load_folder` takes them; FMA has its own.
    audio_dir
        As `albumlib.data.fma.load_fma` takes it.

    Returns
    -------
    catalog, report
        As `albumlib.data.fma.load_fma` gives them where FMA's metadata is in the root, or beside it if it is called
        ``fma_*``, else as `albumlib.data.folder.load_folder` does.

    Raises
    ------
    InputError
        If the folder is missing or holds no usable track.
    """
    from albumlib.data.fma import METADATA, load_fma
    from albumlib.data.folder import load_folder

    root = Path(root)
    beside = root.name.startswith("fma_") and (root.absolute().parent / METADATA).is_dir()
    if audio_dir is not None or beside or (root / METADATA).is_dir():
        return load_fma(root, audio_dir=audio_dir)
    return load_folder(root, labels=labels)
