"""Scopes: what is open inside, what is restored after, and that nothing outlives the transaction."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from celery import Celery
from django.db import DatabaseError, connection, transaction
from django_rls_tenants.tenants.state import get_current_tenant_id, get_rls_context_active

from orgs import identity
from orgs.models import Membership, Organization
from orgs.scope import OrgTask, current_org_id, organization_scope, platform_scope
from projects.models import Project
from tests.orgs.conftest import Neighbours
from tests.orgs.rows import TENANT_MODELS, raw

SETTINGS = ("rls.is_admin", "rls.current_tenant", "rls.identity")


class Failure(Exception):
    """Raised by these tests inside of scopes."""


def database_sees() -> set[UUID]:
    """The organizations of the projects that raw SQL finds now."""
    return {org_id for (org_id,) in raw("SELECT DISTINCT org_id FROM projects_project")}


def application_sees() -> set[UUID]:
    """The organizations of the projects that the manager finds now."""
    return {project.org_id for project in Project.objects.all()}


def assert_open(*orgs: Organization) -> None:
    assert database_sees() == application_sees() == {org.id for org in orgs}


def assert_nothing_is_open() -> None:
    """Neither the process nor the connection remembers an organization."""
    assert not get_rls_context_active()
    assert get_current_tenant_id() is None
    values = raw(f"SELECT {', '.join(f'current_setting({name!r}, true)' for name in SETTINGS)}")[0]
    assert "true" not in values
    assert values[1] in (None, "")
    for table in ["orgs_organization", *(model._meta.db_table for model in TENANT_MODELS)]:
        assert raw(f"SELECT 1 FROM {table} LIMIT 1") == []
    with pytest.raises(RuntimeError, match="no organization's scope is open"):
        current_org_id()


def write_and_fail(org: Organization) -> None:
    Project.objects.create(org=org, name="undone")
    raise Failure


@pytest.fixture(params=["one request", "a transaction of its own"])
def around(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing around the scope but the test's transaction, or another transaction of the caller's."""
    if request.param == "one request":
        yield
    else:
        with transaction.atomic():
            yield


@pytest.mark.django_db
@pytest.mark.usefixtures("around")
class TestNesting:
    def test_the_scope_names_its_organization(self, neighbours: Neighbours) -> None:
        with organization_scope(neighbours.ours.id):
            assert current_org_id() == neighbours.ours.id
            assert_open(neighbours.ours)
        assert_nothing_is_open()

    def test_a_scope_inside_a_scope_shows_only_its_own_and_gives_the_outer_one_back(
        self, neighbours: Neighbours
    ) -> None:
        with organization_scope(neighbours.ours.id):
            with organization_scope(neighbours.theirs.id):
                assert_open(neighbours.theirs)
            assert current_org_id() == neighbours.ours.id
            assert_open(neighbours.ours)
        assert_nothing_is_open()

    def test_platform_work_inside_a_scope_ends_with_it(self, neighbours: Neighbours) -> None:
        with organization_scope(neighbours.ours.id):
            with platform_scope():
                assert_open(neighbours.ours, neighbours.theirs)
            assert_open(neighbours.ours)
        assert_nothing_is_open()

    def test_a_scope_inside_platform_work_is_as_narrow_as_anywhere(self, neighbours: Neighbours) -> None:
        with platform_scope():
            with organization_scope(neighbours.ours.id):
                assert_open(neighbours.ours)
            assert_open(neighbours.ours, neighbours.theirs)
            with pytest.raises(RuntimeError):
                current_org_id()
        assert_nothing_is_open()

    def test_an_exception_in_the_inner_scope_restores_the_outer_one(self, neighbours: Neighbours) -> None:
        with organization_scope(neighbours.ours.id):
            with pytest.raises(Failure), organization_scope(neighbours.theirs.id):
                write_and_fail(neighbours.theirs)
            assert_open(neighbours.ours)
        with organization_scope(neighbours.theirs.id):
            assert not Project.objects.filter(name="undone").exists()
        assert_nothing_is_open()

    def test_a_failed_statement_in_the_inner_scope_restores_the_outer_one(self, neighbours: Neighbours) -> None:
        with organization_scope(neighbours.ours.id):
            with pytest.raises(DatabaseError), platform_scope():
                raw("SELECT 1 / 0")
            assert_open(neighbours.ours)
        assert_nothing_is_open()

    def test_a_rollback_asked_for_in_the_inner_scope_restores_the_outer_one(self, neighbours: Neighbours) -> None:
        with organization_scope(neighbours.ours.id):
            kept = Project.objects.create(org=neighbours.ours, name="kept")
            with organization_scope(neighbours.theirs.id):
                Project.objects.create(org=neighbours.theirs, name="undone")
                transaction.set_rollback(True)
            assert_open(neighbours.ours)
            assert Project.objects.filter(id=kept.id).exists()
        with organization_scope(neighbours.theirs.id):
            assert not Project.objects.filter(name="undone").exists()

    def test_identity_reads_inside_a_scope_leave_it_as_it_was(self, neighbours: Neighbours, outsider: Any) -> None:
        with organization_scope(neighbours.ours.id):
            assert identity.membership_of(outsider.user, neighbours.theirs.id) == outsider.membership
            assert_open(neighbours.ours)
            assert not Membership.objects.filter(user=outsider.user).exists()

    def test_a_task_works_in_the_scope_of_its_organization(self, neighbours: Neighbours) -> None:
        celery = Celery("scopes", set_as_current=False)
        seen = []

        @celery.task(base=OrgTask)
        def look(*, org_id: str) -> None:
            seen.append(application_sees() | database_sees())

        look(org_id=str(neighbours.ours.id))
        assert seen == [{neighbours.ours.id}]
        assert_nothing_is_open()

    def test_a_task_without_an_organization_does_not_run(self) -> None:
        celery, ran = Celery("scopes", set_as_current=False), []

        @celery.task(base=OrgTask)
        def run() -> None:
            ran.append(True)

        with pytest.raises(KeyError, match="org_id"):
            run()
        assert ran == []


