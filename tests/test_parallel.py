"""Work in parallel: nothing is lost or done twice when a worker process is killed, here and on a Dask cluster."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import cloudpickle
import numpy as np
import pytest
import soundfile

from albumlib.data.catalog import COLUMNS, make_catalog
from albumlib.errors import InputError
from albumlib.features.store import extract
from albumlib.parallel import DIED, WAIT_FOR_DASK, in_parallel

cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import a test
RATE = 22050


def square(number, log):
    """Leave a line once it is done."""
    with open(log, "a") as file:
        file.write(f"{number}\n")
    return number**2


def square_or_die(number, log, fatal):
    if number == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number, log)


def square_or_die_once(number, log, flag):
    if number == 3 and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number, log)


def square_or_die_twice(number, log, flags):
    """Die of what comes from outside, also when tried alone for the first time."""
    if number == 3:
        died = len(list(flags.iterdir()))
        if died < 2:
            (flags / str(died)).touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return square(number, log)


def slow_square(number, log):
    time.sleep(0.2)
    return square(number, log)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_results_carry_the_place_of_their_task(tmp_path, n_jobs):
    tasks = [(number, tmp_path / "log") for number in range(20)]
    assert dict(in_parallel(square, tasks, n_jobs=n_jobs)) == {number: number**2 for number in range(20)}


def test_no_tasks_no_results():
    assert list(in_parallel(square, [], n_jobs=2)) == []


def test_a_task_that_kills_its_worker_costs_its_own_result_only(tmp_path):
    tasks = [(number, tmp_path / "log", 5) for number in range(12)]
    results = dict(in_parallel(square_or_die, tasks, n_jobs=2))
    assert results == {number: number**2 for number in range(12)} | {5: DIED}


def test_a_worker_killed_once_costs_nothing(tmp_path):
    tasks = [(number, tmp_path / "log", tmp_path / "flag") for number in range(12)]
    assert dict(in_parallel(square_or_die_once, tasks, n_jobs=2)) == {number: number**2 for number in range(12)}


def test_a_worker_killed_again_while_its_task_is_tried_alone_costs_nothing(tmp_path):
    (tmp_path / "flags").mkdir()
    tasks = [(number, tmp_path / "log", tmp_path / "flags") for number in range(6)]
    assert dict(in_parallel(square_or_die_twice, tasks, n_jobs=2)) == {number: number**2 for number in range(6)}
    assert len(list((tmp_path / "flags").iterdir())) == 2


@pytest.fixture(scope="module")
def cluster():
    """A scheduler and two workers, each a process of its own, over TCP."""
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options, silence_logs=50) as cluster:
        assert cluster.scheduler_address.startswith("tcp://")
        yield cluster


def test_a_killed_dask_worker_loses_and_repeats_nothing(cluster, tmp_path):
    log = tmp_path / "log"
    tasks = [(number, log) for number in range(30)]
    results, killed = {}, None
    for number, result in in_parallel(slow_square, tasks, scheduler=cluster.scheduler_address):
        results[number] = result
        if len(results) == 6:
            killed = next(iter(cluster.workers.values())).process.process.pid
            os.kill(killed, signal.SIGKILL)
    assert killed
    assert results == {number: number**2 for number in range(30)}
    done = Counter(int(line) for line in log.read_text().split())
    assert set(done) == set(range(30))
    assert sum(done.values()) - 30 <= 1  # the one in flight may have ended before its worker could say so


def test_the_store_on_a_dask_cluster(cluster, tmp_path):
    rows = []
    for number in range(6):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, 0.5 * np.sin(0.03 * (number + 1) * np.arange(6 * RATE)), RATE)
        rows.append(dict.fromkeys(COLUMNS, "") | {"track_id": f"t{number}", "path": path, "duration": 6.0})
    (tmp_path / "empty.mp3").touch()
    rows.append(rows[0] | {"track_id": "empty", "path": tmp_path / "empty.mp3"})
    catalog, options = make_catalog(rows), {"scheduler": cluster.scheduler_address, "progress": False}
    index, report = extract(catalog, tmp_path / "dask", **options)
    alone, _ = extract(catalog, tmp_path / "alone", n_jobs=1, progress=False)
    assert report["reason"].str.contains("empty").tolist() == [True]
    for one, other in zip(index["path"], alone["path"], strict=True):
        assert Path(one).read_bytes() == Path(other).read_bytes()
    before = [os.stat(path).st_mtime_ns for path in index["path"]]
    again, _ = extract(catalog, tmp_path / "dask", **options)
    assert before == [os.stat(path).st_mtime_ns for path in again["path"]]


@pytest.fixture
def impatient():
    """Wait for a cluster two seconds only."""
    dask = pytest.importorskip("dask")
    with dask.config.set({WAIT_FOR_DASK: "2s"}):
        yield


def refused(scheduler, match, capfd):
    with pytest.raises(InputError, match=match) as error:
        list(in_parallel(slow_square, [(number, "log") for number in range(50)], scheduler=scheduler))
    assert str(error.value).isprintable()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1", "tcp://", "http://127.0.0.1:9", "tcp://a b:x"])
def test_no_scheduler_there(impatient, capfd, address):
    refused(address, "no Dask scheduler answers", capfd)


def test_a_web_server_is_no_scheduler(impatient, server, capfd):
    refused(server.url.replace("http", "tcp").rstrip("/"), "no Dask scheduler answers", capfd)


CLUSTER = """
import sys
from distributed import LocalCluster
workers = int(sys.argv[1])
if __name__ == "__main__":
    options = {"threads_per_worker": 1, "processes": workers > 0, "dashboard_address": None, "silence_logs": 50}
    cluster = LocalCluster(n_workers=workers, protocol="tcp", **options)
    print(cluster.scheduler_address, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def start_cluster(tmp_path):
    """Start a cluster in a process group of its own: the process, and the scheduler's address."""
    pytest.importorskip("distributed")
    (tmp_path / "cluster.py").write_text(CLUSTER)
    started = []

    def call(workers):
        words = [sys.executable, tmp_path / "cluster.py", str(workers)]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        started.append(subprocess.Popen(words, **pipes, text=True, start_new_session=True))
        return started[-1], started[-1].stdout.readline().strip()

    yield call
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_scheduler_without_workers(impatient, start_cluster, capfd):
    refused(start_cluster(0)[1], "has no workers", capfd)
