"""The product's two roles and its databases, on any PostgreSQL server that a superuser's address is known for."""

import os
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from trackagoat.stack.errors import StackError

OWNER = "trackagoat_owner"
APP = "trackagoat_app"
# Several processes may make roles and databases of one server at once (test workers): one after the other.
SETUP_LOCK = 7_461_002
# Tables that the application may add rows to and read, nothing else. Their migrations say so too; this is for the
# rights that are given anew here.
APPEND_ONLY = ("orgs_auditentry",)

_Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class DatabaseUrls:
    """The addresses of one database: for the role that owns and migrates it, and for the application."""

    owner: str
    app: str


@dataclass(frozen=True)
class Passwords:
    """The roles' passwords; None leaves a role as it is (on a socket of our own, nobody asks for one)."""

    owner: str | None = None
    app: str | None = None


def ensure_database(
    superuser_uri: str, name: str, *, truncate: bool = False, passwords: Passwords | None = None
) -> DatabaseUrls:
    """Make the two roles and the database `name` where they are missing, and return its addresses.

    The owner owns the database and its schema; the application is no superuser, bypasses no row-level security, owns
    nothing, and may SELECT, INSERT, UPDATE and DELETE in every table the owner makes. `truncate=True` adds TRUNCATE,
    for test databases only: it ignores row-level security. Without `passwords` the roles get the superuser's, if it
    has one. Can be called again at any time, by several at once.
    """
    inherited = _unquoted(urlsplit(superuser_uri).password)
    secrets = passwords or Passwords(inherited, inherited)
    with psycopg.connect(superuser_uri, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
        for role, password in ((OWNER, secrets.owner), (APP, secrets.app)):
            _ensure_role(connection, role, password)
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            make = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
            connection.execute(make)
        with psycopg.connect(superuser_uri, autocommit=True, dbname=name) as inside:
            _grant(inside, name, truncate=truncate)
    return DatabaseUrls(
        owner=_for_role(superuser_uri, OWNER, secrets.owner, name), app=_for_role(superuser_uri, APP, secrets.app, name)
    )


def ensure_from_environment() -> None:
    """Make what DATABASE_OWNER_URL and DATABASE_URL name, as DATABASE_SUPERUSER_URL: a deployment's first job.

    Raises StackError when those two name other roles, or two databases.
    """
    owner, app = urlsplit(os.environ["DATABASE_OWNER_URL"]), urlsplit(os.environ["DATABASE_URL"])
    if (owner.username, app.username) != (OWNER, APP) or owner.path != app.path:
        raise StackError(f"DATABASE_OWNER_URL must be for {OWNER}, DATABASE_URL for {APP}, both for one database.")
    passwords = Passwords(_unquoted(owner.password), _unquoted(app.password))
    name = unquote(app.path.removeprefix("/"))
    ensure_database(os.environ["DATABASE_SUPERUSER_URL"], name, passwords=passwords)
    print(f"roles {OWNER} and {APP} and database {name} are in place")


def _ensure_role(connection: _Connection, role: str, password: str | None) -> None:
    name = sql.Identifier(role)
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(name))
    rights = sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")
    connection.execute(rights.format(name))
    if password:
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password)))


def _grant(connection: _Connection, name: str, *, truncate: bool) -> None:
    """Let the application in, and give it the rows of every table that the owner has made or will make."""
    rights = sql.SQL("SELECT, INSERT, UPDATE, DELETE, TRUNCATE" if truncate else "SELECT, INSERT, UPDATE, DELETE")
    names = {
        "db": sql.Identifier(name),
        "owner": sql.Identifier(OWNER),
        "app": sql.Identifier(APP),
    }
    for statement in (
        sql.SQL("REVOKE ALL ON DATABASE {db} FROM PUBLIC"),
        sql.SQL("GRANT CONNECT ON DATABASE {db} TO {app}"),
        sql.SQL("ALTER SCHEMA public OWNER TO {owner}"),
        sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {app}"),
        sql.SQL("GRANT {rights} ON ALL TABLES IN SCHEMA public TO {app}"),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}"),
        sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT {rights} ON TABLES TO {app}"),
        sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}"),
    ):
        connection.execute(statement.format(rights=rights, **names))
    for table in APPEND_ONLY:
        if connection.execute("SELECT to_regclass(%s)", [f"public.{table}"]).fetchone() != (None,):
            take = sql.SQL("REVOKE UPDATE, DELETE ON {table} FROM {app}")
            connection.execute(take.format(table=sql.Identifier("public", table), app=names["app"]))


def _for_role(superuser_uri: str, role: str, password: str | None, database: str) -> str:
    """Rewrite a superuser's address for another role and database; place and options stay."""
    parts = urlsplit(superuser_uri)
    place = parts.netloc.rpartition("@")[2]
    secret = f":{quote(password, safe='')}" if password else ""
    return urlunsplit(parts._replace(netloc=f"{role}{secret}@{place}", path=f"/{quote(database)}"))


def _unquoted(password: str | None) -> str | None:
    return None if password is None else unquote(password)


if __name__ == "__main__":
    ensure_from_environment()
