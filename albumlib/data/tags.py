"""What an audio file says of itself: its tags and its front cover, whatever its way of tagging."""

import base64
import binascii
import io
import os

from albumlib.data.sound.fields import ape_fields, ape_tags, other_fields, tagged_fields
from albumlib.data.splits import COLLECTIVE, UNKNOWN
from albumlib.errors import InputError

# What the catalog takes from tags, by the names that fields have: ID3's, MP4's and what other ways of tagging write out
FIELDS = {
    "genre": ("tcon", "gen", "genre", "style"),
    "artist": ("tpe1", "art", "artist", "author"),
    "album": ("talb", "alb", "album", "albumtitle"),
    "title": ("tit2", "nam", "title"),
    "albumartist": ("tpe2", "aart", "albumartist"),
    "compilation": ("tcmp", "cpil", "compilation", "iscompilation"),
}
FRONT = 3  # the type of a front cover, in ID3, and in FLAC and Ogg after it
MOST_BYTES = 1 << 24  # 16 MB, the largest picture that FLAC has room for; ID3 would allow 256 MB


def read_tags(path: str | os.PathLike) -> dict[str, str]:
    """Read genre, artist, album and title of an audio file, ``""`` where there is none.

    Several genres stand with a NUL between them. The artist is the album's, unless that stands for many.
    """
    found = dict.fromkeys(FIELDS, "")
    if os.path.isfile(path):  # nor is a pipe or a device, which could be read forever
        views = [_undamaged(tagged_fields, path), _undamaged(ape_fields, path)]
        if not (_first(views, "genre") and _first(views, "artist")):
            views.append(_undamaged(other_fields, path))
        for name in FIELDS:
            texts = _first(views, name)
            found[name] = "\0".join(texts) if name == "genre" else "".join(texts[:1]).strip()
    album_s, compiled = found.pop("albumartist"), found.pop("compilation") in ("1", "True")
    if not compiled and not COLLECTIVE.fullmatch(album_s) and not UNKNOWN.fullmatch(album_s):
        found["artist"] = album_s
    return found


def _first(views, name):
    """Texts of the first field that has any, by the order of its names."""
    return next((texts for field in FIELDS[name] for view in views if (texts := view.get(field))), [])


def _undamaged(read, path):
    try:
        return read(path)
    except Exception:  # damage can surprise the reader of tags anywhere, and the music is fine without them
        return {}


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
            found = list(_ape_pictures(ape_tags(path)))
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


def tagged_copy(song: bytes, cover: bytes, *, name: str = "") -> bytes:
    """Copy a song with a new front cover in its tags; other tags, other pictures and the sound stay as they are.

    Parameters
    ----------
    song
        Bytes of an mp3, flac, ogg, opus, wav, aiff or m4a file.
    cover
        Bytes of a PNG file.
    name
        Of the song's file; its ending helps where the bytes alone do not tell what it is.

    Returns
    -------
    bytes
        Of the copy. Nothing is ever written into the song itself.

    Raises
    ------
    InputError
        If the file is of no such kind, or too damaged to be written again.

    Notes
    -----
    Notebook: 12_your_song

    Examples
    --------
    >>> copy = tagged_copy(Path("song.mp3").read_bytes(), Path("cover.png").read_bytes())
    """
    import mutagen

    copy = io.BytesIO(song)
    copy.name = name
    try:
        file = mutagen.File(copy)
        if file is not None and file.tags is None:
            file.add_tags()
        known = file is not None and _put_front(file, cover)
        if known:
            copy.seek(0)
            file.save(copy)
    except Exception as error:  # damage can surprise mutagen anywhere
        raise InputError(
            "tags cannot be written", where=name or None, got=f"{error}", todo="convert the song"
        ) from None
    if not known:
        raise InputError("no place for a cover", where=name or None, expected="mp3, flac, ogg, opus, wav, aiff or m4a")
    return copy.getvalue()


def _put_front(file, cover):
    """Put a PNG in the place of the front cover of a file that mutagen opened; whether it has such a place."""
    from mutagen.flac import Picture
    from mutagen.id3 import APIC
    from mutagen.mp4 import MP4Cover, MP4Tags

    picture = Picture()
    picture.type, picture.mime, picture.data = FRONT, "image/png", cover
    if hasattr(file, "add_picture"):
        others = [each for each in file.pictures if each.type != FRONT]
        file.clear_pictures()
        for each in [picture, *others]:
            file.add_picture(each)
    elif isinstance(file.tags, MP4Tags):
        file.tags["covr"] = [MP4Cover(cover, MP4Cover.FORMAT_PNG)]
    elif hasattr(file.tags, "getall"):
        others = [frame for frame in file.tags.getall("APIC") if frame.type != FRONT]
        file.tags.setall("APIC", [APIC(mime="image/png", type=FRONT, data=cover), *others])
    elif hasattr(file.tags, "vendor"):
        others = [text for text in file.tags.get("metadata_block_picture", []) if _type_of(text) != FRONT]
        file.tags["metadata_block_picture"] = [base64.b64encode(picture.write()).decode(), *others]
    else:
        return False
    return True


def _type_of(text):
    """The type of a FLAC picture block in base64; None if it is none."""
    return next((kind for kind, _ in _block(text)), None)
