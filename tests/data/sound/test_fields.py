"""What a song's tags say, in whichever of the places where programs write it."""

import struct

import mutagen
import pytest
import soundfile
from hostile_files import tone
from mutagen.apev2 import APEv2
from mutagen.id3 import ID3, TCON, TPE1, TXXX
from test_joined_sound import packed
from test_whole_song import tune

from albumlib.data.folder import load_folder
from albumlib.data.tags import read_tags


def id3(*frames):
    def save(path):
        tags = ID3()
        for frame in frames:
            tags.add(frame)
        tags.save(path)

    return save


def fields(make=mutagen.File, **texts):
    def save(path):
        file = make() if make is APEv2 else make(path)
        file.update(texts)
        file.save(*[path] * (make is APEv2))

    return save


def wave_info(**texts):
    """Write a wav's own tags behind its sound, as Windows and most sound editors do."""
    body = b"".join(
        name.encode() + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2) for name, text in texts.items()
    )
    chunk = b"LIST" + struct.pack("<I", 4 + len(body)) + b"INFO" + body

    def save(path):
        data = path.read_bytes() + chunk
        path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])

    return save


def text(desc, *texts):
    return TXXX(encoding=3, desc=desc, text=list(texts))


POLKA = TCON(encoding=3, text="Polka")
GENRES = {
    "wav's own": ("wav", wave_info(IGNR=b"hip hop\0"), "Hip-Hop"),
    "several in wav's own": ("wav", wave_info(IGNR=b"Schlager; Jazz\0"), "Jazz"),
    "wav's own as Windows writes it": ("wav", wave_info(IGNR="Vari\xe9t\xe9\0".encode("cp1252")), "Vari\xe9t\xe9"),
    "wav's own in UTF-8": ("wav", wave_info(IGNR="Vari\xe9t\xe9\0".encode()), "Vari\xe9t\xe9"),
    "a frame of one's own": ("mp3", id3(text("GENRE", "lo fi")), "Lo-Fi"),
    "several in a frame of one's own": ("mp3", id3(text("Genre", "Schlager", "jazz")), "Jazz"),
    "a frame of styles": ("mp3", id3(text("style", "Polka; Rock")), "Rock"),
    "a style beside a genre": ("mp3", id3(text("STYLE", "Rock"), POLKA), "Polka"),
    "styles of Vorbis": ("flac", fields(STYLE=["Polka", "folk"]), "Folk"),
    "styles of Ogg": ("ogg", fields(Style="blues"), "Blues"),
    "styles of APE": ("mp3", fields(APEv2, Style=["Polka", "Pop"]), "Pop"),
    "a genre of APE beside a style of ID3": (
        "mp3",
        lambda path: (id3(text("Style", "Pop"))(path), fields(APEv2, Genre="Jazz")(path)),
        "Jazz",
    ),
    "a number in a wav": ("wav", lambda path: add_frame(path, TCON(encoding=3, text="(17)")), "Rock"),
}


def add_frame(path, frame):
    file = mutagen.File(path)
    file.add_tags()
    file.tags.add(frame)
    file.save()


@pytest.mark.parametrize("name", GENRES)
def test_a_genre_is_found_wherever_it_stands(tmp_path, name):
    suffix, save, genre = GENRES[name]
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, tone(1.0), 22050)
    save(path)
    assert load_folder(tmp_path)[0]["genre"].tolist() == [genre]


@pytest.mark.parametrize(
    ("suffix", "kind", "codec"),
    [("wma", "asf", "wmav2"), ("mka", "matroska", "aac"), ("caf", "caf", "pcm_s16le"), ("au", "au", "pcm_s16be")],
)
def test_what_ffmpeg_tags_is_read(tmp_path, suffix, kind, codec):
    said = {"genre": "Jazz", "artist": "Ada", "album": "First", "title": "Song"}
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(packed(kind, codec, tune(1), tags=said))
    assert read_tags(path) == said


def test_a_frame_of_one_s_own_leaves_the_artist(tmp_path):
    soundfile.write(tmp_path / "a.mp3", tone(1.0), 22050)
    id3(text("GENRE", "Jazz"), TPE1(encoding=3, text="Ada"))(tmp_path / "a.mp3")
    assert load_folder(tmp_path)[0].loc[0, ["genre", "artist"]].tolist() == ["Jazz", "Ada"]
