"""The texts that a sound file carries beside its sound, whatever its way of tagging."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from albumlib.data.sound.patient import KINDS
from albumlib.genres import genre_key

if TYPE_CHECKING:
    from mutagen.apev2 import APEv2

ENCODINGS = (("utf-8", "strict"), ("cp1252", "replace"))  # the second is what Windows wrote into wav


def tagged_fields(path: str | os.PathLike) -> dict[str, list[str]]:
    """Give the fields that mutagen reads: ID3, Vorbis comments, MP4, ASF and APEv2.

    Returns
    -------
    dict
        The texts of each field by its name in letters and digits, without case and without the name of what holds it:
        "TXXX:Genre", "WM/Genre" and "GENRE" are "genre".
    """
    import mutagen

    return _by_name(getattr(mutagen.File(path), "tags", None))


def ape_fields(path: str | os.PathLike) -> dict[str, list[str]]:
    """Give the fields of APEv2, which mutagen does not look for in an mp3."""
    return _by_name(ape_tags(path))


def other_fields(path: str | os.PathLike) -> dict[str, list[str]]:
    """Give the fields that FFmpeg reads, which knows wav's own (INFO), Matroska, caf and au too; one text of each."""
    import av

    for encoding, errors in ENCODINGS:
        try:
            with av.open(
                str(Path(path).absolute()),
                options={"format_whitelist": KINDS},
                metadata_encoding=encoding,
                metadata_errors=errors,
            ) as container:
                streams = [stream.metadata for stream in container.streams.audio]
                return _by_name(dict(item for found in (*streams, container.metadata) for item in found.items()))
        except UnicodeDecodeError:
            continue
    return {}


def ape_tags(path: str | os.PathLike) -> "APEv2 | None":
    """Read the APEv2 tags of a file; None if it has none."""
    from mutagen.apev2 import APENoHeaderError, APEv2

    try:
        return APEv2(path)
    except APENoHeaderError:
        return None


def _by_name(tags):
    fields = {}
    for name, value in tags.items() if hasattr(tags, "items") else tags or ():
        fields.setdefault(genre_key(name.rpartition(":")[2].rpartition("/")[2]), []).extend(_texts(value))
    return fields


def _texts(value):
    """Texts of a value; the numbers that stand for genres in ID3 become their names."""
    value = getattr(value, "genres", None) or value
    values = [value] if isinstance(value, str | bytes | bool) or not isinstance(value, Iterable) else value
    texts = (each.decode(errors="replace") if isinstance(each, bytes) else str(each) for each in values)
    return [text for text in texts if text.strip()]
