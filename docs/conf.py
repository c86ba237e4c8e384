"""The site: the executed notebooks, the pages beside them, and the reference from the docstrings. ``make site``.

Nothing is executed and nothing is fetched; the pages need no network connection either.
"""

import io
import json
import re
from base64 import b64decode
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from PIL import Image

import albumlib

HERE = Path(__file__).parent
PICTURES = "image/png", "image/jpeg"
# The cell whose picture stands for a notebook; elsewhere it is the last picture.
FACES = {"00": "n00-10", "12": "n12-19"}

project, author, version = "albumlib", "The albumlib authors", albumlib.__version__
copyright = "the albumlib authors, MIT licence"
language = "en"
extensions = ["myst_nb", "numpydoc", "sphinx_design", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
templates_path = ["templates"]
suppress_warnings = ["mystnb.unknown_mime_type"]

nb_execution_mode = "off"
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]  # no kernel: the still
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # they stand in the signature's place in the text, as numpydoc has it
numpydoc_show_class_members = False
default_role = "py:obj"

html_theme = "pydata_sphinx_theme"
html_title = "albumlib"
html_static_path = ["static", str(files("jupyter_server_mathjax") / "static")]
html_css_files = ["site.css"]
html_theme_options = {
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_copy_source = False
html_show_sourcelink = False
# MathJax 2, since this is the one that comes as a package, with its fonts.
mathjax_path = "MathJax.js"
mathjax2_config = {
    "config": ["TeX-AMS-MML_HTMLorMML-full.js"],
    "tex2jax": {"inlineMath": [["\\(", "\\)"]], "displayMath": [["\\[", "\\]"]]},
    "HTML-CSS": {"availableFonts": [], "webFont": "STIX-Web", "imageFont": None},
    "messageStyle": "none",
}


def fit_notebook(app, name, source):
    """Make a notebook fit the site: alternative texts where the renderer looks for them, links to the site's pages."""
    if not name.startswith("notebooks/"):
        return
    source[0] = source[0].replace("](../README.md)", "](/index.md)").replace("](solutions)", "](/solutions.md)")
    if "/solutions/" in name or not source[0].startswith("{"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if alt := cell["metadata"].get("alt"):
            cell["metadata"]["mystnb"] = {"image": {"alt": alt}}
    source[0] = json.dumps(notebook)


def pictures(notebook):
    """Yield the cell and the encoded bytes of each picture of a notebook, in order."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            for kind in PICTURES:
                if kind in output.get("data", {}):
                    yield cell["id"], b64decode("".join(output["data"][kind]))


def make_thumbnails(app):
    """Write a small picture of each notebook beside the pages, from the outputs that are committed with it."""
    folder = Path(app.srcdir) / "static" / "thumbs"
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((Path(app.srcdir) / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        number, found = path.name[:2], dict(pictures(json.loads(path.read_text(encoding="utf-8"))))
        chosen = found.get(FACES.get(number), list(found.values())[-1])
        with Image.open(io.BytesIO(chosen)) as picture:
            small = picture.convert("RGB")
        small.thumbnail((640, 640))
        sheet = Image.new("RGB", (640, 360), "white")
        small = small.crop((0, 0, small.width, min(small.height, 360)))
        sheet.paste(small, ((640 - small.width) // 2, (360 - small.height) // 2))
        sheet.save(folder / f"{number}.jpg", quality=80)


def drop_empty_heads(app, doctree):
    """Take the head from tables whose head says nothing, since Markdown knows no table without one."""
    for head in list(doctree.findall(nodes.thead)):
        if not head.astext().strip():
            head.parent.remove(head)


def link_notebooks(app, what, name, found, options, lines):
    """Turn a docstring's ``Notebook: 02_features`` into a link."""
    for number, line in enumerate(lines):
        lines[number] = re.sub(r"Notebook: (\w+)", r"Notebook: :doc:`/notebooks/\1`", line)


def setup(app):
    """Called by Sphinx."""
    app.connect("builder-inited", make_thumbnails)
    app.connect("source-read", fit_notebook)
    app.connect("doctree-read", drop_empty_heads)
    app.connect("autodoc-process-docstring", link_notebooks)
