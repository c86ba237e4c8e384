"""Files that are joined, cut short or hold several streams: all is heard, or what is not is told."""

import io
import re
import struct

import numpy as np
import pytest
from test_whole_song import FLAC, MP3, OGG, PCM, RATE, WAV, encoded, piped, tagged, tune, with_zeros, without_table

from albumlib.data.audio import audio_duration, hear_song
from albumlib.data.sound.frames import frame_bytes, lost_bytes
from albumlib.data.sound.links import find_links, left_over
from albumlib.data.sound.promised import listed_seconds

av = pytest.importorskip("av")


def packed(kind, codec, *sounds, tags=None):
    """Encode sounds, each a stream of its own, as FFmpeg does."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind) as out:
        out.metadata.update(tags or {})
        streams = [out.add_stream(codec, rate=RATE) for _ in sounds]
        for stream in streams:
            stream.layout, stream.bit_rate = "mono", 64_000
        for stream, y in zip(streams, sounds, strict=True):
            frame = av.AudioFrame.from_ndarray((y.T * 32767).astype("<i2"), format="s16", layout="mono")
            frame.sample_rate, context = RATE, stream.codec_context
            resampler = av.AudioResampler(context.format, "mono", RATE, context.frame_size or 4096)
            for part in [*resampler.resample(frame), *resampler.resample(None)]:
                out.mux(stream.encode(part))
            out.mux(stream.encode(None))
    return buffer.getvalue()


WMA, AAC, M4A = packed("asf", "wmav2", tune(6)), packed("adts", "aac", tune(6)), packed("ipod", "aac", tune(6))
MP2, CAF, AIFF = packed("mp2", "mp2", tune(6)), packed("caf", "pcm_s16le", tune(6)), encoded(6, "AIFF")
TTA, WV, MKA = packed("tta", "tta", tune(6)), packed("wv", "wavpack", tune(6)), packed("matroska", "aac", tune(6))
AU, W64, RF64 = (encoded(6, kind) for kind in ("AU", "W64", "RF64"))


def hear(folder, suffix, data):
    (folder / f"a.{suffix}").write_bytes(data)
    return hear_song(folder / f"a.{suffix}")


JOINED = {
    "mp3 and wav": ("mp3", MP3 + WAV),
    "wav and mp3": ("wav", WAV + MP3),
    "mp3 and flac": ("mp3", MP3 + FLAC),
    "mp3 and ogg": ("mp3", MP3 + OGG),
    "mp3 and m4a": ("mp3", MP3 + M4A),
    "ogg and mp3": ("ogg", OGG + MP3),
    "m4a twice": ("m4a", M4A + M4A),
    "wma twice": ("wma", WMA + WMA),
    "aiff twice": ("aiff", AIFF + AIFF),
    "aac twice": ("aac", AAC + AAC),
    "mp2 twice": ("mp2", MP2 + MP2),
    "wv twice": ("wv", WV + WV),
    "tta twice": ("tta", TTA + TTA),
    "au twice": ("au", AU + AU),
    "caf twice": ("caf", CAF + CAF),
    "rf64 twice": ("wav", RF64 + RF64),
    "flac and mp3": ("flac", FLAC + MP3),
    "flac and tagged mp3": ("flac", FLAC + tagged(MP3)),
    "flac and wv": ("flac", FLAC + WV),
    "wma and mp3": ("wma", WMA + MP3),
    "mka and mp3": ("mka", MKA + MP3),
    "w64 and mp3": ("w64", W64 + MP3),
    "aac and mp3": ("aac", AAC + MP3),
    "mp3 and aac": ("mp3", MP3 + AAC),
    "mp3 and tta": ("mp3", MP3 + TTA),
    "mp3 with an ID3v1 tag and another": ("mp3", without_table(MP3) + b"TAG" + bytes(125) + MP3),
}


@pytest.mark.parametrize("name", JOINED)
def test_joined_recordings_are_heard_whole(tmp_path, name):
    heard = hear(tmp_path, *JOINED[name])
    assert len(heard.signal) / 22050 == pytest.approx(12, abs=0.25)
    assert heard.remarks == ()
    assert audio_duration(next(tmp_path.iterdir())) == pytest.approx(12, abs=0.4)


def cut(data, *, at=0.5):
    return data[: round(at * len(data))]


def frame_by_frame(data, change):
    """Change 50 whole frames in the middle of a file."""
    places = [0]
    while places[-1] < len(data):
        places.append(places[-1] + frame_bytes(data[places[-1] :]))
    start, end = places[100], places[150]
    return data[:start] + change(end - start) + data[end:]


INFO = MP3[MP3.find(b"Info") :][:8]


def with_vbri(data):
    """An mp3 of 6 s with another table than Xing's."""
    size = frame_bytes(data)
    table = b"VBRI" + struct.pack(">HHHII", 1, 0, 75, len(data), round(6 * RATE / 1152))
    return (data[:4] + bytes(32) + table).ljust(size, b"\0") + data[size:]


