"""What a header, a tag or a transfer hides of a song is found, or told."""

import io
import re
import struct

import numpy as np
import pytest
from mutagen.id3 import ID3, TLEN
from test_joined_sound import AAC, CAF, MP2, hear, with_vbri
from test_whole_song import AIFF, AU, FLAC, MP3, OGG, WAV, encoded, piped, without_table

from albumlib.data.audio import audio_duration, hear_song
from albumlib.data.sound.ends import flac_end, flac_last
from albumlib.data.sound.frames import behind_tags, frame_bytes
from albumlib.errors import InputError

JUNK = np.random.default_rng(0).integers(0, 256, 50_000).astype("uint8").tobytes()
TITLE = b"TIT2" + struct.pack(">I", 6) + b"\0\0" + b"\0title"


def too_large(count, data, *, version=3, frame=TITLE):
    """Put an ID3v2 tag before a recording, whose size says more bytes than it has."""
    size = len(frame) + count
    return b"ID3" + bytes((version, 0, 0, *(size >> shift & 127 for shift in (21, 14, 7, 0)))) + frame + data


SWALLOWED = {
    "the first frames of an mp3": ("mp3", too_large(60_000, MP3)),
    "padding and an mp3 without its table": ("mp3", too_large(60_000, bytes(999) + without_table(MP3))),
    "more than the whole mp3": ("mp3", too_large(10**6, MP3)),
    "an mp3 behind a tag without frames": ("mp3", too_large(60_000, MP3, frame=b"")),
    "an mp3 behind a tag of version 2.2": ("mp3", too_large(60_000, MP3, version=2, frame=b"TT2\0\0\6\0title")),
    "an mp3 behind a tag of version 2.4": ("mp3", too_large(60_000, MP3, version=4)),
    "the head of a flac": ("flac", too_large(60_000, FLAC)),
    "the head of an ogg": ("ogg", too_large(6_000, OGG)),
    "the first frames of an aac": ("aac", too_large(20_000, AAC)),
}


@pytest.mark.parametrize("name", SWALLOWED)
def test_what_the_size_of_a_tag_swallows_is_heard(tmp_path, name):
    suffix, data = SWALLOWED[name]
    heard = hear(tmp_path, suffix, data)
    assert len(heard.signal) / 22050 == pytest.approx(6, abs=0.1)
    assert heard.remarks == ()
    assert audio_duration(tmp_path / f"a.{suffix}") == pytest.approx(6, abs=0.1)


def test_a_tag_s_own_content_is_no_recording():
    picture = b"APIC" + struct.pack(">I", len(MP3)) + b"\0\0" + MP3
    data = too_large(999, bytes(999) + MP3, frame=picture)
    assert behind_tags(data, 0) == len(data) - len(MP3)


def as_text(data):
    return data.replace(b"\n", b"\r\n")


@pytest.mark.parametrize(("suffix", "data"), [("mp3", MP3), ("mp2", MP2), ("aac", AAC)])
def test_frames_that_were_sent_as_text_are_told_as_lost(tmp_path, suffix, data):
    heard = hear(tmp_path, suffix, as_text(data))
    assert heard.lost > 2
    assert re.match(r"\d\.\d s of \d\.\d s could not be decoded \((3|5|6)\d\.\d%\)", heard.remarks[0])


def test_an_mp3_without_its_carriage_returns_is_told(tmp_path):
    data = MP3.replace(b"\r\n", b"\n")
    assert len(data) == len(MP3) - 1
    assert re.match(r"0\.1 s of 6\.0 s could not be decoded", hear(tmp_path, "mp3", data).remarks[0])


@pytest.mark.parametrize(("suffix", "data"), [("wav", WAV), ("aiff", AIFF), ("au", AU), ("caf", CAF)])
def test_samples_that_were_sent_as_text_are_refused(tmp_path, suffix, data):
    (tmp_path / f"a.{suffix}").write_bytes(as_text(data))
    told = r"was sent as text; got a carriage return before each of [\d,]+ line feeds; send it again, as binary"
    for read in (audio_duration, hear_song):
        with pytest.raises(InputError, match=told):
            read(tmp_path / f"a.{suffix}")


@pytest.mark.parametrize("name", ["flac", "flac of unknown length", "ogg", "opus"])
def test_junk_behind_the_last_frame_or_page_is_told(tmp_path, name):
    opus = encoded(3, "OGG", subtype="OPUS", rate=48000)
    data = {"flac": FLAC, "flac of unknown length": piped(FLAC), "ogg": OGG, "opus": opus}[name]
    heard = hear(tmp_path, name[:4], data + JUNK)
    told = r"(50|4\d) kB behind (the end that its header tells|its last frame), \d+% of the file, are not heard"
    assert re.fullmatch(told, heard.remarks[0])
    assert len(heard.remarks) == 1


