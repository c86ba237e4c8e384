"""What the tests of the pretrained networks share."""

from importlib import metadata

import pytest


@pytest.fixture
def _installed():
    """Skip where the package that brings the weights is not installed."""
    try:
        metadata.distribution("musicnn")
    except metadata.PackageNotFoundError:
        pytest.skip("musicnn is not installed")
