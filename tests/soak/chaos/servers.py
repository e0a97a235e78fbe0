"""The servers and workers of a faults run, each of which can be killed or restarted."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from scraping.simulator.process import SimulatorProcess
from trackagoat.stack import postgres, redis
from trackagoat.stack.databases import ensure_database
from trackagoat.stack.processes import Program, Running, start

SEED = 7


class Servers:
    """A PostgreSQL, a Redis, a simulator and workers of one run, in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.simulator = SimulatorProcess(seed=SEED)
        self._running: dict[str, Running] = {}
        self._programs: dict[str, Program] = {}

    @contextmanager
    def running(self) -> Iterator["Servers"]:
        """Started, with the environment of this process set for Django; all of it is ended afterwards."""
        with ExitStack() as stack:
            stack.callback(self._end_all)
            # Unlike a test's servers these may be killed: what they confirmed must be there afterwards.
            self._start(postgres.program(data=self.home / "pg", sockets=self.home, log=self.home / "pg.log"))
            self._start(redis.program(data=self.home / "redis", sockets=self.home, log=self.home / "redis.log"))
            urls = ensure_database(postgres.url(self.home), "trackagoat")
            stack.enter_context(self.simulator)
            os.environ.update(
                DJANGO_SETTINGS_MODULE="trackagoat.settings",
                SECRET_KEY="only for a faults run",
                DATABASE_URL=urls.app,
                DATABASE_OWNER_URL=urls.owner,
                REDIS_URL=redis.url(self.home),
                DEFAULT_TIER="ultra",
                EMAIL_URL="dummymail://",
                TRACKAGOAT_PROVIDERS="simulator",
                SIMULATOR_URL=self.simulator.url,
                SOAK_CLOCK=str(self.home / "clock"),
            )
            yield self

    def _start(self, program: Program) -> None:
        self._programs[program.name] = program
        self._running[program.name] = start(program)
        self._running[program.name].wait_until_ready(timeout=60)

    def restart(self, name: str) -> None:
        """Kill a server without a word and start it again."""
        self._running[name].kill()
        self._start(self._programs[name])

    def start_worker(self, name: str) -> None:
        """Start one Celery worker with two processes, and wait until it takes work."""
        ready = self.home / f"{name}.ready"
        ready.unlink(missing_ok=True)
        command = (sys.executable, "-m", "tests.soak.chaos.worker")
        environment = dict(os.environ, SOAK_READY=str(ready))
        program = Program(name, command, environment, log=self.home / f"{name}.log", is_ready=ready.exists)
        self._running[name] = start(program)
        self._running[name].wait_until_ready(timeout=120)

    def kill_worker(self, name: str) -> None:
        """kill -9 of a worker and all its processes."""
        self._running.pop(name).kill()

    def memory(self, name: str) -> list[float]:
        """MiB held by each process of a worker that does work."""
        children = psutil.Process(self._running[name].process.pid).children(recursive=True)
        return [child.memory_info().rss / 2**20 for child in children]

    def _end_all(self) -> None:
        for running in reversed(list(self._running.values())):
            running.kill() if running.program.name.startswith("worker") else running.stop()
