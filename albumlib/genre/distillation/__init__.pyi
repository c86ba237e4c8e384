from .classifier import DistilledClassifier
from .lessons import distort, lessons
from .student import DistillationSettings, feature_weights, student_network
from .training import LEAST_DEVIATION, distil
