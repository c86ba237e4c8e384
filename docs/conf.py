"""The site: the executed notebooks, the pages beside them, and the reference from the docstrings. ``make site``.

Nothing is executed and nothing is fetched; the pages need no network connection either.
"""

import json
import re
from importlib.resources import files
from pathlib import Path

from docutils import nodes

import albumlib

HERE = Path(__file__).parent
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
    "tex2jax": {
        "inlineMath": [["\\(", "\\)"]],
        "displayMath": [["\\[", "\\]"]],
        # Pages say that nothing in them is to be set but these; MathJax 2 would look for the first alone.
        "processClass": "tex2jax_process|mathjax_process|math|output_area",
    },
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


def drop_empty_heads(app, doctree):
    """Take the head from tables whose head says nothing, since Markdown knows no table without one."""
    for head in list(doctree.findall(nodes.thead)):
        if not head.astext().strip():
            head.parent.remove(head)


def mend_page(app, name, template, context, doctree):
    """Make a page's lists and tables such as programs that read it aloud, and keys, can find their way in.

    A cell that heads nothing, such as the corner of a table, is no head; a table of pandas, which scrolls on a phone,
    can be reached by keys; and in Sphinx's list of modules no list lies in a list without being one of its items.
    """
    body = context.get("body", "")
    body = re.sub(r"<th\b([^>]*)>((?:<p></p>|&nbsp;|\s)*)</th>", r"<td\1>\2</td>", body)
    body = re.sub(r'<table (?=id="T_|border="1" class="dataframe")', '<table tabindex="0" ', body)
    if name == "_modules/index":
        body = re.sub(r"(?<=</li>)\s*</?ul>\s*(?=<li>)", "\n", body)
    context["body"] = body


def link_notebooks(app, what, name, found, options, lines):
    """Turn a docstring's ``Notebook: 02_features`` into a link."""
    for number, line in enumerate(lines):
        lines[number] = re.sub(r"Notebook: (\w+)", r"Notebook: :doc:`/notebooks/\1`", line)


def setup(app):
    """Called by Sphinx."""
    app.connect("source-read", fit_notebook)
    app.connect("doctree-read", drop_empty_heads)
    app.connect("html-page-context", mend_page)
    app.connect("autodoc-process-docstring", link_notebooks)
