"""Sharpness and grids: each on pictures whose spectrum is known."""

import numpy as np
import pytest

from albumlib.evaluation.spectrum import grid_peak, line_spectra, power_spectra, sharpness


@pytest.fixture
def noise():
    """Forty covers of white noise about a middle gray."""
    return np.random.default_rng(0).normal(128, 20, (40, 100, 100, 3)).clip(0, 255).astype("uint8")


def test_a_wave_has_its_power_at_its_frequency():
    wave = 128 + 100 * np.sin(2 * np.pi * 0.2 * np.arange(100))
    images = np.broadcast_to(wave[None, None, :, None], (2, 100, 100, 3)).astype("uint8")
    spectra = power_spectra(images)
    assert spectra.shape == (2, 50)
    assert 19 <= spectra[0].argmax() <= 20
    assert line_spectra(images)[0, 18:23].sum() > 0.9 * line_spectra(images)[0, 3:].sum()


def test_white_noise_has_the_same_power_everywhere_and_no_grid(noise):
    spectra = power_spectra(noise).mean(axis=0)[2:]
    assert spectra.max() / spectra.min() < 1.3
    assert grid_peak(line_spectra(noise)) == pytest.approx(1, abs=0.15)


def test_half_the_contrast_has_a_quarter_of_the_power(noise):
    flat = (128 + (noise.astype(float) - 128) / 2).round().astype("uint8")
    assert sharpness(power_spectra(flat), power_spectra(noise)) == pytest.approx(0.25, rel=0.03)
    blurred = ((noise[:, 1:].astype(int) + noise[:, :-1]) // 2).astype("uint8")[:, :, :99]
    assert sharpness(power_spectra(blurred), power_spectra(noise[:, 1:, 1:])) < 0.6


@pytest.mark.parametrize("period", [2, 4])
def test_a_faint_grid_is_seen(noise, period):
    grid = noise.astype(int) + np.where(np.arange(100) % period == 0, 6, 0)[:, None, None]
    assert grid_peak(line_spectra(grid.clip(0, 255).astype("uint8"))) > 1.5
