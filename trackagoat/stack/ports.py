"""Choosing the TCP ports of the local stack, so that two stacks never share one by accident."""

import socket
import sys
from dataclasses import dataclass
from itertools import chain

from trackagoat.stack.errors import StackError

LOOPBACK = "127.0.0.1"
# Where a port is looked for, from the preferred one upward, before the system is asked for any.
NEARBY = 20


@dataclass(frozen=True)
class ClaimedPort:
    """A port that is ours until `release`; a server that binds with SO_REUSEPORT may use it meanwhile."""

    number: int
    holder: socket.socket

    def release(self) -> None:
        """Let the port go."""
        self.holder.close()


def claim_port(number: int) -> ClaimedPort | None:
    """Claim one port on loopback, or return None when somebody has it.

    A claim is a bound socket that nobody can connect to. It listens for an instant, which only one socket of a port
    may, and then allows sharing: so of two stacks that start together only one gets the port, and the web server,
    which always binds with SO_REUSEPORT, can still listen on it. Connections that linger from an earlier run do not
    count as taken.
    """
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((LOOPBACK, number))
        holder.listen(1)
    except OSError:
        holder.close()
        return None
    claimed = ClaimedPort(number, holder)
    if sys.platform == "linux":
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        holder.shutdown(socket.SHUT_RDWR)  # no longer listening, still bound
    else:
        claimed.release()  # elsewhere a socket cannot stop listening and stay bound: the port was free, no more
    return claimed


def free_port() -> int:
    """Return a port that is free right now; nothing keeps it so."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def choose_port(*, asked: int | None, preferred: int) -> ClaimedPort:
    """Claim the port that was asked for; when none was, the preferred one, one soon after it, or any free one.

    Raises StackError when a port was asked for and is taken, or is none that this user may use.
    """
    if asked is not None:
        claimed = claim_port(asked)
        if claimed is None:
            raise StackError(
                f"Port {asked} is taken (or not yours to use). Choose another with PORT=, or leave PORT out and a free "
                "one is chosen."
            )
        return claimed
    nearby = range(preferred, preferred + NEARBY)
    anywhere = (free_port() for _ in range(NEARBY))
    for number in chain(nearby, anywhere):
        claimed = claim_port(number)
        if claimed is not None:
            return claimed
    raise StackError("No free port on 127.0.0.1.")


def parse_port(text: str) -> int | None:
    """Read the PORT variable; empty means not asked for. Raises StackError for anything that is no port number."""
    if not text.strip():
        return None
    if not text.strip().isdecimal() or not 1 <= int(text) <= 65535:
        raise StackError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)
