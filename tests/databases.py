"""Test databases: made and migrated by the owner, used by the application; and the watch over both layers."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from io import StringIO
from typing import Any

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tests.environment import WORKER
from trackagoat.stack.databases import APP, OWNER, ensure_database


@contextmanager
def make_test_databases() -> Iterator[None]:
    """Create one database per alias, migrate it as the owner, connect as the application; drop it at the end."""
    superuser = os.environ["TEST_SUPERUSER_URL"]
    names = {connection.alias: f"test_trackagoat_{WORKER}_{connection.alias}" for connection in connections.all()}
    for alias, name in names.items():
        _drop(superuser, name)
        # TRUNCATE ignores policies, so only test databases grant it.
        ensure_database(superuser, name, truncate=True)
        _connect(alias, name, OWNER)
        call_command("migrate", database=alias, verbosity=0)
    call_command("upkeep", stdout=StringIO())
    for alias, name in names.items():
        _connect(alias, name, APP)
    yield
    for alias, name in names.items():
        connections[alias].close()
        _drop(superuser, name)


def _drop(superuser: str, name: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _connect(alias: str, name: str, role: str) -> None:
    connections[alias].close()
    connections[alias].settings_dict.update(NAME=name, USER=role)


class LayerWatch:
    """An execute wrapper that notes statements naming canonical and tenant tables together."""

    def __init__(self) -> None:
        self.offences: list[str] = []

    def __call__(self, execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(statement)
        if names_both_layers(text):
            self.offences.append(text)
        return execute(statement, params, many, context)


@lru_cache(maxsize=4096)
def names_both_layers(text: str) -> bool:
    """Whether a statement names canonical and tenant tables. Most statements are asked about in many tests."""
    # TRUNCATE between tests empties the whole database.
    words = set(re.findall(r"\w+", text))
    return not text.startswith("TRUNCATE") and all(words & tables for tables in tables_of_layers())


@cache
def tables_of_layers() -> tuple[set[str], set[str]]:
    """The names of the canonical tables, and of the tenant tables."""
    from orgs.tenancy import OrgScoped

    models = apps.get_models()
    canonical = {model._meta.db_table for model in models if model._meta.app_label == "scraping"}
    return canonical, {model._meta.db_table for model in models if issubclass(model, OrgScoped)} - canonical
