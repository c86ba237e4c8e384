from .copies import nearest_training
from .inception import inception_features
from .judge import augment, build_judge, judge_features, judge_probabilities, train_judge
from .metrics import (
    Estimate,
    diversity,
    kid,
    mean_of_pairs,
    middle,
    pairwise_distances,
    polynomial_kernel,
    recognisability,
    share,
    squared_mmd,
)
from .palette import curve_distance, palette_curves, palette_distance
from .report import evaluate_covers
