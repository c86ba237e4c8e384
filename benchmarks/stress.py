"""Kill commands at random, two at once in one place, and see that what they leave is what an undisturbed run leaves.

    python benchmarks/stress.py FOLDER --kills 100 --seed 0

FOLDER is new or empty; the result is a line a command: how often it was killed, how often it came to its end between,
and what differs from an undisturbed one. Takes about 20 minutes on two cores.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import soundfile

from albumlib.demoworld.music.songs import synthesize_song

ALBUMLIB = str(Path(sys.executable).parent / "albumlib")
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
MARK = "ALBUMLIB_STRESS"
# 1: the other holds the run; those below 0: Python had not begun to listen to signals yet
ALLOWED = {0, 1, 130, 143, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT}
DEMO = """
import sys
from albumlib.demoworld.world import make_demo
size = {"songs_per_genre": 1, "artists_per_genre": 1, "duration": 2.0, "covers_per_genre": 2}
make_demo(sys.argv[1], n_jobs=2, **size)
"""
TRAIN = """
import sys
import numpy as np
from albumlib.covers import GanSettings, train_gan
from albumlib.runs import Run
covers = np.random.default_rng(0).integers(0, 256, (12, 100, 100, 3), dtype=np.uint8)
settings = GanSettings(width=0.25, batch_size=4, critic_updates=1)
options = {"genres": ["A", "B", "C"], "settings": settings, "steps": 60, "progress": False}
train_gan(covers, np.arange(12) % 3, Run(sys.argv[1]), log_every=1, checkpoint_every=5, **options)
"""
NOTEBOOK = "import pathlib, time\nfor i in range(20):\n    time.sleep(0.1)\n    print(i * number)"


def prepare(folder):
    """A library of music, a song and a notebook."""
    rng = np.random.default_rng(0)
    (folder / "music" / "Rock").mkdir(parents=True)
    for number in range(16):
        soundfile.write(folder / "music" / "Rock" / f"{number}.wav", rng.normal(0, 0.1, 22050 * 60), 22050)
    soundfile.write(folder / "song.wav", synthesize_song("Rock", artist_seed=0, seed=0), 22050)
    cells = [nbformat.v4.new_code_cell("number: int = 1  # a number"), nbformat.v4.new_code_cell(NOTEBOOK)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "n.ipynb")


def commands(folder):
    """Each command by name: its words, given the place where it works."""
    return {
        "extract": lambda out: [ALBUMLIB, "extract", folder / "music", "--out", out, "--jobs", "2"],
        "run": lambda out: [ALBUMLIB, "run", folder / "n.ipynb", out / "n.ipynb"],
        "sweep": lambda out: [ALBUMLIB, "sweep", folder / "n.ipynb", out, "-p", "number", "1,2"],
        "cover": lambda out: [ALBUMLIB, "cover", folder / "song.wav", "--out", out],
        "demo world": lambda out: [sys.executable, "-c", DEMO, out],
        "training": lambda out: [sys.executable, "-c", TRAIN, out],
    }


def begin(words, mark):
    """Start a command whose processes carry a mark."""
    words, quiet = [str(word) for word in words], {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(words, **quiet, env={**os.environ, MARK: mark}, start_new_session=True, text=True)


def alive(mark):
    """Processes that carry the mark, which children inherit."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (path / "environ").read_bytes().split(b"\0"):
                found.append(path.name)
        except OSError:
            continue
    return found


def contents(out):
    """What a command has left, but for times: by file, a digest."""
    found = {}
    for path in sorted(out.rglob("*")):
        name = str(path.relative_to(out))
        if path.is_dir() or path.name == "lock" or "checkpoints" in path.parts:
            continue
        if path.suffix == ".ipynb":
            # a text comes in as many parts as the machine is busy
            outputs = [each for cell in nbformat.read(path, as_version=4).cells for each in cell.get("outputs", [])]
            rest = [each for each in outputs if each.output_type != "stream"]
            content = "".join(each.text for each in outputs if each not in rest) + json.dumps(rest, sort_keys=True)
            content = content.encode()
        elif path.name == "results.csv":
            content = pd.read_csv(path).drop(columns="seconds").to_csv().encode()
        elif path.name == "metrics.csv":
            content = pd.read_csv(path).drop(columns="seconds_per_step").to_csv().encode()
        elif path.suffix == ".keras" or path.name in ("card.json", "index.csv"):  # hold dates, digests of dates, places
            content = b""
        else:
            content = path.read_bytes()
        found[name] = hashlib.sha256(content).hexdigest()
    return found


def compare(whole, out):
    """What a disturbed command has left that differs from what an undisturbed one leaves."""
    expected, found = contents(whole), contents(out)
    left = [key for key in found if key not in expected and not Path(key).name.startswith(".")]
    return [f"{key} differs" for key in expected if found.get(key) != expected[key]] + [f"{key} left" for key in left]


def disturb(words, out, rng, kills, seconds, mark):
    """Start two at once and kill one of them, again and again; a new place is taken when the work in one is whole.

    Give the places, each with a command that was let end, and what went wrong.
    """
    wrong, killed, places = [], 0, []
    while killed < kills:
        place = out / str(len(places))
        place.mkdir(parents=True)
        places.append(place)
        ended = False
        while killed < kills and not ended:
            both = [begin(words(place), mark) for _ in range(2)]
            time.sleep(rng.uniform(0.2, seconds))
            for process in rng.sample(both, rng.choice((1, 2))):
                killed += process.poll() is None
                process.send_signal(rng.choice(SIGNALS))
            for process in both:
                _, said = process.communicate()
                last = said.rstrip().rpartition("\n")[2]
                own = words(place)[0] != ALBUMLIB
                stopped = own and last.startswith(("KeyboardInterrupt", "albumlib.errors.InputError"))
                if process.returncode not in ALLOWED or ("Traceback" in said and not stopped):
                    wrong.append(f"status {process.returncode}: {said[-300:]}")
                ended |= process.returncode == 0
        last = begin(words(place), mark)
        if last.communicate() and last.returncode:
            wrong.append(f"the last one ended with {last.returncode}")
    deadline = time.monotonic() + 60
    while alive(mark) and time.monotonic() < deadline:
        time.sleep(0.5)
    return places, wrong + [f"process {number} is left" for number in alive(mark)]


def main():
    """Disturb every command, and compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    prepare(options.folder)
    rng, failed = random.Random(options.seed), False
    known = {name: words for name, words in commands(options.folder).items() if name in (options.only or [name])}
    for name, words in known.items():
        whole, out = options.folder / "whole" / name, options.folder / "disturbed" / name
        whole.mkdir(parents=True)
        start = time.monotonic()
        begin(words(whole), "whole").communicate()
        seconds = time.monotonic() - start
        kills = options.kills // len(known)
        places, wrong = disturb(words, out, rng, kills, seconds, f"{os.getpid()}-{name}")
        wrong += [each for place in places for each in compare(whole, place)]
        told = f"{kills} kills, whole {len(places)} times in {time.monotonic() - start:.0f} s"
        print(f"{name:12} {told}: {'as undisturbed' if not wrong else '; '.join(wrong)}", flush=True)
        failed |= bool(wrong)
        shutil.rmtree(out)
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
