"""The system user that PostgreSQL runs as, because it refuses to run as root."""

import os
import pwd
import stat
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from trackagoat.stack.errors import StackError

# Root's server runs as this user, made when it is missing.
SYSTEM_USER = "embedded_postgres"


@dataclass(frozen=True)
class Account:
    """The system user that a server runs as; None: the one who starts it."""

    uid: int | None = None
    gid: int | None = None


def account_for(data: Path, *, wheel: Path) -> Account:
    """Return the user to run a server on `data` as, able to reach that folder's parent and the programs in `wheel`.

    Ordinary users run it themselves. Raises StackError when root can neither find nor make a user for it.
    """
    if os.geteuid() != 0:
        return Account()
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)  # whoever made it goes on running it
    entry = _system_user()
    _let_through(data.parent, wheel=wheel)
    return Account(entry.pw_uid, entry.pw_gid)


def _system_user() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    try:
        subprocess.run(["useradd", "--system", SYSTEM_USER], check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)
    except (OSError, KeyError, subprocess.CalledProcessError) as error:
        raise StackError(
            f"PostgreSQL does not run as root, and the system user {SYSTEM_USER!r} could not be made ({error}). "
            f"Make it with `useradd --system {SYSTEM_USER}`, or run as an ordinary user."
        ) from error


def _let_through(target: Path, *, wheel: Path) -> None:
    """Let root's PostgreSQL user reach folders below ones that only root may enter (such as /root).

    Adds nothing but the right to pass through, and the right to read inside the PostgreSQL wheel itself.
    """
    for folder in {parent for inner in (target, wheel) for parent in (inner, *inner.parents)}:
        if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    if (wheel / "pginstall" / "bin" / "postgres").stat().st_mode & stat.S_IROTH:
        return
    for path in (*wheel.rglob("*"), *wheel.with_name(f"{wheel.name}.libs").rglob("*")):
        mode = path.stat().st_mode
        runs = stat.S_IXOTH if mode & stat.S_IXUSR else 0
        path.chmod(mode | stat.S_IROTH | runs)
