"""The two walls around every tenant table: the manager's, and the database's own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django_rls_tenants.exceptions import NoTenantContextError

from orgs.models import Organization, User
from orgs.scope import organization_scope, platform_scope
from orgs.services import organization_create
from orgs.tenancy import OrgForeignKey, OrgScoped
from tests.orgs.conftest import Neighbours
from tests.orgs.rows import FOREIGN_KEYS, TENANT_MODELS, add_row, add_row_of_each, new_row, raw, raw_count, stored

pytestmark = pytest.mark.django_db
every_model = pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.label)

QUERIES: dict[str, Callable[[type[OrgScoped]], object]] = {
    "list": lambda model: list(model.objects.all()),
    "filter": lambda model: list(model.objects.filter(org_id=None)),
    "values": lambda model: list(model.objects.values_list("id")),
    "iterator": lambda model: next(model.objects.iterator(), None),
    "get": lambda model: model.objects.get(),
    "first": lambda model: model.objects.first(),
    "count": lambda model: model.objects.count(),
    "exists": lambda model: model.objects.exists(),
    "lock": lambda model: list(model.objects.select_for_update()),
    "update": lambda model: model.objects.update(org_id=None),
    "delete": lambda model: model.objects.all().delete(),
    "bulk create": lambda model: model.objects.bulk_create([]),
}


@pytest.fixture(scope="module")
def neighbours(django_db_setup: None, django_db_blocker: Any) -> Iterator[Neighbours]:
    """Made once for the hundreds of tests here; what a test changes is taken back by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        ours, theirs = (
            organization_create(owner=User.objects.create_user(f"{name}@example.com"), name=name)
            for name in ("Northwind", "Southwind")
        )
        for org in (ours, theirs):
            add_row_of_each(org)
        yield Neighbours(ours, theirs)
        transaction.set_rollback(True)


@every_model
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_outside_of_any_scope_is_an_error(model: type[OrgScoped], query: Callable[..., object]) -> None:
    with pytest.raises(NoTenantContextError):
        query(model)


@every_model
def test_a_row_cannot_be_made_outside_of_any_scope(model: type[OrgScoped], neighbours: Neighbours) -> None:
    before = stored(model, neighbours.ours)
    with refused_by_policy(), transaction.atomic():
        new_row(model, neighbours.ours).save(force_insert=True)
    assert stored(model, neighbours.ours) == before


@every_model
def test_raw_sql_outside_of_any_scope_finds_nothing(model: type[OrgScoped], neighbours: Neighbours) -> None:
    assert stored(model, neighbours.ours)
    assert raw(f"SELECT id FROM {model._meta.db_table}") == []


@every_model
def test_raw_sql_inside_a_scope_finds_the_rows_of_its_organization_only(
    model: type[OrgScoped], neighbours: Neighbours
) -> None:
    for org in (neighbours.ours, neighbours.theirs):
        with organization_scope(org.id):
            assert raw(f"SELECT DISTINCT org_id FROM {model._meta.db_table}") == [(org.id,)]
            assert raw(f"SELECT count(*) FROM {model._meta.db_table}") == [(model.objects.count(),)]


@every_model
def test_the_manager_filters_to_the_scope_by_itself(model: type[OrgScoped], neighbours: Neighbours) -> None:
    with organization_scope(neighbours.ours.id):
        statement = str(model.objects.all().query)
        assert {row.org_id for row in model.objects.all()} == {neighbours.ours.id}
    assert f'"org_id" = {neighbours.ours.id}' in statement


@every_model
def test_platform_work_sees_every_organization(model: type[OrgScoped], neighbours: Neighbours) -> None:
    with platform_scope():
        assert {row.org_id for row in model.objects.all()} >= {neighbours.ours.id, neighbours.theirs.id}


def test_an_organization_exists_only_inside_its_own_scope(neighbours: Neighbours) -> None:
    assert raw("SELECT id FROM orgs_organization") == []
    with organization_scope(neighbours.ours.id):
        assert list(Organization.objects.all()) == [neighbours.ours]
        assert raw("SELECT id FROM orgs_organization") == [(neighbours.ours.id,)]
        assert not Organization.objects.filter(id=neighbours.theirs.id).update(name="Taken over")
    with organization_scope(neighbours.theirs.id):
        assert Organization.objects.get().name == neighbours.theirs.name


