"""The ``albumlib`` command."""
