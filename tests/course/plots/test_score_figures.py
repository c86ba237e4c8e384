"""Figures of classifiers: each number where it belongs, and none that looks like another."""

import numpy as np
import pandas as pd
import pytest

from albumlib.course.plots import accuracies, calibration, confusion, learning_curves, votes, votes_along
from albumlib.course.plots.style import ACCENT, CALM
from albumlib.errors import InputError
from albumlib.genre.prediction import SongPrediction

METRICS = pd.DataFrame(
    {
        "epoch": [1, 2],
        "loss": [3.0, 1.0],
        "accuracy": [0.2, 0.9],
        "val_loss": [2.5, 2.0],
        "val_accuracy": [0.1, 0.5],
    }
)


def test_accuracy_over_epochs(ax, read):
    assert learning_curves(METRICS, ax, chance=0.25) is ax
    assert read.line(ax, "training").get_data()[1].tolist() == [0.2, 0.9]
    assert read.line(ax, "validation").get_data()[1].tolist() == [0.1, 0.5]
    assert [read.line(ax, name).get_color() for name in ("training", "validation")] == [CALM, ACCENT]
    assert read.line(ax, "guessing").get_ydata()[0] == 0.25
    assert read.legend(ax) == ["training", "validation", "guessing"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "slice accuracy")
    assert ax.get_ylim() == (0, 1)
    assert "100%" in read.ticks(ax.yaxis)


def test_loss_over_epochs(ax, read):
    learning_curves(METRICS, ax, value="loss")
    assert read.line(ax, "validation").get_data()[1].tolist() == [2.5, 2.0]
    assert ax.get_ylabel() == "cross-entropy (nats)"
    assert ax.get_ylim()[0] == 0
    assert read.legend(ax) == ["training", "validation"]


@pytest.mark.parametrize("metrics", [METRICS[:1], METRICS[:0], METRICS.assign(val_accuracy=np.nan)])
def test_first_epoch_no_epoch_and_no_number(ax, metrics):
    learning_curves(metrics, ax, chance=0.1)
    assert ax.lines[0].get_marker() == ("o" if len(metrics) == 1 else "None")


def test_confusion_counts_and_shares(ax, read):
    genres = ["Folk", "Jazz", "Rock"]
    assert confusion([0, 0, 0, 0, 1], [0, 0, 0, 1, 2], ax, genres=genres) is ax
    np.testing.assert_allclose(ax.images[0].get_array(), [[0.75, 0.25, 0], [0, 0, 1], [0, 0, 0]])
    cells = {tuple(map(int, text.get_position())): text.get_text() for text in ax.texts}  # column, row
    assert cells == {(0, 0): "3", (1, 0): "1", (2, 1): "1"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted genre", "true genre")
    assert read.ticks(ax.xaxis) == genres
    assert ax.images[0].get_clim() == (0, 1)
    (scale,) = ax.child_axes
    assert scale.get_ylabel() == "share of the true genre"


def test_a_genre_without_songs_is_not_taken_for_one_that_is_never_right(ax, read):
    confusion(np.array([0]), np.array([1]), ax, genres=["Folk", "Jazz"])
    assert read.ticks(ax.yaxis) == ["Folk", "Jazz (none)"]


def test_numbers_can_be_read_on_their_cells(ax):
    confusion([0, 0, 0, 0], [0, 0, 0, 1], ax, genres=["Folk", "Jazz"])
    assert [text.get_color() for text in ax.texts] == ["white", "#222222"]


def test_confusion_of_one_genre_and_of_no_song(axes):
    confusion([0], [0], axes[0], genres=["Folk"])
    assert axes[0].images[0].get_array().tolist() == [[1]]
    confusion([], [], axes[1], genres=["Folk", "Jazz"])
    assert not axes[1].texts


@pytest.mark.parametrize("wrong", [-1, 2])
def test_a_label_of_no_genre_is_refused(ax, wrong):
    """Minus one would be counted as the last genre."""
    with pytest.raises(InputError, match="label of no genre; expected 0 to 1"):
        confusion([0, 1], [0, wrong], ax, genres=["Folk", "Jazz"])


def song(probabilities, whole=None):
    genres = ["Folk", "Jazz", "Rock"][: len(probabilities[0])]
    return SongPrediction(genres, np.array(probabilities), None if whole is None else np.array(whole))


SLICES = [[0.5, 0.4, 0.1], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1], [0.9, 0.1, 0.0]]


