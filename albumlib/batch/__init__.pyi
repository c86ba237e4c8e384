from .grid import combinations, read_grid
from .outcome import data_stamp, failed_name, glued, read_outcome, run_digest, seal
from .parameters import choices, read_parameters, read_value, read_values, split_values
from .reading import course_notebooks, find_notebook, is_remote, notebook_parameters, read_notebook
from .refresh import refresh_notebook
from .results import Results, columns, read_results, stopped
from .run import run_course, run_notebook
from .sweep import Planned, plan_sweep, run_name, run_once, summary, sweep_notebook
