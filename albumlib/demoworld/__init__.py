"""The demo world: songs and covers that the project makes itself, so that everything runs at once and offline.

Figures on it say something about the program, nothing about music.
"""