LOSSES = {
    "wma cut in half": ("wma", cut(WMA), 6),
    "wma with zeros": ("wma", with_zeros(WMA, at=0.4, count=20_000), 6),
    "caf cut in half": ("caf", cut(CAF), 6),
    "aac with zeros": ("aac", with_zeros(AAC, at=0.4, count=20_000), 6),
    "mp2 with zeros": ("mp2", with_zeros(MP2, at=0.4, count=20_000), 6),
    "mp2 whose frames are overwritten": ("mp2", frame_by_frame(MP2, bytes), 6),
    "tta with zeros": ("tta", with_zeros(TTA, at=0.4), 6),
    "wv with zeros": ("wv", with_zeros(WV, at=0.4), 6),
    "mp3 whose table has no bytes, cut in half": ("mp3", cut(MP3.replace(INFO, INFO[:7] + b"\x0d", 1)), 6),
    "mp3 with the table of Fraunhofer's encoder, cut in half": ("mp3", cut(with_vbri(MP3)), 6),
    "flac and half of one": ("flac", FLAC + cut(FLAC), 12),
    "mp3 and zeros in an aac": ("mp3", MP3 + with_zeros(AAC, at=0.4, count=20_000), 12),
    "wav and half of one": ("wav", WAV + cut(WAV), 12),
    "mp3 and half a wav": ("mp3", MP3 + cut(WAV), 12),
}


@pytest.mark.parametrize("name", LOSSES)
def test_what_is_lost_is_told_in_seconds_and_share(tmp_path, name):
    suffix, data, seconds = LOSSES[name]
    heard = hear(tmp_path, suffix, data)
    assert heard.lost > 0.5
    assert len(heard.signal) / 22050 + heard.lost == pytest.approx(seconds, abs=0.35)
    assert re.fullmatch(r"\d\.\d s of \d+\.\d s could not be decoded \(\d+\.\d%\)", heard.remarks[0])
    assert len(heard.remarks) == 1


def wav(content, *, size=None, riff=None):
    """A wav whose header may say another size."""
    size = len(PCM) if size is None else size
    riff = 36 + len(content) if riff is None else riff
    form = struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    return b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt " + form + b"data" + struct.pack("<I", size) + content


@pytest.mark.parametrize("riff", [None, 36 + 200_000])
def test_sound_behind_the_end_that_a_header_tells_is_told(tmp_path, riff):
    heard = hear(tmp_path, "wav", wav(PCM, size=200_000, riff=riff))
    assert len(heard.signal) / 22050 == pytest.approx(200_000 / 2 / RATE, abs=0.01)
    told = "329 kB behind the end that its header tells, 62% of the file, are not heard"
    assert heard.remarks == (told,)


@pytest.mark.parametrize("suffix", ["m4a", "aac", "mp2", "mp3", "au", "caf"])
def test_junk_behind_the_end_is_told(tmp_path, suffix):
    junk = np.random.default_rng(0).integers(128, 250, 50_000).astype("uint8").tobytes()
    whole = {"m4a": M4A, "aac": AAC, "mp2": MP2, "mp3": without_table(MP3), "au": AU, "caf": CAF}[suffix]
    heard = hear(tmp_path, suffix, whole + junk)
    told = r"50 kB behind (the end that its header tells|its last frame), \d+% of the file, are not heard"
    assert re.fullmatch(told, heard.remarks[0])
    assert (len(heard.remarks), len(heard.signal) / 22050) == (1, pytest.approx(6, abs=0.1))


def test_a_splice_in_a_frame_is_told(tmp_path):
    heard = hear(tmp_path, "aac", AAC[:25_000] + AAC[35_000:])
    assert re.fullmatch(r"0\.0\d s of 4\.8 s could not be decoded \(0\..%\)", heard.remarks[0])


