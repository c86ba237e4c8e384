"""The classifier of a run, whichever network it has."""

from albumlib.genre.distillation.classifier import DistilledClassifier
from albumlib.genre.prediction import Classifier
from albumlib.genre.pretrained.classifier import PretrainedClassifier
from albumlib.runs import Run


def load_classifier(run: Run | None = None) -> Classifier | PretrainedClassifier:
    """Load the classifier of a finished run, whichever network it has; without a run, the pretrained one.

    Raises
    ------
    InputError
        If the folder is no finished classifier run.
    """
    kinds = {"pretrained": PretrainedClassifier, "distilled": DistilledClassifier}
    network = "pretrained" if run is None else run.load_card("classifier").get("network")
    return kinds.get(network, Classifier)(run)
