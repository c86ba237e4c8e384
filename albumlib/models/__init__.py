"""What is shipped: finished run folders, each with its model, the model's ONNX copy and its card.

Where a model is put here that has no copy, ``albumlib.light.export.export_run(Run(PAINTER), "gan")`` writes it.
"""

from pathlib import Path

PAINTER = Path(__file__).with_name("painter")  # the generator of covers in 19 genres, learned from demo covers
