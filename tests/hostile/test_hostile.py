"""Hostile inputs: each is used or refused in one clear line; none crashes, hangs, eats memory or writes anywhere."""

import multiprocessing
import re

import pytest
from hostile import CASES, run_case

from albumlib.text import UNPRINTABLE

SECONDS = 20
MEMORY = 10**9


@pytest.fixture(scope="module")
def processes():
    """Processes are forked from one that has done nothing but import, so that each has a memory of its own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["albumlib.data.fma", "albumlib.features.store", "pytest", "mutagen.id3", "scipy.signal", "PIL.Image"]
    )
    return context


@pytest.mark.parametrize("name", CASES)
def test_hostile_input(processes, tmp_path, name):
    expected = CASES[name][2]
    answer, sender = processes.Pipe(duplex=False)
    process = processes.Process(target=run_case, args=(name, tmp_path, sender))
    process.start()
    sender.close()
    try:
        assert answer.poll(SECONDS), "hangs"
        told, fault, peak, written = answer.recv()
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
    assert peak < MEMORY
    assert not written
