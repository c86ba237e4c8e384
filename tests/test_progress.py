"""Progress in words: counts, bytes, and a count that goes back when a download begins anew."""

import time

import pytest

from albumlib.progress import BYTES, _NotebookLine, file_size, progress_bar


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.00kiB"), (1 << 20, "1.00MiB"), (7_730_941_132, "7.20GiB")],
)
def test_sizes_have_binary_prefixes(count, shown):
    assert file_size(count) == shown


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


@pytest.mark.parametrize(
    ("unit", "said"), [(BYTES, "a.zip: 1.00k/3.00k in 00:00"), ("files", "a.zip: 1024/3072 files in 00:00")]
)
def test_the_line_in_a_notebook_is_rewritten_in_place(unit, said, monkeypatch):
    shown = []

    class Handle:
        def update(self, bundle, **options):
            shown.append(bundle["text/plain"])

    monkeypatch.setattr("IPython.display.display", lambda *_, **__: Handle())
    options = {"unit": "B", "unit_scale": True, "unit_divisor": 1024} if unit == BYTES else {"unit": unit}
    with _NotebookLine(total=3072, desc="a.zip", initial=1024, **options) as line:
        line.refresh()
        assert shown[-1].startswith(said)
        line.update(2048)
    assert "3.00k/3.00k" in shown[-1] or "3072/3072" in shown[-1]
    assert "left" not in shown[-1]
