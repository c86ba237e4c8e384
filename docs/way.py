"""The way of a song in six small pictures, cut from the notebooks' committed outputs: ``python docs/way.py``.

Writes ``notebooks/way.jpg`` for the README; to be run again when the notebooks are.
"""

import io
import json
from base64 import b64decode
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

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


def picture(stem: str, cell_id: str) -> Image.Image:
    """The picture of a cell."""
    cells = json.loads((FOLDER / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = next(cell["outputs"] for cell in cells if cell["id"] == cell_id)
    data = next(output["data"]["image/jpeg"] for output in outputs if "image/jpeg" in output.get("data", {}))
    return Image.open(io.BytesIO(b64decode("".join(data)))).convert("RGB")


def main() -> None:
    """Put the six beside each other, three a row."""
    width, height = SIZE
    sheet = Image.new("RGB", (3 * (width + GAP) + GAP, 2 * (height + LINE + GAP) + GAP), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(17)
    for place, (name, stem, cell_id, part) in enumerate(STEPS):
        whole = picture(stem, cell_id)
        sides = [round(share * side) for share, side in zip(part, whole.size * 2, strict=True)]
        left, top = GAP + place % 3 * (width + GAP), GAP + place // 3 * (height + LINE + GAP)
        draw.text((left, top), name, fill="#222222", font=font)
        sheet.paste(whole.crop(sides).resize(SIZE, Image.Resampling.LANCZOS), (left, top + LINE))
    sheet.save(FOLDER / "way.jpg", quality=85)


if __name__ == "__main__":
    main()