def test_an_organization_cannot_be_made_inside_the_scope_of_another(neighbours: Neighbours) -> None:
    with organization_scope(neighbours.ours.id):
        with refused_by_policy(), transaction.atomic():
            Organization.objects.create(name="Smuggled", tier="free")
        assert Organization.objects.count() == 1


@every_model
def test_a_row_cannot_be_inserted_into_another_organization(model: type[OrgScoped], neighbours: Neighbours) -> None:
    row, before = new_row(model, neighbours.theirs), stored(model, neighbours.theirs)
    with organization_scope(neighbours.ours.id), refused_by_policy(), transaction.atomic():
        row.save(force_insert=True)
    assert stored(model, neighbours.theirs) == before


@every_model
def test_a_row_cannot_be_moved_into_another_organization(model: type[OrgScoped], neighbours: Neighbours) -> None:
    before = stored(model, neighbours.ours), stored(model, neighbours.theirs)
    with organization_scope(neighbours.ours.id), refused_by_policy(), transaction.atomic():
        raw_count(f"UPDATE {model._meta.db_table} SET org_id = %s", neighbours.theirs.id)
    assert (stored(model, neighbours.ours), stored(model, neighbours.theirs)) == before


@every_model
def test_rows_of_another_organization_can_be_neither_updated_nor_deleted(
    model: type[OrgScoped], neighbours: Neighbours
) -> None:
    table, before = model._meta.db_table, stored(model, neighbours.theirs)
    row = add_row(model, neighbours.ours)
    theirs = before[0][[column.name for column in _columns(table)].index("id")]
    with organization_scope(neighbours.ours.id):
        assert raw_count(f"UPDATE {table} SET org_id = org_id WHERE id = %s", theirs) == 0
        assert raw_count(f"DELETE FROM {table} WHERE id = %s", theirs) == 0
        assert raw_count(f"DELETE FROM {table} WHERE id = %s", row.id) == 1
    assert stored(model, neighbours.theirs) == before


every_foreign_key = pytest.mark.parametrize(
    ("model", "constraint"), FOREIGN_KEYS, ids=[constraint.name for _, constraint in FOREIGN_KEYS]
)


@every_foreign_key
def test_a_new_row_cannot_name_a_parent_of_another_organization(
    model: type[OrgScoped], constraint: OrgForeignKey, neighbours: Neighbours
) -> None:
    row, before = new_row(model, neighbours.ours, naming=constraint.field), stored(model, neighbours.ours)
    setattr(row, constraint.field, add_row(_parent(model, constraint), neighbours.theirs))
    with organization_scope(neighbours.ours.id), refused_by_foreign_key(constraint), transaction.atomic():
        row.save(force_insert=True)
        _check_constraints_now()
    assert stored(model, neighbours.ours) == before


@every_foreign_key
def test_a_row_cannot_be_given_a_parent_of_another_organization(
    model: type[OrgScoped], constraint: OrgForeignKey, neighbours: Neighbours
) -> None:
    foreign = add_row(_parent(model, constraint), neighbours.theirs)
    row = add_row(model, neighbours.ours, naming=constraint.field)
    before = stored(model, neighbours.ours)
    with organization_scope(neighbours.ours.id), refused_by_foreign_key(constraint), transaction.atomic():
        raw_count(f"UPDATE {model._meta.db_table} SET {constraint.field}_id = %s WHERE id = %s", foreign.id, row.id)
        _check_constraints_now()
    assert stored(model, neighbours.ours) == before


def _parent(model: type[OrgScoped], constraint: OrgForeignKey) -> Any:
    return model._meta.get_field(constraint.field).related_model


def _columns(table: str) -> Any:
    with connection.cursor() as cursor:
        return connection.introspection.get_table_description(cursor, table)


def _check_constraints_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused_by_policy() -> Any:
    return pytest.raises(DatabaseError, match="violates row-level security policy")


def refused_by_foreign_key(constraint: OrgForeignKey) -> Any:
    return pytest.raises(IntegrityError, match=f'violates foreign key constraint "{constraint.name}"')
