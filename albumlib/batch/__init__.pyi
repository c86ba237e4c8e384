from .refresh import refresh_notebook
from .run import notebook_parameters, run_notebook
from .sweep import combinations, sweep_notebook
