"""Hostile inputs: each is used or refused in one clear line; none crashes, hangs, eats memory or writes anywhere."""

import multiprocessing
import re
from pathlib import Path

import pytest
from hostile import CASES, run_case

from albumlib.text import UNPRINTABLE

ASLEEP = 60  # seconds without a tick of the processor, after which a process that waits is taken to wait for ever
MEMORY = 750_000_000  # bytes above what the process had when it was forked: 1 GB in all, with what is imported
# Imported before the processes are forked: else each would import it anew, which takes longer than most uses.
IMPORTED = (
    "PIL.Image albumlib.cli.main albumlib.data.fma albumlib.data.folder albumlib.data.images albumlib.features.store "
    "albumlib.pipeline av librosa.filters librosa.util.utils mutagen.id3 pytest scipy.signal"
).split()


@pytest.fixture(scope="module")
def processes():
    """Processes are forked from one that has done nothing but import, so that each has a memory of its own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    return context


def wait_for(answer, pid):
    """Wait until there is an answer, or the process ends, or sleeps and sleeps; a busy machine may take its time.

    What computes for ever meets its limit of processor time, see `hostile.run_case`.
    """
    asleep, before = 0, None
    while not answer.poll(1):
        state, *numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent = numbers[10], numbers[11]
        asleep = asleep + 1 if state in "SDT" and spent == before else 0
        before = spent
        assert asleep < ASLEEP, "hangs"


@pytest.mark.parametrize("name", CASES)
def test_hostile_input(processes, tmp_path, name):
    expected = CASES[name][2]
    answer, sender = processes.Pipe(duplex=False)
    process = processes.Process(target=run_case, args=(name, tmp_path, sender))
    process.start()
    sender.close()
    try:
        wait_for(answer, process.pid)
        told, fault, grown, written = answer.recv()
    except EOFError:
        process.join()
        pytest.fail(f"crashes with exit status {process.exitcode}")
    finally:
        process.kill()
        process.join()
    assert not fault
    if isinstance(expected, str):
        assert re.search(expected, told[0]), told
    assert not any(UNPRINTABLE.search(text) for text in told)
    assert len(told[0]) < 10_000
    assert grown < MEMORY
    assert not written
