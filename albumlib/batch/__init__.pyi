from .parameters import read_parameters, read_value, split_values
from .refresh import refresh_notebook
from .run import notebook_parameters, read_notebook, run_notebook
from .sweep import combinations, run_name, sweep_notebook
