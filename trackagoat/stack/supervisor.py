"""Keeps a set of processes running: starts them, restarts one that died, and stops them all in order."""

import time
from collections import defaultdict, deque
from collections.abc import Callable

from trackagoat.stack import processes
from trackagoat.stack.errors import StackError
from trackagoat.stack.output import Output
from trackagoat.stack.processes import Program, Running

POLL_SECONDS = 0.2
# A process that dies is started again after a pause that doubles; one that dies this often within the window is
# broken, and then the whole stack stops and says so.
MOST_DEATHS = 5
DEATH_WINDOW_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.5
# Celery finishes its running tasks first, the web server its requests.
STOP_SECONDS = 15.0


class Supervisor:
    """The processes of one stack. `on_change` is called after every start, so that they can be written down."""

    def __init__(self, output: Output, on_change: Callable[[], None]) -> None:
        self._output = output
        self._on_change = on_change
        self._running: dict[str, Running] = {}
        self._deaths: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_DEATHS))
        self._restart_at: dict[str, float] = {}

    @property
    def running(self) -> dict[str, Running]:
        """The processes by name, in the order they were first started."""
        return dict(self._running)

    def start(self, program: Program, *, ready_within: float | None = None) -> None:
        """Start a program and, if asked, wait until it is ready. Raises StackError when it is not in time."""
        running = processes.start(program)
        self._running[program.name] = running
        if running.output is not None:
            self._output.follow(program.name, running.output)
        self._on_change()
        if ready_within is not None:
            running.wait_until_ready(timeout=ready_within)

    def watch(self, should_stop: Callable[[], bool]) -> None:
        """Look after the processes until `should_stop`. Raises StackError when one of them dies again and again."""
        while not should_stop():
            for name, running in self.running.items():
                if name in self._restart_at:
                    self._restart_when_due(name, running)
                elif running.exit_code() is not None:
                    self._note_death(name, running)
            time.sleep(POLL_SECONDS)

    def stop(self, *, hurry: Callable[[], bool]) -> None:
        """Stop everything: the product's processes side by side, then Redis, then PostgreSQL.

        By force after 15 seconds; the product's processes as soon as `hurry` says so.
        """
        servers = [name for name in ("redis", "postgres") if name in self._running]
        self._stop_side_by_side([name for name in self._running if name not in servers], hurry)
        for name in servers:
            self._stop_side_by_side([name], lambda: False)

    def _stop_side_by_side(self, names: list[str], hurry: Callable[[], bool]) -> None:
        group = [self._running[name] for name in names]
        for running in group:
            running.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        while any(running.exit_code() is None for running in group):
            if time.monotonic() > deadline or hurry():
                break
            time.sleep(processes.POLL_SECONDS)
        for running in group:
            running.kill()

    def _note_death(self, name: str, running: Running) -> None:
        running.kill()  # whatever it started and left behind
        now, deaths = time.monotonic(), self._deaths[name]
        deaths.append(now)
        code = running.exit_code()
        if len(deaths) == MOST_DEATHS and now - deaths[0] < DEATH_WINDOW_SECONDS:
            raise StackError(f"{name} ended {MOST_DEATHS} times within a minute, the last time with code {code}.")
        pause = FIRST_PAUSE_SECONDS * 2 ** (sum(now - death < DEATH_WINDOW_SECONDS for death in deaths) - 1)
        self._output.say(f"{name} ended with code {code}; starting it again in {pause:g} s")
        self._restart_at[name] = now + pause

    def _restart_when_due(self, name: str, running: Running) -> None:
        if time.monotonic() >= self._restart_at[name]:
            del self._restart_at[name]
            self.start(running.program)
