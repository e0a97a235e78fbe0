"""The guard: after a stack is killed nothing of it stays, not even what its children had started."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from trackagoat.stack import guard, processes
from trackagoat.stack.processes import MARK

ROOT = Path(__file__).resolve().parents[2]
# A stack whose child ignores the request to stop and has a child in a session of its own.
STACK = """
import sys
from pathlib import Path
from trackagoat.stack import guard, processes
var = sys.argv[1]
STUBBORN = '''
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[1:]: subprocess.Popen([sys.executable, "-c", sys.argv[1]], start_new_session=True)
print("up", flush=True)
time.sleep(60)
'''
guard.start(Path(var))
child = processes.start(processes.Program(
    "stubborn", (sys.executable, "-c", STUBBORN, STUBBORN), {processes.MARK: var}))
child.output.readline(); child.output.readline()
print("ready", flush=True)
child.process.wait()
"""


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """The `var` of a stack that was killed just now."""
    stack = subprocess.Popen([sys.executable, "-c", STACK, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert stack.stdout is not None
    assert stack.stdout.readline() == b"ready\n"
    assert len(processes.marked(tmp_path)) == 3  # the guard, the child and its child
    stack.send_signal(signal.SIGKILL)
    stack.wait()
    return tmp_path


def test_nothing_of_a_killed_stack_stays(killed: Path) -> None:
    deadline = time.monotonic() + guard.GRACE_SECONDS + 15
    while (left := processes.marked(killed)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left == []


def test_the_next_stack_ends_the_guard_with_everything_else(killed: Path) -> None:
    assert processes.end_all(processes.marked(killed), grace=0.5) == 3
    assert processes.marked(killed) == []


def test_a_stack_that_stops_in_order_dismisses_its_guard(tmp_path: Path) -> None:
    watcher = guard.start(tmp_path)
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], env={MARK: str(tmp_path)}, stdin=subprocess.PIPE)
    guard.dismiss(watcher)
    assert not psutil.pid_exists(watcher.pid)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
