"""/api/v1/projects."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest

Scope = Callable[[Any], AbstractContextManager[None]]
WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def second(admin: Any, in_scope: Scope) -> Any:
    from projects.services import project_create

    with in_scope(admin.org):
        return project_create(name="Q2 Brand Program", description="Spring.")


def shown(project: Any) -> dict[str, Any]:
    stamp = "%Y-%m-%dT%H:%M:%S.%fZ"
    return {
        "id": str(project.id),
        "name": project.name,
        "description": project.description,
        "org_id": str(project.org_id),
        "created_at": project.created_at.astimezone(UTC).strftime(stamp),
        "updated_at": project.updated_at.astimezone(UTC).strftime(stamp),
    }


def test_projects_are_listed_newest_first(ask: Any, admin: Any, second: Any) -> None:
    answer = ask("/projects")
    assert answer.status == 200
    assert answer.body == {
        "data": [shown(second), shown(admin.project)],
        "error": None,
        "meta": {"nextCursor": None},
    }


def test_a_project_is_read_by_its_id(ask: Any, second: Any) -> None:
    answer = ask(f"/projects/{second.id}")
    assert answer.status == 200
    assert answer.body == {"data": shown(second), "error": None, "meta": None}


def test_an_archived_project_stays_readable(ask: Any, second: Any, in_scope: Scope, admin: Any) -> None:
    from projects.services import project_archive

    with in_scope(admin.org):
        archived = project_archive(project_id=second.id)
    assert ask(f"/projects/{second.id}").body["data"] == shown(archived)
    assert shown(archived) in ask("/projects").body["data"]


def test_a_project_in_deletion_is_absent(ask: Any, admin: Any, second: Any, in_scope: Scope) -> None:
    with in_scope(admin.org):
        type(second).objects.filter(id=second.id).update(deleted_at=WHEN)
    assert ask(f"/projects/{second.id}").status == 404
    assert ask("/projects").body["data"] == [shown(admin.project)]
