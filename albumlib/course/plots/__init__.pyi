from .covers import beside_real, cover_grid, measure_histogram, near_threshold, palettes
from .data import genre_counts, problems
from .diagrams import architecture, critic_field, flow
from .features import activations, evidence, feature_image, slice_strip, waveform
from .gans import COLORS, budget, critic_slopes, gan_curves, loss_slopes, recipes, starvation
from .live import CURVES, LivePanel, explore, gan_panel, show_with_still
from .scores import accuracies, calibration, confusion, learning_curves, votes, votes_along
from .study import cost, curve_bands, score_over, seeds
from .style import SERIES, open_frame, use_style
