"""How sharp covers are, and whether a grid lies over them: their power by frequency."""

import numpy as np

RINGS = 50  # of frequencies, from 0 to the highest, 0.5 cycles a pixel
NOTHING = 1e-12  # power; keeps flat covers from a division by 0
PERIODS = (2, 4)  # pixels: what doubling the size once or twice may leave behind


def power_spectra(images: np.ndarray) -> np.ndarray:
    """Power of brightness by frequency.

    Parameters
    ----------
    images : uint8, shape (n, size, size, 3)

    Returns
    -------
    float64, shape (n, 50)
        Mean power in rings 0.01 cycles a pixel wide, from 0 to 0.5. A cover's edges are faded out before, or the jump
        from one to the other would count as sharpness.
    """
    powers = _powers(images)
    frequency = np.fft.fftfreq(images.shape[1])
    ring = (np.hypot(frequency[:, None], frequency) * 2 * RINGS).astype(int)
    return np.stack([powers[:, ring == number].mean(axis=1) for number in range(RINGS)], axis=1)


def line_spectra(images: np.ndarray) -> np.ndarray:
    """Power of brightness by frequency down, the mean over all frequencies across, and the other way round, added.

    Parameters
    ----------
    images : uint8, shape (n, size, size, 3)

    Returns
    -------
    float64, shape (n, size // 2 + 1)
        From 0 to 0.5 cycles a pixel.
    """
    powers, count = _powers(images), images.shape[1] // 2 + 1
    return powers.mean(axis=2)[:, :count] + powers.mean(axis=1)[:, :count]


def sharpness(spectra: np.ndarray, others: np.ndarray) -> float:
    """Power of covers above half the highest frequency beside that of others.

    Parameters
    ----------
    spectra, others : float, shape (n, 50)
        From `power_spectra`.

    Returns
    -------
    float
        1: as sharp; below, softer.
    """
    fine = slice(RINGS // 2, None)
    return float(spectra[:, fine].mean() / (others[:, fine].mean() + NOTHING))


def grid_peak(spectra: np.ndarray) -> float:
    """How far power at a doubling frequency stands out from its neighbours, where it does so most.

    Parameters
    ----------
    spectra : float, shape (n, size // 2 + 1)
        From `line_spectra`.

    Returns
    -------
    float
        1: not at all. Twice the size, made without care, repeats every two or four pixels.

    References
    ----------
    Odena, Dumoulin, Olah: *Deconvolution and Checkerboard Artifacts*, 2016.
    """
    line = spectra.mean(axis=0) + NOTHING
    mirrored = np.concatenate([line, line[-2::-1]])
    places = [round(2 * (len(line) - 1) / period) for period in PERIODS]
    # Fading out the edges spreads a frequency to the next on either side, so those are left out.
    return float(max(mirrored[at] / np.mean(mirrored[[at - 3, at - 2, at + 2, at + 3]]) for at in places))


def _powers(images):
    """Squared Fourier transforms of brightness, 0 to 1, mean taken out and edges faded: (n, size, size)."""
    brightness = images.mean(axis=3, dtype="float64") / 255
    window = np.hanning(images.shape[1])
    faded = (brightness - brightness.mean(axis=(1, 2), keepdims=True)) * np.outer(window, window)
    return np.abs(np.fft.fft2(faded)) ** 2
