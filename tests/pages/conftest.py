"""Short ways to the dashboard's pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from orgs.scope import organization_scope


@pytest.fixture
def page() -> Callable[..., str]:
    """The address of a page in a person's organization: `page(person, "creators", project_id=…)`.

    The person's own project is filled in where the page needs one.
    """

    def address(person: Any, name: str, **ids: Any) -> str:
        if name in {"creators", "videos", "project_home", "project_edit", "project_archive", "project_restore"}:
            ids.setdefault("project_id", person.project.id)
        if name.startswith(("creator", "campaign", "analytics", "goal", "inbox", "calendar", "video")):
            ids.setdefault("project_id", person.project.id)
        return reverse(name, kwargs={"org_id": person.org.id, **ids})

    return address


@pytest.fixture
def stored(db: None) -> Callable[[Any], Any]:
    """A tenant row as the database holds it now."""

    def read(row: Any) -> Any:
        with organization_scope(row.org_id):
            return type(row).objects.get(id=row.id)

    return read
