"""The front cover inside an audio file, whatever the file's way of tagging."""

import base64
import binascii
import os

FRONT = 3  # the type of a front cover, in ID3, and in FLAC and Ogg after it
MOST_BYTES = 1 << 24  # 16 MB, the largest picture that FLAC has room for; ID3 would allow 256 MB


def embedded_art(path: str | os.PathLike) -> bytes | None:
    """Take the front cover out of an audio file.

    Parameters
    ----------
    path
        A file with ID3 tags (mp3, wav, aiff), Vorbis comments (flac, ogg, opus) or MP4 tags.

    Returns
    -------
    bytes or None
        An encoded picture of at most 16 MB, the first of type front cover, else the first of any; None where the file
        holds none or cannot be read.
    """
    import mutagen

    if not os.path.isfile(path):  # nor is a pipe or a device, which could be read forever
        return None
    try:
        found = list(_pictures(mutagen.File(path)))
    except Exception:  # damage can surprise the reader of tags anywhere, and the music is fine without a cover
        return None
    fit = [(kind, data) for kind, data in found if 0 < len(data) <= MOST_BYTES]
    return min(fit, key=lambda picture: picture[0] != FRONT)[1] if fit else None


def _pictures(file):
    """Yield the type and the encoded bytes of each picture in a file that mutagen opened, or in None."""
    for picture in getattr(file, "pictures", []):
        yield picture.type, picture.data
    tags = getattr(file, "tags", None)
    if tags is None:
        return
    if hasattr(tags, "getall"):  # ID3; of a picture elsewhere it gives only the address
        yield from ((frame.type, frame.data) for frame in tags.getall("APIC") if frame.mime != "-->")
        return
    yield from ((FRONT, bytes(cover)) for cover in tags.get("covr", []))
    for text in tags.get("metadata_block_picture", []):
        yield from _block(text)
    for text in tags.get("coverart", []):  # what Ogg files had before
        yield FRONT, _from_base64(text)


def _block(text):
    """Yield the picture of a FLAC picture block in base64, if it is one."""
    from mutagen.flac import Picture
    from mutagen.flac import error as FlacError

    try:
        picture = Picture(_from_base64(text))
    except FlacError:
        return
    yield picture.type, picture.data


def _from_base64(text):
    """Decode base64, or give no bytes."""
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
