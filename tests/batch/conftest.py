"""What tests of many runs share."""

import pytest
from started import Started, write_notebook


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
