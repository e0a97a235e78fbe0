"""What creators and campaigns gained: each row is what the engine answers about it alone; pages, orders, ties."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from analytics.buckets import Span
from analytics.engine import answer
from analytics.query import Query
from analytics.reports.campaign_leaderboard import campaign_leaderboard
from analytics.reports.creator_leaderboard import creator_leaderboard
from analytics.reports.gained import GAINED
from campaigns.models import Campaign
from campaigns.services.lifecycle import campaign_create
from tests.analytics.conftest import add_account_snapshots, add_post_snapshots
from tests.analytics.reports.world import put

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SPAN = Span(date(2026, 11, 10), date(2026, 11, 24), "UTC")


@pytest.fixture
def creators(admin: Any, outsider: Any, make_creator: Any, make_video: Any) -> list[Any]:
    """Four creators: the first gained most, the second lost some, the third only posted, the fourth is removed."""
    made = [make_creator(admin.project, f"one.{number}", tracked_since=BEGIN) for number in range(3)]
    made.append(make_creator(admin.project, "gone", tracked_since=BEGIN, removed_at=NOW))
    for number, creator in enumerate(made):
        add_account_snapshots(creator.account_id, "follower_count", {BEGIN: 1_000 * (number + 1), NOW: 5_000})
        for post in range(2):
            video = make_video(creator, posted_at=BEGIN + (5 + 8 * post) * DAY, tracked_since=BEGIN)
            if number != 2:
                step = (900, -30, 0, 5_000)[number]
                counts = {video.posted_at + DAY: 1_000, NOW - DAY: 1_000 + step * (post + 1)}
                add_post_snapshots(video.post_id, "view_count", counts)
    return made


@pytest.fixture
def campaigns(admin: Any, creators: list[Any], in_scope: Any) -> list[Campaign]:
    """An outer campaign around an inner one, one that overlaps with it, and an empty one."""
    with in_scope(admin.org):
        made = [campaign_create(project_id=admin.project.id, name=name) for name in ("inner", "outer", "both", "empty")]
        for campaign, creator in ((made[0], creators[0]), (made[2], creators[0]), (made[2], creators[1])):
            put(campaign.id, "creator", creator.id)
        put(made[1].id, "campaign", made[0].id)
    return made


def asked_alone(kind: str, id_: UUID, metric: str) -> Any:
    query = Query(entity=kind, entity_id=id_, metric=metric, from_=SPAN.first, to=SPAN.last)
    return answer(query, now=NOW).total


def in_order(rows: dict[UUID, Any]) -> list[UUID]:
    return sorted(rows, key=lambda id_: (rows[id_] is None, -(rows[id_] or 0), id_))


@pytest.mark.parametrize("order", GAINED)
def test_creators_stand_in_the_order_of_what_the_engine_answers_about_each(
    admin: Any, creators: list[Any], in_scope: Any, order: str
) -> None:
    with in_scope(admin.org):
        board = creator_leaderboard(admin.project.id, span=SPAN, now=NOW, order=order)
        alone = {creator.id: asked_alone("creator", creator.id, order) for creator in creators[:3]}
    assert [row.creator.id for row in board.items] == in_order(alone)
    assert {row.creator.id: row.totals[order] for row in board.items} == alone
    assert board.total_count == 3


@pytest.mark.parametrize("order", GAINED)
def test_campaigns_stand_in_the_order_of_what_the_engine_answers_about_each(
    admin: Any, campaigns: list[Campaign], in_scope: Any, order: str
) -> None:
    with in_scope(admin.org):
        board = campaign_leaderboard(admin.project.id, span=SPAN, now=NOW, order=order)
        alone = {campaign.id: asked_alone("campaign", campaign.id, order) for campaign in campaigns}
    assert [row.campaign.id for row in board.items] == in_order(alone)
    assert {row.campaign.id: row.totals[order] for row in board.items} == alone


def test_the_numbers_are_what_was_gained_in_the_range(admin: Any, creators: list[Any], in_scope: Any) -> None:
    with in_scope(admin.org):
        first, last, second = creator_leaderboard(admin.project.id, span=SPAN, now=NOW).items
    assert (first.creator, last.creator, second.creator) == (creators[0], creators[1], creators[2])
    assert second.totals["views"] is None
    assert (first.totals["posts"], first.totals["posts_per_week"]) == (1, round(7 / 15, 6))
    assert first.totals["views"] > 1_000
    assert first.totals["engagement_rate_by_views"] is None


def test_pages_are_cut_from_the_whole_order(admin: Any, creators: list[Any], in_scope: Any) -> None:
    with in_scope(admin.org):
        whole = creator_leaderboard(admin.project.id, span=SPAN, now=NOW).items
        page = creator_leaderboard(admin.project.id, span=SPAN, now=NOW, limit=1, offset=1)
        beyond = creator_leaderboard(admin.project.id, span=SPAN, now=NOW, limit=1, offset=9)
    assert (page.items, page.total_count) == (whole[1:2], 3)
    assert (beyond.items, beyond.total_count) == ([], 3)


def test_an_order_that_does_not_exist_is_refused(admin: Any, in_scope: Any) -> None:
    with in_scope(admin.org), pytest.raises(ValueError, match="cannot be ordered"):
        creator_leaderboard(admin.project.id, span=SPAN, now=NOW, order="followers")


def test_nothing_of_another_organization_is_seen(admin: Any, outsider: Any, creators: Any, in_scope: Any) -> None:
    with in_scope(outsider.org):
        board = creator_leaderboard(outsider.project.id, span=SPAN, now=NOW)
        assert [row.creator.tiktok_handle for row in board.items] == ["southwind.creator"]
        assert campaign_leaderboard(outsider.project.id, span=SPAN, now=NOW).total_count == 0
