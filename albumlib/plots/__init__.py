"""Every figure of the course: a function takes an axes, draws, labels it with units, and returns it."""

from albumlib.plots.covers import beside_real, cover_grid, gan_curve, measure_histogram, palettes
from albumlib.plots.data import genre_counts, problems
from albumlib.plots.features import activations, evidence, feature_image, slice_strip
from albumlib.plots.gans import budget, critic_slopes, gan_curves, loss_slopes, recipes, starvation
from albumlib.plots.live import LivePanel, gan_panel
from albumlib.plots.scores import accuracies, calibration, confusion, learning_curves, votes
from albumlib.plots.study import cost, curve_bands, seeds
from albumlib.plots.style import use_style

__all__ = [
    "LivePanel",
    "accuracies",
    "activations",
    "beside_real",
    "budget",
    "calibration",
    "confusion",
    "cost",
    "cover_grid",
    "critic_slopes",
    "curve_bands",
    "evidence",
    "feature_image",
    "gan_curve",
    "gan_curves",
    "gan_panel",
    "genre_counts",
    "learning_curves",
    "loss_slopes",
    "measure_histogram",
    "palettes",
    "problems",
    "recipes",
    "seeds",
    "slice_strip",
    "starvation",
    "use_style",
    "votes",
]
