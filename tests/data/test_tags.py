"""The front cover inside every kind of audio file, and how a picture becomes a cover."""

import base64
import struct

import mutagen
import numpy as np
import pytest
import soundfile
from hostile_files import encoded, noise, tone
from mutagen.flac import Picture
from mutagen.id3 import APIC, ID3
from PIL import Image

from albumlib.data import tags
from albumlib.data.images import load_cover
from albumlib.data.tags import MOST_BYTES, _pictures, embedded_art, tagged_copy
from albumlib.errors import InputError

BACK, FRONT = b"the back", b"the front"


def picture(data, kind):
    block = Picture()
    block.type, block.mime, block.data = kind, "image/png", data
    return block


def add_id3(path, pictures):
    tags = ID3()
    for number, (data, kind) in enumerate(pictures):
        tags.add(APIC(encoding=3, mime="image/png", type=kind, desc=str(number), data=data))
    tags.save(path)


def add_flac(path, pictures):
    file = mutagen.File(path)
    for data, kind in pictures:
        file.add_picture(picture(data, kind))
    file.save()


def add_vorbis(path, pictures):
    file = mutagen.File(path)
    file["metadata_block_picture"] = [base64.b64encode(picture(data, kind).write()).decode() for data, kind in pictures]
    file.save()


def add_chunk(path, pictures):
    """Tag a wav or an aiff, which keep ID3 in a chunk of their own."""
    file = mutagen.File(path)
    file.add_tags()
    for number, (data, kind) in enumerate(pictures):
        file.tags.add(APIC(encoding=3, mime="image/png", type=kind, desc=str(number), data=data))
    file.save()


CONTAINERS = {
    "mp3": ({"format": "MP3"}, add_id3),
    "flac": ({"format": "FLAC"}, add_flac),
    "ogg": ({"format": "OGG", "subtype": "VORBIS"}, add_vorbis),
    "opus": ({"format": "OGG", "subtype": "OPUS"}, add_vorbis),
    "wav": ({"format": "WAV"}, add_chunk),
    "aiff": ({"format": "AIFF"}, add_chunk),
}


@pytest.fixture(params=CONTAINERS)
def song(request, tmp_path):
    """A song of a second with these pictures, each a pair of bytes and type: its path."""
    options, add = CONTAINERS[request.param]

    def make(*pictures):
        path = tmp_path / f"a.{request.param}"
        soundfile.write(path, tone(1.0, rate=48_000), 48_000, **options)
        if pictures:
            add(path, pictures)
        return path

    return make


def test_the_front_cover_comes_first(song):
    assert embedded_art(song((BACK, 4), (FRONT, 3), (b"icon", 1))) == FRONT


def test_any_picture_is_better_than_none(song):
    assert embedded_art(song((BACK, 4), (b"artist", 8))) == BACK


def test_no_picture(song):
    assert embedded_art(song()) is None


def test_a_cover_is_decoded_from_every_container(song):
    path = song((encoded(Image.new("RGB", (30, 30), (200, 100, 0))), 3))
    np.testing.assert_array_equal(load_cover(path)[50, 50], (200, 100, 0))


@pytest.mark.parametrize("name", ["mp3", "ogg"])  # flac has no room for more
@pytest.mark.parametrize("pictures", [[], [(BACK, 4)]])
def test_a_picture_above_the_limit_is_left(tmp_path, monkeypatch, name, pictures):
    assert MOST_BYTES == 16 * 2**20
    monkeypatch.setattr(tags, "MOST_BYTES", 2**20)  # to write 16 MB into Ogg takes ten seconds
    options, add = CONTAINERS[name]
    path = tmp_path / f"a.{name}"
    soundfile.write(path, tone(1.0, rate=48_000), 48_000, **options)
    add(path, [(bytes(tags.MOST_BYTES + 1), 3), *pictures])
    assert embedded_art(path) == (BACK if pictures else None)


def test_a_copy_gets_a_front_cover_and_keeps_the_sound_and_other_pictures(song):
    path = song((BACK, 4), (FRONT, 3))
    before, heard = path.read_bytes(), soundfile.read(path)[0]
    again = path.with_stem("copy")
    again.write_bytes(tagged_copy(before, b"\x89PNG new", name=path.name))
    assert path.read_bytes() == before
    assert embedded_art(again) == b"\x89PNG new"
    assert {data for _, data in _pictures(mutagen.File(again))} == {BACK, b"\x89PNG new"}
    np.testing.assert_array_equal(soundfile.read(again)[0], heard)


def test_a_copy_without_tags_gets_them(song):
    path = song()
    path.write_bytes(tagged_copy(path.read_bytes(), FRONT, name=path.name))
    assert embedded_art(path) == FRONT


@pytest.mark.parametrize("data", [b"", b"no song at all", bytes(2000)])
def test_what_is_no_song_gets_no_cover(data):
    with pytest.raises(InputError, match=r"a\.mp3: "):
        tagged_copy(data, FRONT, name="a.mp3")


def test_the_older_way_of_ogg(tmp_path):
    path = tmp_path / "a.ogg"
    soundfile.write(path, tone(1.0), 22050)
    file = mutagen.File(path)
    file["coverart"] = base64.b64encode(BACK).decode()
    file.save()
    assert embedded_art(path) == BACK
    file["metadata_block_picture"] = ["no base64!", base64.b64encode(picture(FRONT, 3).write()).decode()]
    file.save()
    assert embedded_art(path) == FRONT


def atom(kind, *contents):
    content = b"".join(contents)
    return struct.pack(">I", 8 + len(content)) + kind + content


def test_mp4(tmp_path):
    covers = [atom(b"data", struct.pack(">II", 14, 0), data) for data in (FRONT, BACK)]
    handler = atom(b"hdlr", bytes(8), b"mdirappl", bytes(9))
    tags = atom(b"udta", atom(b"meta", bytes(4), handler, atom(b"ilst", atom(b"covr", *covers))))
    path = tmp_path / "a.m4a"
    path.write_bytes(atom(b"ftyp", b"M4A ", bytes(4)) + atom(b"moov", tags))
    assert embedded_art(path) == FRONT


def test_a_picture_in_16_bits_keeps_its_shades(tmp_path):
    ramp = np.tile(np.linspace(0, 65535, 100).astype(np.uint16), (100, 1))
    Image.fromarray(ramp).save(tmp_path / "a.png")
    shades = load_cover(tmp_path / "a.png")[50, :, 0].astype(int)
    assert np.abs(shades - ramp[50] // 256).max() <= 1


def test_what_is_half_transparent_lies_on_white(tmp_path):
    Image.new("RGBA", (50, 50), (0, 0, 0, 128)).save(tmp_path / "a.png")
    assert load_cover(tmp_path / "a.png")[50, 50].tolist() == [127] * 3


def test_a_plain_picture_is_untouched(tmp_path):
    image = noise(100, 100, 3)
    image.save(tmp_path / "a.png")
    np.testing.assert_array_equal(load_cover(tmp_path / "a.png"), image)
