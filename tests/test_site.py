"""The site: every notebook, page and face has its place; what it is made with is in an extra of its own."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
NOTEBOOKS = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))]


def listed(page):
    """What the tables of contents of a page list, in order, without the titles that some give: `Title <page>`."""
    blocks = re.findall(r"```\{toctree\}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    entries = [line for block in blocks for line in block.splitlines() if line and not line.startswith(":")]
    return [re.sub(r"^.*<(.+)>$", r"\1", entry) for entry in entries]


def test_every_notebook_is_listed_and_has_a_card():
    assert listed("course.md") == NOTEBOOKS
    assert re.findall(r"^:link: (\S+)$", (DOCS / "index.md").read_text(encoding="utf-8"), re.MULTILINE) == NOTEBOOKS


def test_every_notebook_has_its_small_picture_on_the_site_and_in_the_readme():
    small = [f"notebooks/thumbs/{name.removeprefix('notebooks/')[:2]}.jpg" for name in NOTEBOOKS]
    assert sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "notebooks" / "thumbs").iterdir()) == small
    assert re.findall(r"^:img-top: (\S+)$", (DOCS / "index.md").read_text(encoding="utf-8"), re.MULTILINE) == small
    assert re.findall(r'<img src="(\S+)"', (ROOT / "README.md").read_text(encoding="utf-8")) == small


def test_what_is_listed_is_there():
    for page, folder in (("index.md", DOCS), ("reference/index.md", DOCS / "reference")):
        for name in listed(page):
            assert (folder / f"{name}.md").exists() or (ROOT / f"{name}.md").exists(), name


def test_the_settings_load():
    pytest.importorskip("jupyter_server_mathjax", reason="the site's extra is not installed")
    settings = runpy.run_path(str(DOCS / "conf.py"))
    assert settings["nb_execution_mode"] == "off"
    assert "math" in settings["mathjax2_config"]["tex2jax"]["processClass"].split("|")  # or formulas stay as written
    source = ['{"cells": [{"metadata": {"alt": "a line"}, "source": "[contents](../README.md)"}]}']
    settings["fit_notebook"](None, "notebooks/00_x", source)
    assert '"alt": "a line"}}' in source[0]
    assert "(/index.md)" in source[0]


def test_tables_and_lists_can_be_read_aloud():
    pytest.importorskip("jupyter_server_mathjax", reason="the site's extra is not installed")
    mend_page = runpy.run_path(str(DOCS / "conf.py"))["mend_page"]

    def mended(body, name="notebooks/00_x"):
        context = {"body": body}
        mend_page(None, name, "page.html", context, None)
        return context["body"]

    assert mended('<table border="1" class="dataframe"><th></th>') == (
        '<table tabindex="0" border="1" class="dataframe"><td></td>'
    )
    assert mended('<table id="T_1"><th class="blank" >&nbsp;</th>') == (
        '<table tabindex="0" id="T_1"><td class="blank" >&nbsp;</td>'
    )
    assert mended('<th class="head"><p></p></th><th>a</th>') == '<td class="head"><p></p></td><th>a</th>'
    modules = "<ul><li>a</li>\n<ul><li>a.b</li>\n</ul><li>c</li>\n</ul>"
    assert mended(modules, "_modules/index") == "<ul><li>a</li>\n<li>a.b</li>\n<li>c</li>\n</ul>"
