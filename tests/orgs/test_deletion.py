"""Deleting an organization: with its name typed, restored for 14 days, then gone but for one line."""

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from creators.models import Creator
from orgs.export import export_zip
from orgs.identity import api_key_for, memberships_of
from orgs.models import AuditEntry, Organization
from orgs.scope import organization_scope
from orgs.services import organization_delete, organization_restore
from orgs.services.organizations import GRACE, NameMistyped
from orgs.services.purge import purge_deleted
from scraping.models import ScrapeTarget
from tests.orgs.conftest import Neighbours
from tests.orgs.rows import TENANT_MODELS, raw, stored

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def delete(person: Any, typed: str = "", now: datetime = NOW) -> None:
    with organization_scope(person.org.id):
        organization_delete(by=person.membership, typed_name=typed or person.org.name, now=now)


def org_row(org: Organization) -> list[Any]:
    with organization_scope(org.id):
        return raw("SELECT * FROM orgs_organization")


class TestDeleting:
    @pytest.mark.parametrize("typed", ["northwind", "Northwin", " ", "Northwind Ltd"])
    def test_another_name_deletes_nothing(self, typed: str, admin: Any) -> None:
        before = org_row(admin.org)
        with pytest.raises(NameMistyped):
            delete(admin, typed)
        assert org_row(admin.org) == before

    def test_a_member_deletes_and_restores_nothing(self, admin: Any, member: Any) -> None:
        before = org_row(admin.org)
        with organization_scope(admin.org.id):
            with pytest.raises(PermissionDenied):
                organization_delete(by=member.membership, typed_name=admin.org.name, now=NOW)
            with pytest.raises(PermissionDenied):
                organization_restore(by=member.membership)
        assert org_row(admin.org) == before

    def test_its_keys_are_refused_at_once_and_work_again_after_restoring(self, admin: Any, api_key: Any) -> None:
        delete(admin)
        assert api_key_for(f"Bearer {api_key[1]}") is None
        with organization_scope(admin.org.id):
            organization_restore(by=admin.membership)
        assert api_key_for(f"Bearer {api_key[1]}") == api_key[0]

    def test_deleting_again_does_not_prolong_the_grace(self, admin: Any) -> None:
        delete(admin)
        delete(admin, now=NOW + timedelta(days=5))
        assert memberships_of(admin.user)[0].org.deleted_at == NOW

    def test_both_are_in_the_audit_log(self, admin: Any) -> None:
        delete(admin)
        with organization_scope(admin.org.id):
            organization_restore(by=admin.membership)
            actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
        assert actions[-2:] == ["organization.deleted", "organization.restored"]


class TestPages:
    def test_members_are_led_to_what_is_left_of_it(self, admin: Any, member: Any) -> None:
        admin.client.post(reverse("organization_delete", args=[admin.org.id]), {"name": "Northwind"})
        for person, may in ((admin, True), (member, False)):
            response = person.client.get(reverse("projects", args=[person.org.id]), follow=True)
            content = response.content.decode()
            assert response.redirect_chain[-1][0] == reverse("organization_deleted", args=[person.org.id])
            assert ("Restore Northwind" in content) == may
        admin.client.post(reverse("organization_restore", args=[admin.org.id]))
        assert member.client.get(reverse("projects", args=[member.org.id])).status_code == 200

    def test_a_mistyped_name_is_said_beside_the_box(self, admin: Any) -> None:
        response = admin.client.post(reverse("organization_delete", args=[admin.org.id]), {"name": "Northwand"})
        assert "This is not the name" in response.content.decode()
        assert memberships_of(admin.user)[0].org.deleted_at is None

    def test_who_has_another_one_lands_there(self, admin: Any) -> None:
        from orgs.services import organization_create

        second = organization_create(owner=admin.user, name="Second")
        delete(admin)
        response = admin.client.get("/", follow=True)
        assert str(second.id) in response.redirect_chain[-1][0]

    def test_its_data_can_still_be_taken_along(self, admin: Any, member: Any) -> None:
        delete(admin)
        response = admin.client.get(reverse("organization_export", args=[admin.org.id]))
        archive = ZipFile(BytesIO(b"".join(response.streaming_content)))
        assert archive.testzip() is None
        assert member.client.get(reverse("organization_export", args=[member.org.id])).status_code == 403


class TestExport:
    def test_it_holds_every_row_of_the_organization_and_none_of_others(self, neighbours: Neighbours) -> None:
        archive = ZipFile(BytesIO(b"".join(export_zip(neighbours.ours.id))))
        exported = {name: list(csv.DictReader(StringIO(archive.read(name).decode()))) for name in archive.namelist()}
        assert str(neighbours.theirs.id) not in str(exported)
        for model in TENANT_MODELS:
            rows = stored(model, neighbours.ours)
            if model.__name__ != "OutboxEvent":
                assert len(exported[f"{model._meta.db_table}.csv"]) == len(rows) > 0

    def test_keys_are_listed_without_what_recognizes_them(self, admin: Any, api_key: Any) -> None:
        archive = ZipFile(BytesIO(b"".join(export_zip(admin.org.id))))
        text = archive.read("orgs_apikey.csv").decode()
        assert api_key[0].name in text
        assert api_key[0].digest not in text


class TestPurging:
    def test_nothing_is_deleted_before_the_end_of_the_grace(self, admin: Any) -> None:
        delete(admin)
        assert purge_deleted(NOW + GRACE - timedelta(seconds=1)) == 0
        assert memberships_of(admin.user)

    def test_every_row_goes_but_the_audit_log_and_nothing_of_others(self, neighbours: Neighbours, admin: Any) -> None:
        theirs = {model: stored(model, neighbours.theirs) for model in TENANT_MODELS}
        delete(admin)
        assert purge_deleted(NOW + GRACE) == 1

        for model in TENANT_MODELS:
            assert stored(model, neighbours.ours) == [], model
            assert stored(model, neighbours.theirs) == theirs[model]
        assert org_row(neighbours.ours) == []
        with organization_scope(neighbours.ours.id):
            last = AuditEntry.objects.newest_first().first()
        assert (last.action, last.object_label) == ("organization.purged", "Northwind")

    def test_a_restored_one_stays(self, admin: Any) -> None:
        delete(admin)
        with organization_scope(admin.org.id):
            organization_restore(by=admin.membership)
        assert purge_deleted(NOW + timedelta(days=400)) == 0
        assert memberships_of(admin.user)

    def test_accounts_that_nobody_else_tracks_are_read_no_longer(
        self, admin: Any, outsider: Any, make_creator: Any
    ) -> None:
        from creators.services import schedule_account

        alone, shared = make_creator(admin.project), make_creator(admin.project)
        make_creator(outsider.project, account_id=shared.account_id)
        for creator in (alone, shared):
            schedule_account(creator.account_id, timezone.now())
        delete(admin)
        purge_deleted(NOW + GRACE)

        with organization_scope(admin.org.id):
            assert not Creator.objects.exists()
        left = set(ScrapeTarget.objects.values_list("account_id", flat=True))
        assert left == {shared.account_id}
