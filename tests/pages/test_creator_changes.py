"""The change log: of one creator and of a project, in words, filtered, as CSV; never another organization's."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creators.changes import Kind, record
from creators.models import CreatorChange
from scraping.outcomes import Outcome
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

STATUS = {kind: {"status": kind} for kind in ("active", "private", "auto_disabled")}
EVENTS: list[tuple[Kind, Any, Any, str, str]] = [
    (Kind.ADDED, None, {"tiktok_handle": "mara", "tracking_mode": "auto"}, "Added to the project", "New posts Auto"),
    (Kind.HANDLE_CHANGED, {"tiktok_handle": "a"}, {"tiktok_handle": "b"}, "Handle changed", "Handle @a @b"),
    (Kind.WENT_PRIVATE, STATUS["active"], STATUS["private"], "Went private", "Status Active Private"),
    (Kind.CAME_BACK, STATUS["private"], STATUS["active"], "Public again", "Status Private Active"),
    (
        Kind.FOLLOWER_MILESTONE,
        {"follower_count": 9_990},
        {"follower_count": 10_004, "milestone": 10_000},
        "Reached 10,000 followers",
        "Followers 9,990 10,004",
    ),
    (
        Kind.TRACKING_MODE_CHANGED,
        {"tracking_mode": "auto"},
        {"tracking_mode": "selective"},
        "New posts are treated differently",
        "New posts Auto Selective",
    ),
    (
        Kind.GOAL_COMPLIANCE_CHANGED,
        {"compliance": "compliant"},
        {"compliance": "non_compliant", "goals": [{"goal": "4 posts a week"}]},
        "Goal compliance changed",
        "Compliant Non-compliant",
    ),
    (
        Kind.AUTO_DISABLED,
        STATUS["active"],
        {**STATUS["auto_disabled"], "reason": Outcome.NOT_FOUND},
        "Auto-disabled",
        "Status Active Auto-disabled",
    ),
    (Kind.REACTIVATED, STATUS["auto_disabled"], STATUS["active"], "Tracked again", "Status Auto-disabled Active"),
    (Kind.REMOVED, STATUS["active"], None, "Removed from the project", "Status Active"),
]


def test_every_kind_of_event_has_words() -> None:
    assert {event[0] for event in EVENTS} == set(Kind)


@pytest.fixture
def creator(admin: Any, make_creator: Any, in_scope: Any) -> Any:
    """A creator to whom everything has happened, an event a day; every second one was a person's doing."""
    creator = make_creator(admin.project, "mara.cooks", nickname="Mara Cooks")
    with in_scope(admin.org):
        for day, (kind, before, after, _, _) in enumerate(EVENTS):
            at = NOW + timedelta(days=day)
            actor = admin.user if day % 2 else None
            record(creator, kind, before=before, after=after, actor=actor, happened_at=at)
    return creator


def told(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def sentences(response: Any) -> list[str]:
    return [line.sentence for line in response.context["lines"]]


def test_the_log_says_what_happened_before_and_after_and_who_did_it(admin: Any, creator: Any, page: Any) -> None:
    response = admin.client.get(page(admin, "creator_changes", creator_id=creator.id))
    assert sentences(response) == [event[3] for event in reversed(EVENTS)]
    words = told(response)
    assert [event[4] for event in EVENTS if event[4] not in words] == []
    assert "4 posts a week" in words
    assert "admin@northwind.example" in words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("event=went_private&event=came_back", ["Public again", "Went private"]),
        ("by=automatic&event=added&event=handle_changed", ["Added to the project"]),
        ("by=people&event=added&event=handle_changed", ["Handle changed"]),
        ("event=nonsense", [event[3] for event in reversed(EVENTS)]),
        (f"day_to={NOW:%Y-%m-%d}", ["Added to the project"]),
        ("q=northwind&event=added&event=removed", ["Removed from the project"]),
        ("q=nobody", []),
    ],
)
def test_the_log_is_filtered_by_event_person_and_day(
    admin: Any, creator: Any, page: Any, query: str, expected: list[str]
) -> None:
    response = admin.client.get(page(admin, "creator_changes", creator_id=creator.id) + "?" + query)
    assert sentences(response) == expected


def test_the_projects_activity_has_everybody_but_other_projects_and_organizations(
    admin: Any, outsider: Any, creator: Any, make_creator: Any, in_scope: Any, page: Any
) -> None:
    gone = make_creator(admin.project, "gone.girl", removed_at=NOW)
    with in_scope(admin.org):
        record(gone, Kind.REMOVED, before=STATUS["active"], after=None, happened_at=NOW + timedelta(days=90))
    elsewhere = make_creator(outsider.project, "their.creator")
    with in_scope(outsider.org):
        record(elsewhere, Kind.ADDED, before=None, after={"tiktok_handle": "their.creator"}, happened_at=NOW)
    response = admin.client.get(page(admin, "creators_activity"))
    handles = [line.change.creator.tiktok_handle for line in response.context["lines"]]
    assert handles == ["gone.girl"] + ["mara.cooks"] * len(EVENTS)
    found = admin.client.get(page(admin, "creators_activity") + "?q=gone")
    assert [line.change.creator.tiktok_handle for line in found.context["lines"]] == ["gone.girl"]


def test_as_csv_it_has_every_matching_event(admin: Any, creator: Any, page: Any) -> None:
    response = admin.client.get(page(admin, "creators_activity") + "?part=csv&event=handle_changed&event=removed")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert [(row["event"], row["before"], row["actor"]) for row in rows] == [
        ("removed", '{"status": "active"}', admin.user.email),
        ("handle_changed", '{"tiktok_handle": "a"}', admin.user.email),
    ]


def test_a_long_log_is_read_page_by_page_at_the_same_cost(admin: Any, creator: Any, in_scope: Any, page: Any) -> None:
    address = page(admin, "creators_activity")
    admin.client.get(address)
    with CaptureQueriesContext(connection) as few:
        admin.client.get(address)
    with in_scope(admin.org):
        CreatorChange.objects.bulk_create(
            CreatorChange(org=admin.org, creator=creator, kind=Kind.CAME_BACK, happened_at=NOW) for _ in range(100)
        )
    seen, query = [], ""
    while True:
        with CaptureQueriesContext(connection) as asked:
            response = admin.client.get(f"{address}?{query}")
        seen += [line.change.id for line in response.context["lines"]]
        assert len(asked) <= len(few) + 1
        query = response.context["page"].next
        if not query:
            break
    assert len(seen) == len(set(seen)) == 100 + len(EVENTS)
