"""Figures of sound: a tone and a beat lie where their ticks are, and grey levels mean the same in each picture."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from albumlib.course.plots import activations, evidence, feature_image, slice_strip, waveform
from albumlib.features.image import FeatureImage
from albumlib.features.settings import PRESETS

SETTINGS = PRESETS["default"]


def song(columns=40, *, rows=100, freqs=(11000, 20), bpm=(400, 30)):
    values = np.zeros((2 * rows, columns), np.uint8)
    axes = {name: np.geomspace(*ends, rows) for name, ends in (("freqs", freqs), ("bpm", bpm))}
    times = np.arange(columns) * SETTINGS.hop_length / SETTINGS.sr
    return FeatureImage(values=values, times=times, settings=SETTINGS, **axes)


def test_ticks_of_a_song_lie_on_their_rows(ax, read):
    image = song()
    assert feature_image(image, ax) is ax
    ticks = dict(zip(read.ticks(ax.yaxis), ax.get_yticks(), strict=True))
    for name, top, axis, value in (("1,000 Hz", 0, image.freqs, 1000), ("120 BPM", 100, image.bpm, 120)):
        assert axis[int(ticks[name]) - top] == pytest.approx(value, rel=0.05)
    assert ax.get_xlabel() == "time (s)"
    assert ax.get_ylim() == (200, 0)
    assert ax.get_xlim() == (0, pytest.approx(40 * SETTINGS.hop_length / SETTINGS.sr))
    assert ax.lines[0].get_ydata()[0] == 100  # between spectrogram and tempogram


def test_a_bright_pixel_is_where_it_should_be(ax):
    image = song()
    image.values[3, 7] = 200
    feature_image(image, ax)
    drawn = ax.images[0]
    assert drawn.get_array()[3, 7] == 200
    assert drawn.get_extent() == pytest.approx([0, ax.get_xlim()[1], 200, 0])


def test_grey_levels_mean_the_same_in_every_picture(axes):
    """A quiet song is not as bright as a loud one."""
    feature_image(song(), axes[0])
    slice_strip(np.stack([np.full((10, 8), level, np.uint8) for level in (40, 200)]), axes[1])
    assert [image.get_clim() for ax in axes[:2] for image in ax.images] == [(0, 255)] * 3


def test_a_song_of_one_column(ax):
    feature_image(song(1), ax)
    assert ax.get_xlim()[1] == pytest.approx(SETTINGS.hop_length / SETTINGS.sr)


def test_ticks_outside_the_axis_are_left_out_and_none_touch(ax, read):
    feature_image(song(freqs=(4000, 300), bpm=(200, 100)), ax)
    assert read.ticks(ax.yaxis) == ["2,000 Hz", "1,000 Hz", "500 Hz", "180 BPM", "120 BPM"]
    rows = np.sort(ax.get_yticks())
    assert np.diff(rows).min() > 6


def test_slices_are_numbered_side_by_side(ax, read):
    slices = np.arange(3, dtype=np.uint8)[:, None, None].repeat(10, 1).repeat(18, 2)
    assert slice_strip(slices, ax) is ax
    assert [(image.get_extent()[0], image.get_array()[0, 0]) for image in ax.images] == [(0, 0), (20, 1), (40, 2)]
    assert read.ticks(ax.xaxis) == ["0", "1", "2"]
    assert ax.get_xticks().tolist() == [9, 29, 49]
    assert ax.get_xlabel() == "slice"
    assert ax.get_xlim() == (0, 58)
    assert read.ticks(ax.yaxis) == ["spectrogram", "tempogram"]
    assert ax.get_yticks().tolist() == [2.5, 7.5]
    assert ax.get_ylim() == (10, 0)


def test_it_is_said_how_many_slices_are_not_shown(ax):
    slice_strip(np.zeros((5, 10, 8), np.uint8), ax, most=2)
    assert len(ax.images) == 2
    assert ax.get_xlabel() == "slice, the first 2 of 5"


def test_a_song_without_slices_says_so(ax, read):
    slice_strip(np.zeros((0, 10, 8), np.uint8), ax)
    assert not ax.images
    assert read.texts(ax) == ["no slice: the song is shorter than one"]
    assert ax.get_xlim()[0] < ax.get_xlim()[1]


def test_each_filter_names_its_scale(axes):
    """All are as bright: that one found ten times as much, or nothing at all, only the title can say."""
    maps = np.zeros((4, 6, 3))
    maps[1, 2, :2] = 1, 10
    assert activations(maps, axes) is axes
    assert [ax.get_title() for ax in axes] == [
        "filter 1\n0 to 1",
        "filter 2\n0 to 10",
        "filter 3\n0 everywhere",
        "",
    ]
    assert axes[1].images[0].get_array()[1, 2] == 10
    assert not axes[3].axison
    assert axes[0].axison


def test_activations_in_rows_of_axes():
    fig, axes = plt.subplots(2, 2)
    activations(np.random.default_rng(0).random((3, 3, 4)), axes)
    assert [ax.get_title().split("\n")[0] for ax in axes.flat] == [f"filter {k}" for k in (1, 2, 3, 4)]
    plt.close(fig)


def test_evidence_is_red_for_and_blue_against(ax, read):
    values = np.zeros((4, 10))
    values[0, :5], values[3, :5] = 0.2, -0.2  # for: in the high tones; against: in the slow tempi
    assert evidence(values, 5.0, ax) is ax
    drawn = ax.images[0]
    assert drawn.get_clim() == pytest.approx((-0.2, 0.2))
    red, _, blue, _ = drawn.to_rgba(0.2)
    assert red > blue
    red, _, blue, _ = drawn.to_rgba(-0.2)
    assert red < blue
    assert drawn.to_rgba(0.0)[:3] == pytest.approx((0.97, 0.97, 0.97), abs=0.01)
    assert list(drawn.get_extent()) == [0, 5, 0, 1]
    assert (drawn.origin, drawn.get_array()[0, 0]) == ("upper", 0.2)
    assert dict(zip(read.ticks(ax.yaxis), ax.get_yticks(), strict=True)) == {"tempogram": 0.25, "spectrogram": 0.75}
    assert ax.get_xlabel() == "time (s)"
    (scale,) = ax.child_axes
    assert scale.get_ylabel() == "against ← (nats) → for"


@pytest.mark.parametrize("values", [np.zeros((2, 3)), np.array([[1.0, np.nan]]), np.array([[-3.0]])])
def test_evidence_of_nothing_and_of_one_place(ax, values):
    evidence(values, 1.0, ax)
    low, high = ax.images[0].get_clim()
    assert low == -high < 0


def test_the_colour_scale_leaves_times_below_each_other():
    """Notebook 04 draws a song above its evidence."""
    fig, (above, below) = plt.subplots(2, 1, sharex=True, layout="constrained")
    evidence(np.ones((2, 3)), 3.0, below)
    fig.canvas.draw()
    assert below.get_position().bounds[::2] == pytest.approx(above.get_position().bounds[::2])
    plt.close(fig)


def test_a_waveform_keeps_the_one_loud_sample(ax):
    y = np.zeros(100_000, np.float32)
    y[70_000] = 0.9
    assert waveform(y, ax, sr=1000) is ax
    outline = ax.collections[0].get_paths()[0].vertices
    assert outline[:, 1].max() == pytest.approx(0.9)
    assert outline[outline[:, 1].argmax(), 0] == pytest.approx(70.0, abs=0.1)
    assert ax.get_xlim() == (0, 100)


def test_a_waveform_of_few_samples(ax):
    waveform(np.array([0.5, -0.5], np.float32), ax, sr=2)
    assert ax.get_xlim() == (0, 1)
