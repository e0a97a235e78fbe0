"""Two organizations, each with at least one row in every tenant table."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.orgs.rows import TENANT_MODELS, add_row


@dataclass(frozen=True)
class Neighbours:
    """Two people in organizations of their own: `ours` acts, `theirs` must stay untouched."""

    ours: Any
    theirs: Any


@pytest.fixture
def neighbours(admin: Any, outsider: Any) -> Neighbours:
    for person in (admin, outsider):
        for model in TENANT_MODELS:
            add_row(model, person.org)
    return Neighbours(admin.org, outsider.org)
