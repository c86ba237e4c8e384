"""Progress in words: counts, bytes, and a count that goes back when a download begins anew."""

import time

import pytest

from albumlib.progress import BYTES, _NotebookLine, file_size, progress_bar


def test_sizes_in_words():
    assert [file_size(count) for count in (0, 1023, 1024, 1 << 20, 7_730_941_132, 1 << 50)] == [
        "0 bytes",
        "1023 bytes",
        "1.0 KiB",
        "1.0 MiB",
        "7.2 GiB",
        "1,048,576.0 GiB",
    ]


def test_the_line_in_a_terminal_counts_bytes(capsys):
    with progress_bar(total=3 << 20, initial=1 << 20, desc="a.zip", unit=BYTES) as bar:
        bar.update(2 << 20)
        bar.update(-bar.n)
        bar.update(3 << 20)
    assert "a.zip: 100%" in (said := capsys.readouterr().err)
    assert "3.00M/3.00M" in said


def test_a_log_file_is_not_told_every_move(capsys):
    with progress_bar(total=200, desc="songs", unit="files") as bar:
        for _ in range(200):
            time.sleep(0.002)
            bar.update()
    said = capsys.readouterr().err
    assert "200/200" in said
    assert said.count("\r") <= 3


@pytest.mark.parametrize(("unit", "said"), [(BYTES, "a.zip: 1.0 KiB/3.0 KiB"), ("files", "a.zip: 1,024/3,072 files")])
def test_the_line_in_a_notebook(unit, said):
    line = _NotebookLine(total=3072, desc="a.zip", unit=unit, initial=2048)
    line.n = 1024
    assert line._bundle() == {"text/plain": said}
    line.n = 3072
    assert line._bundle()["text/plain"].endswith(", about 0 s left")
