"""Files that are no notebooks, or odd ones: each is one line."""

import json
import os

import pytest

from albumlib.batch.outcome import read_outcome
from albumlib.batch.reading import notebook_parameters
from albumlib.errors import InputError

ODD = [
    "{}",
    "[]",
    "5",
    "null",
    '"x"',
    '{"cells":5,"nbformat":4}',
    '{"cgls": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    '{"cells": [], "metadata": {}, "nbformat": 9, "nbformat_minor": 5}',
    '{"cells": [], "metadata": {}, "nbformat": "4", "nbformat_minor": 5}',
    '{"cells": [{}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    '{"cells": [5], "metadata": {}, "nbformat": 4}',
    '{"cells": [], "metadata": {}, "nbformat": 1}',
    '{"cells": [], "metadata": {}, "nbformat": 2}',
    '{"worksheets": 5, "nbformat": 3}',
    "[" * 100_000,
    '{"cells": [{"metadata":{"tags":5}}], "metadata": 7, "nbformat": 4, "nbformat_minor": 5}',
    '{"cells": [{"source":["x",5],"metadata":{}}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "no JSON",
    "",
    "\0",
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_content(tmp_path, text):
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(InputError) as error:
        notebook_parameters(tmp_path / "a.ipynb")
    assert str(error.value).isprintable()
    assert read_outcome(tmp_path / "a.ipynb") is None


@pytest.mark.parametrize(
    "metadata",
    [
        {"albumlib": "0.1.0", "papermill": {"start_time": "2026-01-01T00:00:00", "end_time": "2026-01-01T00:00:01"}},
        {"albumlib": {}, "papermill": {}},
        {"albumlib": {}, "papermill": {"start_time": "2026-01-01T00:00:00", "end_time": None}},
        {"albumlib": {}, "papermill": {"start_time": "then", "end_time": "now"}},
        {"albumlib": {"scores": 5}, "papermill": {"start_time": "2026-01-01", "end_time": "2026-01-01"}},
        {"papermill": 5},
    ],
)
def test_a_notebook_that_is_no_whole_run_has_no_outcome(tmp_path, metadata):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    assert read_outcome(path) is None


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero"), lambda path: None])
def test_what_is_no_file(tmp_path, make):
    make(tmp_path / "a.ipynb")
    with pytest.raises(InputError, match=r"a\.ipynb: (not a|no such) notebook"):
        notebook_parameters(tmp_path / "a.ipynb")
