"""What an organization sees of its plan, its keys and its audit log, and who sees it."""

import csv
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from orgs.limits.plan import PLAN
from orgs.limits.words import WORDS
from orgs.models import ApiKey, AuditEntry, Membership, User
from orgs.scope import organization_scope
from orgs.services import api_key_create, limit_override_set, organization_set_tier

pytestmark = pytest.mark.django_db


def address(person: Any, name: str, **ids: Any) -> str:
    return reverse(name, kwargs={"org_id": person.org.id, **ids})


def shown(person: Any, name: str, query: str = "") -> str:
    answer = person.client.get(address(person, name) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestUsage:
    def test_every_limit_is_shown_with_what_is_used_of_it(self, admin: Any, member: Any, make_creator: Any) -> None:
        make_creator(admin.project)
        for person in (admin, member):
            page = shown(person, "usage")
            for words in WORDS.values():
                assert words.label in page
            assert "<b>1</b> of 300" in page
            assert "at most every 6 hours" in page
        assert set(WORDS) == set(PLAN)

    def test_what_is_over_after_a_downgrade_is_told_with_what_to_remove(self, admin: Any) -> None:
        with organization_scope(admin.org.id):
            for number in range(3):
                api_key_create(by=admin.membership, name=f"key {number}")
        assert "more than your plan includes" not in shown(admin, "usage")
        organization_set_tier(org_id=admin.org.id, tier="free")
        page = shown(admin, "usage")
        assert "API keys: 2 more than your plan includes." in page
        assert f'href="{address(admin, "api_keys")}">Choose what to remove' in page
        assert "kept for 30 days" in page

    def test_an_own_limit_and_what_the_plan_lacks_are_shown(self, admin: Any) -> None:
        limit_override_set(org_id=admin.org.id, limit_key="max_projects_per_org", value=77)
        limit_override_set(org_id=admin.org.id, limit_key="max_api_requests_per_day", value=0)
        page = shown(admin, "usage")
        assert "<b>1</b> of 77" in page
        assert "not in your plan" in page

    def test_the_fullest_projects_are_named(self, admin: Any) -> None:
        from campaigns.models import Campaign

        with organization_scope(admin.org.id):
            for number in range(2):
                Campaign.objects.create(org=admin.org, project=admin.project, name=f"Campaign {number}")
        page = shown(admin, "usage")
        assert '<span class="clip">Northwind program</span>' in page
        assert ">2 of 200</progress>" in page

    def test_a_reached_limit_says_key_use_cap_and_whom_to_ask(self, admin: Any, settings: Any) -> None:
        settings.SUPPORT_EMAIL = "help@trackagoat.example"
        limit_override_set(org_id=admin.org.id, limit_key="max_projects_per_org", value=1)
        answer = admin.client.post(address(admin, "project_new"), {"name": "One more"})
        page = " ".join(answer.content.decode().split())
        for words in ("max_projects_per_org", "1 of 1", "mailto:help@trackagoat.example?subject=Raise%20max_projects"):
            assert words in page


class TestKeys:
    @pytest.fixture
    def key(self, admin: Any) -> ApiKey:
        with organization_scope(admin.org.id):
            return api_key_create(by=admin.membership, name="Script")[0]

    def test_a_key_is_renamed_and_the_change_recorded(self, admin: Any, key: ApiKey) -> None:
        admin.client.post(address(admin, "api_key_rename", key_id=key.id), {"name": "Dashboard"})
        assert '<b class="clip">Dashboard</b>' in shown(admin, "api_keys")
        with organization_scope(admin.org.id):
            entry = AuditEntry.objects.newest_first()[0]
        assert (entry.action, entry.before, entry.after) == (
            "api_key.renamed",
            {"name": "Script"},
            {"name": "Dashboard"},
        )

    @pytest.mark.parametrize("name", ["", "   ", "x" * 81])
    def test_a_name_that_cannot_be_changes_nothing(self, admin: Any, key: ApiKey, name: str) -> None:
        answer = admin.client.post(address(admin, "api_key_rename", key_id=key.id), {"name": name}, follow=True)
        assert 'class="toast error' in answer.content.decode()
        assert '<b class="clip">Script</b>' in shown(admin, "api_keys")

    def test_members_change_no_key(self, member: Any, key: ApiKey) -> None:
        for name in ("api_key_rename", "api_key_revoke"):
            assert member.client.post(address(member, name, key_id=key.id), {"name": "Mine"}).status_code == 403
        assert '<b class="clip">Script</b>' in shown(member, "api_keys")

    def test_requests_of_today_are_shown_by_key(self, admin: Any, api_key: Any, key: ApiKey) -> None:
        for _ in range(3):
            admin.client.get("/api/v1/projects", headers={"Authorization": f"Bearer {api_key[1]}"})
        rows = admin.client.get(address(admin, "api_keys")).context["rows"]
        assert {row.key.name: row.requests_today for row in rows} == {"tests": 3, "Script": 0}

    def test_the_key_of_a_removed_member_works_on_and_is_listed_as_such(self, admin: Any, in_scope: Any) -> None:
        colleague = User.objects.create_user("colleague@northwind.example")
        with in_scope(admin.org):
            membership = Membership.objects.create(org=admin.org, user=colleague, role="admin")
            _, secret = api_key_create(by=membership, name="Theirs")
            membership.delete()
        assert admin.client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
        assert "Made by somebody who is no longer a member" in shown(admin, "api_keys")


class TestAuditLog:
    @pytest.fixture
    def lines(self, admin: Any, member: Any) -> None:
        with organization_scope(admin.org.id):
            for day, action, person, what in (
                (1, "member.removed", admin, "Zoë"),
                (2, "member.role_changed", member, "=SUM(A1)"),
                (3, "api_key.revoked", admin, "Script"),
            ):
                with time_machine.travel(datetime(2026, 11, day, 23, 30, tzinfo=UTC), tick=False):
                    from orgs.audit import record

                    record(
                        action=action,
                        actor=person.user,
                        object_type=action.split(".")[0],
                        object_id=day,
                        object_label=what,
                        before={"role": "member"},
                        after={"role": "admin"},
                    )

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", {"Zoë", "=SUM(A1)", "Script"}),
            ("?actor=MEMBER@", {"=SUM(A1)"}),
            ("?action=member.removed", {"Zoë"}),
            ("?object=zo", {"Zoë"}),
            ("?object=api_key", {"Script"}),
            ("?object=3", {"Script"}),
            ("?from=2026-11-02&to=2026-11-02", {"=SUM(A1)"}),
            ("?from=2026-11-03", {"Script"}),
            ("?action=member.role_changed&actor=admin", set()),
            ("?action=nothing.known", {"Zoë", "=SUM(A1)", "Script"}),
            ("?from=yesterday", {"Zoë", "=SUM(A1)", "Script"}),
        ],
    )
    def test_filters_choose_lines_on_the_page_and_in_the_download(
        self, admin: Any, lines: None, query: str, found: set[str]
    ) -> None:
        listed = admin.client.get(address(admin, "audit_log") + query).context["lines"]
        assert {line.entry.object_label for line in listed} & {"Zoë", "=SUM(A1)", "Script"} == found
        rows = self._download(admin, query)
        assert {row["object"].removeprefix("'") for row in rows} & {"Zoë", "=SUM(A1)", "Script"} == found

    def test_days_are_the_organizations(self, admin: Any, lines: None) -> None:
        with organization_scope(admin.org.id):
            admin.org.timezone = "Europe/Berlin"
            admin.org.save()
        rows = self._download(admin, "?from=2026-11-03&to=2026-11-03")
        assert [(row["object"], row["at"]) for row in rows] == [("'=SUM(A1)", "2026-11-03T00:30:00+01:00")]

    def test_a_line_says_what_was_changed(self, admin: Any, lines: None) -> None:
        page = shown(admin, "audit_log", "?action=member.role_changed")
        for words in ("Member role changed", "<del>member</del>", "<ins>admin</ins>", "member@northwind.example"):
            assert words in page
        row = self._download(admin, "?action=member.role_changed")[0]
        assert (row["before"], row["after"]) == ('{"role": "member"}', '{"role": "admin"}')

    def test_members_do_not_see_it(self, member: Any, lines: None) -> None:
        for name in ("audit_log", "audit_csv"):
            assert member.client.get(address(member, name)).status_code == 403
        assert "Audit log" not in shown(member, "usage")

    def test_an_end_before_the_beginning_is_said(self, admin: Any, lines: None) -> None:
        assert "before the first one" in shown(admin, "audit_log", "?from=2026-11-03&to=2026-11-01")

    def _download(self, admin: Any, query: str) -> list[dict[str, str]]:
        answer = admin.client.get(address(admin, "audit_csv") + query)
        assert answer["Content-Type"].startswith("text/csv")
        return list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode(), newline="")))
