"""Short ways to the dashboard's pages, and creators with goals to show on them."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from goals.services import goals_create
from goals.terms import GoalTerms
from orgs.scope import organization_scope
from scraping.models import Account


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


def _listed(creator: Any) -> None:
    """Let the creator's posts have been listed just now."""
    now = timezone.now()
    Account.objects.create(id=creator.account_id, handle=creator.tiktok_handle, posts_seen_at=now, first_seen_at=now)


@pytest.fixture
def set_goal(admin: Any, in_scope: Any) -> Any:
    """Set a goal that began two months ago: `set_goal(creator, "posts", "count", 3)`."""

    def make(creator: Any, type: str = "posts", measure: str = "count", target: Any = 3, **changes: Any) -> Any:
        values = {"period": "weekly", "start_date": timezone.localdate() - timedelta(days=60)} | changes
        terms = GoalTerms(type, measure, target=Decimal(target), **values)
        with in_scope(admin.org):
            (result,) = goals_create(
                project_id=creator.project_id, creator_ids=[creator.id], terms=terms, now=timezone.now()
            )
        assert result.goal, result.error
        return result.goal

    return make


@pytest.fixture
def three(admin: Any, make_creator: Any, make_video: Any, set_goal: Any) -> Any:
    """Ada has posted enough, Ben has not, Cleo was never listed; Dora has no goal."""
    since = timezone.now() - timedelta(days=90)
    made = {
        name: make_creator(
            admin.project, name, nickname=name.title(), tracking_start_date=since.date(), tracked_since=since
        )
        for name in ("ada", "ben", "cleo", "dora")
    }
    _listed(made["ada"])
    _listed(made["ben"])
    for _ in range(3):
        make_video(made["ada"], posted_at=timezone.now())
    targets = {"ada": 3, "ben": 10**6, "cleo": 3}
    return made | {f"{name}_goal": set_goal(made[name], target=target) for name, target in targets.items()}
