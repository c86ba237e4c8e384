from . import distillation, pretrained
from .augment import make_augment, mixup, spec_augment
from .baseline import STATISTICS, catalog_statistics, frame_features, make_baseline, statistics
from .explain import class_activation, strongest_moment
from .kernel_network import fit_prototypes
from .loading import load_classifier
from .metrics import accuracy_interval, reliability
from .networks import NETWORKS, OPTIMIZERS, build_classifier, compact_network, multiplications, report_network
from .prediction import Classifier, SongPrediction, describe_shares, predict, song_scores, whole_songs
from .settings import BEST, BEST_LONG, PLAIN, REPORT, ClassifierSettings
from .training import half_cosine, learning_rate, train_classifier
