"""The published networks: the files, the input, and equality with the original graph."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata

import numpy as np
import pytest

from albumlib.data.audio import load_audio
from albumlib.errors import InputError
from albumlib.genre.pretrained.embedding import embed, embed_file, sound_change
from albumlib.genre.pretrained.mel import FRAMES, cut_patches, level_gain, log_mel
from albumlib.genre.pretrained.musicnn import checkpoint, network
from albumlib.genre.pretrained.musicnn.checkpoint import find_checkpoint, read_checkpoint
from albumlib.genre.pretrained.musicnn.network import TAGS, build_network, load_pretrained
from albumlib.genre.pretrained.tags import genre_shares, vote, why_no_music
from albumlib.genres import NAMES

NETWORKS = ["MSD", "MTT"]


@pytest.fixture
def chord():
    """Six seconds of a plucked chord with a little noise, at 16 kHz."""
    t = np.arange(6 * 16000) / 16000
    pluck = np.exp(-4 * (t % 0.5))
    y = pluck * sum(np.sin(2 * np.pi * f * t) / (1 + f / 400) for f in (220, 277, 330, 440, 880))
    return (0.2 * y + 0.01 * np.random.default_rng(0).normal(size=t.size)).astype(np.float32)


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("name", NETWORKS)
def test_checkpoint_reads_as_in_tensorflow(name):
    from tensorflow.compat.v1.train import NewCheckpointReader

    folder = find_checkpoint(name)
    ours, theirs = read_checkpoint(folder), NewCheckpointReader(f"{folder}/")
    assert set(ours) == set(theirs.get_variable_to_shape_map())
    for variable, values in ours.items():
        np.testing.assert_array_equal(values, theirs.get_tensor(variable))
        assert values.dtype == theirs.get_tensor(variable).dtype


def test_missing_package_says_what_to_install(monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(InputError, match=r"musicnn is not installed.*pip install --no-deps musicnn==0.1.0"):
        find_checkpoint("MSD")


@pytest.mark.usefixtures("_installed")
def test_damaged_checkpoint_is_told(tmp_path, monkeypatch):
    source = find_checkpoint("MSD")
    for ending in (checkpoint.INDEX, checkpoint.DATA):
        (tmp_path / ending).write_bytes((source / ending).read_bytes()[:-100])
    with pytest.raises(InputError, match="damaged checkpoint"):
        read_checkpoint(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_checkpoint(tmp_path / "nowhere")
    (tmp_path / checkpoint.INDEX).write_bytes((source / checkpoint.INDEX).read_bytes())
    with pytest.raises(InputError, match="do not agree"):
        read_checkpoint(tmp_path)

    class Distribution:
        def locate_file(self, path):
            return tmp_path if "musicnn" in path else None

    monkeypatch.setattr(metadata, "distribution", lambda name: Distribution())
    with pytest.raises(InputError, match="not the published file"):
        find_checkpoint("MSD")


def test_log_mel_is_librosas(chord):
    from librosa import feature

    power = feature.melspectrogram(y=chord, sr=16000, n_fft=512, hop_length=256, n_mels=96)
    np.testing.assert_allclose(log_mel(chord), np.log10(10000 * power.T + 1), atol=1e-5)


def test_a_song_is_brought_to_one_loudness(chord):
    sine = 0.1 * np.sin(np.arange(32000))
    assert level_gain(sine) == pytest.approx(7, rel=1e-3)
    assert level_gain(sine + 0.3) == pytest.approx(7, rel=1e-2)  # a constant is not heard
    assert level_gain(0 * sine) == level_gain(0 * sine + 0.3) == 1
    click = np.zeros(32000)
    click[100] = 0.1
    assert level_gain(click) == pytest.approx(210, rel=1e-3)  # not without end, though silence is most of it
    quiet = chord / 10
    np.testing.assert_allclose(
        log_mel(quiet, gain=level_gain(quiet)), log_mel(chord, gain=level_gain(chord)), atol=1e-4
    )
    with pytest.raises(InputError, match="not finite"):
        level_gain(np.array([0.1, np.nan]))


def test_of_a_long_song_enough_samples_say_how_loud_it_is(chord):
    n = 200 * 16000
    assert level_gain(0.5 * np.sin(np.pi / 2 * np.arange(n))) == pytest.approx(1.4)  # 4 kHz: every fourth sample is 0
    click = np.full(n, 1e-4)
    click[::2] *= -1
    click[12345] = 0.8
    assert level_gain(click) == pytest.approx(0.7 / 0.8 * 30, rel=1e-3)
    assert level_gain(np.tile(chord, 20)) == pytest.approx(level_gain(chord), rel=0.02)


def test_patches_are_three_seconds(chord):
    mel = log_mel(chord)
    patches, starts = cut_patches(mel, step=60)
    assert patches.shape == (4, FRAMES, 96)
    np.testing.assert_array_equal(patches[2], mel[starts[2] : starts[2] + FRAMES])
    assert len(cut_patches(mel, step=1, most=5)[0]) == 5
    with pytest.raises(InputError, match="too short"):
        cut_patches(mel[: FRAMES - 1])


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("name", NETWORKS)
def test_network_equals_the_original_graph(name, chord):
    patches = cut_patches(log_mel(chord))[0]
    _compare(name, patches)


@pytest.mark.real
@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("name", NETWORKS)
def test_network_equals_the_original_graph_on_music(name, real_data):
    songs = [sorted((real_data / "emotify" / genre).glob("*.mp3"))[0] for genre in ("Classical", "Electronic", "Rock")]
    _compare(name, np.concatenate([cut_patches(log_mel(load_audio(song, sr=16000, duration=7)))[0] for song in songs]))


@pytest.mark.usefixtures("_installed")
def test_cached_network_is_the_converted_one(tmp_path, monkeypatch, chord):
    monkeypatch.setenv("ALBUMLIB_HOME", str(tmp_path))
    load_pretrained.cache_clear()
    patches = cut_patches(log_mel(chord))[0]
    first = load_pretrained("MTT").predict(patches)
    load_pretrained.cache_clear()
    monkeypatch.setattr(metadata, "distribution", None)  # nor is the package needed any more
    again = load_pretrained("MTT").predict(patches)
    np.testing.assert_array_equal(first["tags"], again["tags"])
    monkeypatch.undo()
    monkeypatch.setenv("ALBUMLIB_HOME", str(tmp_path))
    path = next((tmp_path / "pretrained").glob("*.onnx"))
    path.write_bytes(path.read_bytes()[:1000])
    load_pretrained.cache_clear()
    np.testing.assert_array_equal(load_pretrained("MTT").predict(patches)["tags"], first["tags"])
    load_pretrained.cache_clear()


@pytest.mark.usefixtures("_installed")
def test_a_network_that_two_want_at_once_is_built_once(tmp_path, monkeypatch):
    monkeypatch.setenv("ALBUMLIB_HOME", str(tmp_path))
    load_pretrained.cache_clear()
    built = []
    monkeypatch.setattr(network, "build_network", lambda weights: built.append(1) or build_network(weights))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(load_pretrained, ["MSD", "MSD"]))
    load_pretrained.cache_clear()
    assert len(built) == 1


@pytest.mark.usefixtures("_installed")
def test_embedding_has_both_networks(chord):
    found = embed(chord)
    assert found.tags.shape == (2, 100)
    assert found.units.shape == (2, 400)
    assert np.isfinite(found.units).all()
    assert 0 <= found.tags.min() <= found.tags.max() <= 1
    assert 0 <= found.change < 0.1  # each half second is a pluck of the same chord


@pytest.mark.usefixtures("_installed")
def test_a_quiet_copy_is_heard_as_the_loud_one(chord):
    loud, quiet = embed(chord), embed(chord / 8)
    np.testing.assert_allclose(quiet.tags, loud.tags, atol=1e-4)
    np.testing.assert_allclose(quiet.units, loud.units, atol=1e-2)
    assert quiet.change == pytest.approx(loud.change, rel=1e-3)
    assert sound_change(chord / 8) == pytest.approx(loud.change, rel=1e-3)


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("kind", ["silence", "white", "pink", "hum", "sine"])
def test_silence_and_noise_are_no_music(kind):
    t, noise = np.arange(6 * 16000) / 16000, np.random.default_rng(0).normal(size=6 * 16000)
    pink = np.fft.irfft(np.fft.rfft(noise) / np.sqrt(np.arange(1, t.size // 2 + 2)))
    sounds = {
        "silence": 0 * t,
        "white": 0.1 * noise,
        "pink": 0.3 * pink / abs(pink).max(),
        "hum": 0.2 * sum(np.sin(2 * np.pi * 50 * k * t) / k for k in range(1, 8)),
        "sine": 0.3 * np.sin(2 * np.pi * 440 * t),
    }
    assert why_no_music(embed(sounds[kind])) is not None


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("voice", ["en-us", "de+f3"])
def test_speech_is_no_music(tmp_path, voice):
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    text = "Here is the news. " * 3 + "The weather forecast for tomorrow: rain in the north, sunny spells in the west."
    subprocess.run(["espeak-ng", "-v", voice, "-w", tmp_path / "speech.wav", text], check=True)
    assert why_no_music(embed_file(tmp_path / "speech.wav")) is not None


@pytest.mark.real
@pytest.mark.usefixtures("_installed")
def test_real_music_is_told_with_its_doubt(real_data):
    songs = [sorted((real_data / "emotify" / genre).glob("*.mp3"))[1] for genre in ("Classical", "Electronic")]
    for song, among in zip(songs, ({"Classical"}, {"Electronic", "Techno", "Ambient Electronic"}), strict=True):
        found = embed_file(song)
        assert why_no_music(found) is None
        assert NAMES[vote(genre_shares(found.tags))[0]] in among


def _compare(name, patches):
    tags, units = _original(name, patches)
    ours = load_pretrained(name).predict(patches)
    np.testing.assert_allclose(ours["tags"], tags, atol=1e-5)
    np.testing.assert_allclose(ours["units"], units, atol=1e-5 * np.abs(units).max())
    assert len(TAGS[name]) == tags.shape[1]


def _original(name, patches):
    """Tags and last hidden layer from the graph that came with the checkpoint, run by TensorFlow 1's rules."""
    import tensorflow as tf

    v1, folder = tf.compat.v1, find_checkpoint(name)
    meta = v1.MetaGraphDef()
    meta.ParseFromString((folder / ".meta").read_bytes())
    wanted = ["model/Sigmoid", "model/batch_normalization_10/batchnorm/add_1"]
    # only what leads there, for today's TensorFlow rejects the nodes of the gradients
    graph_def = v1.graph_util.extract_sub_graph(meta.graph_def, [*wanted, meta.saver_def.restore_op_name])
    for node in graph_def.node:
        if (
            node.op == "RandomUniform"
        ):  # of dropout, which is not used; but where runs are repeatable it must have a seed
            node.attr["seed"].i = 1
    with tf.Graph().as_default() as graph, v1.Session() as session:
        tf.import_graph_def(graph_def, name="")
        filename = {meta.saver_def.filename_tensor_name: f"{folder}/"}
        session.run(graph.get_operation_by_name(meta.saver_def.restore_op_name), filename)
        inputs = {node.name: node for node in graph.get_operations() if node.type == "Placeholder"}
        feed = {node.outputs[0]: False if node.outputs[0].dtype == tf.bool else patches for node in inputs.values()}
        return session.run([f"{node}:0" for node in wanted], feed)
