"""Where the local stack keeps its files: everything under `var/` of one checkout."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from trackagoat.stack.errors import StackError

# Linux allows 107 bytes, macOS 103, for a socket's whole path; the longest name we put below the directory is
# `postgres/.s.PGSQL.5432`.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = "postgres/.s.PGSQL.5432"
# Where sockets go when even the temporary folder's path is too long; `make_socket_directory` says who owns it.
SHORT_FOLDER = Path("/tmp")  # noqa: S108
# Other characters would have to be escaped differently in the PostgreSQL, redis-py and Celery forms of an address.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+-]+")


@dataclass(frozen=True)
class Paths:
    """The files of one checkout's stack; all paths are absolute."""

    root: Path

    @property
    def var(self) -> Path:
        """Everything the stack makes; deleting it starts from nothing."""
        return self.root / "var"

    @property
    def logs(self) -> Path:
        """Logs of what does not speak in the terminal: PostgreSQL, Redis, and the whole stack when detached."""
        return self.var / "log"

    @property
    def stack_log(self) -> Path:
        """What a detached stack prints."""
        return self.logs / "stack.log"

    @property
    def postgres_data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.var / "postgres"

    @property
    def redis_data(self) -> Path:
        """Redis's working directory."""
        return self.var / "redis"

    @property
    def lock(self) -> Path:
        """Held by the running stack for as long as it lives."""
        return self.var / "stack.lock"

    @property
    def state(self) -> Path:
        """What the running stack says about itself."""
        return self.var / "stack.json"

    @property
    def first_start(self) -> Path:
        """Exists while the data is new and the product was not open yet: what a cut-off first start leaves."""
        return self.var / "first_start"

    @property
    def secret_key(self) -> Path:
        """Django's SECRET_KEY of this checkout."""
        return self.var / "secret_key"

    @property
    def demo(self) -> Path:
        """The demo login, API key and addresses."""
        return self.var / "demo.json"

    @property
    def sockets(self) -> Path:
        """The directory of the unix sockets: `var/run`, or a short one elsewhere where that path would not do."""
        return socket_directory(self.var)


def socket_directory(var: Path) -> Path:
    """Return the directory for unix sockets of the stack whose files are in `var`; it need not exist yet.

    A path that is too long for a socket, or that holds characters an address would have to escape, is replaced by a
    directory in the temporary folder whose name follows from the path and the user, so it is found again next time.
    """
    preferred = var / "run"
    if _suits_sockets(preferred):
        return preferred
    name = f"trackagoat-{os.geteuid()}-{hashlib.sha256(os.fsencode(var)).hexdigest()[:12]}"
    for parent in (Path(tempfile.gettempdir()), SHORT_FOLDER):
        if _suits_sockets(parent / name):
            return parent / name
    raise StackError(
        f"No folder with a path short enough for a unix socket; tried {preferred} and {SHORT_FOLDER / name}."
    )


def make_socket_directory(directory: Path) -> None:
    """Create the directory for sockets, closed to other users.

    Raises StackError when somebody else made it first: in a shared temporary folder that would be a trap.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    if found.st_uid != os.geteuid() or directory.is_symlink():
        raise StackError(f"{directory} belongs to another user; remove it, or set TMPDIR to a folder of your own.")
    # Root's PostgreSQL runs as another user, who has to pass through to its own folder.
    directory.chmod(0o711 if os.geteuid() == 0 else 0o700)


def installed_folder(package: str) -> Path:
    """Return the folder of an installed package without importing it. Raises StackError when it is not installed."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise StackError(f"The Python package {package} is not installed; `make up` and `make test` install it.")
    return Path(spec.origin).parent


def _suits_sockets(directory: Path) -> bool:
    longest = str(directory / LONGEST_SOCKET_NAME)
    return len(os.fsencode(longest)) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(longest) is not None
