"""A sweep of two notebooks at once, killed in its middle, and on a Dask cluster: nothing lost, nothing done twice."""

import os
import signal
import sys

import pytest
from started import ALBUMLIB, until

from albumlib.batch.results import read_results
from albumlib.batch.sweep import plan_sweep, sweep_notebook
from albumlib.errors import InputError
from albumlib.parallel import WAIT_FOR_DASK

pytestmark = pytest.mark.slow

NUMBERS = ",".join(map(str, range(12)))


def lines(path):
    return path.read_text().split() if path.exists() else []


def test_a_sweep_killed_in_its_middle_goes_on_where_it_was(halving, start, tmp_path):
    out, log = tmp_path / "out", tmp_path / "log"
    words = [ALBUMLIB, "sweep", halving, out, "-p", "number", NUMBERS, "-p", "log", log, "--jobs", "2"]
    first = start(*words)
    until(lambda: len(list(out.glob("[!.]*.ipynb"))) >= 5, first.process)
    first.kill()
    until(lambda: not first.living())
    before = {path: path.read_bytes() for path in out.glob("[!.]*.ipynb")}
    in_flight = len(lines(log)) - len(before)  # at their end, but not yet saved
    assert len(before) < 12
    second = start(*words)
    said, _ = second.process.communicate()
    assert second.process.returncode == 1
    assert "12 runs: " in said
    until(lambda: not second.living())
    assert {path: path.read_bytes() for path in before} == before
    assert sorted(set(lines(log)), key=int) == NUMBERS.split(",")
    assert len(lines(log)) == 12 + in_flight
    table = read_results(out / "results.csv").set_index("number").sort_index()
    assert table.loc[table["status"] == "done", "share"].tolist() == [
        1 / (number + 1) ** 0.5 for number in range(12) if number not in (3, 8)
    ]
    failed = table[table["status"] == "failed"]
    assert failed["message"].to_dict() == {each: f"AssertionError: {each} is not wanted" for each in (3, 8)}


CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    options = {"threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50, "protocol": "tcp"}
    with LocalCluster(n_workers=2, processes=True, **options) as cluster:
        print(cluster.scheduler_address, flush=True)
        print(*[worker.process.process.pid for worker in cluster.workers.values()], flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def cluster(start, tmp_path):
    """A scheduler and two worker processes, over TCP: its address, the workers' numbers, and the whole."""
    pytest.importorskip("distributed")
    (tmp_path / "cluster.py").write_text(CLUSTER)
    started = start(sys.executable, tmp_path / "cluster.py")
    address = started.process.stdout.readline().strip()
    return address, [int(pid) for pid in started.process.stdout.readline().split()], started


def test_a_dask_cluster_that_loses_a_worker_and_then_its_scheduler(halving, cluster, tmp_path):
    import dask

    address, workers, whole = cluster
    log = tmp_path / "log"
    values = {"number": [3, 1, 2], "log": [str(log)]}
    killed = []

    def kill_a_worker(text):
        if text.startswith("failed") and not killed:
            killed.append(workers[0])
            os.kill(workers[0], signal.SIGKILL)

    table = sweep_notebook(halving, tmp_path / "dask", values, scheduler=address, echo=kill_a_worker)
    assert killed, table
    assert table["status"].tolist() == ["failed", "done", "done"]
    assert table["share"].tolist() == [0.5, 1 / 2**0.5, 1 / 3**0.5]
    assert {run.state for run in plan_sweep(halving, tmp_path / "dask", values)} == {"done before", "failed before"}

    def end(text):
        if text.startswith("failed"):
            whole.kill()

    # More than can end before the first of them, which fails, is told of: after a worker's death that can take 10 s.
    numbers = [8, 5, 6, 7, *range(9, 100)]
    with dask.config.set({WAIT_FOR_DASK: "2s"}), pytest.raises(InputError, match="the Dask scheduler is gone") as error:
        sweep_notebook(halving, tmp_path / "dask", {**values, "number": numbers}, scheduler=address, echo=end)
    assert str(error.value).isprintable()
    assert 4 <= len(read_results(tmp_path / "dask" / "results.csv")) < 3 + len(numbers)
