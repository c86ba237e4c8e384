"""What an audio file says of itself: its tags and its front cover, whatever its way of tagging."""

import base64
import binascii
import os

from albumlib.data.splits import COLLECTIVE, UNKNOWN

# What the catalog takes from tags: the name in mutagen's easy view and in APEv2, and the frame of bare ID3 (wav, aiff)
FRAMES = {
    "genre": "TCON",
    "artist": "TPE1",
    "album": "TALB",
    "title": "TIT2",
    "albumartist": "TPE2",
    "compilation": "TCMP",
}
FRONT = 3  # the type of a front cover, in ID3, and in FLAC and Ogg after it
MOST_BYTES = 1 << 24  # 16 MB, the largest picture that FLAC has room for; ID3 would allow 256 MB


def read_tags(path: str | os.PathLike) -> dict[str, str]:
    """Read genre, artist, album and title of an audio file, ``""`` where there is none.

    Several genres stand with a NUL between them. The artist is the album's, unless that stands for many.
    """
    import mutagen

    found = dict.fromkeys(FRAMES, "")
    if not os.path.isfile(path):
        return {name: "" for name in ("genre", "artist", "album", "title")}
    try:
        tags = getattr(mutagen.File(path, easy=True), "tags", None) or {}
        ape = _ape(path) or {}
        for name, frame in FRAMES.items():
            values = tags.get(name) or tags.get(frame) or ape.get(APE_NAMES.get(name, name)) or [""]
            values = [values] if isinstance(values, str) else list(values)
            found[name] = "\0".join(map(str, values)) if name == "genre" else str(values[0]).strip()
    except Exception:  # damage can surprise the reader of tags anywhere, and the music is fine without them
        pass
    album_s, compiled = found.pop("albumartist"), found.pop("compilation") in ("1", "True")
    if not compiled and not COLLECTIVE.fullmatch(album_s) and not UNKNOWN.fullmatch(album_s):
        found["artist"] = album_s
    return found


APE_NAMES = {"albumartist": "Album Artist"}


def _ape(path):
    """The APEv2 tags of a file, which mutagen does not look for in an mp3; None if it has none."""
    from mutagen.apev2 import APENoHeaderError, APEv2

    try:
        return APEv2(path)
    except APENoHeaderError:
        return None


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
        file = mutagen.File(path)
        found = list(_pictures(file))
        if not found:
            found = list(_ape_pictures(_ape(path)))
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


def _ape_pictures(tags):
    """Yield the pictures of APEv2 tags: a file's name, a NUL and the encoded bytes."""
    for name, value in (tags or {}).items():
        if name.casefold().startswith("cover art"):
            yield FRONT if "front" in name.casefold() else 0, bytes(value.value).partition(b"\0")[2]


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
