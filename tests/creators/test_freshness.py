"""How fresh a project's numbers are, each creator counted once; and reading all of them at once."""

from datetime import timedelta
from typing import Any

import pytest

from creators.freshness import freshness_of
from creators.services import project_update_now
from orgs.limits import DailyLimitReached, daily_used
from orgs.models import Organization
from projects.services import ProjectArchived, project_archive
from scraping.models import ScrapeTarget
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def scope(admin: Any, in_scope: Any) -> Any:
    with in_scope(admin.org):
        yield


def listing(creator: Any, *, read: float | None, failures: int = 0, **fields: Any) -> None:
    """The creator's posts are read every hour, last so many hours ago."""
    last = None if read is None else NOW - read * HOUR
    values = {"due_at": NOW + HOUR, "requested_at": NOW - 99 * HOUR, "interval_seconds": 3600, "last_ok_at": last}
    values |= {"failures": failures, "last_run_at": NOW, "last_outcome": "blocked" if failures else "ok"} | fields
    target_id = ScrapeTarget.id_for("discover_videos", account_id=creator.account_id)
    ScrapeTarget.objects.create(id=target_id, kind="discover_videos", account_id=creator.account_id, **values)


def test_each_creator_is_counted_once_by_how_reading_it_goes(admin: Any, make_creator: Any) -> None:
    since = {"tracked_since": NOW - timedelta(days=9)}
    for read, fields in ((0.5, {}), (1.9, {}), (2.1, {}), (0.5, {"failures": 2})):
        creator = make_creator(admin.project, last_scraped_at=NOW - read * HOUR, **since)
        listing(creator, read=read, **fields)
    listing(make_creator(admin.project, status="private", **since), read=9)
    make_creator(admin.project, status="auto_disabled", last_scraped_at=NOW - 999 * HOUR, **since)
    make_creator(admin.project, account_id=None, last_scraped_at=None)
    make_creator(admin.project, removed_at=NOW)
    found = freshness_of(admin.project.id, NOW)
    assert (found.fresh, found.late, found.failing) == (2, 1, 1)
    assert (found.private, found.disabled, found.waiting, found.total) == (1, 1, 1, 7)
    assert found.oldest == NOW - 2.1 * HOUR, "what is not refreshed any more has no age to worry about"
    assert found.tone == "warn"


def test_failures_from_before_the_organization_began_are_not_its_own(admin: Any, make_creator: Any) -> None:
    creator = make_creator(admin.project, tracked_since=NOW)
    listing(creator, read=0, failures=3, last_run_at=NOW - HOUR)
    assert freshness_of(admin.project.id, NOW).failing == 0


def test_an_empty_project_has_nothing_to_be_late(admin: Any) -> None:
    found = freshness_of(admin.project.id, NOW)
    assert (found.total, found.oldest, found.tone) == (0, None, "good")


def test_two_queries_tell_it_however_many_there_are(
    admin: Any, make_creator: Any, django_assert_num_queries: Any
) -> None:
    for _ in range(9):
        listing(make_creator(admin.project), read=0.5)
    with django_assert_num_queries(2):
        freshness_of(admin.project.id, NOW)


def test_all_creators_are_read_at_once_for_one_of_the_days_updates(
    admin: Any, make_creator: Any, django_capture_on_commit_callbacks: Any
) -> None:
    for _ in range(3):
        listing(make_creator(admin.project), read=0.5)
    off = make_creator(admin.project, status="auto_disabled")
    listing(off, read=9)
    with django_capture_on_commit_callbacks(execute=True):
        assert project_update_now(project=admin.project, now=NOW) == 3
    assert ScrapeTarget.objects.filter(due_at=NOW, priority=10).count() == 3
    assert not ScrapeTarget.objects.filter(account_id=off.account_id, priority=10).exists()
    assert daily_used(admin.org, "max_manual_scrape_triggers_per_day", NOW) == 1
    assert freshness_of(admin.project.id, NOW).updating == 3


def test_a_used_up_day_or_an_archived_project_reads_nothing(admin: Any, make_creator: Any) -> None:
    listing(make_creator(admin.project), read=0.5)
    Organization.objects.update(tier="free")
    admin.project.org.refresh_from_db()
    project_update_now(project=admin.project, now=NOW)
    with pytest.raises(DailyLimitReached):
        project_update_now(project=admin.project, now=NOW)
    project_archive(project_id=admin.project.id)
    admin.project.refresh_from_db()
    with pytest.raises(ProjectArchived):
        project_update_now(project=admin.project, now=NOW)
    assert not ScrapeTarget.objects.filter(priority=10).exists()