def test_votes_beside_the_mean_probability(ax, read):
    assert votes(song(SLICES), ax) is ax
    assert [bar.get_width() for bar in ax.patches] == [0.75, 0.25, 0]
    assert read.ticks(ax.yaxis) == ["Folk", "Jazz", "Rock"]
    assert ax.yaxis_inverted()
    np.testing.assert_allclose(read.line(ax, "mean probability").get_xdata(), [0.525, 0.4, 0.075])
    assert ax.get_xlim() == (0, 1)
    assert ax.get_xlabel() == "share of the slices (bar)"
    assert read.legend(ax) == ["mean probability"]


def test_the_predicted_genre_is_shown_even_if_no_slice_chose_it(ax, read):
    """A network that classifies the song as one piece may find what no slice did."""
    votes(song(SLICES, [0.1, 0.2, 0.7]), ax, most=2)
    assert read.ticks(ax.yaxis) == ["Folk", "Rock"]
    assert read.line(ax, "probability, song as one piece").get_xdata().tolist() == [0.1, 0.7]


def test_votes_of_one_slice_and_one_genre(axes, read):
    votes(song([[1.0]]), axes[0])
    assert [bar.get_width() for bar in axes[0].patches] == [1]
    votes(song(SLICES[:1]), axes[1], most=1)
    assert read.ticks(axes[1].yaxis) == ["Folk"]


def test_accuracies_with_intervals(ax, read):
    table = pd.DataFrame({"accuracy": [0.9, 1.0], "low": [0.8, 0.95], "high": [0.95, 1.0]}, index=["slice", "song"])
    assert accuracies(table, ax, chance=0.25) is ax
    assert ax.lines[0].get_xdata().tolist() == [0.9, 1.0]
    assert not ax.lines[0].get_clip_on()  # the dot at 100 % is whole
    assert [segment[:, 0].tolist() for segment in ax.collections[0].get_segments()] == [[0.8, 0.95], [0.95, 1.0]]
    assert read.texts(ax) == ["90%", "100%", "guessing"]
    assert ax.lines[1].get_xdata()[0] == 0.25
    assert read.ticks(ax.yaxis) == ["slice", "song"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first on top
    assert ax.get_xlim() == (0, 1)
    assert ax.get_xlabel() == "accuracy (bar: 95 % interval over artists)"


def test_an_accuracy_that_is_missing_has_no_number(axes, read):
    row = pd.DataFrame({"accuracy": [np.nan], "low": [np.nan], "high": [np.nan]}, index=["song"])
    accuracies(row, axes[0])
    assert read.texts(axes[0]) == []
    accuracies(row[:0], axes[1])


def test_calibration(ax, read):
    table = pd.DataFrame({"confidence": [0.4, 0.9], "accuracy": [0.0, 1.0], "count": [10, 30]})
    assert calibration(table, ax) is ax
    points = ax.collections[0]
    assert points.get_offsets().tolist() == [[0.4, 0], [0.9, 1]]
    assert points.get_sizes().tolist() == [50, 150]  # areas as the shares
    assert not points.get_clip_on()
    assert ax.lines[0].get_xydata().tolist() == [[0, 0], [1, 1]]
    assert {"10", "30"} <= set(read.texts(ax))
    bars = [line.get_segments()[0][:, 1].tolist() for line in ax.collections[1:]]
    assert bars == [pytest.approx([0, 0.2775], abs=1e-3), pytest.approx([0.8865, 1], abs=1e-3)]  # none is a point
    assert ax.get_xlabel() == "how sure (highest probability)"
    assert ax.get_ylabel() == "how often right (share)"
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_aspect()) == ((0, 1), (0, 1), 1)


def test_calibration_of_one_bin_and_of_none(axes):
    table = pd.DataFrame({"confidence": [0.4], "accuracy": [0.5], "count": [1]})
    calibration(table, axes[0])
    assert axes[0].collections[0].get_sizes().tolist() == [200]
    calibration(table[:0], axes[1])


def test_votes_along_a_song_are_stacked_to_one(ax, read):
    prediction = song(SLICES)
    assert votes_along(prediction, 8.0, ax, most=2) is ax
    bars = np.array([[(bar.get_x(), bar.get_height()) for bar in part] for part in ax.containers])
    n = len(SLICES)
    np.testing.assert_allclose(bars[0, :, 0], np.arange(n) * 8.0 / n)
    np.testing.assert_allclose(bars[..., 1].sum(axis=0), 1)
    chosen = prediction.genres.index(prediction.genre)
    np.testing.assert_allclose(bars[0, :, 1], prediction.probabilities[:, chosen])
    assert read.legend(ax)[0] == prediction.genre
    assert read.legend(ax)[-1] == "others"
    assert len(read.legend(ax)) == 3
