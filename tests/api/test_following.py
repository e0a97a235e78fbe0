"""Following creators, videos and campaigns: after every answer a client has exactly the rows of the list."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection, transaction

from campaigns.models import Campaign
from campaigns.services import campaign_delete
from creators.models import Creator
from orgs.models import Organization
from orgs.scope import organization_scope
from projects.models import GoneRow, Project
from projects.services import GONE_ROWS_KEPT, forget_gone_rows, project_delete, project_undelete
from videos.models import Video


@pytest.fixture(scope="module", autouse=True)
def today() -> None:
    """The real day: PostgreSQL notes by its own clock when a row was changed."""


class Follower:
    """A client of one list that reads it once and then asks for what changed."""

    def __init__(self, ask: Any, path: str, limit: int = 2) -> None:
        self.ask, self.path, self.limit = ask, path, limit
        self.rows: dict[str, Any] = {}
        self.until = ""
        self.heard: list[str] = []
        self.follow("")

    def follow(self, since: str | None = None) -> list[str]:
        """Ask until the last page; returns the ids that it was told of, in order."""
        since = self.until if since is None else since
        filters = f"&updated_since={quote(since)}" if since else ""
        self.heard, cursor = [], ""
        for _ in range(500):
            answer = self.ask(f"{self.path}limit={self.limit}{filters}{cursor}")
            assert answer.status == 200, answer.body
            for row in answer.body["data"]:
                self.heard.append(row["id"])
                self.rows[row["id"]] = row
                if row.get("gone"):
                    assert row == {"id": row["id"], "gone": True}
                    del self.rows[row["id"]]
            self.until = answer.body["meta"]["syncedUntil"]
            if answer.body["meta"]["nextCursor"] is None:
                return self.heard
            cursor = f"&cursor={answer.body['meta']['nextCursor']}"
        raise AssertionError("the list never ends")

    def whole(self) -> dict[str, Any]:
        """The list as the server shows it now."""
        return Follower(self.ask, self.path, 100).rows


def delete_project(project: Project) -> None:
    project_delete(project_id=project.id, typed_name=project.name, now=datetime.now(UTC))


# What somebody does → what becomes of the creator's video, the one added by URL, the creator and the campaign.
SAME, NEW, GONE = "not told", "told anew", "gone"
HAPPENINGS: dict[str, tuple[Callable[[Any], object], list[str]]] = {
    "a count is read": (lambda w: Video.objects.filter(id=w.video.id).update(view_count=8), [NEW, SAME, SAME, SAME]),
    "nothing": (lambda w: Video.objects.filter(id=w.video.id).update(view_count=None), [SAME] * 4),
    "notes are written": (
        lambda w: Creator.objects.filter(id=w.creator.id).update(description="x"),
        [SAME, SAME, NEW, SAME],
    ),
    "a target is set": (
        lambda w: Campaign.objects.filter(id=w.campaign.id).update(target_views=9),
        [SAME, SAME, SAME, NEW],
    ),
    "it is excluded": (
        lambda w: Video.objects.filter(id=w.video.id).update(tracking_status="excluded"),
        [GONE, SAME, SAME, SAME],
    ),
    "its creator is removed": (
        lambda w: Creator.objects.filter(id=w.creator.id).update(removed_at=datetime.now(UTC)),
        [GONE, SAME, GONE, SAME],
    ),
    "rows are deleted": (lambda w: Video.objects.all().delete(), [GONE, GONE, SAME, SAME]),
    "the campaign is deleted": (
        lambda w: campaign_delete(campaign_id=w.campaign.id, name=w.campaign.name),
        [SAME, SAME, SAME, GONE],
    ),
    "the project is deleted": (lambda w: delete_project(w.project), [GONE] * 4),
    "all is deleted for good": (lambda w: w.project.delete(), [GONE] * 4),
    "the project comes back": (
        lambda w: (delete_project(w.project), project_undelete(project_id=w.project.id)),
        [NEW] * 4,
    ),
}


class World:
    """A creator with a video, a video added by URL, and a campaign."""

    def __init__(self, person: Any, make_creator: Any, make_video: Any, make_campaign: Any) -> None:
        self.project = person.project
        self.creator = make_creator(person.project)
        self.video, self.direct = make_video(self.creator), make_video(person.project)
        self.campaign = make_campaign(person.project, "Launch")


@pytest.fixture
def world(admin: Any, make_creator: Any, make_video: Any, make_campaign: Any) -> World:
    return World(admin, make_creator, make_video, make_campaign)


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_whatever_happens_a_follower_is_told(ask: Any, admin: Any, world: World, happening: str) -> None:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    followers = [Follower(ask, f"/{name}?") for name in ("videos", "creators", "campaigns")]
    happen, expected = HAPPENINGS[happening]
    with organization_scope(admin.org.id):
        happen(world)
    for follower in followers:
        follower.follow(now)
    told: dict[str, str] = {}
    for follower in followers:
        told |= {id: NEW if id in follower.rows else GONE for id in follower.heard}
    rows = (world.video, world.direct, world.creator, world.campaign)
    assert [told.get(str(row.id), SAME) for row in rows] == expected
    assert [follower.rows for follower in followers] == [follower.whole() for follower in followers]


def test_what_is_hidden_is_told_of_once(ask: Any, admin: Any, world: World) -> None:
    with organization_scope(admin.org.id):
        Video.objects.filter(id=world.video.id).update(tracking_status="excluded")
        before = Video.objects.get(id=world.video.id).updated_at
        Video.objects.filter(id=world.video.id).update(view_count=9)
        assert Video.objects.get(id=world.video.id).updated_at == before


def test_a_row_that_the_filters_no_longer_let_through_is_gone(ask: Any, admin: Any, world: World) -> None:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    with organization_scope(admin.org.id):
        Video.objects.filter(id=world.video.id).update(tracking_status="included")
    answer = ask(f"/videos?project_id={world.project.id}&tracking_status=auto_tracked&updated_since={now}")
    assert answer.body["data"] == [{"id": str(world.video.id), "gone": True}]
    elsewhere = ask(f"/videos?creator_id={world.creator.id}&updated_since={now}").body["data"]
    assert [row["tracking_status"] for row in elsewhere] == ["included"]


def test_changes_come_in_the_order_in_which_they_were_made(ask: Any, admin: Any, make_video: Any) -> None:
    videos = [make_video(admin.project) for _ in range(5)]
    order = random.Random(3).sample(videos, 5)
    follower = Follower(ask, "/videos?")
    with organization_scope(admin.org.id):
        for number, video in enumerate(order):
            Video.objects.filter(id=video.id).update(view_count=number)
    assert follower.follow()[-5:] == [str(video.id) for video in order]


@pytest.mark.parametrize(
    ("query", "code", "params"),
    [
        ("updated_since=2026-11-01", "invalid_params", ["updated_since"]),
        ("updated_since=2026-11-01T00:00:00", "invalid_params", ["updated_since"]),
        ("updated_since=2026-13-01T00:00:00Z", "invalid_params", ["updated_since"]),
        ("updated_since=2026-11-01T00:00:00+02:00", "invalid_params", ["updated_since"]),
        ("updated_since=2026-01-01T00:00:00Z", "invalid_params", ["updated_since"]),
        ("updated_since={now}&posted_from=2026-11-01", "invalid_query", ["posted_from", "updated_since"]),
        ("updated_since={now}&campaign_id={id}", "invalid_query", ["campaign_id", "updated_since"]),
    ],
)
def test_what_cannot_be_followed_is_said(ask: Any, admin: Any, query: str, code: str, params: list[str]) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = ask(f"/videos?{query.format(now=now, id=admin.org.id)}")
    assert answer.problem == (400, {"code": code, "params": params})


def test_what_is_gone_is_told_for_90_days(ask: Any, admin: Any, world: World) -> None:
    with organization_scope(admin.org.id):
        Video.objects.all().delete()
        assert GoneRow.objects.count() == 2
    moment = datetime.now(UTC)
    forget_gone_rows(moment + GONE_ROWS_KEPT)
    with organization_scope(admin.org.id):
        assert GoneRow.objects.count() == 2
    forget_gone_rows(moment + GONE_ROWS_KEPT + timedelta(days=2))
    with organization_scope(admin.org.id):
        assert GoneRow.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_traces_go_with_their_organization(admin: Any, world: World) -> None:
    from orgs.services.purge import purge_deleted

    with organization_scope(admin.org.id):
        world.direct.delete()
        Organization.objects.update(deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert purge_deleted(datetime.now(UTC)) == 1
    with organization_scope(admin.org.id):
        assert GoneRow.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_commits_late_is_missed_by_nobody(ask: Any, admin: Any, make_video: Any) -> None:
    late, early = make_video(admin.project), make_video(admin.project)
    wrote, may_commit = Event(), Event()

    def write_late() -> None:
        try:
            with organization_scope(admin.org.id):
                Video.objects.filter(id=late.id).update(view_count=1)
                wrote.set()
                assert may_commit.wait(60)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_late)
        assert wrote.wait(60)
        with organization_scope(admin.org.id):
            Video.objects.filter(id=early.id).update(view_count=2)
        follower = Follower(ask, "/videos?")
        follower.follow()
        assert {row["view_count"] for row in follower.rows.values()} == {None, 2}
        may_commit.set()
        writing.result()
    follower.follow()
    assert {row["view_count"] for row in follower.rows.values()} == {1, 2}
    assert follower.rows == follower.whole()


@pytest.mark.django_db(transaction=True)
def test_a_writer_whose_beginning_is_not_ours_to_see_holds_the_horizon(ask: Any, admin: Any, make_video: Any) -> None:
    from tests.databases import OWNER

    make_video(admin.project)
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    place = {name: connection.get_connection_params().get(name) for name in ("host", "port", "dbname")}
    with psycopg.connect(**place, user=OWNER) as owner:
        owner.execute("SELECT pg_current_xact_id()")
        assert ask(f"/videos?updated_since={since}").body["meta"]["syncedUntil"] == since
        plain = datetime.fromisoformat(ask("/videos").body["meta"]["syncedUntil"])
        assert plain < datetime.now(UTC) - timedelta(days=80)
    assert ask(f"/videos?updated_since={since}").body["meta"]["syncedUntil"] != since


@pytest.mark.django_db(transaction=True)
def test_under_many_writers_a_follower_ends_with_exactly_the_rows(ask: Any, admin: Any, make_creator: Any) -> None:
    """Four writers commit out of order, and some roll back; two clients, one of a filtered list, follow along."""
    creators = [make_creator(admin.project) for _ in range(4)]

    def write(number: int) -> None:
        chance = random.Random(number)
        try:
            for done in range(25):
                with organization_scope(admin.org.id):
                    for _ in range(chance.randint(1, 4)):
                        _change(chance, creators[number], 100 * number + done)
                    time.sleep(chance.choice([0, 0, 0.02, 0.2]))
                    if chance.random() < 0.2:
                        transaction.set_rollback(True)
        finally:
            connection.close()

    from api import limits

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(4) as pool:
        patch.setattr(limits, "REQUESTS_PER_MINUTE", 10**6)
        paths = ("/videos?", f"/videos?project_id={admin.project.id}&tracking_status=included&")
        followers = [Follower(ask, path, 20) for path in paths]
        writing = [pool.submit(write, number) for number in range(4)]
        while not all(one.done() for one in writing):
            for follower in followers:
                follower.follow()
        for one in writing:
            one.result()
        for follower in followers:
            follower.follow()
            assert follower.rows
            assert follower.rows == follower.whole()


def _change(chance: random.Random, creator: Any, number: int) -> None:
    """One of the things that happen to a creator and its videos."""
    kind = chance.choice(["add", "add", "count", "status", "remove", "delete"])
    ids = list(Video.objects.filter(creator=creator).values_list("id", flat=True))
    if kind == "remove":
        gone = Creator.objects.filter(id=creator.id, removed_at=None).exists()
        Creator.objects.filter(id=creator.id).update(removed_at=datetime.now(UTC) if gone else None)
    elif kind == "add" or not ids:
        Video.objects.create(
            org_id=creator.org_id,
            project_id=creator.project_id,
            creator=creator,
            post_id=number * 1_000_000 + chance.randrange(1_000_000),
            kind="video",
            posted_at=datetime(2026, 11, 1, tzinfo=UTC),
            tracking_status=chance.choice(["included", "auto_tracked"]),
            tracked_since=datetime(2026, 11, 1, tzinfo=UTC),
        )
    else:
        row = Video.objects.filter(id=chance.choice(ids))
        match kind:
            case "count":
                row.update(view_count=chance.randrange(10**6))
            case "status":
                row.update(tracking_status=chance.choice(["included", "excluded", "auto_tracked"]))
            case _:
                row.delete()
