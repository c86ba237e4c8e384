"""Runs by address, of the whole course, in the environment's profile; and a machine without a kernel."""

import nbformat
import papermill
import pytest
from papermill.iorw import papermill_io
from started import write_notebook

from albumlib.batch import glued, read_outcome, run_course, run_notebook
from albumlib.errors import InputError

PARAMETERS = 'profile: str = "demo"  # tiny or demo\nnumber: int = 1  # a number'


class Store:
    """What papermill takes for a store in the network."""

    def __init__(self, files):
        self.files = files

    def read(self, path):
        return self.files[path]

    def write(self, text, path):
        if "full" in path:
            raise PermissionError("quota")
        self.files[path] = text

    def pretty_path(self, path):
        return path


@pytest.fixture
def store(monkeypatch):
    files = {}
    monkeypatch.setattr(papermill_io, "_handlers", [("mem://", Store(files)), *papermill_io._handlers])
    return files


def test_an_address_is_read_and_written_by_papermill(store, tmp_path):
    source = "from albumlib.runs import glue\nglue('half', number / 2)"
    store["mem://b/a.ipynb"] = write_notebook(tmp_path / "a.ipynb", PARAMETERS, source).read_text()
    run_notebook("mem://b/a.ipynb", "mem://b/out.ipynb", parameters={"number": "5"}, show=False)
    executed = nbformat.reads(store["mem://b/out.ipynb"], as_version=4)
    assert executed.metadata.papermill.output_path == "mem://b/out.ipynb"
    assert executed.metadata.albumlib.scores == {"half": 2.5}
    assert glued(executed) == {"half": 2.5}
    with pytest.raises(InputError, match=r"mem://b/full\.ipynb: cannot be stored; got PermissionError: quota"):
        run_notebook(tmp_path / "a.ipynb", "mem://b/full.ipynb", show=False)


def test_the_course_stops_at_what_fails_and_goes_on_there(tmp_path, monkeypatch):
    flag = tmp_path / "flag"
    paths = [
        write_notebook(tmp_path / "00_a.ipynb", PARAMETERS, "print('a')"),
        write_notebook(tmp_path / "01_b.ipynb", PARAMETERS, f"open({str(flag)!r}).close()"),
    ]
    monkeypatch.setattr("albumlib.batch.run.course_notebooks", lambda: paths)
    out, said = tmp_path / "out", []
    with pytest.raises(InputError, match="cell 3 failed with FileNotFoundError"):
        run_course(out, parameters={"number": "2"}, echo=said.append)
    assert said == ["== 00_a", "== 01_b"]
    assert read_outcome(out / "01_b.ipynb")["status"] == "failed"
    flag.touch()
    before = (out / "00_a.ipynb").read_bytes()
    run_course(out, parameters={"number": "2"}, echo=said.append)
    assert said[2:] == ["== 00_a  done before", "== 01_b"]
    assert (out / "00_a.ipynb").read_bytes() == before
    assert read_outcome(out / "01_b.ipynb")["status"] == "done"
    assert not (out / "01_b.failed.ipynb").exists()


def test_the_profile_of_the_environment_gives_way_to_a_parameter(tmp_path, monkeypatch):
    source = "from albumlib.course import chosen_profile\nprint(chosen_profile(profile))"
    path = write_notebook(tmp_path / "a.ipynb", PARAMETERS, source)
    monkeypatch.setenv("ALBUMLIB_PROFILE", "tiny")
    options = {"kernel_name": "python3", "language": "python", "progress_bar": False}
    passed = papermill.execute_notebook(path, None, parameters={"profile": "demo"}, **options)
    assert passed.cells[-1].outputs[0].text == "demo\n"
    alone = papermill.execute_notebook(path, None, **options)
    assert alone.cells[-1].outputs[0].text == "profile tiny, as $ALBUMLIB_PROFILE says\ntiny\n"


def test_no_kernel_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("albumlib.batch.run.KERNEL", "gone")
    path = write_notebook(tmp_path / "a.ipynb", PARAMETERS)
    with pytest.raises(InputError, match=r"a\.ipynb: no Jupyter kernel; expected gone; pip install ipykernel") as error:
        run_notebook(path, tmp_path / "out.ipynb")
    assert str(error.value).isprintable()
    assert [each.name for each in tmp_path.iterdir()] == ["a.ipynb"]
