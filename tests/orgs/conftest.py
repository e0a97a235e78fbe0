"""Two organizations, each with at least one row in every tenant table."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.orgs.rows import add_row_of_each


@dataclass(frozen=True)
class Neighbours:
    """Two people in organizations of their own: `ours` acts, `theirs` must stay untouched."""

    ours: Any
    theirs: Any


@pytest.fixture
def neighbours(admin: Any, outsider: Any) -> Neighbours:
    """New ones for every test."""
    for person in (admin, outsider):
        add_row_of_each(person.org)
    return Neighbours(admin.org, outsider.org)
