"""The whole song is heard: across damage, without a length, past the end of the first stream; what is lost is told."""

import io
import re
import struct

import mutagen
import numpy as np
import pytest
import soundfile
from mutagen.id3 import APIC

from albumlib.data.audio import audio_duration, hear_song, load_audio
from albumlib.data.sound.header import read_promise
from albumlib.errors import InputError

RATE = 44100


def tune(seconds, *, rate=RATE, channels=1):
    """Notes of half a second, each of another pitch, so that a part that is missing or repeated shows."""
    t = np.arange(round(seconds * rate)) / rate
    y = 0.4 * np.sin(2 * np.pi * 220 * (1 + np.floor(2 * t) % 7) * t)
    return np.repeat(y[:, None], channels, axis=1)


def encoded(seconds, kind, *, subtype=None, **options):
    buffer = io.BytesIO()
    more = {"bitrate_mode": "CONSTANT", "compression_level": 0.6} if kind == "MP3" else {}
    y = tune(seconds, **options)
    soundfile.write(buffer, y, options.get("rate", RATE), format=kind, subtype=subtype, **more)
    return buffer.getvalue()


def without_table(data):
    """An mp3 without its first frame, which says how long it is."""
    second = data.find(data[:2], 4)
    assert b"Xing" in data[:second] or b"Info" in data[:second]
    return data[second:]


def with_zeros(data, *, at=0.5, count=1000):
    start = round(at * len(data))
    return data[:start] + bytes(count) + data[start + count :]


def tagged(data):
    buffer = io.BytesIO(data)
    file = mutagen.File(buffer)
    file.add_tags()
    file.tags.add(APIC(mime="image/png", type=3, data=bytes(200_000)))
    buffer.seek(0)
    file.save(buffer)
    return buffer.getvalue()


def piped(flac):
    """A flac whose header does not know its length, nor the sum of its samples."""
    head = bytearray(flac)
    head[8 + 13] &= 0xF0
    head[8 + 14 : 8 + 34] = bytes(20)
    return bytes(head)


def wav_head(size):
    return b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH4sI", 16, 1, 1, RATE, 2 * RATE, 2, 16, b"data", size
    )  # fmt: skip


MP3, OGG, FLAC, WAV, AIFF, AU = (encoded(6, kind) for kind in ("MP3", "OGG", "FLAC", "WAV", "AIFF", "AU"))
STEREO = encoded(6, "MP3", channels=2)
PCM = (tune(6)[:, 0] * 32767).astype("<i2").tobytes()
WHOLE = {
    "mp3 without its table": ("mp3", without_table(MP3), 6),
    "mp3 of variable rate without its table": ("mp3", without_table(MP3) + without_table(STEREO), 12),
    "mp3 twice": ("mp3", MP3 + MP3, 12),
    "mp3 and another of 22 kHz": ("mp3", MP3 + encoded(6, "MP3", rate=22050), 12),
    "mp3 twice, with tags": ("mp3", tagged(MP3) + tagged(MP3), 12),
    "mp3 after 100 kB of zeros": ("mp3", bytes(100_000) + MP3, 6),
    "mp3 after a web page": ("mp3", b"<html>" * 20_000 + MP3, 6),
    "mp3 before 100 kB of zeros": ("mp3", MP3 + bytes(100_000), 6),
    "mp3 with 1 kB of zeros": ("mp3", with_zeros(MP3), 6),
    "mp3 with zeros in three places": ("mp3", with_zeros(with_zeros(with_zeros(MP3), at=0.2), at=0.8), 6),
    "mp3 without its table and with zeros": ("mp3", with_zeros(without_table(MP3)), 6),
    "ogg twice": ("ogg", OGG + OGG, 12),
    "ogg and others": ("ogg", OGG + encoded(3, "OGG", rate=22050) + encoded(3, "OGG", channels=2), 12),
    "opus and vorbis": ("ogg", encoded(3, "OGG", subtype="OPUS", rate=48000) + OGG, 9),
    "opus and another": ("opus", encoded(6, "OGG", subtype="OPUS", rate=48000) * 2, 12),
    "flac of unknown length": ("flac", piped(FLAC), 6),
    "flac twice": ("flac", FLAC + FLAC, 12),
    "flac and another of 48 kHz": ("flac", FLAC + encoded(3, "FLAC", rate=48000, channels=2), 9),
    "wav and another of 22 kHz": ("wav", WAV + encoded(3, "WAV", rate=22050, channels=2), 9),
    "wav whose recorder was switched off": ("wav", WAV[:40] + bytes(4) + WAV[44:], 6),
    "flac of unknown length, named mp3": ("mp3", piped(FLAC), 6),
    "wav from a pipe": ("wav", wav_head(0xFFFFFFFF) + PCM, 6),
    "wav of another unknown length": ("wav", wav_head(0x7FFFFFFF) + PCM, 6),
}


