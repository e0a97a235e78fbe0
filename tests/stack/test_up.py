"""The whole stack, in a checkout of its own: up once however often it is asked, whole again after a kill, and gone."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from trackagoat.stack import postgres, processes
from trackagoat.stack.databases import OWNER
from trackagoat.stack.environment import DATABASE
from trackagoat.stack.paths import Paths
from trackagoat.stack.state import State, read_state

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "var", "tests", "__pycache__", ".*_cache", ".hypothesis"
)
ENDED_ON_KILL_SECONDS = 20.0


class Checkout:
    """A copy of the product's files with a stack of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        command = [str(self.root / ".venv" / "bin" / "python"), "-m", "trackagoat.stack", *arguments]
        inherited = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "STATIC_BACKEND")}
        environment = inherited | {"DEMO": "0"} | variables
        return subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def state(self) -> State:
        state = read_state(self.root / "var" / "stack.json")
        assert state is not None
        return state

    @property
    def owner_url(self) -> str:
        return postgres.url(Paths(self.root).sockets, OWNER, DATABASE)

    def left_running(self) -> list[psutil.Process]:
        """Whatever belongs to this checkout by its mark, or works in its folder (PostgreSQL's sessions)."""
        marked = [found for identity in processes.marked(self.root / "var") if (found := identity.find())]
        return marked + [process for process in psutil.process_iter() if self._works_here(process)]

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).is_relative_to(self.root)
        except psutil.Error:
            return False


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    root = tmp_path / "checkout"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    (root / ".venv").symlink_to(ROOT / ".venv")
    checkout = Checkout(root)
    yield checkout
    checkout.run("down")


def test_the_stack_comes_up_once_survives_a_kill_and_goes_down(checkout: Checkout) -> None:
    first = checkout.run("up", "--detach")
    assert first.returncode == 0, first.stdout + first.stderr
    state = checkout.state()
    assert f"trackagoat answers at {state.base_url}" in first.stdout
    with urllib.request.urlopen(f"{state.base_url}/readyz") as answer:
        assert json.load(answer)["status"] == "ok"
    assert set(state.processes) == {"postgres", "redis", "simulator", "web", "worker", "beat"}

    second = checkout.run("up")
    assert second.returncode == 0
    assert "running already" in second.stdout
    assert state.base_url in second.stdout
    assert checkout.state() == state

    with psycopg.connect(checkout.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1")
    os.kill(state.supervisor.pid, signal.SIGKILL)
    deadline = time.monotonic() + ENDED_ON_KILL_SECONDS
    while (left := checkout.left_running()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []

    third = checkout.run("up", "--detach")
    assert third.returncode == 0, third.stdout + third.stderr
    with psycopg.connect(checkout.owner_url) as connection:
        assert connection.execute("TABLE kept").fetchall() == [(1,)]
    assert checkout.run("down").stdout.splitlines() == ["trackagoat is stopped."]
    assert checkout.left_running() == []
    assert checkout.run("down").stdout.splitlines() == ["trackagoat is not running."]


def test_a_taken_port_is_said_and_nothing_is_started(checkout: Checkout) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        for arguments in (["up"], ["up", "--detach"]):
            refused = checkout.run(*arguments, PORT=str(port))
            assert refused.returncode != 0
            assert f"Port {port} is taken" in refused.stdout
    assert checkout.left_running() == []
    assert not (checkout.root / "var" / "postgres").exists()


def test_a_first_start_that_fails_says_where_and_the_next_one_begins_anew(checkout: Checkout) -> None:
    (checkout.root / "manage.py").write_text("raise SystemExit('no such luck')")
    failed = checkout.run("up")
    assert failed.returncode == 1
    assert "migrate   | no such luck" in failed.stdout
    assert "migrate failed with code 1" in failed.stdout
    assert checkout.left_running() == []
    half_made = checkout.root / "var" / "postgres" / "postgresql.auto.conf"
    half_made.write_text("work_mem = nonsense")
    again = checkout.run("up")
    assert "beginning anew" in again.stdout
    assert "PostgreSQL and Redis are up" in again.stdout
