"""One function over many tasks: in this process, in many, or on a Dask cluster. What kills its worker is named."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from albumlib.errors import InputError

# What a task gives whose worker process died of it: a decoder that crashed, or too little memory.
DIED = "the worker process died"
ALONE = 2  # times that a task is tried alone, for a process may also be killed from outside
WAIT_FOR_DASK = "albumlib.wait"  # a setting of Dask's, and so $DASK_ALBUMLIB__WAIT


def in_parallel(
    function: Callable, tasks: Iterable[tuple], *, n_jobs: int = -1, scheduler: str | None = None
) -> Iterator[tuple[int, Any]]:
    """Call a function on every task and yield the results as they come.

    Where a worker process dies, the tasks that were in flight are done again, each in a process of its own and at most
    twice, so that one bad file costs its own row and nothing else. Workers end with the process that began them,
    however it ends.

    Parameters
    ----------
    function
        Importable by the workers.
    tasks
        Arguments of each call.
    n_jobs
        Processes; -1 takes every core, 1 stays in this process.
    scheduler
        Address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``: its workers do the calls, and `n_jobs` is not
        read. They must see the same files under the same paths. It and a first worker are waited for 8 s each, or
        as long as ``$DASK_ALBUMLIB__WAIT`` says, such as ``5 minutes``.

    Yields
    ------
    number
        Place of the task.
    result
        What the function returned, or `DIED`.

    Raises
    ------
    InputError
        If the scheduler does not answer, has no worker, or goes away meanwhile.
    """
    undone = dict(enumerate(tasks))
    with _pool(n_jobs, scheduler) as (new_pool, deaths):
        while undone:
            started = []
            try:
                for number, result in new_pool()(_calls(function, undone, started)):
                    del undone[number]
                    yield number, result
            except deaths:
                # what had not been handed out yet is not under suspicion and goes on in the next round
                for number in [number for number in started if number in undone]:
                    yield number, _alone(function, number, undone.pop(number), new_pool=new_pool, deaths=deaths)


def _calls(function, undone, started):
    """Hand out the tasks, and note which."""
    for number, task in list(undone.items()):
        started.append(number)
        yield delayed(_numbered)(function, number, task)


def _numbered(function, number, task):
    return number, function(*task)


def _alone(function, number, task, *, new_pool, deaths):
    """Do one task while no other is in flight, so that a death is its own."""
    for _ in range(ALONE):
        try:
            return next(iter(new_pool()([delayed(_numbered)(function, number, task)])))[1]
        except deaths:
            continue
    return DIED


def _begin_worker(owner):
    """Leave it to the process that began this worker to be interrupted, and end when it has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(owner,), daemon=True).start()


def _end_with(owner):
    while os.getppid() == owner:
        time.sleep(1)
    os._exit(1)


@contextmanager
def _pool(n_jobs, scheduler):
    """Give a function that makes a pool of joblib calls, and the exceptions by which one says that a worker died.

    Each call needs a pool of its own: after a death, results of the calls before can still reach the old one.
    """
    options = {"return_as": "generator_unordered"}
    if scheduler is None:
        workers = {"initializer": _begin_worker, "initargs": (os.getpid(),)}
        yield partial(Parallel, n_jobs=n_jobs, **workers, **options), (TerminatedWorkerError,)
        return
    try:
        from distributed import KilledWorker
    except ModuleNotFoundError:
        todo = 'pip install "albumlib[cluster]"'
        raise InputError("Dask is not installed", where=scheduler, expected="distributed", todo=todo) from None
    with _client(scheduler) as client:

        def new_pool():
            with parallel_config(backend="dask", client=client):
                return Parallel(**options)

        try:
            yield new_pool, (KilledWorker,)
        except (OSError, CancelledError) as error:
            got, todo = f"{type(error).__name__} {error}", "run it again: what is done is kept"
            raise InputError("the Dask scheduler is gone", where=scheduler, got=got, todo=todo) from None


@contextmanager
def _client(scheduler):
    """Connect to a Dask cluster that has a worker."""
    import dask.utils
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is told in one line
    wait = dask.utils.parse_timedelta(dask.config.get(WAIT_FOR_DASK, "8s"))
    try:
        with ThreadPoolExecutor(1) as thread:  # of its own, for a notebook has a loop already
            thread.submit(asyncio.run, _greet(scheduler, wait)).result()
        client = Client(scheduler, timeout=wait)
    except (OSError, ValueError) as error:
        got = str(error) or f"no answer in {wait:g} s"
        raise InputError("no Dask scheduler answers", where=scheduler, got=got) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=wait)
        except TimeoutError:
            todo = "start workers, or wait for them"
            raise InputError(
                "the Dask scheduler has no workers", where=scheduler, got=f"none in {wait:g} s", todo=todo
            ) from None
        yield client


async def _greet(scheduler, seconds):
    """Speak to a scheduler once. A client would wait without end for another kind of server to answer."""
    from distributed.comm import connect

    async with asyncio.timeout(seconds):
        comm = await connect(scheduler, timeout=seconds)
        comm.abort()
