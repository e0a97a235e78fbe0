"""Soaks set the time themselves."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def today() -> None:
    """The real day, in which the processes of a soak live."""
