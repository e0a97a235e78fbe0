"""A creator with posts and followers whose numbers are plain, and goals set for it."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from goals.models import Goal
from goals.services import CreateOutcome, goals_create
from goals.terms import GoalTerms
from orgs.models import Organization
from orgs.scope import organization_scope
from scraping.models import Account
from tests.analytics.conftest import add_account_snapshots, write_post_snapshots

# A Tuesday; the organization's zone is Berlin's, so the week began on Monday 2 November at 23:00 UTC the day before.
NOW = datetime(2026, 11, 3, 11, 0, tzinfo=UTC)
SINCE = datetime(2026, 8, 1, tzinfo=UTC)
ZONE = "Europe/Berlin"


def berlin(org: Any) -> None:
    """Let the organization live in Berlin."""
    with organization_scope(org.id):
        Organization.objects.update(timezone=ZONE)


def listed(creator: Any, at: datetime) -> None:
    """Note that the creator's posts were listed at an instant."""
    values = {"handle": creator.tiktok_handle, "first_seen_at": SINCE, "seen_at": at, "posts_seen_at": at}
    Account.objects.update_or_create(id=creator.account_id, defaults=values)


@pytest.fixture
def creator(admin: Any, make_creator: Callable[..., Any]) -> Any:
    """A creator in Berlin, tracked since August, listed an hour ago."""
    berlin(admin.org)
    made = make_creator(
        admin.project, "ada.makes", tracked_since=SINCE, tracking_start_date=SINCE.date(), last_scraped_at=NOW
    )
    listed(made, NOW - timedelta(hours=1))
    return made


@pytest.fixture
def post(make_video: Callable[..., Any]) -> Callable[..., Any]:
    """Publish a post at an instant, with views by instant: `post(creator, at, {instant: views}, likes=…)`."""

    def publish(creator: Any, at: datetime, views: Mapping[datetime, int], likes: int = 0, **fields: Any) -> Any:
        video = make_video(creator, posted_at=at, tracked_since=SINCE, **fields)
        none = {"comment_count": 0, "share_count": 0, "save_count": 0}
        snapshots = {
            moment: {"view_count": count, "like_count": likes * (count > 0), **none} for moment, count in views.items()
        }
        write_post_snapshots(video.post_id, snapshots)
        return video

    return publish


@pytest.fixture
def followers() -> Callable[[Any, Mapping[datetime, int]], None]:
    """Store a creator's followers by instant."""
    return lambda creator, counts: add_account_snapshots(creator.account_id, "follower_count", counts)


@pytest.fixture
def set_goal() -> Callable[..., Goal]:
    """Set a goal: `set_goal(creator, "posts", "count", "weekly", 3, start=…, end=…, now=…)`."""

    def create(
        creator: Any,
        type: str,
        measure: str,
        period: str,
        target: int | str,
        *,
        start: date = date(2026, 10, 1),
        end: date | None = None,
        now: datetime = NOW,
    ) -> Goal:
        terms = GoalTerms(type, measure, period, Decimal(target), start, end)
        with organization_scope(creator.org_id):
            (result,) = goals_create(project_id=creator.project_id, creator_ids=[creator.id], terms=terms, now=now)
        assert result.outcome == CreateOutcome.CREATED, result.error
        assert result.goal is not None
        return result.goal

    return create