def test_leading_junk_does_not_hide_a_recording(tmp_path):
    heard = hear(tmp_path, "wav", bytes(50_000) + WAV)
    assert len(heard.signal) / 22050 == pytest.approx(6, abs=0.1)


def test_what_is_joined_and_no_sound_is_told(tmp_path):
    told = hear(tmp_path, "wav", WAV + WAV[:30]).remarks
    assert told == ("0.0 kB of it are no sound that can be decoded",)


def chunk(name, count):
    return name + struct.pack("<I", count) + bytes(range(256)) * (count // 256)


ODD_PCM = PCM[:-1]
HARMLESS = {
    "wav with chunks behind": ("wav", wav(PCM + chunk(b"LIST", 25_600) + chunk(b"id3 ", 25_600))),
    "wav with chunks behind its end": ("wav", wav(PCM + chunk(b"id3 ", 25_600), riff=36 + len(PCM))),
    "wav before zeros": ("wav", wav(PCM) + bytes(50_000)),
    "wav before an ID3 tag": ("wav", wav(PCM) + b"ID3\3\0\0\0\0\x7f\x76" + b"x" * (127 * 128 + 118)),
    "wav before a tag": ("wav", wav(PCM) + b"TAG" + b"x" * 125),
    "m4a before zeros": ("m4a", M4A + bytes(50_000)),
    "mp3 whose tag holds a wav": ("mp3", b"ID3\3\0\0\0\0\x7f\x76" + (WAV + WAV)[:16374] + MP3),
    "aac behind zeros": ("aac", bytes(20_000) + AAC),
    "mp3 before and behind texts": ("mp3", b"<html>" * 9000 + MP3 + b"words " * 9000),
    "flac behind zeros": ("flac", bytes(20_000) + FLAC),
    "flac before zeros": ("flac", FLAC + bytes(50_000)),
    "flac of unknown length before zeros": ("flac", piped(FLAC) + bytes(50_000)),
    "flac of unknown length before a tag": ("flac", piped(FLAC) + tagged(MP3)[: -len(MP3)]),
    "ogg before zeros": ("ogg", OGG + bytes(50_000)),
    "ogg before a tag": ("ogg", OGG + b"TAG" + b"x" * 125),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_no_loss_is_not_told(tmp_path, name):
    heard = hear(tmp_path, *HARMLESS[name])
    assert heard.remarks == ()
    assert len(heard.signal) / 22050 == pytest.approx(6, abs=0.15)


@pytest.mark.parametrize(("kind", "codec"), [("matroska", "aac"), ("mp4", "aac"), ("mov", "alac")])
def test_of_several_streams_the_first_that_is_not_silent_is_heard(tmp_path, kind, codec):
    silence, quiet, loud = np.zeros((3 * RATE, 1)), tune(3) / 4, tune(3)
    heard = hear(tmp_path, "m4a", packed(kind, codec, silence, loud))
    assert heard.remarks == ("2 sound streams, of which number 2 is heard",)
    assert heard.signal.std() > 0.2
    heard = hear(tmp_path, "m4a", packed(kind, codec, quiet, loud))
    assert heard.remarks == ("2 sound streams, of which number 1 is heard",)
    assert heard.signal.std() < 0.1


def test_any_bytes_are_walked_through_to_their_end(tmp_path):
    rng, path = np.random.default_rng(5), tmp_path / "a"
    parts = [part[:6000] for part in (WAV, AIFF, M4A, CAF, WMA, AAC, MP3, OGG, FLAC)]
    for number in range(400):
        first, second = (parts[place] for place in rng.integers(len(parts), size=2))
        data = bytearray(first[: rng.integers(12, 6000)] + second[: rng.integers(2000)])
        for place in rng.integers(min(len(data), rng.choice([20, 100, 6000])), size=number % 8):
            data[place] = rng.choice([0, 127, 128, 255])
        path.write_bytes(data)
        links = find_links(path)
        assert [link.start for link in links] == [0, *(link.end for link in links[:-1])]
        assert links[-1].end + left_over(path) <= len(data)
        assert listed_seconds(path) >= 0
        assert 0 <= lost_bytes(path, 0, len(data))[0] <= len(data)
