"""Cover images: finding, loading and checking them."""

import io
import os
import struct
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from albumlib.errors import InputError
from albumlib.genres import genre_key, match_genre, one_spelling

if TYPE_CHECKING:  # pandas takes longer to import than a cover to make
    import pandas as pd

SIZE = 100
# Pillow knows more: some it hands to other programs (EPS), some are no pictures of one size (ICO), or films
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "JPEG2000", "TGA", "PPM", "PCX")
IMAGE_SUFFIXES = set(
    ".jpg .jpeg .jpe .jfif .png .apng .webp .bmp .dib .gif .tif .tiff .avif .avifs .jp2 .j2k .jpx .tga .ppm .pgm .pcx"
    " .mpo".split()
)
# Pictures that are not read: each is a row of the report, so that nobody wonders where it went
OTHER_SUFFIXES = set(
    ".heic .heif .jxl .psd .xcf .svg .eps .ai .ico .icns .dds .sgi .xbm .emf .wmf .cr2 .nef .arw .dng .raw".split()
)
MOST_PIXELS = 36_000_000  # 6,000 x 6,000, which take 0.6 GB to decode; a file of a few kB may promise many more


def load_cover(path: str | os.PathLike, *, size: int = SIZE) -> np.ndarray:
    """Load a cover, turned upright as its EXIF says, on white where it is transparent, centre-cropped to a square.

    Parameters
    ----------
    path
        An image file, or an audio file with an embedded front cover.
    size
        Side in pixels.

    Returns
    -------
    uint8, shape (size, size, 3)
        RGB, 0 to 255.

    Raises
    ------
    InputError
        If there is no picture that can be decoded, or it has more than 36 million pixels.

    Notes
    -----
    Notebook: 08_covers
    """
    path = Path(path)
    if not os.path.isfile(path):  # nor is a pipe or a device, which could be read forever
        raise InputError("no such file", where=path, expected="an image, or audio with a front cover")
    if path.suffix.lower() in OTHER_SUFFIXES:
        expected = "jpg, png, webp, gif, bmp, tiff, avif or jp2"
        raise InputError("picture of a kind that is not read", where=path, expected=expected, todo="convert it")
    if path.suffix.lower() in IMAGE_SUFFIXES:
        source = path
    else:
        from albumlib.data.tags import embedded_art

        data = embedded_art(path)
        if data is None:
            raise InputError("no embedded cover", where=path, expected="an image, or audio with a front cover")
        source = io.BytesIO(data)
    try:
        # What Pillow warns of is refused below, or it got over it
        with warnings.catch_warnings(action="ignore"), Image.open(source, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                expected = f"at most {MOST_PIXELS // 10**6} million pixels"
                raise InputError(
                    "picture is too large", where=path, expected=expected, got="{} x {}".format(*image.size)
                )
            image.draft("RGB", (2 * size, 2 * size))
            return np.asarray(_square(_upright(image), size))
    except InputError:
        raise
    except Exception as error:  # damage can surprise the decoders anywhere
        raise InputError("picture cannot be decoded", where=path, got=str(error)) from None


def _upright(image):
    """Turn an image as its EXIF says, if what it says can be read."""
    try:
        return ImageOps.exif_transpose(image)
    except (SyntaxError, ValueError, KeyError, TypeError, struct.error):
        return image


def _square(image, size):
    """Crop an image to an RGB square, on white where it is transparent."""
    if image.mode[0] in "IF":  # 16 bits a pixel or more, or fractions, which Pillow would clip to 8 bits
        values = np.nan_to_num(np.asarray(image, np.float64))
        wide, fractions = image.mode.startswith("I;") or values.max() > 255, image.mode == "F" and values.max() <= 1
        values = values / 256 if wide else values * 255 if fractions else values
        image = Image.fromarray(values.clip(0, 255).astype(np.uint8))
    mode = "RGBA" if image.has_transparency_data else "RGB"
    image = ImageOps.fit(image.convert(mode), (size, size), Image.Resampling.LANCZOS)
    if mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image


def list_covers(root: str | os.PathLike) -> "pd.DataFrame":
    """Table of the covers in a folder.

    Parameters
    ----------
    root
        Holds ``covers.csv`` (columns path, genre, and artist where it is known), or a folder a genre, in which the
        pictures may lie in folders of albums. Hidden and system folders are left out, linked ones gone through.
        Pictures of kinds that are not read are listed too, and reported by `load_covers`.

    Returns
    -------
    DataFrame
        Columns ``path`` (absolute), ``genre`` (one spelling each; ``""`` where the listing has none) and ``artist``
        (``""`` where it is not known), sorted by path.

    Raises
    ------
    InputError
        If there is no such folder or no cover in it, or ``covers.csv`` cannot be read or leads out of the folder.
    """
    import pandas as pd

    from albumlib.data.catalog import list_files, read_texts
    from albumlib.data.labels import is_missing, is_no_genre

    root = Path(root)
    if not root.is_dir():
        raise InputError("no such folder", where=root, expected="covers.csv, or a folder of images a genre")
    listing = root / "covers.csv"
    if listing.is_file():
        table = read_texts(listing)
        missing = {"path", "genre"} - set(table.columns)
        if missing:
            raise InputError(
                "lacks columns", where=listing, expected="path, genre", got=f"no {', '.join(sorted(missing))}"
            )
    else:
        files = [path for path in list_files(root) if Path(path).suffix.lower() in IMAGE_SUFFIXES | OTHER_SUFFIXES]
        files = files if any(Path(path).suffix.lower() in IMAGE_SUFFIXES for path in files) else []
        folders = [path.partition("/")[0] if "/" in path else "" for path in files]
        genres = ["" if is_no_genre(folder) else folder for folder in folders]
        table = pd.DataFrame({"path": files, "genre": genres}, dtype=object)
    if table.empty:
        raise InputError("no covers found", where=root, expected="covers.csv, or a folder of images a genre")
    outside = [path for path in table["path"] if Path(path).is_absolute() or ".." in Path(path).parts]
    if outside:
        raise InputError("path outside the folder", where=listing, expected="paths relative to it", got=outside[0])
    table["path"] = [str(root / path) for path in table["path"]]
    table["artist"] = table["artist"].fillna("") if "artist" in table else ""
    genres = table["genre"].fillna("").map(lambda name: "" if is_missing(name) else match_genre(name))
    table["genre"] = genres.map(one_spelling(genres))
    return table[["path", "genre", "artist"]].sort_values("path", ignore_index=True)


def catalog_covers(catalog: "pd.DataFrame") -> "pd.DataFrame":
    """Table of the covers that a catalog's tracks carry, a row a distinct file: ``path``, ``genre`` and ``artist``."""
    covers = catalog.loc[catalog["cover_path"] != "", ["cover_path", "genre", "artist"]].drop_duplicates("cover_path")
    return covers.rename(columns={"cover_path": "path"}).reset_index(drop=True)


def load_covers(
    table: "pd.DataFrame", *, genres: Sequence[str], size: int = SIZE
) -> "tuple[np.ndarray, np.ndarray, pd.DataFrame]":
    """Load the covers of a table.

    Parameters
    ----------
    table
        Columns ``path`` and ``genre``.
    genres
        Class order; covers of other genres are reported and left out.

    Returns
    -------
    images : uint8, shape (n, size, size, 3)
    labels : int, shape (n,)
        Index into ``genres``.
    report
        What was left out, by the table's index: path, stage, reason.

    Raises
    ------
    InputError
        If no cover is left.
    """
    from albumlib.report import make_report

    images, labels, left_out = [], [], {}
    places = {genre_key(genre): place for place, genre in enumerate(genres)}
    labelled = table[table["genre"] != ""]
    twice = set(labelled.index[labelled["path"].duplicated()])
    for row, path, genre in zip(table.index, table["path"], table["genre"], strict=True):
        if not genre or row in twice:
            reason = "listed twice" if genre else "no genre, in the table or as a folder"
            left_out[row] = (path, "covers", reason)
            continue
        if genre_key(genre) not in places:
            left_out[row] = (path, "covers", f"genre {genre!r} is not among the classes")
            continue
        try:
            images.append(load_cover(path, size=size))
            labels.append(places[genre_key(genre)])
        except InputError as error:
            left_out[row] = (path, "covers", error.reason)
    if not images:
        raise InputError(
            "no usable cover", expected=f"covers of {', '.join(genres)[:80]}", got=f"{len(table)} unusable"
        )
    report = make_report(left_out.values()).set_axis(list(left_out))
    return np.stack(images), np.array(labels), report


def check_covers(images: np.ndarray, labels: np.ndarray, genres: Sequence[str]) -> None:
    """Raise `InputError` if covers and their labels are not what the networks learn from.

    Parameters
    ----------
    images : uint8, shape (n, 100, 100, 3)
    labels : int, shape (n,)
        Index into ``genres``.

    Raises
    ------
    InputError
        If shapes, number or classes do not fit.
    """
    if images.ndim != 4 or images.shape[1:] != (SIZE, SIZE, 3) or images.dtype != np.uint8:
        got = f"{images.dtype} {images.shape}"
        raise InputError("covers of another shape", expected=f"uint8 (n, {SIZE}, {SIZE}, 3)", got=got)
    if len(images) != len(labels) or len(images) == 0:
        raise InputError("covers and labels differ in number", got=f"{len(images)} covers, {len(labels)} labels")
    if labels.min() < 0 or labels.max() >= len(genres):
        raise InputError("label outside the genres", expected=f"0 to {len(genres) - 1}", got=str(labels.max()))