@pytest.mark.parametrize("name", WHOLE)
def test_all_of_it_is_heard_and_all_agree_on_the_seconds(tmp_path, name):
    suffix, data, seconds = WHOLE[name]
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(data)
    heard = hear_song(path)
    assert len(heard.signal) / 22050 + heard.lost == pytest.approx(seconds, abs=0.25)
    assert heard.lost < 0.4
    assert audio_duration(path) == pytest.approx(len(heard.signal) / 22050, abs=0.4)
    assert (heard.lost > 0) == bool(heard.remarks)


def test_what_is_heard_is_the_song(tmp_path):
    (tmp_path / "a.mp3").write_bytes(MP3)
    (tmp_path / "b.mp3").write_bytes(MP3 + MP3)
    once, twice = load_audio(tmp_path / "a.mp3"), load_audio(tmp_path / "b.mp3")
    np.testing.assert_allclose(twice[2000:100_000], once[2000:100_000], atol=1e-3)
    lag = np.correlate(twice[130_000:180_000], once[20_000:40_000], "valid").argmax() + 110_000
    np.testing.assert_allclose(twice[lag + 20_000 : lag + 40_000], once[20_000:40_000], atol=0.05)


LOSSES = {
    "mp3 with 40 kB of zeros": ("mp3", with_zeros(MP3, at=0.2, count=40_000), 6),
    "mp3 without its table, with 40 kB of zeros": ("mp3", with_zeros(without_table(MP3), at=0.2, count=40_000), 6),
    "mp3 cut in half": ("mp3", MP3[: len(MP3) // 2], 6),
    "flac cut in half": ("flac", FLAC[: len(FLAC) // 2], 6),
    "flac with 40 kB of zeros": ("flac", with_zeros(FLAC, at=0.2, count=40_000), 6),
    "wav cut in half": ("wav", WAV[: len(WAV) // 2], 6),
    "aiff cut in half": ("aiff", AIFF[: len(AIFF) // 2], 6),
    "au cut in half": ("au", AU[: len(AU) // 2], 6),
    "wav that lacks its middle": ("wav", WAV[:100_000] + WAV[200_000:], 6),
    "ogg whose last page is damaged": ("ogg", with_zeros(OGG, at=0.98, count=9), 6),
}


@pytest.mark.parametrize("name", LOSSES)
def test_what_is_lost_is_told_in_seconds_and_share(tmp_path, name):
    suffix, data, seconds = LOSSES[name]
    (tmp_path / f"a.{suffix}").write_bytes(data)
    heard = hear_song(tmp_path / f"a.{suffix}")
    assert heard.lost > 0.5
    assert len(heard.signal) / 22050 + heard.lost == pytest.approx(seconds, abs=0.3)
    assert f"{heard.lost:.1f} s of {heard.lost + len(heard.signal) / 22050:.1f} s" in heard.remarks[0]
    assert f"{heard.lost / seconds:.0%}"[:1] in heard.remarks[0]


def test_an_ogg_file_that_breaks_off_is_told(tmp_path):
    (tmp_path / "a.ogg").write_bytes(OGG[: OGG.rfind(b"OggS")])
    assert hear_song(tmp_path / "a.ogg").remarks == ("breaks off before its end: how much is missing cannot be told",)


def test_a_burst_of_a_damaged_frame_does_not_hide_the_song(tmp_path):
    y = tune(3, rate=22050)
    y[5000:5100] = 1e6
    soundfile.write(tmp_path / "a.wav", y, 22050, subtype="FLOAT")
    heard = hear_song(tmp_path / "a.wav")
    assert heard.remarks == ("louder than full scale, up to 1,000,000.0 times, in bursts that are cut off there",)
    assert np.abs(heard.signal).max() == 1


def test_a_sidecar_of_macos_does_not_hide_the_song(tmp_path):
    (tmp_path / "x.mp3").write_bytes(MP3)
    (tmp_path / "._x.mp3").write_bytes(b"\0\x05\x16\x07\0\x02\0\0Mac OS X        " + bytes(4000))
    assert len(load_audio(tmp_path / "x.mp3")) / 22050 == pytest.approx(6, abs=0.1)
    assert audio_duration(tmp_path / "x.mp3") == pytest.approx(6, abs=0.1)


@pytest.mark.parametrize("name", ["MP3", "OGG", "FLAC", "WAV"])
def test_a_sound_file_goes_the_quick_way(tmp_path, name, monkeypatch):
    path = tmp_path / f"a.{name.lower()}"
    path.write_bytes(encoded(3, name, channels=2))
    assert read_promise(path).kept
    monkeypatch.delattr("albumlib.data.audio.open_patient")
    assert hear_song(path).remarks == ()


def test_what_needs_a_decoder_beyond_libsndfile_is_heard(tmp_path):
    av = pytest.importorskip("av")
    for name, codec in (("a.m4a", "aac"), ("a.wma", "wmav2"), ("a.wv", "wavpack"), ("a.m4b", "alac")):
        with av.open(str(tmp_path / name), "w", format="mp4" if name.endswith("m4b") else None) as out:
            stream = out.add_stream(codec, rate=RATE)
            stream.layout, stream.bit_rate = "mono", 64_000
            frame = av.AudioFrame.from_ndarray((tune(3).T * 32767).astype("<i2"), format="s16", layout="mono")
            frame.sample_rate = RATE
            resampler = av.AudioResampler(
                stream.codec_context.format, "mono", RATE, stream.codec_context.frame_size or 4096
            )
            for part in [*resampler.resample(frame), *resampler.resample(None)]:
                out.mux(stream.encode(part))
            out.mux(stream.encode(None))
        assert len(load_audio(tmp_path / name)) / 22050 == pytest.approx(3, abs=0.15)
        assert audio_duration(tmp_path / name) == pytest.approx(3, abs=0.15)


ODD = {
    "opposite": (tune(4, channels=2) * [1, -1], "cancel each other"),
    "nearly opposite": (tune(4, channels=2) * [1, -0.95], "cancel each other"),
    "opposite in its second half": (tune(4, channels=2) * np.repeat([[1, 1], [1, -1]], 2 * RATE, axis=0), "in ..%"),
    "above full scale": (5 * tune(4), "louder than full scale, up to 2.0 times"),
    "clipped": (np.clip(4 * tune(4), -1, 1), "clipped: ..% of the samples"),
    "off zero": (0.5 * tune(4) + 0.4, "off zero by 0.40 of full scale"),
    "off zero below": (0.5 * tune(4) - 0.1, "off zero by -0.10 of full scale"),
}
SILENT = {
    "zeros": np.zeros(4 * RATE),
    "a constant": np.full(4 * RATE, 0.5),
    "noise of the last bit": np.random.default_rng(0).integers(-1, 2, 4 * RATE) / 32768,
    "two silent channels": np.zeros((4 * RATE, 2)),
    "very quiet": tune(4) / 1000,
}


@pytest.mark.parametrize("name", ODD)
def test_odd_sound_is_heard_and_told(tmp_path, name):
    y, told = ODD[name]
    soundfile.write(tmp_path / "a.wav", y, RATE, subtype="FLOAT")
    heard = hear_song(tmp_path / "a.wav")
    assert len(heard.remarks) == 1
    assert re.search(told, heard.remarks[0])
    assert np.abs(heard.signal).max() > 0.1
    assert abs(heard.signal.mean()) < 0.01
    assert np.corrcoef(heard.signal, load_audio(tmp_path / "a.wav"))[0, 1] > 0.999


@pytest.mark.parametrize("name", SILENT)
def test_silence_is_refused_in_one_line(tmp_path, name):
    soundfile.write(tmp_path / "a.wav", SILENT[name], RATE, subtype="FLOAT")
    with pytest.raises(InputError, match=r"a\.wav: silent; expected sound above -60 dB of full scale; got"):
        hear_song(tmp_path / "a.wav")


def test_ordinary_stereo_is_averaged(tmp_path):
    left, right = tune(4)[:, 0], 0.3 * np.random.default_rng(0).standard_normal(4 * RATE)
    soundfile.write(tmp_path / "a.wav", np.stack([left, right], axis=1), RATE, subtype="FLOAT")
    heard = hear_song(tmp_path / "a.wav", sr=RATE)
    assert heard.remarks == ()
    np.testing.assert_allclose(heard.signal, (left + right) / 2, atol=1e-6)


def test_of_a_recording_of_hours_the_middle_is_heard(tmp_path):
    rate, minutes = 1000, 92
    t = np.arange(minutes * 60 * rate) / rate
    ends = np.abs(t - t.mean()) > 300  # seconds: another tone than in the ten minutes between
    soundfile.write(tmp_path / "mix.wav", 0.4 * np.sin(2 * np.pi * np.where(ends, 300, 100) * t), rate)
    heard = hear_song(tmp_path / "mix.wav", sr=rate)
    assert heard.remarks == ("92 minutes long, of which the middle 10 are heard",)
    power = np.abs(np.fft.rfft(heard.signal)) ** 2
    assert (len(heard.signal), power[100 * 600] > 1000 * power[300 * 600]) == (600 * rate, True)
