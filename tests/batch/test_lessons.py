"""What makes a lesson of a notebook: formulas, sources, words, pictures in words, exercises with their solutions."""

import re
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
SOLUTIONS = sorted((FOLDER / "solutions").glob("*.ipynb"))
DESCRIBED = (
    "00",
    "02",
    "03",
    "04",
    "05",
    "06",
    "07",
    "08",
    "09",
    "10",
    "11",
    "12",
)  # notebooks whose figures have an alternative text

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture
def text(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@each_notebook
def test_has_a_formula_and_a_summary(text):
    assert re.search(r"^\$\$.+?\$\$", text, re.MULTILINE | re.DOTALL)
    assert "## Summary" in text


@each_notebook
def test_ends_with_three_to_eight_sources_the_report_s_section_among_them(notebook):
    source = notebook.cells[-1].source if "## Sources" in notebook.cells[-1].source else notebook.cells[-2].source
    entries = re.split(r"^\* ", source.partition("## Sources")[2], flags=re.MULTILINE)[1:]
    assert 3 <= len(entries) <= 8
    assert re.search(r"Forberg.*2018", entries[0], re.DOTALL)
    cited = re.findall(r"\((https://doi\.org/10\.\d{4,}/\S+|https://arxiv\.org/abs/\d{4}\.\d{4,5})\)", source)
    assert len(cited) >= 2


@each_notebook
def test_has_exercises_of_three_kinds_with_hints_and_one_that_checks_itself(path, notebook, text):
    for part in ("**Predict.**", "**Change.**", "**Write.**", "<summary>Hints</summary>"):
        assert part in text
    assert f"(solutions/{path.stem}.ipynb)" in text
    (cell,) = (cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", []))
    name = re.search(r'course\.check\("(\w+)", (\w+)\)', cell.source)
    solution = (FOLDER / "solutions" / f"{path.stem}.ipynb").read_text(encoding="utf-8")
    assert name[1] == name[2]
    assert f"def {name[1]}(" in cell.source
    assert f'course.check(\\"{name[1]}\\", {name[1]})' in solution


def figures(notebook):
    """Cells that draw: those with a picture among their outputs, or with a figure in their source."""
    for cell in notebook.cells:
        pictures = [
            output for output in cell.get("outputs", []) if {"image/png", "image/jpeg"} & set(output.get("data", {}))
        ]
        if pictures or ("plt.subplots" in cell.source and cell.cell_type == "code"):
            yield cell


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.name[:2] in DESCRIBED], ids=lambda path: path.stem)
def test_every_figure_is_described_in_words(notebook):
    assert not [cell.id for cell in figures(notebook) if len(cell.metadata.get("alt", "")) < 20]


@each_solution
def test_solutions_run(path):
    """All in one process, in the order of their cells; an exercise that is solved wrongly fails its own check."""
    space = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, path.name, "exec"), space)


def test_the_glossary_s_words_are_used_where_it_says():
    glossary = (FOLDER / "glossary.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| \*\*(.+?)\*\*.*\| (\d\d) \|$", glossary, re.MULTILINE)
    assert len(table) > 40
    missing = []
    for words, number in table:
        notebook = nbformat.read(next(iter(FOLDER.glob(f"{number}_*.ipynb"))), as_version=4)
        source = re.sub(r"\s+", " ", " ".join(cell.source for cell in notebook.cells)).replace("*", "").lower()
        missing += [(word, number) for word in words.split(", ") if word.lower().rstrip("s") not in source]
    assert not missing


@each_notebook
def test_the_field_s_words_are_used(path, text):
    """A song is classified or predicted, not told; songs are dealt to splits, not sides."""
    assert not re.search(r"\b(is|are|was|were) told\b(?! (apart|from))|genre told|two sides of the split", text)


@pytest.mark.parametrize("name", ["glossary.md", "teaching.md", "cluster.md"])
def test_pages_for_readers_are_linked_and_their_links_lead_somewhere(name):
    assert f"notebooks/{name}" in (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https:)([^)#]+)\)", (FOLDER / name).read_text(encoding="utf-8")):
        assert (FOLDER / target).exists(), target
