"""Pixels: the range that the networks see, and files of covers and grids."""

import io
import os
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from albumlib.files import whole_file


def to_range(pixels: np.ndarray) -> np.ndarray:
    """Pixels as the networks see them.

    Parameters
    ----------
    pixels : uint8
        0 to 255.

    Returns
    -------
    float32
        -1 to 1, the range of the generator's tanh (the report's code had 0 to 1 on one side and -1 to 1 on the other).
    """
    return pixels.astype("float32") / 127.5 - 1.0


def to_pixels(images: np.ndarray) -> np.ndarray:
    """The inverse of `to_range`, clipped and rounded: from -1 to 1 to uint8.

    Examples
    --------
    >>> to_pixels([-1.0, 0.0, 1.5]).tolist()
    [0, 128, 255]
    """
    return np.clip(np.round((np.asarray(images) + 1.0) * 127.5), 0, 255).astype("uint8")


def encode_cover(pixels: np.ndarray, *, text: Mapping[str, object] | None = None) -> bytes:
    """A cover as the bytes of a PNG file, with what it is in the file's text chunk.

    Parameters
    ----------
    pixels : uint8, shape (height, width, 3)
    text
        Such as genre, song and seed.

    Notes
    -----
    Notebook: 12_your_song
    """
    from PIL.PngImagePlugin import PngInfo

    info, file = PngInfo(), io.BytesIO()
    for key, value in (text or {}).items():
        info.add_itxt(key, str(value))
    Image.fromarray(pixels).save(file, format="PNG", pnginfo=info)
    return file.getvalue()


def save_cover(pixels: np.ndarray, path: str | os.PathLike, *, text: Mapping[str, object] | None = None) -> None:
    """Write one cover as PNG, as `encode_cover` makes it."""
    with whole_file(path) as temporary:
        temporary.write_bytes(encode_cover(pixels, text=text))


def upscale(pixels: np.ndarray, *, side: int = 3000) -> np.ndarray:
    """A cover with more pixels and nothing more to see: between the pixels it had, Lanczos' window fills in.

    Parameters
    ----------
    pixels : uint8, shape (height, width, 3)
    side
        Height and width of the result; shops of music ask for 3000.

    Returns
    -------
    uint8, shape (side, side, 3)

    Notes
    -----
    Notebook: 12_your_song
    """
    return np.asarray(Image.fromarray(pixels).resize((side, side), Image.Resampling.LANCZOS))


def save_grid(
    images: np.ndarray, path: str | os.PathLike, *, genres: Sequence[str], gap: int = 4, margin: int = 150
) -> None:
    """Write a labelled grid as PNG: a genre a row.

    Parameters
    ----------
    images : uint8, shape (len(genres) * columns, height, width, 3)
        Row by row.
    gap
        Pixels between covers.
    margin
        Pixels for the genre's name at the left.
    """
    from PIL import ImageDraw, ImageFont

    rows, size = len(genres), images.shape[1]
    columns = len(images) // rows
    sheet = Image.new("RGB", (margin + columns * (size + gap), rows * (size + gap) + gap), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    for row, genre in enumerate(genres):
        top = gap + row * (size + gap)
        draw.text((margin - 10, top + size // 2), genre, fill="#222222", font=font, anchor="rm")
        for column in range(columns):
            sheet.paste(Image.fromarray(images[row * columns + column]), (margin + column * (size + gap), top))
    with whole_file(path) as temporary:
        sheet.save(temporary, format="PNG")