def scopes(neighbours: Neighbours) -> list[AbstractContextManager[None]]:
    return [organization_scope(neighbours.ours.id), platform_scope()]


@pytest.mark.django_db(transaction=True)
def test_the_next_use_of_a_connection_finds_no_scope_after_a_commit(neighbours: Neighbours) -> None:
    for scope in scopes(neighbours):
        pid = connection.connection.info.backend_pid
        with scope:
            assert neighbours.ours.id in database_sees()
        assert connection.connection.info.backend_pid == pid
        assert_nothing_is_open()


@pytest.mark.django_db(transaction=True)
def test_the_next_use_of_a_connection_finds_no_scope_after_an_exception(neighbours: Neighbours) -> None:
    for scope in scopes(neighbours):
        with pytest.raises(Failure), scope:
            raise Failure
        assert_nothing_is_open()


@pytest.mark.django_db(transaction=True)
def test_the_next_use_of_a_connection_finds_no_scope_after_a_failed_statement(neighbours: Neighbours) -> None:
    for scope in scopes(neighbours):
        with pytest.raises(DatabaseError), scope:
            raw("SELECT 1 / 0")
        assert_nothing_is_open()


@pytest.mark.django_db(transaction=True)
def test_the_next_use_of_a_connection_finds_nothing_after_identity_reads(neighbours: Neighbours, admin: Any) -> None:
    assert identity.memberships_of(admin.user)
    assert_nothing_is_open()


@pytest.mark.django_db(transaction=True)
def test_what_runs_on_commit_is_outside_of_the_scope(neighbours: Neighbours) -> None:
    seen = []
    with organization_scope(neighbours.ours.id):
        transaction.on_commit(lambda: seen.append((get_current_tenant_id(), get_rls_context_active(), database_sees())))
    assert seen == [(None, False, set())]


@pytest.mark.django_db(transaction=True)
def test_what_is_written_in_a_scope_is_undone_by_an_exception(neighbours: Neighbours) -> None:
    with pytest.raises(Failure), organization_scope(neighbours.ours.id):
        write_and_fail(neighbours.ours)
    with organization_scope(neighbours.ours.id):
        assert not Project.objects.filter(name="undone").exists()
