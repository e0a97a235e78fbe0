"""What the stack prints: every line with the time and the name of who says it."""

import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle
from typing import IO

from honcho.colour import get_colours
from honcho.printer import Message, Printer

SYSTEM = "stack"
NAME_WIDTH = len("simulator")


class Output:
    """Prints lines of several processes, one whole line at a time; colored on a terminal."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._printer = Printer(stream or sys.stdout, width=NAME_WIDTH)
        self._colors: Iterator[str] = cycle(get_colours())
        self._color_of: dict[str, str] = {}
        self._lock = threading.Lock()
        self._pumps: dict[str, threading.Thread] = {}
        self.is_broken = threading.Event()  # nobody reads any more: the terminal or the pipe is gone

    def say(self, text: str) -> None:
        """Print a line of the stack's own."""
        self.line(SYSTEM, text)

    def line(self, name: str, text: str | bytes) -> None:
        """Print what `name` said; empty lines are left out."""
        if not text.strip():
            return
        with self._lock:
            color = self._color_of.setdefault(name, next(self._colors))
            now = datetime.now().astimezone()
            try:
                self._printer.write(Message(type="line", data=text, time=now, name=name, colour=color))
            except (OSError, ValueError):
                self.is_broken.set()

    def follow(self, name: str, pipe: IO[bytes]) -> None:
        """Print everything that comes out of a process's pipe, until it closes."""

        def pump() -> None:
            for line in pipe:
                self.line(name, line)

        self._pumps[name] = threading.Thread(target=pump, name=f"output of {name}", daemon=True)
        self._pumps[name].start()

    def finish(self, *names: str) -> None:
        """Print what ended processes (without names: all of them) said last."""
        for name in names or tuple(self._pumps):
            self._pumps[name].join(timeout=1.0)
