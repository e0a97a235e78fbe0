"""Processes: known beyond doubt, ended with whatever they started, and never outliving the one that keeps them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from trackagoat.stack import processes
from trackagoat.stack.errors import StackError
from trackagoat.stack.processes import MARK, ProcessId, Program, Running

SLEEP = "import time; time.sleep(60)"
ROOT = Path(__file__).resolve().parents[2]
Describe = Callable[..., Program]
Start = Callable[[Program], Running]


def read_pid(running: Running) -> int:
    assert running.output is not None
    return int(running.output.readline())


def is_gone(pid: int, *, within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_a_program_that_stops_when_asked_is_not_forced(python: Describe, start: Start) -> None:
    code = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(7)); print(1, flush=True); time.sleep(60)"
    running = start(python(code))
    read_pid(running)
    running.stop()
    assert running.exit_code() == 7


def test_a_program_that_does_not_stop_is_forced(python: Describe, start: Start) -> None:
    running = start(
        python("import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)")
    )
    read_pid(running)
    running.stop(timeout=0.2)
    assert running.exit_code() == -signal.SIGKILL


def test_what_a_program_started_ends_with_it(python: Describe, start: Start) -> None:
    child = f"subprocess.Popen([sys.executable, '-c', {SLEEP!r}])"
    running = start(python(f"import subprocess, sys, time; print({child}.pid, flush=True); time.sleep(60)"))
    grandchild = read_pid(running)
    os.kill(running.process.pid, signal.SIGKILL)
    running.kill()
    assert is_gone(grandchild)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent is gone")
def test_a_program_ends_when_its_keeper_is_killed(tmp_path: Path) -> None:
    keeper_code = f"""
import sys
from trackagoat.stack import processes
running = processes.start(processes.Program("kept", (sys.executable, "-c", {SLEEP!r}), {{}}))
print(running.process.pid, flush=True)
running.process.wait()
"""
    keeper = subprocess.Popen([sys.executable, "-c", keeper_code], cwd=ROOT, stdout=subprocess.PIPE)
    assert keeper.stdout is not None
    kept = int(keeper.stdout.readline())
    keeper.kill()
    keeper.wait()
    assert is_gone(kept)


def test_a_number_used_again_is_not_taken_for_the_old_process(python: Describe, start: Start) -> None:
    running = start(python(SLEEP))
    assert running.identity.find() is not None
    assert ProcessId(running.process.pid, running.identity.started - 60).find() is None


def test_a_process_that_ended_is_not_found(python: Describe, start: Start) -> None:
    running = start(python("pass"))
    running.process.wait()
    assert running.identity.find() is None


def test_leftovers_are_ended_and_counted_strangers_are_not(python: Describe, start: Start) -> None:
    leftover, stranger = start(python(SLEEP)), start(python(SLEEP))
    not_the_stranger = ProcessId(stranger.process.pid, stranger.identity.started - 60)
    assert processes.end_all([leftover.identity, not_the_stranger]) == 1
    assert is_gone(leftover.process.pid)
    assert stranger.exit_code() is None


def test_a_leftover_that_ignores_the_request_is_forced(python: Describe, start: Start) -> None:
    running = start(
        python("import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)")
    )
    read_pid(running)
    assert processes.end_all([running.identity], grace=0.2) == 1
    assert is_gone(running.process.pid)


def test_processes_of_one_checkout_are_found_by_their_mark(tmp_path: Path, start: Start) -> None:
    def marked_for(var: Path) -> Program:
        code = f"print(1, flush=True); {SLEEP}"
        return Program(name="marked", command=(sys.executable, "-c", code), environment={MARK: str(var)})

    ours, theirs = start(marked_for(tmp_path / "one")), start(marked_for(tmp_path / "two"))
    for running in (ours, theirs):
        read_pid(running)
    assert [found.pid for found in processes.marked(tmp_path / "one")] == [ours.process.pid]


def test_waiting_for_a_program_that_ends_first_says_so_and_shows_its_log(tmp_path: Path, start: Start) -> None:
    program = Program(
        name="database",
        command=(sys.executable, "-c", "print('disk full'); raise SystemExit(3)"),
        environment={},
        log=tmp_path / "log" / "database.log",
        is_ready=lambda: False,
    )
    with pytest.raises(StackError, match=r"database ended with code 3 while starting(.|\n)*disk full"):
        start(program).wait_until_ready(timeout=10)


def test_waiting_for_a_program_that_never_answers_ends(start: Start) -> None:
    program = Program("mute", (sys.executable, "-c", SLEEP), {}, is_ready=lambda: False)
    with pytest.raises(StackError, match="mute did not answer"):
        start(program).wait_until_ready(timeout=0.2)


def test_a_program_that_is_not_there_is_named(start: Start) -> None:
    with pytest.raises(StackError, match="ghost cannot be started"):
        start(Program("ghost", ("/no/such/program",), {}))


def test_the_log_of_the_run_before_is_kept(tmp_path: Path, python: Describe, start: Start) -> None:
    log = tmp_path / "a.log"
    for text in ("first", "second", "third"):
        start(python(f"print('{text}')", log=log)).process.wait()
    assert log.read_text() == "third\n"
    assert (tmp_path / "a.log.1").read_text() == "second\n"
