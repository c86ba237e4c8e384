"""What tests of notebooks and of many runs share."""

import sys

import pytest
from started import Started, write_notebook
from warm_kernels import WarmKernels


@pytest.fixture(scope="class")
def warm():
    """Start kernels as forks of a process that has imported much; where no process can be forked so, as ever."""
    if sys.platform != "linux":
        yield
        return
    kernels = WarmKernels()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jupyter_client.provisioning.local_provisioner.launch_kernel", kernels.launch)
        yield
    kernels.close()


@pytest.fixture
def halving(tmp_path):
    """Glues a score, fails for 3 and 8, and leaves a line in a file when it is at its end."""
    source = (
        "from albumlib.runs import glue\n"
        'glue("share", 1 / (number + 1) ** 0.5)\n'
        'with open(log, "a") as file:\n    print(number, file=file)\n'
        "assert number not in (3, 8), f'{number} is not wanted'"
    )
    return write_notebook(tmp_path / "halving.ipynb", 'number: int = 0  # a number\nlog: str = ""  # a file', source)


@pytest.fixture
def start(tmp_path):
    """Start a program: words to `Started`."""
    begun = []
    (tmp_path / "tmp").mkdir()

    def call(*words):
        begun.append(Started(words, tmp_path / "tmp"))
        return begun[-1]

    yield call
    for each in begun:
        each.kill()
