"""Profiles: how much of everything a notebook does."""

import os
import re
import sys
from dataclasses import dataclass, field, replace
from typing import Literal

from albumlib.covers.networks.faults import FAULTS, Fault
from albumlib.covers.settings import PAINTER, SKETCH, GanSettings
from albumlib.covers.settings import REPORT as REPORT_GAN
from albumlib.errors import choose
from albumlib.features.settings import PRESETS, FeatureSettings
from albumlib.genre.settings import BEST, BEST_LONG, PLAIN, ClassifierSettings
from albumlib.genre.settings import REPORT as REPORT_CLASSIFIER

ProfileName = Literal["tiny", "demo", "full", "report"]

# An eighth of the report's filters and dense units, and a rate and batch that suit a tenth of its songs.
PLAIN_SMALL = replace(PLAIN, channels=1 / 8, dense_units=256, learning_rate=3e-4, batch_size=32)


@dataclass(frozen=True)
class Profile:
    """How much of everything a notebook does.

    Attributes
    ----------
    songs_per_genre, artists_per_genre, covers_per_genre
        Of the demo world.
    duration
        Seconds of a demo song.
    epochs, tour_epochs
        Of the genre classifier; in the tour, notebook 00.
    gan_steps, tour_steps
        Of the GAN; in the tour. A step is one round of its training: the critic's updates and the generator's.
    tour_gan
        The GAN of the tour: sketches, of which a step takes less time.
    finisher_epochs, sketch_steps
        Of the network that finishes sketches, and of the networks "sketch" before the networks "painter"; where there
        are such.
    judge_epochs
        Of the classifier of covers that judges the GAN's.
    measured_covers
        Of each genre, generated for notebook 11 to measure.
    study, study_epochs
        The report's network without regularization, as large as the profile allows: where notebook 05 starts from.
    faults
        Of the report's GAN code, each of which notebook 09 trains with.
    """

    songs_per_genre: int
    artists_per_genre: int
    duration: float
    covers_per_genre: int
    epochs: int
    tour_epochs: int
    gan_steps: int
    tour_steps: int
    judge_epochs: int
    classifier: ClassifierSettings = BEST
    study: ClassifierSettings = PLAIN_SMALL
    study_epochs: int = 20
    finisher_epochs: int = 12
    sketch_steps: int = 1000
    measured_covers: int = 30
    gan: GanSettings = field(default_factory=GanSettings)
    tour_gan: GanSettings = SKETCH
    features: FeatureSettings = PRESETS["default"]
    faults: tuple[Fault, ...] = tuple(FAULTS)


PROFILES: dict[ProfileName, Profile] = {
    # Seconds: for tests.
    "tiny": Profile(
        3,
        3,
        6.5,
        4,
        2,
        2,
        2,
        2,
        2,
        classifier=replace(BEST, width=256, prototypes=32),
        study=replace(PLAIN_SMALL, channels=1 / 16, dense_units=32),
        study_epochs=2,
        finisher_epochs=1,
        sketch_steps=2,
        measured_covers=6,
        gan=GanSettings(width=0.25, batch_size=4, critic_updates=1),
        tour_gan=replace(SKETCH, width=0.25, batch_size=4, critic_updates=1),
        faults=("batch_norm_critic", "lost_labels", "range_mismatch"),
    ),
    # Minutes on two cores.
    "demo": Profile(12, 6, 15.0, 60, 30, 15, 1000, 400, 12, finisher_epochs=3),
    # Hours, or a GPU.
    "full": Profile(
        *(60, 20, 30.0, 300, 60, 30, 20_000, 5_000, 30),
        classifier=BEST_LONG,
        study=PLAIN,
        study_epochs=30,
        gan=PAINTER,
        sketch_steps=20_000,
    ),
    # The settings of 2018: about 2,000 songs, 1,600 covers, and its own networks.
    "report": Profile(
        *(105, 21, 30.0, 85, 30, 30, 20_000, 5_000, 30),
        classifier=REPORT_CLASSIFIER,
        study=PLAIN,
        study_epochs=30,
        gan=REPORT_GAN,
        tour_gan=REPORT_GAN,
        features=PRESETS["report"],
    ),
}


def chosen_profile(name: ProfileName) -> ProfileName:
    """The profile that a notebook runs in: ``$ALBUMLIB_PROFILE`` where no tool has passed one; else `name`.

    papermill passes parameters, in a cell that begins with ``# Parameters``; nbmake, nbconvert and JupyterLab pass
    none. Where it is not `name`, it is said.

    Raises
    ------
    InputError
        If the variable names no profile.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    wanted = os.environ.get("ALBUMLIB_PROFILE") or name
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    cells = shell.user_ns.get("In", []) if shell else []
    if wanted == name or any(re.match(r"# Parameters\n(.*\n)*profile = ", cell) for cell in cells):
        return name
    choose(PROFILES, wanted, what="profile", where="$ALBUMLIB_PROFILE")
    print(f"profile {wanted}, as $ALBUMLIB_PROFILE says")
    return wanted


def get_profile(name: ProfileName) -> Profile:
    """Look up a profile.

    Raises
    ------
    InputError
        If there is none of that name.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    return choose(PROFILES, name, what="profile", where="profile")
