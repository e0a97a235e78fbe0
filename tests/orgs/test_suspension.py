"""Who is kept out by staff, what they are told, and what keeps working."""

from typing import Any

import pytest
from django.test import Client

from orgs.models import AuditEntry, User
from orgs.scope import organization_scope
from orgs.services import organization_suspend, organization_unsuspend, user_suspend, user_unsuspend
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def page(person: Any) -> str:
    return f"/o/{person.org.id}/projects/"


def actions(org: Any) -> list[str]:
    with organization_scope(org.id):
        return list(AuditEntry.objects.newest_first().values_list("action", flat=True))


def api_status(secret: str) -> int:
    return int(Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code)


class TestOrganization:
    def test_its_pages_and_its_api_are_closed_and_open_again(self, admin: Any, member: Any, api_key: Any) -> None:
        assert admin.client.get(page(admin)).status_code == 200
        assert api_status(api_key[1]) == 200
        organization_suspend(org_id=admin.org.id, reason="unpaid")
        for person in (admin, member):
            answer = person.client.get(page(person))
            assert answer.status_code == 403
            assert "Northwind is suspended" in answer.content.decode()
        assert api_status(api_key[1]) == 403
        organization_unsuspend(org_id=admin.org.id)
        assert admin.client.get(page(admin)).status_code == 200
        assert api_status(api_key[1]) == 200
        assert actions(admin.org)[:2] == ["organization.unsuspended", "organization.suspended"]

    def test_nothing_can_be_done_in_it(self, admin: Any) -> None:
        organization_suspend(org_id=admin.org.id)
        before = actions(admin.org)
        answer = admin.client.post(f"/o/{admin.org.id}/settings/api-keys/", {"name": "late"})
        assert answer.status_code == 403
        assert actions(admin.org) == before

    def test_others_see_nothing_of_it(self, admin: Any, outsider: Any) -> None:
        organization_suspend(org_id=admin.org.id)
        assert outsider.client.get(page(outsider)).status_code == 200
        assert outsider.client.get(page(admin)).status_code == 404

    def test_suspending_twice_changes_nothing(self, admin: Any) -> None:
        organization_suspend(org_id=admin.org.id)
        before = actions(admin.org)
        organization_suspend(org_id=admin.org.id)
        assert actions(admin.org) == before


class TestUser:
    def test_their_session_ends_with_a_word_why(self, member: Any) -> None:
        user_suspend(user_id=member.user.id)
        answer = member.client.get(page(member))
        assert answer.status_code == 403
        assert "Your account is suspended" in answer.content.decode()
        assert member.client.get(page(member)).status_code == 302

    def test_every_page_is_closed_to_them(self, member: Any) -> None:
        user_suspend(user_id=member.user.id)
        for path in ("/", "/accounts/email/", page(member)):
            member.client.force_login(member.user)
            assert member.client.get(path).status_code == 403

    def test_signing_in_again_opens_nothing(self, admin: Any, member: Any) -> None:
        user_suspend(user_id=member.user.id)
        client = Client()
        client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})
        assert client.get(page(member)).status_code in (302, 403)
        assert client.get(page(member)).status_code != 200

    def test_the_organizations_keys_and_the_others_go_on(self, admin: Any, member: Any, api_key: Any) -> None:
        user_suspend(user_id=admin.user.id)
        assert api_status(api_key[1]) == 200
        assert member.client.get(page(member)).status_code == 200

    def test_they_can_be_let_in_again(self, member: Any) -> None:
        user_suspend(user_id=member.user.id)
        user_unsuspend(user_id=member.user.id)
        assert member.client.get(page(member)).status_code == 200
        assert actions(member.org)[:2] == ["user.unsuspended", "user.suspended"]
        assert User.objects.get(id=member.user.id).suspended_at is None
