"""Pixels: the range that the networks see, and files of covers and grids."""

import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont


def to_range(pixels):
    """Pixels as the networks see them.

    Parameters
    ----------
    pixels : uint8 array
        0 to 255.

    Returns
    -------
    float32 array
        -1 to 1, the range of the generator's tanh (the report's code had 0 to 1 on one side and -1 to 1 on the other).
    """
    return pixels.astype("float32") / 127.5 - 1.0


def to_pixels(images):
    """The inverse of `to_range`, clipped and rounded.

    Parameters
    ----------
    images : float array
        -1 to 1.

    Returns
    -------
    uint8 array
    """
    return np.clip(np.round((np.asarray(images) + 1.0) * 127.5), 0, 255).astype("uint8")


def save_cover(pixels, path, *, text=None):
    """Write one cover as PNG, with what it is in the file's text chunk.

    Parameters
    ----------
    pixels : uint8 array, shape (height, width, 3)
    path : path
    text : dict of str, optional
        Such as genre, song and seed.
    """
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for key, value in (text or {}).items():
        info.add_itxt(key, str(value))
    _save(Image.fromarray(pixels), path, pnginfo=info)


def save_grid(images, path, *, genres, gap=4, margin=150):
    """Write a labelled grid: a genre a row.

    Parameters
    ----------
    images : uint8 array, shape (len(genres) * columns, height, width, 3)
        Row by row.
    path : path
    genres : list of str
    gap : int
        Pixels between covers.
    margin : int
        Pixels for the genre's name at the left.
    """
    rows, size = len(genres), images.shape[1]
    columns = len(images) // rows
    sheet = Image.new("RGB", (margin + columns * (size + gap), rows * (size + gap) + gap), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    for row, genre in enumerate(genres):
        top = gap + row * (size + gap)
        draw.text((margin - 10, top + size // 2), genre, fill="#222222", font=font, anchor="rm")
        for column in range(columns):
            sheet.paste(Image.fromarray(images[row * columns + column]), (margin + column * (size + gap), top))
    _save(sheet, path)


def _save(image, path, **options):
    path = Path(path)
    partial = path.with_name(path.name + ".partial")
    image.save(partial, format="PNG", **options)
    os.replace(partial, path)
