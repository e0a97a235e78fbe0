"""Test databases: made and migrated by the owner, used by the application; and the watch over both layers."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tests.environment import WORKER

APPLICATION, OWNER = "trackagoat_app", "trackagoat_owner"


@contextmanager
def make_test_databases() -> Iterator[None]:
    """Create one database per alias, migrate it as the owner, connect as the application; drop it at the end."""
    superuser = os.environ["TEST_SUPERUSER_URL"]
    names = {connection.alias: f"test_trackagoat_{WORKER}_{connection.alias}" for connection in connections.all()}
    for alias, name in names.items():
        _create(superuser, name)
        _connect(alias, name, OWNER)
        call_command("migrate", database=alias, verbosity=0)
    call_command("upkeep")
    for alias, name in names.items():
        # TRUNCATE ignores policies, so only test databases grant it.
        with connections[alias].cursor() as cursor:
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {APPLICATION}")
        _connect(alias, name, APPLICATION)
    yield
    for alias, name in names.items():
        connections[alias].close()
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _create(superuser: str, name: str) -> None:
    identifier = sql.Identifier(name)
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(identifier, sql.Identifier(OWNER)))
    with psycopg.connect(superuser, dbname=name, user=OWNER, autocommit=True) as connection:
        for grant in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
            connection.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {grant} TO {APPLICATION}")


def _connect(alias: str, name: str, role: str) -> None:
    connections[alias].close()
    connections[alias].settings_dict.update(NAME=name, USER=role)


class LayerWatch:
    """An execute wrapper that notes statements naming canonical and tenant tables together."""

    def __init__(self) -> None:
        from orgs.tenancy import OrgScoped

        tables = {True: set(), False: set()}
        for model in apps.get_models():
            if model._meta.app_label == "scraping":
                tables[True].add(model._meta.db_table)
            elif issubclass(model, OrgScoped):
                tables[False].add(model._meta.db_table)
        self.canonical, self.tenant = (
            re.compile(rf"\b({'|'.join(sorted(tables[canonical]))})\b") for canonical in (True, False)
        )
        self.offences: list[str] = []

    def __call__(self, execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(statement)
        # TRUNCATE between tests empties the whole database.
        if not text.startswith("TRUNCATE") and self.canonical.search(text) and self.tenant.search(text):
            self.offences.append(text)
        return execute(statement, params, many, context)
