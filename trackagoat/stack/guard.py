"""Cleans up after a stack that was killed: what its processes had started, and what would not stop by itself.

The system ends the stack's own children with it. Their children (a pool's workers, a server's sessions) are nobody's
then, so a guard waits beside the stack for its end, and ends whatever is left.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from trackagoat.stack import processes

# What was asked to stop by the system may finish its work for this long.
GRACE_SECONDS = 10.0
POLL_SECONDS = 0.2


def start(var: Path) -> "subprocess.Popen[bytes]":
    """Start the guard of the stack of `var`; it notices this process's end, and `dismiss` ends it before that."""
    return subprocess.Popen(
        [sys.executable, "-m", "trackagoat.stack.guard", str(var)],
        env=os.environ | {processes.MARK: str(var)},  # the next stack ends it, before it could take that one for this
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def dismiss(guard: "subprocess.Popen[bytes]") -> None:
    """End the guard of a stack that has stopped in order."""
    guard.kill()
    guard.wait()


def watch(var: Path) -> None:
    """Wait for the stack's end, then end what belongs to it and does not end by itself."""
    sys.stdin.buffer.read()  # ends when the only writer, the stack, is gone
    deadline = time.monotonic() + GRACE_SECONDS
    while (left := processes.marked(var)) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    processes.end_all(left)


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
