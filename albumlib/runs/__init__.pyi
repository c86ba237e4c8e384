from .cards import RunKind, check_card, digest_of, digest_of_copy, versions
from .checkpoints import Checkpoints
from .configs import check_config, flat
from .folder import Run, home
from .glue import MIME, glue, glue_run
from .jsons import read_json, write_json
from .lock import locked
from .modelfile import check_model_file
from .table import read_run, runs_table
