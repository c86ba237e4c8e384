"""Covers that are damaged, huge or odd."""

import struct
import zlib
from functools import partial

import numpy as np
from hostile_files import encoded, make_fifo, make_folder, make_link, noise, picture, random_bytes, raw
from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"


def cut_picture(folder, suffix, part):
    whole = encoded(noise(300, 300, 3), suffix.upper())
    return raw(folder, f"a.{suffix.lower()}", whole[: round(part * len(whole))])


def png(width, height, *, color=2, bits=8, data=b""):
    """Write a PNG by hand, so that its header can lie."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    return PNG + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zeros_png(side):
    """A PNG of side x side black pixels that decodes: half a megabyte or less that becomes as much as 0.4 GB."""
    deflate, line = zlib.compressobj(9), bytes((1 + side) * 100)
    data = b"".join(deflate.compress(line) for _ in range(side // 100)) + deflate.flush()
    return png(side, side, color=0, data=data)


def turned(folder, *, orientation):
    """A JPEG whose top half is white once it is turned as its EXIF says."""
    upright = Image.new("RGB", (64, 64), "black")
    upright.paste("white", (0, 0, 64, 32))
    stored = upright.transpose(Image.Transpose.ROTATE_90)  # what a camera on its side writes
    exif = Image.Exif()
    exif[0x0112] = orientation
    return picture(folder, "a.jpg", stored, exif=exif)


def with_exif(folder, exif):
    return picture(folder, "a.jpg", Image.new("RGB", (50, 50), "white"), exif=exif)


def palette(folder):
    """A palette PNG whose first colour is black and transparent, in the middle."""
    image = Image.new("P", (50, 50), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    return picture(folder, "a.png", image, transparency=bytes([0, 255]))


def sixteen_bits(folder):
    values = np.full((50, 50), 0x4000, np.uint16)
    return picture(folder, "a.png", Image.fromarray(values))


def animation(folder):
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "green", "blue")]
    return picture(folder, "a.gif", frames[0], save_all=True, append_images=frames[1:])


def middle(*rgb):
    """Check the middle pixel."""
    return lambda pixels: np.abs(pixels[50, 50].astype(int) - rgb).max() <= 3


def top_is_white(pixels):
    return pixels[20].mean() > 250 and pixels[80].mean() < 5


WHITE, GRAY = (255, 255, 255), (64, 64, 64)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 50 50\n%%EndComments\nshowpage\n"
COVERS = {
    **{
        f"{kind} {told}": (partial(cut_picture, suffix=kind, part=part), "cannot be decoded")
        for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP")
        for told, part in (("half", 0.5), ("of its header", 0.001))
    },
    "picture of no bytes": (partial(raw, name="a.png", content=b""), "cannot be decoded"),
    "picture of random bytes": (partial(raw, name="a.jpg", content=random_bytes(9999)), "cannot be decoded"),
    "PNG that declares 50,000 x 50,000": (partial(raw, name="a.png", content=png(50_000, 50_000)), "too large|decoded"),
    "PNG that declares 10,000 x 10,000": (partial(raw, name="a.png", content=png(10_000, 10_000)), "too large"),
    "PNG of 20,000 x 20,000 zeros": (lambda folder: raw(folder, "a.png", zeros_png(20_000)), "too large|decoded"),
    "PNG of 12,000 x 12,000 zeros": (lambda folder: raw(folder, "a.png", zeros_png(12_000)), "too large"),
    "PNG of 6,000 x 6,000 zeros": (lambda folder: raw(folder, "a.png", zeros_png(6_000)), middle(0, 0, 0)),
    "transparent PNG of 6,000 x 6,000": (
        lambda folder: picture(folder, "a.png", Image.new("RGBA", (6_000, 6_000)), compress_level=1),
        middle(*WHITE),
    ),
    "PNG of 0 x 0": (partial(raw, name="a.png", content=png(0, 0)), "cannot be decoded"),
    "animated GIF": (animation, middle(255, 0, 0)),
    "CMYK JPEG": (lambda folder: picture(folder, "a.jpg", Image.new("CMYK", (50, 50))), middle(*WHITE)),
    "16-bit PNG": (sixteen_bits, middle(*GRAY)),
    "palette PNG with transparency": (palette, middle(*WHITE)),
    "1-bit PNG": (lambda folder: picture(folder, "a.png", Image.new("1", (50, 50), 1)), middle(*WHITE)),
    "transparent PNG": (lambda folder: picture(folder, "a.png", Image.new("RGBA", (50, 50))), middle(*WHITE)),
    "picture of one pixel": (
        lambda folder: picture(folder, "a.png", Image.new("RGB", (1, 1), "white")),
        middle(*WHITE),
    ),
    "picture of 1 x 10,000": (lambda folder: picture(folder, "a.png", Image.new("L", (1, 10_000), 64)), middle(*GRAY)),
    "picture of 10,000 x 1": (lambda folder: picture(folder, "a.png", Image.new("L", (10_000, 1), 64)), middle(*GRAY)),
    "SVG named png": (partial(raw, name="a.png", content=SVG), "cannot be decoded"),
    "EPS named jpg": (partial(raw, name="a.jpg", content=EPS), "cannot be decoded"),
    "turned JPEG": (partial(turned, orientation=6), top_is_white),
    "JPEG turned by no known angle": (partial(turned, orientation=99), np.any),
    "broken EXIF": (partial(with_exif, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 30), middle(*WHITE)),
    "EXIF of one byte": (partial(with_exif, exif=b"Exif\0\0I"), middle(*WHITE)),
    "a pipe for a picture": (partial(make_fifo, name="a.jpg"), "no such file"),
    "a folder for a picture": (partial(make_folder, name="a.jpg"), "no such file"),
    "an endless picture": (partial(make_link, name="a.png", target="/dev/zero"), "no such file"),
    "a pipe for a song with a cover": (partial(make_fifo, name="a.mp3"), "no such file"),
}
