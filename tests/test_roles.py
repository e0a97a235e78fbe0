"""The tests run as the application's role; as any other, every isolation test would pass for nothing."""

import pytest
from django.apps import apps
from django.db import connection

from orgs.tenancy import OrgScoped

TENANT_TABLES = [model._meta.db_table for model in apps.get_models() if issubclass(model, OrgScoped)]


@pytest.mark.django_db
def test_the_running_role_is_no_superuser_and_bypasses_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("trackagoat_app", False, False)


@pytest.mark.django_db
@pytest.mark.parametrize("table", [*TENANT_TABLES, "orgs_organization", "orgs_auditentry"])
def test_every_tenant_table_is_walled_and_owned_by_somebody_else(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) FROM pg_class"
            " WHERE oid = %s::regclass",
            [table],
        )
        assert cursor.fetchone() == (True, True, "trackagoat_owner")
