"""The audit log: what an entry says, and that nobody can change one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import RequestFactory
from django_rls_tenants.exceptions import NoTenantContextError

from orgs.audit import ActorMiddleware, changes, client_ip, record
from orgs.models import AuditEntry, Organization
from orgs.scope import organization_scope, platform_scope
from orgs.tombstones import leave_tombstones
from tests.orgs.rows import TENANT_MODELS, raw, raw_count

pytestmark = pytest.mark.django_db


def write(org: Organization, **values: Any) -> AuditEntry:
    with organization_scope(org.id):
        return record(**{"action": "thing.changed", "object_type": "thing", "object_id": org.id} | values)


def entries(org: Organization) -> list[AuditEntry]:
    with organization_scope(org.id):
        return list(AuditEntry.objects.newest_first())


def in_request(request: Any, **values: Any) -> AuditEntry:
    """The entry written while a request is answered."""
    made = []
    ActorMiddleware(lambda asked: made.append(record(**values)) or asked)(request)  # type: ignore[func-returns-value]
    return made[0]


CHANGE: dict[str, Any] = {"action": "thing.changed", "object_type": "thing", "object_id": "7"}


def test_an_entry_says_who_did_what_to_which_object(admin: Any, rf: RequestFactory) -> None:
    request = rf.post("/o/1/settings/", REMOTE_ADDR="192.0.2.7")
    request.user = admin.user
    with organization_scope(admin.org.id):
        entry = in_request(request, **CHANGE, object_label="Thing", before={"name": "A"}, after={"name": "B"})
    stored = entries(admin.org)[0]
    assert stored.id == entry.id
    assert (stored.action, stored.object_type, stored.object_id, stored.object_label) == (
        "thing.changed",
        "thing",
        "7",
        "Thing",
    )
    assert (stored.actor_kind, stored.actor_id, stored.actor_label) == ("user", admin.user.id, admin.user.email)
    assert (stored.before, stored.after, stored.ip) == ({"name": "A"}, {"name": "B"}, "192.0.2.7")


def test_work_without_a_request_is_the_systems(admin: Any) -> None:
    entry = write(admin.org)
    assert (entry.actor_kind, entry.actor_id, entry.actor_label, entry.ip) == ("system", None, "", None)


def test_a_key_is_named_by_its_name_and_prefix(admin: Any, api_key: Any) -> None:
    entry = write(admin.org, actor=api_key[0])
    assert (entry.actor_kind, entry.actor_id, entry.actor_label) == ("api_key", api_key[0].id, str(api_key[0]))


def test_work_on_the_staff_pages_is_marked_as_staff(admin: Any, rf: RequestFactory) -> None:
    request = rf.post("/admin/orgs/organization/")
    request.user = admin.user
    with organization_scope(admin.org.id):
        assert in_request(request, **CHANGE).actor_kind == "staff"


def test_the_request_is_forgotten_when_it_is_answered(admin: Any, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = admin.user
    with organization_scope(admin.org.id):
        in_request(request, **CHANGE)
    assert write(admin.org).actor_kind == "system"


def test_every_entry_of_a_request_carries_the_id_that_its_answer_told(admin: Any, member: Any) -> None:
    before = entries(admin.org)
    answer = admin.client.post(f"/o/{admin.org.id}/settings/api-keys/", {"name": "Script"})
    written = [entry for entry in entries(admin.org) if entry not in before]
    assert [entry.action for entry in written] == ["api_key.created"]
    assert {entry.request_id for entry in written} == {answer["X-Request-ID"]}
    assert {entry.actor_id for entry in written} == {admin.user.id}


def test_an_address_is_the_proxys_only_where_there_is_none(rf: RequestFactory, settings: Any) -> None:
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 192.0.2.7")
    settings.BEHIND_PROXY = False
    assert client_ip(request) == "10.0.0.1"
    settings.BEHIND_PROXY = True
    assert client_ip(request) == "192.0.2.7"
    assert client_ip(rf.get("/", REMOTE_ADDR="")) is None


def test_a_rolled_back_change_leaves_no_entry(admin: Any) -> None:
    before = entries(admin.org)
    with organization_scope(admin.org.id):
        record(**CHANGE)
        transaction.set_rollback(True)
    assert entries(admin.org) == before


def test_only_what_differs_is_kept_of_two_states() -> None:
    assert changes({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None}) == ({"b": 2}, {"b": 3})
    assert changes({"a": 1}, {"c": 4}) == ({"c": None}, {"c": 4})


class TestWalls:
    def test_entries_are_seen_inside_their_organization_alone(self, admin: Any, outsider: Any) -> None:
        ours, theirs = write(admin.org), write(outsider.org)
        assert ours in entries(admin.org)
        assert theirs not in entries(admin.org)
        with pytest.raises(NoTenantContextError):
            list(AuditEntry.objects.all())
        assert raw("SELECT id FROM orgs_auditentry") == []
        with organization_scope(admin.org.id):
            assert (ours.id,) in raw("SELECT id FROM orgs_auditentry")
            assert (theirs.id,) not in raw("SELECT id FROM orgs_auditentry")

    def test_an_entry_cannot_be_written_for_another_organization(self, admin: Any, outsider: Any) -> None:
        with pytest.raises(ProgrammingError, match="row-level security"):
            write(admin.org, org_id=outsider.org.id)

    def test_the_application_can_neither_change_nor_delete_an_entry(self, admin: Any) -> None:
        write(admin.org)
        before = entries(admin.org)
        with organization_scope(admin.org.id):
            for attempt in (AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(action="nothing")):
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    attempt()
        with platform_scope(), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            raw_count("DELETE FROM orgs_auditentry")
        assert entries(admin.org) == before

    def test_the_policies_hold_even_where_the_rights_are_given_back(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT cmd, permissive, qual FROM pg_policies WHERE tablename = 'orgs_auditentry'"
                " AND permissive = 'RESTRICTIVE' ORDER BY cmd"
            )
            assert cursor.fetchall() == [
                ("DELETE", "RESTRICTIVE", "(CURRENT_USER = 'trackagoat_owner'::name)"),
                ("UPDATE", "RESTRICTIVE", "false"),
            ]

    def test_an_entry_outlives_its_organization(self, admin: Any) -> None:
        write(admin.org, action="organization.kept")
        _purge(admin.org)
        assert "organization.kept" in {entry.action for entry in entries(admin.org)}


@pytest.fixture
def as_owner() -> Iterator[None]:
    """Connected as the role that owns the tables, as upkeep is."""
    role, name = connection.settings_dict["USER"], "trackagoat_owner"
    for user in (name, role):
        connection.close()
        connection.settings_dict["USER"] = user
        if user == name:
            yield


@pytest.mark.django_db(transaction=True)
def test_upkeep_leaves_one_line_of_an_organization_that_is_gone(admin: Any, outsider: Any, request: Any) -> None:
    write(admin.org)
    write(admin.org, action="organization.purged")
    write(admin.org, action="late.echo")
    kept = [entry.id for entry in entries(outsider.org)]
    _purge(admin.org)
    request.getfixturevalue("as_owner")
    assert (leave_tombstones(), leave_tombstones()) == (1, 0)
    assert [entry.action for entry in entries(admin.org)] == ["organization.purged"]
    assert [entry.id for entry in entries(outsider.org)] == kept


def _purge(org: Organization) -> None:
    with organization_scope(org.id):
        for model in TENANT_MODELS:
            model.objects.all()._raw_delete("default")
        Organization.objects.filter(id=org.id)._raw_delete("default")
