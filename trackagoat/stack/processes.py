"""Starting, watching and ending the processes of the local stack, so that none is ever left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from trackagoat.stack.errors import StackError

# In the environment of every process of a stack: the `var/` it belongs to.
MARK = "TRACKAGOAT_STACK"
PR_SET_PDEATHSIG = 1
# Two readings of one process's start time may differ by this much when the clock is set.
START_TIME_TOLERANCE_SECONDS = 2.0
POLL_SECONDS = 0.05


def _nothing() -> None:
    """Do nothing: for programs that need no preparation."""


def _at_once() -> bool:
    """Say ready: for programs whose readiness nobody waits for."""
    return True


@dataclass(frozen=True)
class Program:
    """How one process is started, known to be ready, and asked to stop."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    # Output goes to this file; without one it is a pipe that the caller must read (`Running.output`).
    log: Path | None = None
    # Another user to run as (root only), None: the caller's.
    uid: int | None = None
    gid: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    prepare: Callable[[], None] = field(default=_nothing, repr=False)
    is_ready: Callable[[], bool] = field(default=_at_once, repr=False)


@dataclass(frozen=True)
class ProcessId:
    """A process beyond doubt: its number together with the time it started, because numbers are used again."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "ProcessId | None":
        """Return the identity of a process, or None when there is none with that number."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    def find(self) -> psutil.Process | None:
        """Return the process if it is still that one and alive (a zombie is not)."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) <= START_TIME_TOLERANCE_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


class Running:
    """A started program: leader of a process group of its own, ended by the system if this process dies first."""

    def __init__(self, program: Program, process: "subprocess.Popen[bytes]") -> None:
        self.program = program
        self.process = process
        self.identity = ProcessId.of(process.pid) or ProcessId(process.pid, time.time())

    @property
    def output(self) -> IO[bytes] | None:
        """What the program prints, when it has no log file."""
        return self.process.stdout

    def exit_code(self) -> int | None:
        """Return the exit code (negative: the signal that ended it), or None while the program runs."""
        return self.process.poll()

    def wait_until_ready(self, *, timeout: float) -> None:
        """Wait for the program to answer. Raises StackError if it ends first, or not within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not self.program.is_ready():
            code = self.exit_code()
            if code is not None:
                raise StackError(f"{self.program.name} ended with code {code} while starting.{self._hint()}")
            if time.monotonic() > deadline:
                raise StackError(f"{self.program.name} did not answer within {timeout:.0f} seconds.{self._hint()}")
            time.sleep(POLL_SECONDS)

    def ask_to_stop(self) -> None:
        """Ask the program to stop in its own way; returns at once."""
        if self.exit_code() is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(self.program.stop_signal)

    def stop(self, *, timeout: float = 20.0) -> None:
        """Stop the program and whatever it started; by force after `timeout` seconds."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout)
        self.kill()

    def kill(self) -> None:
        """End the program's whole process group by force; harmless when it has ended already."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _hint(self) -> str:
        if self.program.log is None:
            return ""
        lines = self.program.log.read_text(errors="replace").splitlines()[-8:] if self.program.log.exists() else []
        return "\n".join(["", f"The end of {self.program.log}:", *(f"  {line}" for line in lines)])


def start(program: Program) -> Running:
    """Prepare and start a program. Call it from the main thread: the program ends when that thread does."""
    program.prepare()
    log = None if program.log is None else _fresh_log(program.log)
    try:
        process = subprocess.Popen(
            program.command,
            env=program.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if log is None else log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=program.uid,
            group=program.gid,
            extra_groups=None if program.gid is None else [],
            # Safe beside threads: it makes one system call and imports nothing.
            preexec_fn=_end_with_parent(program.stop_signal),  # noqa: PLW1509
        )
    except OSError as error:
        raise StackError(f"{program.name} cannot be started: {error}") from error
    finally:
        if log is not None:
            log.close()
    return Running(program, process)


def marked(var: Path) -> list[ProcessId]:
    """Find the processes that belong to the stack of `var`, but for this one and its parents."""
    ours = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid not in ours and process.environ().get(MARK) == str(var):
                found.append(ProcessId(process.pid, process.create_time()))
    return found


def end_all(identities: Iterable[ProcessId], *, grace: float = 5.0) -> int:
    """End those of the processes that still run: asked first, by force after `grace` seconds. Returns how many ran."""
    alive = [process for process in (identity.find() for identity in identities) if process is not None]
    for process in alive:
        with suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(alive, timeout=grace)
    for process in stubborn:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=grace)
    return len(alive)


def _fresh_log(path: Path) -> IO[bytes]:
    """Open a log for this run; the previous run's stays beside it as `.1`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_name(path.name + ".1"))
    return path.open("wb")


def _end_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs before its program, so that Linux sends it `stop_signal` when its parent is gone."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return ask_the_kernel


def end_this_process_with_its_parent() -> None:
    """Have Linux send this process SIGTERM when the one that started it (make) is gone, even after kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
