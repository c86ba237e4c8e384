"""Sketches of covers, and the network that finishes them."""
