"""The small lines beside creators say what the engine says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.engine import answer
from analytics.query import Query
from analytics.sparks import views_gained_by_day
from orgs.scope import organization_scope
from tests.analytics.conftest import add_post_snapshots

pytestmark = pytest.mark.django_db(databases="__all__")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_each_line_is_the_creator_s_own_series_and_many_cost_as_much_as_one(
    admin: Any, outsider: Any, make_creator: Any, make_video: Any
) -> None:
    begin = NOW - timedelta(days=20)
    creators = [make_creator(admin.project, tracked_since=begin) for _ in range(3)]
    for number, creator in enumerate(creators[:2]):
        for post in range(number + 1):
            since = {"posted_at": begin + timedelta(days=post), "tracked_since": begin}
            video = make_video(creator, **since)
            views = {
                begin + timedelta(days=day, hours=post + 1): 100 * day**2 + number for day in range(1, 19, 3 + post)
            }
            add_post_snapshots(video.post_id, "view_count", views)
    unwatched = make_video(creators[1], posted_at=begin, tracked_since=begin, tracking_disabled=True)
    add_post_snapshots(unwatched.post_id, "view_count", {begin: 0, NOW: 10**6})

    with organization_scope(admin.org.id):
        with CaptureQueriesContext(connection) as of_one:
            views_gained_by_day([creators[0].id], zone="America/New_York", now=NOW)
        with CaptureQueriesContext(connection) as of_all:
            sparks = views_gained_by_day([one.id for one in creators], zone="America/New_York", now=NOW)
        assert len(of_all) == len(of_one)
        for creator in creators:
            query = Query("creator", creator.id, "views", from_=date(2026, 10, 26), tz="America/New_York")
            expected = answer(query, now=NOW)
            assert sparks[creator.id].days == tuple(point.value for point in expected.series)
            assert sparks[creator.id].total == expected.total
        assert (sparks[creators[1].id].total or 0) > 0
        assert views_gained_by_day([], zone="UTC", now=NOW) == {}
