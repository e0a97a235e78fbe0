"""What every table promises: tenant rows belong to one organization, canonical rows to a server of their own."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections, models, router

from orgs.tenancy import OrgForeignKey, OrgScoped
from scraping.models import Account

MODELS = apps.get_models()
TENANT = [model for model in MODELS if issubclass(model, OrgScoped)]
CANONICAL = [model for model in MODELS if model._meta.app_label == "scraping"]
APPS = {"orgs", "projects", "creators", "videos", "connections", "campaigns", "analytics", "goals", "api", "scraping"}
# Our models that stand outside of every organization, and why.
NO_TENANT = {
    "orgs.User": "a person belongs to many organizations",
    "orgs.Organization": "walled by its own id, see its migration",
    "orgs.AuditEntry": "walled, but outlives its organization: no key to it",
}
# Unique keys of tenant tables that do not start with the organization, and why.
NOT_BY_ORGANIZATION = {
    ("orgs_apikey", "digest"): "a key is looked up before its organization is known",
}

every_tenant_model = pytest.mark.parametrize("model", TENANT, ids=lambda model: model._meta.label)


def test_every_model_of_ours_is_tenant_canonical_or_listed() -> None:
    others = {model._meta.label for model in MODELS if model._meta.app_label in APPS - {"scraping"}}
    assert others - {model._meta.label for model in TENANT} == set(NO_TENANT)


@every_tenant_model
@pytest.mark.django_db
def test_every_key_to_a_tenant_row_cannot_leave_the_organization(model: Any) -> None:
    keys = {
        field.name: field.related_model._meta.label
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, OrgScoped)
    }
    held = [constraint for constraint in model._meta.constraints if isinstance(constraint, OrgForeignKey)]
    assert {constraint.field: constraint.to for constraint in held} == keys
    assert _composite_keys(model._meta.db_table) == {constraint.name for constraint in held}


@every_tenant_model
def test_no_tenant_row_is_joined_to_others_through_a_hidden_table(model: Any) -> None:
    assert model._meta.local_many_to_many == []


@every_tenant_model
@pytest.mark.django_db
def test_every_unique_key_of_a_tenant_table_starts_with_the_organization(model: Any) -> None:
    table = model._meta.db_table
    keys = {columns for columns, primary in _unique_keys(table) if not primary}
    assert ("org_id", "id") in keys
    others = {(table, columns[0]) for columns in keys if columns[0] != "org_id"}
    assert others == {key for key in NOT_BY_ORGANIZATION if key[0] == table}


@every_tenant_model
def test_ids_are_made_by_the_application(model: Any) -> None:
    assert isinstance(model._meta.pk, models.UUIDField)
    assert model._meta.pk.default is not models.NOT_PROVIDED


@pytest.mark.canonical
@pytest.mark.django_db(databases="__all__")
def test_no_canonical_table_has_a_foreign_key_in_the_database() -> None:
    assert CANONICAL
    tables = [model._meta.db_table for model in CANONICAL]
    with connections[router.db_for_read(Account)].cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f'"
            " AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[]))",
            [tables, tables],
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("model", CANONICAL, ids=lambda model: model._meta.label)
def test_no_canonical_row_names_an_organization_or_an_id_of_the_databases_making(model: Any) -> None:
    names = {field.name for field in model._meta.get_fields()}
    assert not {name for name in names if re.search(r"org|project|creator|tenant", name)}
    assert not isinstance(model._meta.pk, models.AutoField)


def _composite_keys(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = %s::regclass AND cardinality(conkey) > 1",
            [table],
        )
        return {name for (name,) in cursor.fetchall()}


def _unique_keys(table: str) -> list[tuple[tuple[str, ...], bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(pg_get_indexdef(i.indexrelid, n, true) ORDER BY n), i.indisprimary"
            " FROM pg_index i, generate_series(1, i.indnkeyatts) AS n"
            " WHERE i.indisunique AND i.indrelid = %s::regclass GROUP BY i.indexrelid, i.indisprimary",
            [table],
        )
        return [(tuple(columns), primary) for columns, primary in cursor.fetchall()]
