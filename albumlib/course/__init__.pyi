from . import plots, song
from .comparison import compare_runs, differences, paired_difference
from .cover_sources import load_training_covers, load_unseen_covers, training_cover_table
from .ears import default_network, ears_run, hear_songs
from .exercises import Exercise, check
from .profiles import PROFILES, Profile, chosen_profile, get_profile
from .sources import (
    Source,
    count_line,
    load_tracks,
    named_genres,
    open_source,
    reasons,
    unseen_source,
)
from .study import StudyData, collect, load_results, results_folder, runs_folder, save_results, study_data
from .toy import ToyGan, modes_found, ring
from .trainings import (
    classifier_data,
    classifier_run,
    finisher_run,
    gan_run,
    judge_run,
    run_folder,
    sketch_run,
    stages_before,
)
from .variants import VARIANTS, Variant, get_variant, variant_settings
