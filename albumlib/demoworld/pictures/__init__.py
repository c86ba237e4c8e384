"""Covers: a canvas, and a visual language for each genre."""
