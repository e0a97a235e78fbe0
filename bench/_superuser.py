"""What only a superuser of the database may do that a bench works on."""

import os
from collections.abc import Iterable

import psycopg
from django.db import connection


def as_superuser(statements: Iterable[str]) -> None:
    """Run statements on the database that Django uses, one transaction each."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], dbname=name, autocommit=True) as superuser:
        for statement in statements:
            superuser.execute(statement)


def gather_statistics() -> None:
    """Tell the planner what is in the tables, as autovacuum does sooner or later. The application's role owns none of
    them, and an ANALYZE of its own skips them all."""
    as_superuser(["VACUUM ANALYZE"])
