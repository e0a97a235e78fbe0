"""The flag of orgs.identity opens rows to reading alone.

A policy's USING also decides which rows may be deleted, locked and updated; these say, on top of it, that only an open
scope reaches a row for that.
"""

from django.db import migrations

TABLES = {"orgs_organization": "id", "orgs_membership": "org_id", "orgs_apikey": "org_id"}
INSIDE_A_SCOPE = """
    CASE WHEN (SELECT current_setting('rls.is_admin', true)) = 'true'
         THEN true
         ELSE {column} = nullif((SELECT current_setting('rls.current_tenant', true)), '')::uuid
    END
"""


def restrict(table: str, column: str, command: str) -> migrations.RunSQL:
    name = f"{table}_{command.lower()}_inside_a_scope"
    return migrations.RunSQL(
        f"CREATE POLICY {name} ON {table} AS RESTRICTIVE FOR {command}"
        f" USING ({INSIDE_A_SCOPE.format(column=column)})",
        f"DROP POLICY {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("orgs", "0002_wall_around_organizations")]

    operations = [
        restrict(table, column, command) for table, column in TABLES.items() for command in ("UPDATE", "DELETE")
    ]
