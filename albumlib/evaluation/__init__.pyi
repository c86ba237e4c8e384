from .copies import nearest_training
from .inception import inception_features
from .judge import augment, build_judge, judge_features, judge_probabilities, train_judge
from .metrics import (
    Estimate,
    diversity,
    kid,
    kid_kernel,
    mean_of_pairs,
    percentile_interval,
    precision_recall,
    recognisability,
    squared_mmd,
    wilson_interval,
)
from .palette import curve_distance, palette_curves, palette_distance
from .report import evaluate_covers
from .spectrum import grid_peak, line_spectra, power_spectra, sharpness
