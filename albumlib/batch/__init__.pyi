from .refresh import refresh_notebook
from .run import notebook_parameters, read_notebook, run_notebook
from .sweep import combinations, sweep_notebook
