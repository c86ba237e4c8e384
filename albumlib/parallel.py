"""One function over many tasks: in this process, in many, or on a Dask cluster. What kills its worker is named."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from albumlib.errors import InputError

# What a task gives whose worker process died of it: a decoder that crashed, or too little memory.
DIED = "the worker process died"


def in_parallel(
    function: Callable, tasks: Iterable[tuple], *, n_jobs: int = -1, scheduler: str | None = None
) -> Iterator[tuple[int, Any]]:
    """Call a function on every task and yield the results as they come.

    Where a worker process dies, the tasks that were in flight are done again, each in a process of its own, so that
    one bad file costs its own row and nothing else.

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
        read. They must see the same files under the same paths.

    Yields
    ------
    number
        Place of the task.
    result
        What the function returned, or `DIED`.

    Raises
    ------
    InputError
        If the scheduler does not answer.
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
                    yield number, _alone(function, number, undone.pop(number), pool=new_pool(), deaths=deaths)


def _calls(function, undone, started):
    """Hand out the tasks, and note which."""
    for number, task in list(undone.items()):
        started.append(number)
        yield delayed(_numbered)(function, number, task)


def _numbered(function, number, task):
    return number, function(*task)


def _alone(function, number, task, *, pool, deaths):
    """Do one task while no other is in flight, so that a death is its own."""
    try:
        return next(iter(pool([delayed(_numbered)(function, number, task)])))[1]
    except deaths:
        return DIED


@contextmanager
def _pool(n_jobs, scheduler):
    """Give a function that makes a pool of joblib calls, and the exceptions by which one says that a worker died.

    Each call needs a pool of its own: after a death, results of the calls before can still reach the old one.
    """
    options = {"return_as": "generator_unordered"}
    if scheduler is None:
        yield partial(Parallel, n_jobs=n_jobs, **options), (TerminatedWorkerError,)
        return
    try:
        from distributed import Client, KilledWorker
    except ModuleNotFoundError:
        todo = 'pip install "albumlib[cluster]"'
        raise InputError("Dask is not installed", where=scheduler, expected="distributed", todo=todo) from None
    try:
        client = Client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise InputError("no Dask scheduler answers", where=scheduler, got=str(error)) from None
    with client:

        def new_pool():
            with parallel_config(backend="dask", client=client):
                return Parallel(**options)

        yield new_pool, (KilledWorker,)
