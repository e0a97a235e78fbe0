"""Own readings stand beside everybody's, exact and named, for the organization alone; nothing is computed from them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from analytics.members import Tracked
from analytics.snapshots import readings_of
from connections.models import ConnectedAccountSnapshot, ConnectedPostSnapshot
from orgs.scope import organization_scope
from orgs.services import api_key_create
from tests.analytics.conftest import write_account_snapshots, write_post_snapshots

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def creator(admin: Any, make_creator: Any) -> Any:
    return make_creator(admin.project, tracked_since=NOW - 48 * HOUR)


@pytest.fixture
def video(creator: Any, make_video: Any) -> Any:
    """Read publicly every two hours, rounded, and by the connection in every hour, exactly."""
    made = make_video(creator, posted_at=NOW - 72 * HOUR, tracked_since=NOW - 48 * HOUR)
    public = {NOW - hour * HOUR: {"view_count": 20_000 - 100 * hour} for hour in range(0, 10, 2)}
    write_post_snapshots(made.post_id, public)
    own(creator.org_id, made.post_id, {NOW - hour * HOUR: 19_987 - 100 * hour for hour in range(10)})
    return made


def own(org_id: Any, post_id: int, views: dict[datetime, int]) -> None:
    with organization_scope(org_id):
        ConnectedPostSnapshot.objects.bulk_create(
            ConnectedPostSnapshot(org_id=org_id, post_id=post_id, captured_at=at, view_count=count)
            for at, count in views.items()
        )


def told(rows: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(row["captured_at"], row["source"] == "official", row["view_count"]) for row in rows]


def test_the_api_tells_both_in_the_order_of_time_each_with_its_source(ask: Any, video: Any) -> None:
    rows = ask(f"/videos/{video.id}/stats").body["data"]
    assert len(rows) == 15
    assert told(rows) == sorted(told(rows))
    newest = rows[-1]
    assert (newest["source"], newest["precision"], newest["view_count"]) == ("official", "exact", 19_987)
    assert newest["save_count"] is None
    assert list(newest) == list(rows[0])


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_hold_every_row_once_also_where_one_ends_within_a_second(ask: Any, video: Any, limit: int) -> None:
    whole = ask(f"/videos/{video.id}/stats").body["data"]
    found: list[Any] = []
    cursor = ""
    while True:
        body = ask(f"/videos/{video.id}/stats?limit={limit}{cursor}").body
        found += body["data"]
        if body["meta"]["nextCursor"] is None:
            break
        cursor = f"&cursor={body['meta']['nextCursor']}"
    assert found == whole


def test_the_api_tells_a_creators_own_numbers(ask: Any, creator: Any) -> None:
    write_account_snapshots(creator.account_id, {NOW - HOUR: {"follower_count": 100}})
    with organization_scope(creator.org_id):
        ConnectedAccountSnapshot.objects.create(
            org_id=creator.org_id, account_id=creator.account_id, captured_at=NOW, follower_count=101
        )
    rows = ask(f"/creators/{creator.id}/stats").body["data"]
    assert [(row["follower_count"], row["source"] == "official") for row in rows] == [(100, False), (101, True)]


def test_nothing_is_computed_from_them(ask: Any, video: Any) -> None:
    answer = ask(f"/analytics?entity=video&entity_id={video.id}&metric=views&mode=cumulative").body["data"]
    assert answer["total"] == 20_000
    ages = ask(f"/videos/{video.id}/stats?cohort=1").body["data"]
    assert ages[-1]["view_count"] == 20_000


def test_another_organization_that_tracks_the_same_post_is_told_none_of_them(
    video: Any, creator: Any, outsider: Any, make_creator: Any, make_video: Any
) -> None:
    theirs = make_video(
        make_creator(outsider.project, account_id=creator.account_id, tracked_since=NOW - 48 * HOUR),
        post_id=video.post_id,
        tracked_since=NOW - 48 * HOUR,
        posted_at=video.posted_at,
    )
    rows = outsider.client.get(
        f"/api/v1/videos/{theirs.id}/stats", headers={"authorization": f"Bearer {key_of(outsider)}"}
    ).json()["data"]
    assert len(rows) == 5
    assert {row["source"] for row in rows}.isdisjoint({"official"})
    page = outsider.client.get(f"/o/{outsider.org.id}/p/{outsider.project.id}/videos/{theirs.id}/")
    assert page.status_code == 200
    assert "From TikTok itself" not in page.content.decode()


def key_of(person: Any) -> str:
    with organization_scope(person.org.id):
        return str(api_key_create(by=person.membership, name="theirs")[1])


def test_the_videos_page_shows_them_among_its_readings(video: Any, admin: Any) -> None:
    page = admin.client.get(f"/o/{admin.org.id}/p/{admin.project.id}/videos/{video.id}/").content.decode()
    assert page.count("From TikTok itself") == 10
    assert "19,987" in page


def test_each_reading_tells_the_gain_since_the_one_before_of_its_kind(video: Any, admin: Any) -> None:
    post = Tracked(video.post_id, video.tracked_since, video.posted_at)
    with organization_scope(admin.org.id):
        readings = readings_of(post, most=100)
        by_kind = {
            kind: [reading.views_gained for reading in readings if (reading.source == "official") is kind]
            for kind in (True, False)
        }
        assert by_kind == {True: [100] * 9 + [None], False: [200] * 4 + [None]}
        pages, before = [], None
        while page := readings_of(post, most=4, before=before):
            pages += page
            before = page[-1].captured_at
        assert [(one.captured_at, one.source) for one in pages] == [(one.captured_at, one.source) for one in readings]
