"""Folders of covers: what is hidden is left out, every format is read, one spelling, tables that say what is wrong."""

import numpy as np
import pytest
from PIL import Image

from albumlib.data.images import list_covers, load_cover, load_covers
from albumlib.errors import InputError
from albumlib.genres import class_order


def put(path, color="white", **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (40, 60), color).save(path, **options)
    return path


def test_hidden_and_system_folders_are_left_out_and_nested_ones_gone_through(tmp_path):
    for place in ("Jazz", "Jazz/deep/album", "Rock/@eaDir", ".thumbnails", "@eaDir", ".ipynb_checkpoints", "Incoming"):
        put(tmp_path / place / "a.png")
    for place in ("__MACOSX", "$RECYCLE.BIN", "#recycle", "Jazz/.AppleDouble", "System Volume Information"):
        put(tmp_path / place / "a.png")
    put(tmp_path / "Jazz" / "._a.png")
    put(tmp_path / "loose.png")
    table = list_covers(tmp_path)
    assert table["genre"].tolist() == ["", "Jazz", "Jazz", ""]
    images, _, report = load_covers(table, genres=["Jazz"])
    assert len(images) == 2
    assert report["reason"].tolist() == ["no genre, in the table or as a folder"] * 2


def test_linked_folders_are_gone_through(tmp_path):
    put(tmp_path / "elsewhere" / "a.png")
    put(tmp_path / "covers" / "Rock" / "b.png")
    (tmp_path / "covers" / "Jazz").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert list_covers(tmp_path / "covers")["genre"].tolist() == ["Jazz", "Rock"]


FORMATS = ["jpg", "JPE", "jfif", "png", "webp", "bmp", "gif", "tif", "TIFF", "avif", "jp2", "tga", "ppm", "pcx"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_read(tmp_path, suffix):
    kinds = {"JPE": "JPEG", "jfif": "JPEG", "TIFF": "TIFF", "jp2": "JPEG2000"}
    path = put(tmp_path / "Jazz" / f"a.{suffix}", (200, 0, 0), format=kinds.get(suffix))
    assert list_covers(tmp_path)["path"].tolist() == [str(path)]
    np.testing.assert_allclose(load_cover(path).mean(axis=(0, 1)), [200, 0, 0], atol=6)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "avif"])
def test_pictures_are_turned_as_their_exif_says(tmp_path, suffix):
    image = Image.new("RGB", (64, 64), "black")
    image.paste("white", (0, 0, 64, 32))
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / f"a.{suffix}"
    image.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)
    pixels = load_cover(path)
    assert pixels[20].mean() > 245
    assert pixels[80].mean() < 10


def test_one_spelling_for_all_folders(tmp_path):
    for folder in ("hip hop", "Hip-Hop", "jazz", "Jazz", "Schlager", "SCHLAGER", "Schlager "):
        put(tmp_path / folder / "a.png")
    table = list_covers(tmp_path)
    assert class_order(table["genre"]) == ["Hip-Hop", "Jazz", "Schlager"]
    _, labels, report = load_covers(table, genres=["HIPHOP", "jazz", "schlager"])
    assert (np.bincount(labels).tolist(), len(report)) == ([2, 2, 3], 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("path;genre\nJazz/a.png;Jazz\n", "expected commas between the columns; got semicolons in the header"),
        ("path\tgenre\nJazz/a.png\tJazz\n", "got tabs in the header"),
        ("path|genre\nJazz/a.png|Jazz\n", "got bars in the header"),
        ("Path,Genre\nJazz/a.png,Jazz\n", "lacks columns; expected path, genre; got no genre, path"),
        ("path\nJazz/a.png\n", "lacks columns"),
        ("", "unreadable table"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(tmp_path, content, message):
    put(tmp_path / "Jazz" / "a.png")
    (tmp_path / "covers.csv").write_text(content)
    with pytest.raises(InputError, match=message):
        list_covers(tmp_path)


def test_a_row_without_genre_is_a_row_of_the_report(tmp_path):
    put(tmp_path / "a.png")
    (tmp_path / "covers.csv").write_text("path, genre\na.png,\na.png,jazz\na.png, \n")
    table = list_covers(tmp_path)
    images, _, report = load_covers(table, genres=class_order(filter(None, table["genre"])))
    assert len(images) == 1
    assert report["reason"].tolist() == ["no genre, in the table or as a folder"] * 2


@pytest.mark.parametrize("suffix", ["heic", "PSD", "svg", "jxl"])
def test_a_picture_of_a_kind_that_is_not_read_is_a_row_of_the_report(tmp_path, suffix):
    put(tmp_path / "Jazz" / "a.png")
    (tmp_path / "Jazz" / f"b.{suffix}").write_bytes(b"8BPS" * 99)
    images, _, report = load_covers(list_covers(tmp_path), genres=["Jazz"])
    assert len(images) == 1
    assert report["reason"].str.startswith("picture of a kind that is not read").tolist() == [True]
    (tmp_path / "Jazz" / "a.png").unlink()
    with pytest.raises(InputError, match="no covers found"):
        list_covers(tmp_path)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.float32(0.5), 127),
        (np.float32(128), 128),
        (np.int32(128), 128),
        (np.int32(128 << 8), 128),
        (np.uint16(99), 0),
    ],
)
def test_wide_pixels_keep_their_shades(tmp_path, values, expected):
    Image.fromarray(np.full((40, 40), values)).save(tmp_path / "a.tif")
    assert load_cover(tmp_path / "a.tif")[50, 50].tolist() == [expected] * 3


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"<!DOCTYPE html><html>"])
def test_what_is_no_picture_is_called_so(tmp_path, content):
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(InputError, match="picture cannot be decoded; got cannot identify image file"):
        load_cover(tmp_path / "a.jpg")


def test_rows_of_a_table_that_cannot_be_used_are_told(tmp_path):
    for name in "abc":
        put(tmp_path / f"{name}.png")
    (tmp_path / "covers.csv").write_text("path,genre\na.png,Rock\na.png,Jazz\nb.png,nan\nc.png,Jazz\n")
    images, _, report = load_covers(list_covers(tmp_path), genres=["Jazz", "Rock"])
    assert len(images) == 2
    assert report["reason"].tolist() == ["listed twice", "no genre, in the table or as a folder"]
