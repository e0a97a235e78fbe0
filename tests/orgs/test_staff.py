"""The staff's control plane: every change is in the organization's log, impersonation only looks, staff have a second
factor."""

from typing import Any

import pytest
from django.test import Client

from orgs.limits import PLAN
from orgs.models import AuditEntry, Organization, OutboxEvent, User
from orgs.scope import organization_scope
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff@trackagoat.example", PASSWORD))
    return client


def entries(org: Any) -> list[AuditEntry]:
    with organization_scope(org.id):
        return list(AuditEntry.objects.newest_first())


def org_form(**changes: Any) -> dict[str, Any]:
    return {"tier": "ultra", "reason": ""} | {f"limit_{key}": "" for key in PLAN} | changes


def change_org(staff: Client, org: Any, **changes: Any) -> Any:
    return staff.post(f"/admin/orgs/organization/{org.id}/change/", org_form(**changes))


def stored(org: Any) -> Organization:
    with organization_scope(org.id):
        return Organization.objects.get(id=org.id)


class TestOrganizations:
    def test_a_tier_own_limits_and_a_suspension_are_set_and_recorded_as_staffs(self, staff: Client, admin: Any) -> None:
        answer = change_org(
            staff,
            admin.org,
            tier="starter",
            limit_max_projects_per_org="99",
            limit_max_api_keys_per_org="Unlimited",
            suspended="on",
            reason="as agreed",
        )
        assert answer.status_code == 302
        org = stored(admin.org)
        assert (org.tier, org.suspended_at is not None) == ("starter", True)
        assert org.limit_overrides == {"max_projects_per_org": 99, "max_api_keys_per_org": None}
        written = [entry for entry in entries(admin.org) if entry.actor_kind == "staff"]
        assert {entry.action for entry in written} == {
            "organization.tier_changed",
            "organization.limit_changed",
            "organization.suspended",
        }
        assert {entry.actor_label for entry in written} == {"staff@trackagoat.example"}

    def test_the_form_shows_what_is_set_and_saving_it_again_changes_nothing(self, staff: Client, admin: Any) -> None:
        change_org(staff, admin.org, limit_max_projects_per_org="99", limit_max_api_keys_per_org="unlimited")
        before = len(entries(admin.org))
        shown = staff.get(f"/admin/orgs/organization/{admin.org.id}/change/").context["adminform"].form
        values = {name: shown[name].value() for name in org_form()}
        assert values["limit_max_projects_per_org"] == 99
        assert values["limit_max_api_keys_per_org"] == "unlimited"
        change_org(staff, admin.org, **{name: "" if value is None else value for name, value in values.items()})
        assert len(entries(admin.org)) == before

    def test_an_emptied_field_gives_the_tiers_limit_back(self, staff: Client, admin: Any) -> None:
        change_org(staff, admin.org, limit_max_projects_per_org="99")
        change_org(staff, admin.org)
        assert stored(admin.org).limit_overrides == {}

    @pytest.mark.parametrize("value", ["-1", "many", "1.5", "9" * 12])
    def test_a_limit_that_is_no_number_changes_nothing(self, staff: Client, admin: Any, value: str) -> None:
        answer = change_org(staff, admin.org, tier="free", limit_max_projects_per_org=value)
        assert answer.status_code == 200
        assert "whole number" in answer.content.decode()
        assert stored(admin.org).tier == "ultra"

    def test_an_organization_is_closed_by_its_typed_name_and_opened_again(self, staff: Client, admin: Any) -> None:
        refused = change_org(staff, admin.org, deleted="on", typed_name="something else")
        assert "This is not the name." in refused.content.decode()
        assert stored(admin.org).deleted_at is None

        change_org(staff, admin.org, deleted="on", typed_name=f" {admin.org.name} ", reason="they asked")
        assert stored(admin.org).deleted_at is not None
        change_org(staff, admin.org, deleted="on")
        assert [entry.action for entry in entries(admin.org)][:1] == ["organization.deleted"]
        (closed,) = (entry for entry in entries(admin.org) if entry.action == "organization.deleted")
        assert (closed.actor_kind, closed.after["reason"]) == ("staff", "they asked")

        change_org(staff, admin.org)
        assert stored(admin.org).deleted_at is None
        assert entries(admin.org)[0].action == "organization.restored"

    def test_what_is_used_is_shown(self, staff: Client, admin: Any) -> None:
        shown = staff.get(f"/admin/orgs/organization/{admin.org.id}/change/").content.decode()
        assert "<code>max_projects_per_org</code>: 1 of 10" in shown


