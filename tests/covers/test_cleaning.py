"""What is measured about covers, and what is removed: pictures whose answers are known."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image, ImageDraw

from albumlib.course import plots
from albumlib.covers.cleaning import MEASURES, clean_covers, measure_covers
from albumlib.data.images import list_covers, load_covers
from albumlib.errors import InputError

RAMP = np.arange(100) * 2.5


def checkerboard(size, one=(0, 0, 0), other=(255, 255, 255)):
    odd = np.add.outer(np.arange(100) // size, np.arange(100) // size) % 2
    return np.array([one, other], np.uint8)[odd]


def noise(seed=0):
    return np.random.default_rng(seed).integers(256, size=(100, 100, 3), dtype=np.uint8)


def landscape(seed=0):
    """Like a photograph: shades everywhere, some large shapes, and grain."""
    rng = np.random.default_rng(seed)
    pixels = rng.uniform(0.2, 1, 3) * RAMP[:, None, None] + rng.uniform(0, 0.6, 3) * RAMP[::-1][None, :, None]
    for _ in range(5):
        y, x = rng.uniform(0, 100, 2)
        far = np.hypot(np.arange(100)[:, None] - y, np.arange(100) - x)[..., None]
        pixels = pixels + rng.uniform(-80, 80, 3) / (1 + np.exp((far - rng.uniform(10, 30)) / 2))
    return np.clip(pixels + rng.normal(0, 4, (100, 100, 1)), 0, 255).astype(np.uint8)


def drawing():
    """Fine black lines all over white paper, smooth at their edges."""
    image = Image.new("RGB", (400, 400), "white")
    draw = ImageDraw.Draw(image)
    for k in range(-5, 15):
        draw.line([(32 * k, 0), (32 * k + 100, 400)], fill="black", width=10)
    return np.asarray(image.resize((100, 100), Image.Resampling.LANCZOS))


def emblem(*, quality=None):
    """A disc in one colour on another, made small from a larger picture, which may have been compressed."""
    image = Image.new("RGB", (400, 400), "gold")
    ImageDraw.Draw(image).ellipse((80, 80, 320, 320), fill="navy")
    if quality:
        image = Image.fromarray(compressed(np.asarray(image), quality))
    return np.asarray(image.resize((100, 100), Image.Resampling.LANCZOS))


def compressed(pixels, quality):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))


def measure(pixels):
    return measure_covers(pixels[None]).iloc[0]


def reasons(images, **options):
    kept, report = clean_covers(np.stack(images), **options)
    return kept.tolist(), list(zip(report["index"], report["reason"], strict=True))


@pytest.mark.parametrize("size", [1, 7, 50])
@pytest.mark.parametrize("pair", [((0, 0, 0), (255, 255, 255)), ((200, 30, 30), (30, 30, 200))])
def test_a_checkerboard_has_two_colours(size, pair):
    found = measure(checkerboard(size, *pair))
    assert found["two_tone"] == 1
    share = (checkerboard(size) == 0).mean()
    entropy = -share * np.log2(share) - (1 - share) * np.log2(1 - share)
    assert found["entropy"] == pytest.approx(entropy)
    assert found["colors"] == pytest.approx(2**entropy)


def test_one_colour():
    found = measure(np.full((100, 100, 3), 130, np.uint8))
    assert found[list(MEASURES)].tolist() == [1, 1, 0, 0, 0]


def test_white_noise():
    found = measure(noise())
    assert found["colors"] == pytest.approx(512, rel=0.05)
    assert found["roughness"] == pytest.approx(0.5, abs=0.1)
    assert found["two_tone"] < 0.05
    # The mean of 39 independent pixels, each with a standard deviation of 256 / sqrt(12).
    assert found["detail"] == pytest.approx(73.9 / np.sqrt(39), rel=0.15)


def test_a_grey_ramp():
    pixels = np.repeat(np.round(np.arange(100) * 255 / 99).astype(np.uint8)[:, None, None], 100, axis=1).repeat(
        3, axis=2
    )
    found = measure(pixels)
    assert found["entropy"] == pytest.approx(np.log2(100))
    assert found["two_tone"] < 0.35
    assert found["roughness"] == pytest.approx(0, abs=1e-6)
    assert found["detail"] == pytest.approx(255 / np.sqrt(12), rel=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_a_picture_like_a_photograph_breaks_no_rule(seed):
    found = measure(landscape(seed))
    assert found["two_tone"] < 0.5
    assert found["roughness"] < 0.1
    assert found["detail"] > 20


def test_smooth_edges_and_compression_hide_no_two_colours():
    assert measure(emblem())["two_tone"] > 0.95
    assert measure(emblem(quality=75))["two_tone"] > 0.9


def test_a_portrait_on_black_is_not_two_tone():
    pixels = np.zeros((100, 100, 3), np.uint8)
    pixels[30:70, 35:65] = landscape()[30:70, 35:65]
    assert (pixels == 0).all(axis=2).mean() > 0.87
    assert measure(pixels)["two_tone"] < 0.8


def test_lines_are_not_noise_though_their_energy_is_at_high_frequency_too():
    lines = drawing()
    shuffled = np.random.default_rng(0).permutation(lines.reshape(-1, 3)).reshape(lines.shape)
    rough = measure_covers(np.stack([lines, shuffled]))["roughness"]
    assert rough[0] < 0.1
    assert rough[1] > 0.4


def test_grain_that_nobody_sees_is_not_noise():
    pixels = np.clip(np.random.default_rng(0).normal(128, 3, (100, 100, 1)), 0, 255).astype(np.uint8).repeat(3, axis=2)
    assert measure(pixels)["roughness"] < 0.05


def test_each_fault_is_removed_for_its_reason():
    images = [
        landscape(0),
        checkerboard(10),
        noise(),
        np.full((100, 100, 3), 9, np.uint8),
        compressed(landscape(0), 75),
    ]
    kept, found = reasons([*images, landscape(1)])
    assert kept == [0, 5]
    assert set(found) == {(1, "two_tone"), (2, "roughness"), (3, "two_tone"), (3, "detail"), (4, "duplicate")}


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("two_tone", checkerboard(10)),
        ("roughness", noise()),
        ("detail", np.full((100, 100, 3), 9, np.uint8) + np.uint8(3) * (np.arange(100) % 3 == 0)[:, None, None]),
        ("duplicate", landscape(0)),
    ],
)
def test_each_rule_can_be_switched_off(rule, fault):
    images = [landscape(0), fault]
    assert (1, rule) in reasons(images)[1]
    others = dict.fromkeys(("two_tone", "roughness", "detail", "duplicate")) | {rule: None}
    assert reasons(images, **others) == ([0, 1], [])
    assert (1, rule) not in reasons(images, **{rule: None})[1]


def test_the_report_gives_value_threshold_and_twin():
    copy = compressed(landscape(0), 75)
    _, report = clean_covers(np.stack([landscape(1), landscape(0), copy, noise()]))
    assert list(report.columns) == ["index", "reason", "value", "threshold", "twin"]
    rough, double = report.iloc[0], report.iloc[1]
    assert rough["value"] > rough["threshold"] == 0.18
    assert rough.isna()["twin"]
    assert 0 < double["value"] < double["threshold"]
    assert double["twin"] == 1


def test_of_each_group_of_copies_the_first_stays():
    images = [landscape(0), landscape(1), landscape(0), compressed(landscape(1), 75), landscape(0)]
    assert reasons(images)[0] == [0, 1]


def test_a_copy_of_a_cover_that_is_removed_anyway_stays_out_of_the_doubles():
    assert reasons([checkerboard(10)] * 2)[1] == [(0, "two_tone"), (1, "two_tone")]


def test_thresholds_can_be_tuned():
    images = np.stack([landscape(seed) for seed in range(6)])
    measures = measure_covers(images)
    middle = measures["detail"].median()
    kept, report = clean_covers(images, detail=middle, measures=measures)
    assert len(kept) == 3
    assert (report["value"] < middle).all()


def test_no_covers():
    measures = measure_covers(np.empty((0, 100, 100, 3), np.uint8))
    assert list(measures.columns) == [*MEASURES, "fingerprint"]
    kept, report = clean_covers(np.empty((0, 100, 100, 3), np.uint8), labels=[])
    assert len(measures) == len(kept) == len(report) == 0
    assert kept.dtype.kind == "i"


@pytest.mark.parametrize(
    "images",
    [np.zeros((2, 100, 100, 3)), np.zeros((2, 64, 64, 3), np.uint8), np.zeros((100, 100, 3), np.uint8), [1, 2]],
)
def test_what_is_not_covers_is_refused(images):
    for function in (measure_covers, clean_covers):
        with pytest.raises(InputError, match="not covers; expected uint8, shape"):
            function(images)


def test_a_genre_does_not_vanish_unnoticed():
    images = np.stack([landscape(0), landscape(1), noise()])
    assert clean_covers(images, labels=[0, 1, 1])[0].tolist() == [0, 1]
    with pytest.raises(InputError, match="label 2: no cover is left"):
        clean_covers(images, labels=[0, 1, 2])
    with pytest.raises(InputError, match="labels do not fit; expected one a cover, 3; got 2"):
        clean_covers(images, labels=[0, 1])


def test_the_histogram_counts_what_lies_beyond_the_threshold():
    fig, ax = plt.subplots()
    plots.measure_histogram([1, 2, 3, 9], ax, name="detail (levels)", threshold=2.5, keep="above")
    assert ax.get_title() == "2 beyond the threshold"
    assert ax.get_xlabel() == "detail (levels)"
    plt.close(fig)


@pytest.mark.real
def test_few_real_covers_are_removed(real_data):
    table = list_covers(real_data / "covers")
    genres = sorted(set(table["genre"]))
    images, labels, _ = load_covers(table.groupby("genre").head(150), genres=genres)
    kept, report = clean_covers(images, labels=labels)
    assert 0.98 < len(kept) / len(images) < 1
    assert report["reason"].isin(["two_tone", "roughness", "detail", "duplicate"]).all()
