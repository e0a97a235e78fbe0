"""A page asks the database as often for many rows as for few."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from goals.services import goals_create
from goals.terms import GoalTerms
from projects.models import Project
from scraping.models import ScrapeTarget

pytestmark = pytest.mark.django_db

# Page → queries in all; a higher number needs a reason, a lower one is welcome. One of them asks for invitations that
# wait for the person.
AT_MOST = {
    "inbox": 20,
    "calendar": 19,
    "projects": 17,
    # Saved views, short links, three for the lines of what was gained, and five for how goals stand.
    "creators": 29,
    # Saved views, short links, and what the filters offer: creators and campaigns.
    "videos": 23,
    "api_keys": 18,
    # Once more for what recent posts wait for that were never read, once for whether the account is connected.
    "creator": 31,
    "creator_videos": 22,
} | {
    "goals": 31,
    "creator_goals": 31,
    "goals_new": 18,
    "goal_templates": 17,
    "analytics_videos": 20,
    # Six of them for the card about goals.
    "analytics_creators": 37,
    "analytics_campaigns": 39,
    "analytics_explore": 24,
}


@pytest.fixture
def set_goals(in_scope: Any) -> Any:
    """Give a creator a goal of every kind of period: `set_goals(creator)`."""

    def make(creator: Any) -> None:
        first = timezone.localdate() - timedelta(days=40)
        with in_scope(creator.project.org):
            for period in ("daily", "weekly", "monthly"):
                terms = GoalTerms("views", "total", period, Decimal(100), first)
                goals_create(project_id=creator.project_id, creator_ids=[creator.id], terms=terms, now=timezone.now())

    return make


@pytest.fixture
def fill(admin: Any, make_creator: Any, make_video: Any, set_goals: Any, in_scope: Any) -> Any:
    """Add rows of every kind to the admin's organization."""

    def add(number: int) -> Any:
        first = None
        for _ in range(number):
            creator = make_creator(admin.project)
            first = first or creator
            make_video(creator, view_count=12)
            make_video(first, view_count=12)
            set_goals(creator)
            ScrapeTarget.objects.create(
                id=ScrapeTarget.id_for("creator_profiles", account_id=creator.account_id),
                kind="creator_profiles",
                account_id=creator.account_id,
                due_at=timezone.now(),
                requested_at=timezone.now(),
                interval_seconds=60,
            )
        with in_scope(admin.org):
            for count in range(number):
                Project.objects.create(org=admin.org, name=f"Program {count}")
        return first

    return add


@pytest.mark.parametrize("name", AT_MOST)
def test_the_number_of_queries_does_not_grow_with_the_rows(name: str, admin: Any, fill: Any, page: Any) -> None:
    creator = fill(1)
    ids = {"creator_id": creator.id} if name.startswith("creator") and name != "creators" else {}
    address = page(admin, name, **ids)
    admin.client.get(address)

    with CaptureQueriesContext(connection) as few:
        admin.client.get(address)
    fill(12)
    with CaptureQueriesContext(connection) as many:
        response = admin.client.get(address)

    assert response.status_code == 200
    assert len(many) == len(few), [query["sql"] for query in many.captured_queries]
    assert len(many) <= AT_MOST[name], "\n".join(query["sql"][:160] for query in many.captured_queries)


def test_one_row_costs_little(admin: Any, fill: Any, page: Any) -> None:
    creator = fill(3)
    address = page(admin, "creator_row", creator_id=creator.id)
    by_itself = {"HX-Request": "true"}
    admin.client.get(address, headers=by_itself)

    with CaptureQueriesContext(connection) as asked:
        row = admin.client.get(address, headers=by_itself)

    assert "hx-trigger" in row.content.decode()
    assert len(asked) <= 16, "\n".join(query["sql"][:160] for query in asked.captured_queries)