def test_people_are_suspended_and_let_in_from_the_list(staff: Client, member: Any) -> None:
    for action, is_out in (("suspend", True), ("unsuspend", False)):
        staff.post("/admin/orgs/user/", {"action": action, "_selected_action": [str(member.user.id)]})
        assert (User.objects.get(id=member.user.id).suspended_at is not None) is is_out
    assert [entry.action for entry in entries(member.org)][:2] == ["user.unsuspended", "user.suspended"]
    assert entries(member.org)[0].actor_kind == "staff"


@pytest.mark.parametrize("page", ["auditentry", "outboxevent"])
def test_the_log_and_the_outbox_can_be_read_and_not_edited(staff: Client, admin: Any, page: str) -> None:
    with organization_scope(admin.org.id):
        row = OutboxEvent.objects.create(org=admin.org, kind="scrape_health", data={})
    target = row.id if page == "outboxevent" else entries(admin.org)[0].id
    assert staff.get(f"/admin/orgs/{page}/?q=a").status_code == 200
    assert staff.get(f"/admin/orgs/{page}/{target}/change/").status_code == 200
    assert staff.post(f"/admin/orgs/{page}/{target}/change/", {"action": "x"}).status_code == 403
    assert staff.post(f"/admin/orgs/{page}/{target}/delete/", {"post": "yes"}).status_code == 403


def test_an_event_that_was_set_aside_is_sent_again(staff: Client, admin: Any) -> None:
    with organization_scope(admin.org.id):
        event = OutboxEvent.objects.create(
            org=admin.org, kind="x", data={}, attempts=9, set_aside_at=admin.org.created_at
        )
    assert str(event.id) in staff.get("/admin/orgs/outboxevent/?state=set_aside").content.decode()
    staff.post("/admin/orgs/outboxevent/", {"action": "send_again", "_selected_action": [str(event.id)]})
    with organization_scope(admin.org.id):
        event.refresh_from_db()
    assert (event.attempts, event.set_aside_at) == (0, None)


class TestImpersonation:
    @pytest.fixture
    def looking(self, staff: Client, member: Any) -> Client:
        answer = staff.post("/admin/impersonate/acquire/", {"user_pk": str(member.user.id)})
        assert answer.status_code == 302
        return staff

    def test_staff_see_what_the_person_sees_under_a_banner(self, looking: Client, member: Any) -> None:
        page = looking.get(f"/o/{member.org.id}/projects/").content.decode()
        assert "Northwind program" in page
        assert "looking as <b>member@northwind.example</b>" in page
        assert "looking as" not in member.client.get(f"/o/{member.org.id}/projects/").content.decode()

    def test_nothing_can_be_changed_that_way(self, looking: Client, member: Any) -> None:
        before = len(entries(member.org))
        answer = looking.post(f"/o/{member.org.id}/projects/new/", {"name": "Sneaky"})
        assert answer.status_code == 403
        assert "only looking" in answer.content.decode()
        assert looking.post("/accounts/password/change/", {}).status_code == 403
        assert len(entries(member.org)) == before

    def test_the_staff_pages_are_closed_meanwhile(self, looking: Client) -> None:
        assert looking.get("/admin/orgs/organization/").status_code == 302

    def test_it_is_in_the_organizations_log_and_ends(self, looking: Client, member: Any) -> None:
        looking.post("/admin/impersonate/release/")
        written = entries(member.org)[:2]
        assert [entry.action for entry in written] == ["user.impersonation_ended", "user.impersonation_started"]
        assert {(entry.actor_kind, entry.actor_label) for entry in written} == {("staff", "staff@trackagoat.example")}
        assert looking.get(f"/o/{member.org.id}/projects/").status_code == 404
        assert looking.get("/admin/orgs/organization/").status_code == 200

    def test_members_cannot_look_as_anybody(self, admin: Any, member: Any) -> None:
        before = len(entries(admin.org))
        answer = admin.client.post("/admin/impersonate/acquire/", {"user_pk": str(member.user.id)})
        assert answer.status_code == 403
        assert len(entries(admin.org)) == before


class TestSecondFactor:
    def test_without_one_the_staff_pages_stay_closed_where_it_is_asked_for(self, staff: Client, settings: Any) -> None:
        settings.STAFF_REQUIRE_TWO_FACTOR = True
        answer = staff.get("/admin/")
        assert answer.status_code == 403
        assert "second factor" in answer.content.decode()
        assert staff.post("/admin/impersonate/acquire/", {"user_pk": "1"}).status_code == 403

    def test_with_one_they_are_open(self, staff: Client, settings: Any) -> None:
        from allauth.mfa.models import Authenticator

        settings.STAFF_REQUIRE_TWO_FACTOR = True
        user = User.objects.get(email="staff@trackagoat.example")
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
        assert staff.get("/admin/").status_code == 200

    def test_it_concerns_nobody_else(self, admin: Any, settings: Any) -> None:
        settings.STAFF_REQUIRE_TWO_FACTOR = True
        assert admin.client.get(f"/o/{admin.org.id}/projects/").status_code == 200
