"""What is done to many creators at once: the rest goes through, and can be undone."""

from typing import Any

import pytest

from creators import bulk
from creators.models import Creator, CreatorChange
from orgs import limits
from orgs.limits import DailyLimitReached, daily_used
from orgs.models import AuditEntry
from projects.services import ProjectArchived, project_archive, project_create
from scraping.models import AccountBan, ScrapeTarget
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scope(admin: Any, outsider: Any, in_scope: Any) -> Any:
    with in_scope(admin.org):
        yield


@pytest.fixture
def three(admin: Any, make_creator: Any) -> list[Creator]:
    return [make_creator(admin.project, f"bulk.{number}") for number in range(3)]


def ids(creators: Any) -> list[Any]:
    return [creator.id for creator in creators]


def tracked() -> set[str]:
    return set(Creator.objects.tracked().values_list("tiktok_handle", flat=True))


def test_removal_is_logged_for_each_frees_the_plan_and_is_undone(
    admin: Any, three: list[Creator], monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        done = bulk.creators_remove(project=admin.project, creator_ids=ids(three[:2]), now=NOW)
    assert ids(done.creators) == ids(three[:2])
    assert tracked() == {"bulk.2"}
    assert limits.usage("max_creators_per_org") == 1
    assert CreatorChange.objects.filter(kind="removed").count() == 2
    assert AuditEntry.objects.filter(action="creator.removed").count() == 2

    monkeypatch.setitem(limits.PLAN, "max_creators_per_org", (2, 2, 2))
    with django_capture_on_commit_callbacks(execute=True):
        back = bulk.creators_put_back(project=admin.project, creator_ids=ids(three), now=NOW)
    assert ids(back.creators) == [three[0].id]
    assert [(one.creator.id, one.limit is not None) for one in back.refused] == [(three[1].id, True)]
    assert tracked() == {"bulk.0", "bulk.2"}
    assert ScrapeTarget.objects.filter(account_id=three[0].account_id).exists()
    assert not ScrapeTarget.objects.filter(account_id=three[1].account_id).exists()


def test_who_is_added_anew_in_the_meantime_is_not_put_back_beside_itself(admin: Any, make_creator: Any) -> None:
    gone = make_creator(admin.project, "twin.one", removed_at=NOW)
    make_creator(admin.project, "twin.one")
    assert not bulk.creators_put_back(project=admin.project, creator_ids=[gone.id], now=NOW).creators
    assert Creator.objects.tracked().filter(tiktok_handle="twin.one").count() == 1


def test_only_the_auto_disabled_are_read_again_as_far_as_there_is_room(
    admin: Any, make_creator: Any, three: list[Creator], monkeypatch: pytest.MonkeyPatch
) -> None:
    off = [make_creator(admin.project, status="auto_disabled", disabled_at=NOW) for _ in range(3)]
    ban_id = AccountBan.id_for(account_id=off[0].account_id, handle=off[0].tiktok_handle)
    AccountBan.objects.create(
        id=ban_id, account_id=off[0].account_id, handle=off[0].tiktok_handle, reason="spam", banned_at=NOW
    )
    monkeypatch.setitem(limits.PLAN, "max_creators_per_org", (4, 4, 4))
    done = bulk.creators_reenable(project=admin.project, creator_ids=ids(three + off), now=NOW)
    assert ids(done.creators) == [off[1].id]
    assert {one.creator.id: one.limit is not None for one in done.refused} == {off[0].id: False, off[2].id: True}
    assert Creator.objects.get(id=off[1].id).status == "active"


def test_an_update_of_many_takes_one_of_the_day_s(
    admin: Any, make_creator: Any, three: list[Creator], monkeypatch: pytest.MonkeyPatch
) -> None:
    off = make_creator(admin.project, status="auto_disabled", disabled_at=NOW)
    monkeypatch.setitem(limits.PLAN, "max_manual_scrape_triggers_per_day", (1, 1, 1))
    done = bulk.creators_update_now(project=admin.project, creator_ids=ids([*three, off]), now=NOW)
    assert ids(done.creators) == ids(three)
    assert [one.creator.id for one in done.refused] == [off.id]
    assert daily_used(admin.org, "max_manual_scrape_triggers_per_day", NOW) == 1
    assert not bulk.creators_update_now(project=admin.project, creator_ids=[], now=NOW).creators
    with pytest.raises(DailyLimitReached):
        bulk.creators_update_now(project=admin.project, creator_ids=ids(three), now=NOW)


def test_a_copy_has_the_same_mode_name_and_notes_and_its_own_life(admin: Any, make_creator: Any) -> None:
    given = {"tracking_mode": "selective", "display_name_override": "Nora", "description": "From the fair"}
    nora = make_creator(admin.project, "nora.bakes", **given)
    other = project_create(name="Spring")
    known = make_creator(admin.project, "both.here")
    make_creator(other, "both.here")
    results = bulk.creators_copy(project=admin.project, creator_ids=ids([nora, known]), to_project=other, now=NOW)
    assert [result.outcome for result in results] == ["added", "already_tracked"]
    copy = Creator.objects.in_project(other.id).get(tiktok_handle="nora.bakes")
    assert {name: getattr(copy, name) for name in given} == given
    assert copy.tracking_start_date == nora.tracking_start_date
    bulk.creators_remove(project=admin.project, creator_ids=[nora.id], now=NOW)
    copy.refresh_from_db()
    assert copy.removed_at is None


def test_foreign_creators_and_those_of_other_projects_are_left_alone(
    admin: Any, outsider: Any, make_creator: Any, in_scope: Any
) -> None:
    elsewhere = make_creator(project_create(name="Spring"))
    with in_scope(outsider.org):
        foreign = Creator.objects.get()
    for action in (bulk.creators_remove, bulk.creators_reenable, bulk.creators_update_now, bulk.creators_put_back):
        assert not action(project=admin.project, creator_ids=[elsewhere.id, foreign.id], now=NOW).creators
    elsewhere.refresh_from_db()
    assert elsewhere.removed_at is None
    with in_scope(outsider.org):
        assert Creator.objects.get().removed_at is None


def test_an_archived_project_is_left_as_it_is(admin: Any, three: list[Creator]) -> None:
    project = project_archive(project_id=admin.project.id)
    for action in (bulk.creators_remove, bulk.creators_reenable, bulk.creators_update_now, bulk.creators_put_back):
        with pytest.raises(ProjectArchived):
            action(project=project, creator_ids=ids(three), now=NOW)
    assert len(tracked()) == 3
