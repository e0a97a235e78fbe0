"""Which stack runs in a checkout: a lock that the system lets go when its holder dies, and what the stack says."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from trackagoat.stack.environment import write_private
from trackagoat.stack.errors import StackError
from trackagoat.stack.processes import ProcessId

STARTING = "starting"
READY = "ready"


@dataclass
class State:
    """What a stack writes down about itself, for `make down`, a second `make up`, and the one after a crash."""

    supervisor: ProcessId
    base_url: str
    simulator_url: str
    phase: str = STARTING
    processes: dict[str, ProcessId] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Replace the file in one step."""
        write_private(path, json.dumps(asdict(self), indent=2) + "\n")


def read_state(path: Path) -> State | None:
    """Read what a stack wrote, or return None when there is nothing (or nothing whole)."""
    try:
        content = json.loads(path.read_text())
        return State(
            supervisor=ProcessId(**content["supervisor"]),
            base_url=content["base_url"],
            simulator_url=content["simulator_url"],
            phase=content["phase"],
            processes={name: ProcessId(**identity) for name, identity in content["processes"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Lock:
    """Held by the one stack of a checkout; it is gone with its holder, even after kill -9, so it never lies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """Take the lock if nobody has it; returns whether it is ours. Raises StackError if the file is closed to us."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("w")
        except OSError as error:
            raise StackError(
                f"{self._path.parent} cannot be written ({error.strerror}). It may belong to another user who ran the "
                "stack here: run it as that user, or delete the folder as that user."
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let the lock go; the file stays, because removing it could let two holders in."""
        if self._file is not None:
            self._file.close()
            self._file = None


def current_process() -> ProcessId:
    """Return the identity of this process."""
    identity = ProcessId.of(os.getpid())
    if identity is None:
        raise StackError("This process cannot see itself in the process table (is /proc mounted?).")
    return identity
