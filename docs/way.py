"""Small pictures for the README and the site: ``python docs/way.py``.

Writes ``notebooks/way.jpg``, the way of a song in six pictures cut from the notebooks' committed outputs,
``notebooks/thumbs``, one of each notebook, and ``notebooks/gallery.jpg``, covers of the shipped generator; to be run
again when the notebooks are, or the generator is another.
"""

import io
import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from albumlib import Pipeline
from albumlib.covers import fixed_grid, generate

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
# Of each step: what it is called, the notebook and cell whose picture is taken, and which part of it (left, top, right,
# bottom; shares of its width and height).
STEPS = [
    ("1 · a song", "12_your_song", "n12-09", (0.105, 0.02, 0.99, 0.222)),
    ("2 · its image", "12_your_song", "n12-09", (0.105, 0.262, 0.99, 0.885)),
    ("3 · slices", "00_from_song_to_cover", "n00-12", (0.148, 0.0, 1.0, 0.80)),
    ("4 · what each says", "12_your_song", "n12-16", (0.108, 0.138, 0.99, 0.80)),
    ("5 · genre and doubt", "12_your_song", "n12-14", (0.0, 0.02, 1.0, 0.8)),
    ("6 · covers", "12_your_song", "n12-19", (0.098, 0.0, 0.69, 0.655)),
]
SIZE, GAP, LINE = (310, 170), 16, 26
THUMB = (360, 203)
GALLERY = ("Classical", "Electronic", "Hip-Hop", "Lo-Fi", "Pop", "Rock", "Trip-Hop")
# The cell whose picture stands for a notebook; elsewhere it is the last picture.
FACES = {"00": "n00-10", "02": "n02-38", "06": "n06-13", "09": "n09-26", "10": "n10-18", "11": "n11-06", "12": "n12-19"}


def pictures(notebook: Path) -> Iterator[tuple[str, Image.Image]]:
    """The pictures of a notebook in order, each with its cell's name."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            for kind in ("image/png", "image/jpeg"):
                if kind in output.get("data", {}):
                    data = b64decode("".join(output["data"][kind]))
                    yield cell["id"], Image.open(io.BytesIO(data)).convert("RGB")


def way() -> Image.Image:
    """The six steps beside each other, three a row."""
    width, height = SIZE
    sheet = Image.new("RGB", (3 * (width + GAP) + GAP, 2 * (height + LINE + GAP) + GAP), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(17)
    for place, (name, stem, cell_id, part) in enumerate(STEPS):
        whole = dict(pictures(FOLDER / f"{stem}.ipynb"))[cell_id]
        sides = [round(share * side) for share, side in zip(part, whole.size * 2, strict=True)]
        left, top = GAP + place % 3 * (width + GAP), GAP + place // 3 * (height + LINE + GAP)
        draw.text((left, top), name, fill="#222222", font=font)
        sheet.paste(whole.crop(sides).resize(SIZE, Image.Resampling.LANCZOS), (left, top + LINE))
    return sheet


def thumbnail(notebook: Path) -> Image.Image:
    """The upper part of one picture of a notebook, on white."""
    found = dict(pictures(notebook))
    whole = found.get(FACES.get(notebook.name[:2]), list(found.values())[-1])
    width, height = THUMB
    whole = whole.resize((width, round(whole.height * width / whole.width)), Image.Resampling.LANCZOS)
    sheet, seen = Image.new("RGB", THUMB, "white"), whole.crop((0, 0, width, min(whole.height, height)))
    sheet.paste(seen, (0, (height - seen.height) // 2))
    return sheet


def gallery() -> Image.Image:
    """Covers of the shipped generator, a genre a row, a noise a column."""
    shipped = Pipeline()
    names = list(shipped.genres)
    codes, noise = fixed_grid(len(names), shipped.latent_dim, kind=shipped.noise)
    chosen = np.isin(np.argmax(codes, axis=1), [names.index(genre) for genre in GALLERY])
    covers = generate(shipped.generator, codes[chosen], noise[chosen]).reshape(len(GALLERY), 8, 100, 100, 3)
    sheet = Image.new("RGB", (8 * 106 + 6, len(GALLERY) * 106 + 6), "white")
    for row, column in np.ndindex(covers.shape[:2]):
        sheet.paste(Image.fromarray(covers[row, column]), (6 + 106 * column, 6 + 106 * row))
    return sheet


def main() -> None:
    """Write them."""
    gallery().save(FOLDER / "gallery.jpg", quality=90)
    way().save(FOLDER / "way.jpg", quality=85)
    (FOLDER / "thumbs").mkdir(exist_ok=True)
    for notebook in sorted(FOLDER.glob("[0-9][0-9]_*.ipynb")):
        thumbnail(notebook).save(FOLDER / "thumbs" / f"{notebook.name[:2]}.jpg", quality=75)


if __name__ == "__main__":
    main()
