"""The two roles: what the owner may do and the application may not, on a real PostgreSQL."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import errors, sql

from tests.environment import WORKER
from trackagoat.stack.databases import (
    APP,
    APPEND_ONLY,
    OWNER,
    DatabaseUrls,
    Passwords,
    ensure_database,
    ensure_from_environment,
)
from trackagoat.stack.errors import StackError

NAME = f"stack_{WORKER}"
SUPERUSER = os.environ["TEST_SUPERUSER_URL"]


def drop() -> None:
    with psycopg.connect(SUPERUSER, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))


@pytest.fixture
def urls() -> Iterator[DatabaseUrls]:
    drop()
    yield ensure_database(SUPERUSER, NAME)
    drop()


@pytest.fixture
def table(urls: DatabaseUrls) -> str:
    with psycopg.connect(urls.owner) as connection:
        connection.execute("CREATE TABLE things (id bigserial PRIMARY KEY, name text)")
    return "things"


def test_the_application_reads_and_writes_what_the_owner_made(urls: DatabaseUrls, table: str) -> None:
    with psycopg.connect(urls.app) as connection:
        connection.execute("INSERT INTO things (name) VALUES ('a'), ('b')")
        connection.execute("UPDATE things SET name = 'c' WHERE name = 'a'")
        connection.execute("DELETE FROM things WHERE name = 'b'")
        assert connection.execute("SELECT id, name FROM things").fetchall() == [(1, "c")]


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE things",
        "DROP TABLE things",
        "ALTER TABLE things DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        f"SET ROLE {OWNER}",
        "CREATE ROLE somebody",
    ],
)
def test_the_application_may_do_nothing_more(urls: DatabaseUrls, table: str, statement: str) -> None:
    with psycopg.connect(urls.app) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize("role", [OWNER, APP])
def test_neither_role_is_a_superuser_or_passes_row_level_security(urls: DatabaseUrls, role: str) -> None:
    flags = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
    with psycopg.connect(SUPERUSER) as connection:
        found = connection.execute(f"SELECT {flags} FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    assert found == (False, False, False, False, False)


def test_the_application_owns_nothing(urls: DatabaseUrls, table: str) -> None:
    with psycopg.connect(SUPERUSER, dbname=NAME) as connection:
        owned = "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = %s"
        assert connection.execute(owned, [APP]).fetchall() == []
        assert (table,) in connection.execute(owned, [OWNER]).fetchall()


def test_test_databases_can_be_truncated_by_the_application() -> None:
    drop()
    urls = ensure_database(SUPERUSER, NAME, truncate=True)
    with psycopg.connect(urls.owner) as connection:
        connection.execute("CREATE TABLE things (id int)")
    with psycopg.connect(urls.app) as connection:
        connection.execute("TRUNCATE things")
    drop()


def test_calling_it_again_changes_nothing_and_loses_nothing(urls: DatabaseUrls, table: str) -> None:
    with psycopg.connect(urls.app) as connection:
        connection.execute("INSERT INTO things (name) VALUES ('kept')")
    assert ensure_database(SUPERUSER, NAME) == urls
    with psycopg.connect(urls.app) as connection:
        assert connection.execute("SELECT name FROM things").fetchall() == [("kept",)]


def test_several_may_call_it_at_once() -> None:
    drop()
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: ensure_database(SUPERUSER, NAME), range(4)))
    assert len(set(results)) == 1
    drop()


def test_passwords_are_part_of_the_addresses_whatever_they_hold() -> None:
    drop()
    urls = ensure_database(SUPERUSER, NAME, passwords=Passwords(owner="o@:/?#", app=None))
    assert urlsplit(urls.owner).password == "o%40%3A%2F%3F%23"
    assert urlsplit(urls.app).password is None
    with psycopg.connect(urls.owner) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (OWNER,)
    with psycopg.connect(SUPERUSER, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD NULL").format(sql.Identifier(OWNER)))
    drop()


def test_a_deployment_makes_what_its_addresses_name(monkeypatch: pytest.MonkeyPatch) -> None:
    drop()
    place = SUPERUSER.partition("?")[2]
    monkeypatch.setenv("DATABASE_SUPERUSER_URL", SUPERUSER)
    monkeypatch.setenv("DATABASE_OWNER_URL", f"postgresql://{OWNER}@/{NAME}?{place}")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{APP}@/{NAME}?{place}")
    ensure_from_environment()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT current_user, current_database()").fetchone() == (APP, NAME)
    drop()


@pytest.mark.parametrize(("owner", "app"), [("postgres@h/x", f"{APP}@h/x"), (f"{OWNER}@h/x", f"{APP}@h/y")])
def test_a_deployment_whose_addresses_disagree_is_told(owner: str, app: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", f"postgresql://{owner}")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{app}")
    with pytest.raises(StackError, match="both for one database"):
        ensure_from_environment()


def test_rights_given_anew_leave_append_only_tables_append_only(urls: DatabaseUrls) -> None:
    with psycopg.connect(urls.owner) as connection:
        for table in APPEND_ONLY:
            connection.execute(sql.SQL("CREATE TABLE {} (line text)").format(sql.Identifier(table)))
    ensure_database(SUPERUSER, NAME)
    for table in APPEND_ONLY:
        with psycopg.connect(urls.app) as connection:
            connection.execute(sql.SQL("INSERT INTO {} VALUES ('kept')").format(sql.Identifier(table)))
        for statement in ("UPDATE {} SET line = 'changed'", "DELETE FROM {}"):
            with psycopg.connect(urls.app) as connection, pytest.raises(errors.InsufficientPrivilege):
                connection.execute(sql.SQL(statement).format(sql.Identifier(table)))
