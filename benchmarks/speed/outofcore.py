"""Training on a store several times an enforced limit of memory: ``python benchmarks/speed/outofcore.py``.

The same training twice, in turns, each in a process of its own: without a limit, and in a control group that may hold a
fifth of the store, what the system keeps of its files included. Where no such group can be made, the limit is that of
the process's own data, which leaves the system's cache of files alone. The weights must be the same to the last byte.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
import numpy as np
import pandas as pd
from PIL import Image

from albumlib import Run
from albumlib.demoworld.music.songs import synthesize_song
from albumlib.features import PRESETS, feature_image, load_slices
from albumlib.genre import BEST, train_classifier

GENRES = ("Folk", "Hip-Hop", "Jazz", "Metal")
DRAWN = 8  # songs that are really there; the store holds them again and again
HELD_OUT = 20  # one song of so many is for validation
MEGABYTE = 1 << 20


def make_store(folder: Path, size: int) -> None:
    """Draw some songs, and make them a store of so many bytes, packed: PNG files, their pixels, ``index.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, height = [], 2 * PRESETS["default"].n_mels
    for number in range(DRAWN):
        genre, path = GENRES[number % len(GENRES)], folder / f"{number}.png"
        image = feature_image(synthesize_song(genre, artist_seed=number, seed=number), PRESETS["default"])
        Image.fromarray(image.values).save(path, compress_level=0)  # it is decoded again and again
        rows.append({"track_id": path.stem, "genre": genre, "path": path, "columns": image.values.shape[1]})
    index = pd.DataFrame(rows)
    index = pd.concat([index] * -(-size // (height * int(index["columns"].sum()))), ignore_index=True)
    load_slices(index, GENRES, progress=True)
    index.to_csv(folder / "index.csv", index=False)


def train(folder: Path, epochs: int) -> None:
    """Train on the store, and print slices a second, a digest of the weights and the peak of memory."""
    index = pd.read_csv(folder / "index.csv", dtype={"track_id": str})
    slices = load_slices(index, GENRES, width=BEST.width, step=BEST.width)
    held_out = np.arange(len(index)) % HELD_OUT == 0
    started, before = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory(dir=folder) as runs:
        run = Run(Path(runs) / "run")
        options = {"genres": GENRES, "features": PRESETS["default"], "settings": BEST, "epochs": epochs}
        model = train_classifier(slices.of_songs(~held_out), slices.of_songs(held_out), run, **options, progress=False)
        seconds = run.metrics()["seconds"].median()
    weights = hashlib.sha256(b"".join(array.tobytes() for array in model.get_weights())).hexdigest()[:16]
    # not from getrusage, which begins with what the parent had
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak = int(status["VmHWM"].split()[0]) / 1024
    whole = {"whole, s": time.perf_counter() - started, "processor, s": time.process_time() - before}
    print(json.dumps({"slices a second": len(slices) / seconds, **whole, "peak, MB": peak, "weights": weights}))


@contextmanager
def control_group(limit: int):
    """Make a control group inside this process's own that may hold so many bytes; None where that cannot be."""
    groups = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
    own = {kind: place.removeprefix("/") for _, kind, place in groups}
    root, name = Path("/sys/fs/cgroup"), "memory.max"
    if "memory" in own:  # version 1
        root, name = root / "memory", "memory.limit_in_bytes"
    group = root / own.get("memory", own.get("", "")) / f"outofcore-{os.getpid()}"
    try:
        group.mkdir()
        (group / name).write_text(str(limit))
    except OSError:
        yield None
    else:
        yield group
    finally:
        if group.exists():
            group.rmdir()


def in_process(folder: Path, epochs: int, enforce: Callable[[], object] | None) -> dict:
    """Run `train` in a process that calls `enforce` first, with nothing of the store in memory."""
    for path in folder.glob("columns-*.npy"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    command = [sys.executable, __file__, str(folder), "--train", "--epochs", str(epochs)]
    return json.loads(subprocess.check_output(command, preexec_fn=enforce, text=True).splitlines()[-1])


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--limit", default=800, help="MB of memory; TensorFlow alone needs 600.")
@click.option("--times", default=5.0, help="The limit, that the store is large.")
@click.option("--epochs", default=2)
@click.option("--turns", default=1)
@click.option("--train", "only", is_flag=True, hidden=True)
def main(folder: Path, limit: int, times: float, epochs: int, turns: int, only: bool) -> None:
    """Measure in FOLDER, on the disk that is meant; it needs room for the store."""
    if only:
        train(folder, epochs)
        return
    limit *= MEGABYTE
    folder /= f"{limit * times / MEGABYTE:.0f} MB"
    if not (folder / "index.csv").exists():
        make_store(folder, int(times * limit))
    with control_group(limit) as group:
        if group:
            enforce, how = partial((group / "cgroup.procs").write_text, "0"), "a control group, cache of files included"
        else:
            enforce, how = partial(resource.setrlimit, resource.RLIMIT_DATA, (limit, limit)), "the process's own data"
        rows = [
            {"limit": name, **in_process(folder, epochs, each)}
            for _ in range(turns)
            for name, each in (("none", None), ("enforced", enforce))
        ]
    table = pd.DataFrame(rows)
    click.echo(f"{limit / MEGABYTE:.0f} MB for {how}; the store is {times:g} times that; load {os.getloadavg()[0]:.1f}")
    click.echo(table.to_string(index=False, float_format="{:,.0f}".format))
    middle = table.groupby("limit")[["slices a second", "processor, s"]].median()
    speed, processor = middle.loc["enforced"] / middle.loc["none"]
    click.echo(f"enforced: {speed:.0%} of the speed without, {processor:.0%} of the processor time")
    if table["weights"].nunique() > 1:
        sys.exit("the weights are not the same")


if __name__ == "__main__":
    main()
