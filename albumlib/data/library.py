"""Any library of music as a catalog: the FMA where its tables are, else a folder."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def load_library(root: str | os.PathLike) -> tuple["pd.DataFrame", "pd.DataFrame"]:
    """Load the catalog of a folder by whichever loader fits it.

    Returns
    -------
    catalog, report
        As `albumlib.data.fma.load_fma` gives them where the root holds FMA's metadata, else as
        `albumlib.data.folder.load_folder` does.

    Raises
    ------
    InputError
        If the folder is missing or holds no usable track.
    """
    from albumlib.data.fma import METADATA, load_fma
    from albumlib.data.folder import load_folder

    return load_fma(root) if (Path(root) / METADATA).is_dir() else load_folder(root)
