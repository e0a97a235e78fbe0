"""The environment that the product's processes run in under `make up`, and this checkout's SECRET_KEY."""

import os
import secrets
from pathlib import Path

from trackagoat.stack import postgres, redis
from trackagoat.stack.databases import APP, OWNER
from trackagoat.stack.paths import Paths
from trackagoat.stack.processes import MARK

DATABASE = "trackagoat"
# What whoever runs `make up` may set, and what it is otherwise.
DEFAULTS = {"DEBUG": "0", "DEFAULT_TIER": "ultra", "LOG_FORMAT": "console", "TRACKAGOAT_PROVIDERS": "simulator"}


def read_or_make_secret_key(path: Path) -> str:
    """Return this checkout's SECRET_KEY, made at the first call and readable by its owner alone (mode 600).

    It stays the same from then on, so that sessions and signed links outlive a restart.
    """
    if path.exists() and (key := path.read_text().strip()):
        return key
    key = secrets.token_urlsafe(50)
    write_private(path, key + "\n")
    return key


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.replace(path)


def product_environment(paths: Paths, *, base_url: str, simulator_url: str) -> dict[str, str]:
    """Return the environment of the product's processes: the caller's, with everything that is local set to ours."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return DEFAULTS | inherited | _addresses(paths.sockets, base_url, simulator_url) | _fixed(paths)


def _addresses(sockets: Path, base_url: str, simulator_url: str) -> dict[str, str]:
    return {
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "BASE_URL": base_url,
        "DATABASE_OWNER_URL": postgres.url(sockets, OWNER, DATABASE),
        "DATABASE_URL": postgres.url(sockets, APP, DATABASE),
        "REDIS_URL": redis.url(sockets),
        "SIMULATOR_URL": simulator_url,
    }


def _fixed(paths: Paths) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "trackagoat.settings",
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": read_or_make_secret_key(paths.secret_key),
        MARK: str(paths.var),
    }
