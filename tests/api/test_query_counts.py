"""How many SQL statements an answer takes: the same for few rows and for many, and no more than written here."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs import keycache

# What each request takes before its view, whose key is remembered: the scope, with its settings and savepoint.
BEFORE = 4
STATEMENTS = {
    "/projects": 1,
    "/projects/{project}": 1,
    "/creators?limit=100": 2,
    "/creators?limit=100&search=creator": 2,
    "/creators?limit=100&project_id={project}": 3,
    "/creators/{creator}": 1,
    "/videos?limit=100": 2,
    "/videos?limit=100&posted_from=2026-01-01&tracking_status=auto_tracked": 2,
    "/videos?limit=100&project_id={project}&creator_id={creator}": 4,
    "/videos?limit=100&updated_since={today}T00:00:00Z": 4,
    "/videos/{video}": 1,
    "/me": 7,
    "/openapi.json": 0,
}


def statements_of(ask: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as statements:
        assert ask(path).status == 200
    return len(statements)


@pytest.mark.parametrize(("template", "expected"), STATEMENTS.items())
def test_an_answer_takes_as_many_statements_whatever_it_holds(
    ask: Any,
    admin: Any,
    make_creator: Any,
    make_video: Any,
    monkeypatch: pytest.MonkeyPatch,
    template: str,
    expected: int,
) -> None:
    monkeypatch.setattr(keycache, "REMEMBERED_S", 600)
    monkeypatch.setattr(keycache, "TOKEN_KEPT_S", 1_200)
    creator = make_creator(admin.project)
    names = {"project": admin.project.id, "creator": creator.id, "video": make_video(creator).id}
    path = template.format(today=datetime.now(UTC).date(), **names)
    for _ in range(2):  # the first notes that the key was used, which happens once a minute; from the second on it is
        ask("/me")  # remembered
    few = statements_of(ask, path)
    for _ in range(30):
        make_video(make_creator(admin.project))
    assert (few, statements_of(ask, path)) == (BEFORE + expected,) * 2
