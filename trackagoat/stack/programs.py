"""The product's four processes, as the local stack runs them."""

import sys
import urllib.error
import urllib.request
from collections.abc import Mapping

from trackagoat.stack.paths import Paths
from trackagoat.stack.processes import Program

PYTHON = sys.executable
WEB_THREADS = 4
WORKER_PROCESSES = 2
# In the order in which they are emptied: somebody waits for the first; the last is never empty under full load.
QUEUES = ("interactive", "upkeep", "scheduled")
# Root is who runs the stack in a container or a throw-away machine; the broker is a socket only root can reach.
NO_ROOT_WARNING = "ignore:You're running the worker with superuser privileges"
PROBE_TIMEOUT_SECONDS = 5.0


def simulator(environment: Mapping[str, str], *, port: int) -> Program:
    """Describe the process that answers in TikTok's place; SIMULATOR_REPLAY names a folder of recorded answers."""
    recorded = environment.get("SIMULATOR_REPLAY")
    replay = ("--replay", recorded) if recorded else ()
    return Program(
        name="simulator",
        command=(PYTHON, "-m", "scraping.simulator", "--port", str(port), *replay),
        environment=environment,
        is_ready=lambda: answers(f"{environment['SIMULATOR_URL']}/_sim/health"),
    )


def web(environment: Mapping[str, str], *, port: int) -> Program:
    """Describe the web server; it is ready when database, Redis and migrations are (`/readyz`)."""
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    options += ["--workers", "1", "--blocking-threads", str(WEB_THREADS), "--workers-kill-timeout", "5", "--no-ws"]
    options += ["--respawn-failed-workers"]
    return Program(
        name="web",
        command=(PYTHON, "-m", "granian", *options, "trackagoat.wsgi:application"),
        environment=environment,
        is_ready=lambda: answers(f"{environment['BASE_URL']}/readyz"),
    )


def worker(environment: Mapping[str, str]) -> Program:
    """Describe the Celery worker that scrapes and ingests."""
    options = ["--loglevel", "INFO", "--concurrency", str(WORKER_PROCESSES), "--without-gossip", "--without-mingle"]
    options += ["--queues", ",".join(QUEUES)]
    return Program(
        name="worker",
        command=(PYTHON, "-W", NO_ROOT_WARNING, "-m", "celery", "--quiet", "-A", "trackagoat", "worker", *options),
        environment=environment,
    )


def beat(environment: Mapping[str, str], paths: Paths) -> Program:
    """Describe the Celery clock; its memory of what ran when is a file under `var/`."""
    schedule = paths.var / "beat" / "schedule"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    options = ["--loglevel", "INFO", "--schedule", str(schedule)]
    return Program(
        name="beat",
        command=(PYTHON, "-m", "celery", "--quiet", "-A", "trackagoat", "beat", *options),
        environment=environment,
    )


def answers(url: str) -> bool:
    """Say whether a GET of this address is answered with a 2xx status."""
    try:
        # A proxy in the environment has no business between us and loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=PROBE_TIMEOUT_SECONDS) as answer:
            return bool(200 <= answer.status < 300)
    except (OSError, urllib.error.URLError):
        return False
