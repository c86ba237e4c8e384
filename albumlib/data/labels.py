"""Where the genres of a folder of music stand, and folders whose names cannot be meant as genres."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from albumlib.genres import NAMES, genre_key, match_genre

Labels = Literal["auto", "table", "folders", "tags"]
FEWEST = 3  # songs whose tags say another genre than their folder, before they are believed
# Names of folders that say what was done with the music, or what it came in, and not what it is
NO_GENRE = re.compile(
    r"[\W\d_]*|[a-z]( ?[-–—] ?[a-z])?|\d{2,4}['’]?s|top[\W_]*\d+|\d+ ?k(bps|bit/s)?"
    r"|(mp3|flac|wav|ogg|m4a|lossless|hi-?res)s?([\W_]*\d+ ?(bit|kbps|khz)?)*"
    r"|((cd|disc|disk|dvd|vol|volume|part|side|track)s?"
    r"|incoming|new|new folder|untitled folder|unsorted|sorted|to ?sort|to ?do|misc|miscellaneous|other|others|stuff"
    r"|downloads?|inbox|temp|tmp|backups?|old|archive|unknown|unknown (artist|album|genre)|none|various|various artists"
    r"|v\.?a\.?|compilations?|artists?|albums?|singles|songs?|tracks?|music|my music|audio|media|library|itunes"
    r"|itunes (media|music)|favou?rites?|playlists?|mixes|greatest hits|best of|hits|live|bootlegs|demos|rips"
    r"|desktop|youtube|spotify|dropbox|torrents|usb|genres?( original)?|train(ing)?|test|val(id)?|validation|dev|eval"
    r"|neu|neuer ordner|unsortiert|verschiedenes|diverse|sonstiges|unbekannt|musik|nouveau dossier|divers|inconnu"
    r"|fma (small|medium|large|full)"
    r"|musique|nueva carpeta|varios|desconocido|m[uú]sica|nuova cartella|vari|sconosciuto)([\W_]*\d+\W*)?",
    re.IGNORECASE,
)
# What programs write into a table where there is no value
MISSING = re.compile(r"[-–—?.\s]*|#?n/?a|nan|nil|null|none|undefined|unknown", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """Where genres are read from, and why if it is not what it seems.

    Attributes
    ----------
    refused
        Why nothing can be read from anywhere; empty if something can.
    no_genres
        Folders among genres that cannot be genres themselves.
    """

    labels: Labels
    why: str = ""
    refused: str = ""
    no_genres: frozenset[str] = frozenset()


def is_no_genre(folder: str, artists: Sequence[str] = ()) -> bool:
    """Whether a folder's name cannot be a genre: a number, a word such as Incoming, or the artist of all its songs."""
    if match_genre(folder) in NAMES:
        return False
    named = {genre_key(artist) for artist in artists if artist}
    plain = unicodedata.normalize("NFC", folder).replace("_", " ").strip()
    return bool(NO_GENRE.fullmatch(plain)) or is_missing(plain) or named == {genre_key(folder)}


def is_missing(genre: str) -> bool:
    """Whether what stands in the place of a genre says that there is none, such as "nan" or "-"."""
    return bool(MISSING.fullmatch(genre))


def choose_labels(songs: Sequence[tuple[str, str, str]]) -> Choice:
    """Choose between folders and tags for a library without a table.

    Parameters
    ----------
    songs
        Of each: the first folder below the root (``""``: none), the genre and the artist in its tags.
    """
    known = {genre_key(name) for name in NAMES}
    folders = sorted({folder for folder, _, _ in songs if folder})
    if not folders:
        return Choice("tags")
    artists = {folder: [artist for place, _, artist in songs if place == folder] for folder in folders}
    no_genres = frozenset(folder for folder in folders if is_no_genre(folder, artists[folder]))
    genres = {folder for folder in folders if genre_key(match_genre(folder)) in known}
    mostly_tagged = 2 * sum(genre_key(match_genre(genre)) in known for _, genre, _ in songs) >= len(songs)
    shown = ", ".join(folders[:3]) + (", …" if len(folders) > 3 else "")
    if not genres and mostly_tagged:
        return Choice("tags", f"the folders ({shown}) are none of the {len(NAMES)} genres")
    both = [(match_genre(folder), match_genre(genre)) for folder, genre, _ in songs if folder in genres]
    both = [(folder, genre) for folder, genre in both if genre_key(genre) in known]
    against = sum(folder != genre for folder, genre in both)
    if against >= FEWEST and 2 * against > len(both):
        return Choice("tags", f"the folders ({shown}) contradict the tags of {against} of {len(both)} songs")
    elsewhere = sum(not folder or folder in no_genres for folder, _, _ in songs)
    if mostly_tagged and 2 * elsewhere > len(songs):
        return Choice("tags", f"{elsewhere} of {len(songs)} songs are in no folder that can be a genre")
    if no_genres == set(folders):
        if all(re.fullmatch(r"\d{3}", folder) for folder in folders):
            return Choice("folders", refused="the folders look like FMA's, and carry no genre without its fma_metadata")
        return Choice("folders", refused=f"the folders ({shown}) cannot be genres, and few songs are tagged with one")
    return Choice("folders", no_genres=no_genres)
