from .cleaning import MEASURES, clean_covers, measure_covers
from .color import palette, to_lab
from .diffaugment import DRAWS, KINDS, augment, check_kinds
from .finishing.finisher import build_finisher, painter, sketching_part
from .finishing.grain import Grain, contrasts, fit_grain, grained_painter, way_back
from .finishing.sampling import generate
from .finishing.sketches import to_covers, to_sketches
from .finishing.training import train_finisher
from .gan import CoverGan, global_norm
from .losses import (
    LOSSES,
    Loss,
    get_loss,
    gradient_norms,
    gradient_penalty,
    hinge_discriminator,
    nonsaturating_generator,
    sigmoid_discriminator,
    sigmoid_generator,
    wasserstein_critic,
    wasserstein_generator,
)
from .networks import build
from .networks.faults import FAULTS, apply_faults, check_faults, epsilon_shape, genre_codes, penalty_axes
from .networks.painter import lay_grain, unite
from .noise import TRUNCATION, sample_noise, song_noise
from .pixels import encode_cover, save_cover, save_grid, to_pixels, to_range, upscale
from .settings import PAINTER, QUICK, RECIPES, REPORT, SKETCH, GanSettings
from .together import PainterGan, grid_excess, grid_waves
from .training import fixed_grid, train_gan