def test_what_looks_like_the_last_frame_of_a_flac_is_none():
    last = flac_last(FLAC, 0)
    assert FLAC[last : last + 2] == b"\xff\xf8"
    like = bytearray(FLAC)
    like[9000:9005] = FLAC[last : last + 5]
    assert flac_last(bytes(like), 0) == last


@pytest.mark.parametrize("channels", [1, 2])
def test_a_flac_ends_with_its_last_frame(channels):
    data = encoded(2, "FLAC", channels=channels)
    assert flac_end(data, 0) == len(data)
    assert len(data) <= flac_end(data + JUNK, 0) < len(data) + 4000  # a sum may be right by chance
    assert flac_end(data + b"\xff" * 50_000, 0) == len(data)


def at_frames(data):
    """Places where frames begin, and where the last ends."""
    places = [0]
    while places[-1] < len(data):
        places.append(places[-1] + frame_bytes(data[places[-1] :][:7]))
    return places


@pytest.mark.parametrize("data", [MP3, with_vbri(MP3)])
def test_a_few_whole_frames_that_are_missing_are_told(tmp_path, data):
    places = at_frames(data)
    for cut in (data[: places[-9]], data[: places[100]] + data[places[108] :]):
        heard = hear(tmp_path, "mp3", cut)
        assert heard.lost == pytest.approx(8 * 1152 / 44100, abs=0.05)


def with_length(data, seconds):
    buffer = io.BytesIO(data)
    tags = ID3()
    tags.add(TLEN(encoding=3, text=str(round(1000 * seconds))))
    tags.save(buffer)
    return buffer.getvalue()


def test_a_tag_tells_how_long_an_mp3_without_a_table_was(tmp_path):
    bare = without_table(MP3)
    half = bare[: at_frames(bare)[115]]
    heard = hear(tmp_path, "mp3", with_length(half, 6))
    assert heard.lost == pytest.approx(3, abs=0.8)
    for whole in (with_length(bare, 6.4), with_length(bare, 0.006), with_length(MP3, 60)):
        assert hear(tmp_path, "mp3", whole).remarks == ()


BROKEN_OFF = "breaks off before its end: how much is missing cannot be told"


def pages(data):
    places = [found.start() for found in re.finditer(b"OggS", data)]
    return [data[start:end] for start, end in zip(places, [*places[1:], len(data)], strict=True)]


def in_ogg(flac):
    """Put the frames of a FLAC into an Ogg, as FFmpeg does; libsndfile cannot open it."""
    av = pytest.importorskip("av")
    buffer = io.BytesIO()
    with av.open(io.BytesIO(flac)) as source, av.open(buffer, "w", format="ogg") as out:
        stream = out.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            packet.stream = stream
            if packet.size:
                out.mux(packet)
    return buffer.getvalue()


def test_an_ogg_that_libsndfile_cannot_open_is_told_all_the_same(tmp_path):
    found = pages(in_ogg(FLAC))
    assert hear(tmp_path, "oga", b"".join(found)).remarks == ()
    assert hear(tmp_path, "oga", b"".join(found[:-1])).remarks == (BROKEN_OFF,)
    for number in (2, 3):  # the first page of sound, and one in the middle
        holed = hear(tmp_path, "oga", b"".join(found[:number] + found[number + 1 :]))
        assert holed.lost > 0.5
        assert len(holed.signal) / 22050 + holed.lost == pytest.approx(6, abs=0.1)


def test_the_last_of_joined_oggs_breaks_off(tmp_path):
    assert hear(tmp_path, "ogg", OGG + OGG[: OGG.rfind(b"OggS")]).remarks == (BROKEN_OFF,)


def test_a_second_chunk_of_samples_is_told(tmp_path):
    start = WAV.find(b"data")
    chunk = b"data" + struct.pack("<I", 264_600)
    both = chunk + WAV[start + 8 :][:264_600] + chunk + WAV[start + 8 :][264_600:]
    heard = hear(tmp_path, "wav", WAV[:4] + struct.pack("<I", start - 8 + len(both)) + WAV[8:start] + both)
    assert heard.remarks == ("265 kB behind the end that its header tells, 50% of the file, are not heard",)
