"""What covers of a song cost from cold: processor time, wall time and memory, beside `import tensorflow`.

    python benchmarks/speed/cover.py SONG.mp3 [more songs]

The first song alone is measured, then all of them in one call. The ratio to ``import tensorflow`` is of processor
time, for that depends least on what else the machine does.
"""

import os
import subprocess
import sys
import tempfile
import time

import click

REPEATS = 3
# Installed packages are compiled; so is what is measured, from its second run on.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
COVER = "from albumlib.cli.main import main; main()"


def measure(*command):
    """Least wall and processor seconds of some calls, and the largest peak of memory in MB."""
    rows = []
    for _ in range(REPEATS):
        code = (
            "import resource, subprocess, sys; quiet = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL};"
            "done = subprocess.run(sys.argv[1:], **quiet);"
            "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
            "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, done.returncode)"
        )
        started = time.perf_counter()
        answer = subprocess.check_output([sys.executable, "-c", code, *command], text=True, env=ENVIRONMENT)
        processor, memory, status = map(float, answer.split())
        if status:
            sys.exit(f"{' '.join(command)} failed")
        rows.append((time.perf_counter() - started, processor, memory))
    wall, processor, memory = zip(*rows, strict=True)
    return min(wall), min(processor), max(memory)


@click.command()
@click.argument("songs", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
def main(songs):
    """Measure covers of the first of SONGS, then of all in one call; print a row of a table as soon as it is known."""
    print(f"{'':20} wall s  processor s  peak MB  ratio to import tensorflow", flush=True)
    with tempfile.TemporaryDirectory() as out:
        cover = (sys.executable, "-c", COVER, "cover", "--out", out)
        subprocess.run([*cover, songs[0]], check=True, stdout=subprocess.DEVNULL)  # builds the ears, if there are none
        tensorflow = measure(sys.executable, "-c", "import tensorflow")
        show("import tensorflow", tensorflow, tensorflow)
        show("python", measure(sys.executable, "-c", "pass"), tensorflow)
        show("cover, 1 song", measure(*cover, songs[0]), tensorflow)
        if len(songs) > 1:
            show(f"cover, {len(songs)} songs", measure(*cover, *songs), tensorflow)


def show(name, found, tensorflow):
    """Print a row."""
    wall, processor, memory = found
    print(f"{name:20} {wall:6.2f} {processor:12.2f} {memory:8.0f} {processor / tensorflow[1]:27.2f}", flush=True)


if __name__ == "__main__":
    main()
