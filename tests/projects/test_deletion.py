"""Deleting a project: with its name typed, brought back for 14 days, then gone with all that is in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from creators.bulk import creators_remove
from creators.models import Creator
from orgs.limits import LimitReached, Tier, usage
from orgs.models import AuditEntry, Organization
from orgs.scope import organization_scope
from projects.models import Project
from projects.services import (
    GRACE,
    NameMistyped,
    project_archive,
    project_create,
    project_delete,
    project_undelete,
    purge_deleted,
)
from scraping.models import ScrapeTarget
from tests.threads import held_up
from videos.models import Video

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def delete(person: Any, typed: str = "", now: datetime = NOW) -> None:
    with organization_scope(person.org.id):
        project_delete(project_id=person.project.id, typed_name=typed or person.project.name, now=now)


def set_tier(org: Organization, tier: Tier) -> None:
    with organization_scope(org.id):
        Organization.objects.update(tier=tier)


def test_another_name_deletes_nothing(admin: Any) -> None:
    with pytest.raises(NameMistyped):
        delete(admin, "northwind program")
    with organization_scope(admin.org.id):
        assert Project.objects.visible().count() == 1


def test_it_and_what_is_in_it_leave_the_plan_at_once(admin: Any, make_creator: Any, make_video: Any) -> None:
    make_video(make_creator(admin.project))
    delete(admin)
    with organization_scope(admin.org.id):
        keys = ("max_projects_per_org", "max_creators_per_org", "max_tracked_videos_per_org")
        assert [usage(key) for key in keys] == [0, 0, 0]


def test_it_comes_back_as_it_was(admin: Any, make_creator: Any) -> None:
    make_creator(admin.project)
    with organization_scope(admin.org.id):
        before = list(Project.objects.values("name", "archived_at", "description"))
    delete(admin)
    with organization_scope(admin.org.id):
        project_undelete(project_id=admin.project.id)
        assert list(Project.objects.visible().values("name", "archived_at", "description")) == before
        assert usage("max_creators_per_org") == 1
        actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions[-2:] == ["project.deleted", "project.undeleted"]


def test_it_comes_back_only_where_the_plan_has_room_for_it(admin: Any) -> None:
    set_tier(admin.org, Tier.FREE)
    delete(admin)
    with organization_scope(admin.org.id):
        project_create(name="Another")
        with pytest.raises(LimitReached):
            project_undelete(project_id=admin.project.id)
        assert [project.name for project in Project.objects.visible()] == ["Another"]


def test_it_comes_back_only_where_the_plan_has_room_for_its_creators(admin: Any, make_creator: Any) -> None:
    for _ in range(3):
        make_creator(admin.project)
    with organization_scope(admin.org.id):
        other = project_create(name="Another")
        project_archive(project_id=admin.project.id)
    delete(admin)
    for _ in range(3):
        make_creator(other)
    set_tier(admin.org, Tier.FREE)
    with organization_scope(admin.org.id):
        with pytest.raises(LimitReached) as reached:
            project_undelete(project_id=admin.project.id)
        assert reached.value.limit_key == "max_creators_per_org"
        assert Project.objects.in_deletion().count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_archived_one_comes_back_while_somebody_who_holds_the_organization_changes_what_is_in_it(
    admin: Any, make_creator: Any
) -> None:
    first, second = make_creator(admin.project), make_creator(admin.project)
    with organization_scope(admin.org.id):
        project_archive(project_id=admin.project.id)
    delete(admin)

    def bring_back() -> object:
        return project_undelete(project_id=admin.project.id).deleted_at

    def remove() -> object:
        return len(creators_remove(project=admin.project, creator_ids=[first.id], now=NOW).creators)

    assert held_up(admin.org.id, Creator.objects.filter(id=second.id), bring_back, remove) == [None, 1]


def test_a_foreign_one_does_not_exist(admin: Any, outsider: Any) -> None:
    delete(outsider)
    with organization_scope(admin.org.id):
        for action in (
            lambda: project_undelete(project_id=outsider.project.id),
            lambda: project_delete(project_id=outsider.project.id, typed_name=outsider.project.name, now=NOW),
        ):
            with pytest.raises(Project.DoesNotExist):
                action()


class TestPurging:
    def test_nothing_goes_before_the_end_of_the_grace(self, admin: Any) -> None:
        delete(admin)
        assert purge_deleted(NOW + GRACE - timedelta(seconds=1)) == 0
        with organization_scope(admin.org.id):
            assert Project.objects.count() == 1

    def test_everything_in_it_goes_and_nothing_else(
        self, admin: Any, outsider: Any, make_creator: Any, make_video: Any
    ) -> None:
        from creators.services import schedule_account

        with organization_scope(admin.org.id):
            other = project_create(name="Another")
        gone, kept = make_creator(admin.project), make_creator(other)
        make_video(gone), make_video(admin.project), make_video(kept)
        for creator in (gone, kept):
            schedule_account(creator.account_id, timezone.now())
        delete(admin)

        assert purge_deleted(NOW + GRACE) == 1

        with organization_scope(admin.org.id):
            assert list(Project.objects.all()) == [other]
            assert list(Creator.objects.all()) == [kept]
            assert [video.creator_id for video in Video.objects.all()] == [kept.id]
        with organization_scope(outsider.org.id):
            assert Video.objects.count() == 1
        assert set(ScrapeTarget.objects.values_list("account_id", flat=True)) == {kept.account_id}


class TestPages:
    def test_it_is_deleted_and_restored_from_the_list(self, admin: Any) -> None:
        ids = [admin.org.id, admin.project.id]
        wrong = admin.client.post(reverse("project_delete", args=ids), {"name": "x"})
        assert "This is not the name" in wrong.content.decode()

        listed = admin.client.post(reverse("project_delete", args=ids), {"name": admin.project.name}, follow=True)
        assert "Deleted for good on" in listed.content.decode()
        assert admin.client.get(reverse("creators", args=ids)).status_code == 404

        admin.client.post(reverse("project_undelete", args=ids))
        assert admin.client.get(reverse("creators", args=ids)).status_code == 200

    def test_dates_are_kept_and_must_be_in_order(self, admin: Any) -> None:
        url = reverse("project_edit", args=[admin.org.id, admin.project.id])
        fields = {"name": "Q1", "description": "", "start_date": "2026-01-01", "end_date": "2025-12-31"}
        assert "on the day it begins or later" in admin.client.post(url, fields).content.decode()

        admin.client.post(url, fields | {"end_date": "2026-03-31"})
        content = admin.client.get(url).content.decode()
        assert 'value="2026-01-01"' in content
        assert 'value="2026-03-31"' in content
