"""A library of 1,000 files, a tenth of them odd: nothing vanishes on the way."""

import numpy as np
import pandas as pd
import pytest
import soundfile

from albumlib import course
from albumlib.data.folder import load_folder
from albumlib.data.validation import drop_useless, validate
from albumlib.features.store import extract
from albumlib.genre.baseline import catalog_statistics

RATE = 8000


def tune(number):
    t = np.arange(4 * RATE) / RATE
    return 0.4 * np.sin(2 * np.pi * (150 + number) * t) * (t % 0.5 < 0.3)


def spoil(path, kind, number):
    """Make a file odd; give whether it can still be used."""
    y = tune(number)
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("no music " * 99)
    elif kind == "silent":
        soundfile.write(path, 0 * y, RATE)
    elif kind == "constant":
        soundfile.write(path, 0 * y + 0.5, RATE)
    elif kind == "short":
        soundfile.write(path, y[: RATE // 2], RATE)
    elif kind == "opposite":
        soundfile.write(path, np.stack([y, -y], axis=1), RATE)
    elif kind == "clipped":
        soundfile.write(path, np.clip(9 * y, -1, 1), RATE)
    elif kind == "nan":
        soundfile.write(path, np.where(np.arange(len(y)) == 9, np.nan, y), RATE, subtype="FLOAT")
    elif kind == "protected":
        path.rename(path.with_suffix(".m4p"))
    elif kind == "nameless":
        path.rename(path.with_suffix(""))
    elif kind == "linked":
        path.unlink()
        path.symlink_to("gone.wav")
    elif kind == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 9 // 10])
    elif kind == "junk":
        path.write_bytes(path.read_bytes() + bytes(range(1, 256)) * 50)
    elif kind in ("misnamed", "joined", "holed"):
        soundfile.write(path, y, RATE, format="FLAC")
        data = path.read_bytes()
        if kind == "joined":
            path.write_bytes(2 * data)
        if kind == "holed":
            path.write_bytes(data[: len(data) // 2] + bytes(99) + data[len(data) // 2 + 99 :])
    return kind in (*TOLD, "misnamed", "joined")


TOLD = ("opposite", "clipped", "cut", "junk", "holed")  # usable, and with a remark
KINDS = [*"empty text silent constant short nan protected nameless linked misnamed joined".split(), *TOLD]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    root = tmp_path_factory.mktemp("thousand") / "music"
    usable = 0
    for number in range(1000):
        path = root / ["Rock", "jazz", "hip hop", "Polka"][number % 4] / f"artist {number % 60}" / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, tune(number), RATE)
        usable += spoil(path, KINDS[number // 10 % len(KINDS)], number) if number % 10 == 7 else True
    return root, usable


@pytest.mark.slow
def test_the_counts_add_up_on_the_way(library, tmp_path):
    root, usable = library
    told = sum(KINDS[number // 10 % len(KINDS)] in TOLD for number in range(7, 1000, 10))
    catalog, rejected = load_folder(root)
    assert len(catalog) + len(rejected) == 1000
    index, failed = extract(catalog, tmp_path / "features", n_jobs=2, progress=False)
    assert (len(index), len(index) + len(failed) + len(rejected)) == (usable, 1000)
    assert (index["remarks"] != "").sum() == told
    line = course.count_line(index, pd.concat([rejected, failed]))
    assert line.startswith(f"1,000 found: {usable} usable, {1000 - usable} left out (")
    assert course.reasons(pd.concat([rejected, failed]))["files"].sum() == 1000 - usable
    problems = validate(catalog, n_jobs=2, progress=False)
    kept = drop_useless(catalog, problems)
    useless = problems[problems["problem"].isin(["unreadable", "too short", "silent", "identical file"])]
    assert len(kept) + useless["track_id"].nunique() + len(rejected) == 1000
    _, songs, failures = catalog_statistics(catalog, width=128)
    assert len(np.unique(songs)) + len(failures) + len(rejected) == 1000
