"""What is shipped: finished run folders, each with its model and its card."""

from pathlib import Path

PAINTER = Path(__file__).with_name("painter")  # the generator of covers in 19 genres, learned from demo covers
