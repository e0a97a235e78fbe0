"""A stack that runs without a terminal: starting it, finding it and stopping it."""

import subprocess
import sys
import time
from typing import IO

import psutil

from trackagoat.stack import processes
from trackagoat.stack.errors import StackError
from trackagoat.stack.output import Output
from trackagoat.stack.paths import Paths
from trackagoat.stack.state import READY, Lock, State, read_state
from trackagoat.stack.up import clear_leftovers, ready_lines

# A first start fills the demo organization; stopping waits for running tasks.
START_SECONDS = 600.0
STOP_SECONDS = 90.0
POLL_SECONDS = 0.2


def start(paths: Paths) -> int:
    """Start a stack that outlives this terminal, show what it says until it answers; returns the exit code."""
    lock = Lock(paths.lock)
    if not lock.acquire():
        return report_running(paths)
    lock.release()
    paths.logs.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "trackagoat.stack", "up", "--in-background"]
    with paths.stack_log.open("wb") as log, paths.stack_log.open() as reader:
        child = subprocess.Popen(
            command, cwd=paths.root, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            return _follow_until_ready(paths, child, reader)
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            _show(reader)
            return 130


def report_running(paths: Paths) -> int:
    """Say that this checkout's stack runs already and where, once it answers; returns the exit code.

    Raises StackError when the other one ends before it answers.
    """
    deadline = time.monotonic() + START_SECONDS
    while not _is_free(paths) and time.monotonic() < deadline:
        state = read_state(paths.state)
        if state is not None and state.phase == READY:
            print("\n".join(["trackagoat is running already.", *ready_lines(paths, state)]))
            return 0
        time.sleep(POLL_SECONDS)
    raise StackError("Another `make up` was starting here and did not come up; try again.")


def stop(paths: Paths) -> int:
    """Stop this checkout's stack, however it was started, and anything a killed one left; returns the exit code."""
    lock = Lock(paths.lock)
    if lock.acquire():
        print("trackagoat is not running.")
    else:
        state = _wait_for_state(paths)
        keeper = state.supervisor.find()
        try:
            if keeper is not None:
                keeper.terminate()
            _wait_for_lock(lock, keeper)
        except psutil.AccessDenied as error:
            raise StackError("The stack belongs to another user, who has to stop it.") from error
        print("trackagoat is stopped.")
    clear_leftovers(paths, Output())
    lock.release()
    return 0


def _follow_until_ready(paths: Paths, child: "subprocess.Popen[bytes]", reader: IO[str]) -> int:
    deadline = time.monotonic() + START_SECONDS
    while child.poll() is None:
        _show(reader)
        state = read_state(paths.state)
        if state is not None and state.phase == READY and state.supervisor.pid == child.pid:
            _show(reader)
            print(f"It runs in the background: its log is {paths.stack_log}, `make down` stops it.")
            return 0
        if time.monotonic() > deadline:
            child.terminate()
            raise StackError(f"The stack did not answer within {START_SECONDS:.0f} seconds; see {paths.stack_log}.")
        time.sleep(POLL_SECONDS)
    _show(reader)
    return child.returncode or 1


def _show(reader: IO[str]) -> None:
    sys.stdout.write(reader.read())
    sys.stdout.flush()


def _is_free(paths: Paths) -> bool:
    lock = Lock(paths.lock)
    free = lock.acquire()
    lock.release()
    return free


def _wait_for_state(paths: Paths, *, timeout: float = 10.0) -> State:
    """Read the running stack's state; it is written a moment after its lock is taken."""
    deadline = time.monotonic() + timeout
    while (state := read_state(paths.state)) is None:
        if time.monotonic() > deadline:
            raise StackError(f"A stack holds {paths.lock} but says nothing of itself in {paths.state}.")
        time.sleep(POLL_SECONDS)
    return state


def _wait_for_lock(lock: Lock, keeper: psutil.Process | None) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while not lock.acquire():
        if time.monotonic() > deadline and keeper is not None:
            keeper.kill()
        time.sleep(processes.POLL_SECONDS)
    psutil.wait_procs([keeper] if keeper is not None else [], timeout=5)
