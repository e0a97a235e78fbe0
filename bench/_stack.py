"""Servers and a migrated database in a directory of their own, kept for the next run."""

import atexit
import os
import subprocess
import sys
from pathlib import Path

import django

from trackagoat.stack import postgres, redis
from trackagoat.stack.databases import ensure_database
from trackagoat.stack.processes import start


def start_in(home: Path) -> str:
    """Start PostgreSQL and Redis on data under `home`, migrate, set Django up. Returns the superuser's address."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    programs = (
        postgres.program(data=home / "postgres", sockets=home, log=home / "postgres.log", durable=False),
        redis.program(data=home / "redis", sockets=home, log=home / "redis.log"),
    )
    for program in programs:
        running = start(program)
        atexit.register(running.stop)
        running.wait_until_ready(timeout=60)
    superuser = postgres.url(home)
    urls = ensure_database(superuser, "bench")
    os.environ.update(
        SECRET_KEY="only for benches",
        DATABASE_URL=urls.app,
        DATABASE_OWNER_URL=urls.owner,
        REDIS_URL=redis.url(home),
        EMAIL_URL="memorymail://",
        DEFAULT_TIER="ultra",
        DJANGO_SETTINGS_MODULE="trackagoat.settings",
    )
    _migrate()
    django.setup()
    return superuser.replace("/postgres?", "/bench?")


def _migrate() -> None:
    """In a process of its own, for it runs as the owner."""
    environment = os.environ | {"DATABASE_ROLE": "owner"}
    for command in (["migrate", "-v0"], ["upkeep", "--since", "2026-01-01"]):
        program = [sys.executable, "manage.py", *command]
        subprocess.run(program, env=environment, check=True, stdout=subprocess.DEVNULL)
