"""Adding creators: each line on its own, nothing lost, never over the plan."""

from datetime import timedelta
from typing import Any

import pytest

from creators.adding import MAX_ENTRIES, AddOutcome, creators_add
from creators.errors import HandleTaken, InvalidHandle, NoChange
from creators.models import Creator
from creators.services import MANUAL_TRIGGERS, creator_correct_handle, creator_remove, creator_update_now
from orgs import limits
from orgs.limits import LimitReached, daily_used
from orgs.models import Organization
from projects.services import ProjectArchived, project_archive
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scope(admin: Any, in_scope: Any) -> Any:
    with in_scope(admin.org):
        yield


def add(person: Any, *entries: str) -> list[tuple[str, str]]:
    return [
        (result.entry, result.outcome.value)
        for result in creators_add(project=person.project, entries=entries, now=NOW)
    ]


def handles() -> list[str]:
    return list(Creator.objects.tracked().order_by("tiktok_handle").values_list("tiktok_handle", flat=True))


def test_every_good_line_goes_through_and_every_bad_one_says_why(admin: Any) -> None:
    lines = ["@Mara.Cooks", "https://www.tiktok.com/@dailydesk/video/7100000000000000001", "no spaces please", ""]
    results = creators_add(project=admin.project, entries=lines, now=NOW)
    assert [result.outcome for result in results] == ["added", "added", "error", "error"]
    assert handles() == ["dailydesk", "mara.cooks"]
    assert all(result.error.endswith(".") for result in results[2:])


@pytest.mark.parametrize(
    "line", ["https://example.com/@mara", "https://www.tiktok.com/", "mara!", "javascript:alert(1)"]
)
def test_what_is_no_handle_and_no_profile_adds_nothing(admin: Any, line: str) -> None:
    assert add(admin, line) == [(line, "error")]
    assert handles() == []


def test_the_same_account_twice_is_one_creator(admin: Any) -> None:
    assert add(admin, "mara.cooks", "@MARA.COOKS") == [("mara.cooks", "added"), ("@MARA.COOKS", "repeated")]
    assert add(admin, "tiktok.com/@mara.cooks") == [("tiktok.com/@mara.cooks", "already_tracked")]
    assert handles() == ["mara.cooks"]


def test_more_lines_than_fit_are_named_not_dropped(admin: Any) -> None:
    results = add(admin, *[f"creator.number{n}" for n in range(MAX_ENTRIES + 2)])
    assert [outcome for _, outcome in results] == ["added"] * MAX_ENTRIES + ["error"] * 2
    assert len(handles()) == MAX_ENTRIES


def test_the_plan_s_cap_holds_line_by_line(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.PLAN, "max_creators_per_org", (2, 2, 2))
    assert [outcome for _, outcome in add(admin, "one.one", "two.two", "one.one", "three.three")] == [
        "added",
        "added",
        "repeated",
        "error",
    ]
    (full,) = creators_add(project=admin.project, entries=["four.four"], now=NOW)
    assert full.limit == LimitReached("max_creators_per_org", 2, 2)
    with_room = Creator.objects.get(tiktok_handle="two.two")
    creator_remove(creator_id=with_room.id, now=NOW)
    assert add(admin, "three.three") == [("three.three", "added")]


def test_tracking_starts_on_the_day_of_the_organization_s_zone(admin: Any) -> None:
    Organization.objects.filter(id=admin.org.id).update(timezone="Pacific/Auckland")
    add(admin, "mara.cooks")
    assert Creator.objects.get().tracking_start_date == NOW.date() + timedelta(days=1)


def test_a_removed_creator_is_the_same_one_when_added_again(admin: Any, make_creator: Any) -> None:
    creator = make_creator(admin.project, "mara.cooks", follower_count=10)
    creator_remove(creator_id=creator.id, now=NOW)
    assert handles() == []
    (result,) = creators_add(project=admin.project, entries=["mara.cooks"], now=NOW)
    assert result.outcome is AddOutcome.REACTIVATED
    assert result.creator is not None
    assert result.creator.id == creator.id


def test_an_archived_project_takes_nobody_in(admin: Any) -> None:
    project = project_archive(project_id=admin.project.id)
    with pytest.raises(ProjectArchived):
        creators_add(project=project, entries=["mara.cooks"], now=NOW)
    assert handles() == []


@pytest.mark.parametrize(
    ("typed", "error"),
    [("@mara.cooks", NoChange), ("dailydesk", HandleTaken), ("not a handle", InvalidHandle)],
)
def test_a_handle_that_cannot_be_taken_changes_nothing(admin: Any, typed: str, error: type[Exception]) -> None:
    add(admin, "mara.cooks", "dailydesk")
    creator = Creator.objects.get(tiktok_handle="mara.cooks")
    with pytest.raises(error):
        creator_correct_handle(creator_id=creator.id, handle=typed, now=NOW)
    assert handles() == ["dailydesk", "mara.cooks"]


def test_manual_updates_end_with_the_plan_s_day_and_begin_again_tomorrow(admin: Any, make_creator: Any) -> None:
    Organization.objects.filter(id=admin.org.id).update(tier="free")
    creator = make_creator(admin.project)
    creator_update_now(creator_id=creator.id, now=NOW)
    with pytest.raises(LimitReached) as reached:
        creator_update_now(creator_id=creator.id, now=NOW)
    assert (reached.value.limit_key, reached.value.current, reached.value.max) == (
        "max_manual_scrape_triggers_per_day",
        1,
        1,
    )
    used = [daily_used(admin.org, MANUAL_TRIGGERS, now) for now in (NOW, NOW + timedelta(days=1))]
    assert used == [1, 0]
    creator_update_now(creator_id=creator.id, now=NOW + timedelta(days=1))
    assert daily_used(admin.org, MANUAL_TRIGGERS, NOW + timedelta(days=1)) == 1
