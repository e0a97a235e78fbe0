"""The Redis server of the stack: on a socket alone, its data kept."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import redis as redis_client

from trackagoat.stack import redis
from trackagoat.stack.paths import make_socket_directory, socket_directory
from trackagoat.stack.processes import Program, Running

Start = Callable[[Program], Running]


@pytest.fixture
def sockets(tmp_path: Path) -> Path:
    folder = socket_directory(tmp_path)
    make_socket_directory(folder)
    return folder


@pytest.fixture
def server(tmp_path: Path, sockets: Path) -> Program:
    return redis.program(data=tmp_path / "redis", sockets=sockets, log=tmp_path / "redis.log")


@pytest.fixture
def client(sockets: Path) -> "redis_client.Redis":
    return redis_client.Redis.from_url(redis.url(sockets), decode_responses=True)


def test_data_outlives_a_stop_and_there_is_no_tcp(start: Start, server: Program, client: "redis_client.Redis") -> None:
    running = start(server)
    running.wait_until_ready(timeout=10)
    client.set("kept", "yes")
    assert client.config_get("port") == {"port": "0"}
    running.stop()
    assert running.exit_code() == 0
    start(server).wait_until_ready(timeout=10)
    assert client.get("kept") == "yes"


def test_a_killed_server_starts_again_on_the_same_socket(
    start: Start, server: Program, sockets: Path, client: "redis_client.Redis"
) -> None:
    running = start(server)
    running.wait_until_ready(timeout=10)
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait()
    assert (sockets / redis.SOCKET_NAME).exists()
    start(server).wait_until_ready(timeout=10)
    assert client.ping()


def test_other_users_cannot_reach_the_server(start: Start, server: Program, sockets: Path) -> None:
    start(server).wait_until_ready(timeout=10)
    assert (sockets / redis.SOCKET_NAME).stat().st_mode & 0o077 == 0


def test_a_server_on_path_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = tmp_path / "valkey-server"
    ours.write_text("#!/bin/sh\n")
    ours.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert redis.server_binary() == ours
    (tmp_path / "redis-server").symlink_to(ours)
    assert redis.server_binary() == tmp_path / "redis-server"


def test_without_one_on_path_the_packaged_one_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert redis.server_binary().parent.parent.name == "_binaries"
    assert os.access(redis.server_binary(), os.X_OK)
