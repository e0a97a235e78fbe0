"""The PostgreSQL server of the stack: on a socket alone, and up again after every kind of sudden death."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from trackagoat.stack import postgres
from trackagoat.stack.paths import make_socket_directory, socket_directory
from trackagoat.stack.processes import Program, Running

Start = Callable[[Program], Running]


@pytest.fixture
def server(tmp_path: Path) -> Program:
    sockets = socket_directory(tmp_path / "var")
    make_socket_directory(sockets)
    return postgres.program(data=tmp_path / "var" / "postgres", sockets=sockets, log=tmp_path / "postgres.log")


@pytest.fixture
def address(tmp_path: Path) -> str:
    return postgres.url(socket_directory(tmp_path / "var"))


def up(start: Start, server: Program) -> Running:
    running = start(server)
    running.wait_until_ready(timeout=30)
    return running


def test_it_keeps_as_much_at_hand_as_suits_the_machine(start: Start, server: Program, address: str) -> None:
    up(start, server)
    with psycopg.connect(address) as connection:
        setting = connection.execute("SELECT setting::bigint * 8192 FROM pg_settings WHERE name = 'shared_buffers'")
        (kept,) = setting.fetchone() or (0,)
    quarter = psutil.virtual_memory().total / 4
    assert kept == pytest.approx(min(max(quarter, 128 * 2**20), 2**30), abs=2**20)


def test_data_outlives_a_stop_and_there_is_no_tcp(start: Start, server: Program, address: str) -> None:
    running = up(start, server)
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    running.stop()
    assert running.exit_code() == 0
    up(start, server)
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_text_sorts_the_same_on_every_machine(start: Start, server: Program, address: str) -> None:
    up(start, server)
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT datlocprovider, datlocale FROM pg_database").fetchone() == ("b", "C.UTF-8")


def test_a_killed_server_starts_again_with_its_data(start: Start, server: Program, address: str) -> None:
    running = up(start, server)
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        connection.commit()
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait()
    up(start, server)
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]


def test_a_pid_file_that_names_a_stranger_does_not_keep_the_server_down(
    start: Start, server: Program, tmp_path: Path, python: Callable[..., Program]
) -> None:
    running = up(start, server)
    pid_file = tmp_path / "var" / "postgres" / "postmaster.pid"
    left = pid_file.read_text().splitlines()
    running.stop()
    stranger = start(python("import time; time.sleep(60)"))
    pid_file.write_text("\n".join([str(stranger.process.pid), *left[1:]]) + "\n")
    up(start, server)
    assert stranger.exit_code() is None


def test_a_server_that_still_runs_without_its_stack_is_replaced(start: Start, server: Program) -> None:
    leftover = up(start, server)
    up(start, server)
    assert leftover.exit_code() == 0


def test_a_data_folder_that_was_cut_off_half_way_is_made_anew(start: Start, tmp_path: Path, server: Program) -> None:
    data = tmp_path / "second" / "postgres"
    unfinished = data.with_name("postgres.new")
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    sockets = socket_directory(tmp_path / "second")
    make_socket_directory(sockets)
    up(start, postgres.program(data=data, sockets=sockets, log=tmp_path / "second.log", durable=False))
    assert not unfinished.exists()


def test_other_users_cannot_reach_the_server(start: Start, server: Program, tmp_path: Path) -> None:
    up(start, server)
    folder = socket_directory(tmp_path / "var") / "postgres"
    assert folder.stat().st_mode & 0o077 == 0
    assert (tmp_path / "var" / "postgres").stat().st_mode & 0o077 == 0
