"""The servers a test run needs, started before Django reads its settings (a pytest plugin named in pyproject.toml).

When DATABASE_URL is given, everything is taken from the environment. Else a real PostgreSQL and a real Redis are
started once by the main process; xdist's workers find them in the environment they inherit.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from trackagoat.stack import postgres, redis
from trackagoat.stack.databases import ensure_database
from trackagoat.stack.processes import start

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# 0 where there are no workers, else from 1 on: each has a Redis database of its own.
WORKER_NUMBER = 0 if WORKER == "main" else 1 + int(WORKER.removeprefix("gw"))


def _start() -> None:
    home = Path(tempfile.mkdtemp(prefix="trackagoat-test-"))
    home.chmod(0o755)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    programs = (
        postgres.program(data=home / "postgres", sockets=home, log=home / "postgres.log", durable=False),
        redis.program(data=home / "redis", sockets=home, log=home / "redis.log"),
    )
    for program in programs:
        running = start(program)
        atexit.register(running.stop)
        running.wait_until_ready(timeout=30)
    superuser = postgres.url(home)
    urls = ensure_database(superuser, "trackagoat")
    os.environ.update(
        TEST_SUPERUSER_URL=superuser,
        DATABASE_URL=urls.app,
        DATABASE_OWNER_URL=urls.owner,
        REDIS_URL=redis.url(home),
    )


if "DATABASE_URL" not in os.environ or "TEST_SUPERUSER_URL" not in os.environ:
    _start()
if os.environ.get("TEST_HISTORY"):
    os.environ["HISTORY_DATABASE_URL"] = os.environ["DATABASE_URL"]
    os.environ["HISTORY_DATABASE_OWNER_URL"] = os.environ["DATABASE_OWNER_URL"]
os.environ["REDIS_URL"] = os.environ["REDIS_URL"].split("?")[0] + f"?db={WORKER_NUMBER}"
# What a test stores goes with the run; what one worker stores no other deletes.
os.environ["PICTURES_DIR"] = tempfile.mkdtemp(prefix="trackagoat-test-pictures-")
atexit.register(shutil.rmtree, os.environ["PICTURES_DIR"], ignore_errors=True)
os.environ.update(
    SECRET_KEY="only for tests",
    DEFAULT_TIER="ultra",
    EMAIL_URL="memorymail://",
    STATIC_BACKEND="django.contrib.staticfiles.storage.StaticFilesStorage",
    TRACKAGOAT_PROVIDERS="simulator",
    DEBUG="0",
)
