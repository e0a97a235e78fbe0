"""The whole way under full load: claim, HTTP on loopback, parse, ingest; with real workers in processes of their own.

`python -m bench pipeline`; the sizes are BENCH_ACCOUNTS (a full schedule), BENCH_SECONDS, BENCH_WORKERS and
BENCH_NEWCOMERS (handles added while the schedule is full). The simulator runs beside the workers; what it costs is
printed, so that it can be told apart."""

import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import psutil
import redis
from django.conf import settings
from django.db import connections
from django.utils import timezone

from scraping.models import Account, ScrapeRun, ScrapeTarget
from scraping.services.targets import Kind, Priority, Wish, history_alias, request_lookups, schedule_account
from scraping.simulator.process import SimulatorProcess
from scraping.simulator.world import World
from scraping.tasks import dispatch_due_targets
from trackagoat.stack.programs import NO_ROOT_WARNING

ACCOUNTS = int(os.environ.get("BENCH_ACCOUNTS", "1500"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
WORKERS = int(os.environ.get("BENCH_WORKERS", "4"))
NEWCOMERS = int(os.environ.get("BENCH_NEWCOMERS", "10"))
TICK = 10.0
# Every account is due again so soon that the schedule is never empty.
INTERVAL = timedelta(seconds=1)


def main() -> None:
    """Print pages a second, the schedule's lag, the time to a newcomer's first numbers, and memory."""
    with SimulatorProcess(seed=7, accounts=ACCOUNTS + NEWCOMERS) as simulator:
        os.environ.update(SIMULATOR_URL=simulator.url, DATABASE_URL=_database_url())
        settings.SIMULATOR_URL = simulator.url
        world = World(seed=7, accounts=ACCOUNTS + NEWCOMERS)
        everybody = [world.handle(number, 0) for number in range(1, ACCOUNTS + NEWCOMERS + 1)]
        regulars, newcomers = everybody[NEWCOMERS:], everybody[:NEWCOMERS]
        workers = _start_workers()
        try:
            _read_profiles(regulars)
            _fill_schedule()
            _measure(simulator, workers, newcomers)
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait(timeout=60)


def _database_url() -> str:
    """The bench's own database, as the workers are told of it."""
    name = str(connections["default"].settings_dict["NAME"])
    return re.sub(r"/trackagoat\b", f"/{name}", os.environ["DATABASE_URL"], count=1)


def _start_workers() -> list[subprocess.Popen[bytes]]:
    """Workers of one process each, all of which serve those who wait first."""
    command = [
        sys.executable,
        "-W",
        NO_ROOT_WARNING,
        "-m",
        "celery",
        "--quiet",
        "-A",
        "trackagoat",
        "worker",
        "--loglevel",
        "WARNING",
    ]
    command += ["--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        subprocess.Popen([*command, "--queues", "interactive,upkeep,scheduled", "--hostname", f"bench{number}@%h"])
        for number in range(WORKERS)
    ]


def _read_profiles(handles: Sequence[str]) -> None:
    request_lookups(handles, timezone.now())
    deadline = time.monotonic() + 300
    # Some of them do not exist or are private; they are left out.
    while ScrapeTarget.objects.filter(last_run_at=None).exists() and time.monotonic() < deadline:
        dispatch_due_targets()
        time.sleep(1)


def _fill_schedule() -> None:
    now = timezone.now()
    for account_id in Account.objects.exclude(sec_uid="").values_list("id", flat=True):
        schedule_account(account_id, Wish({Kind.DISCOVER_VIDEOS: INTERVAL}, now - timedelta(days=5)), now=now)
    ScrapeTarget.objects.filter(account_id=None).delete()
    ScrapeTarget.objects.update(priority=Priority.SCHEDULED)


def _measure(
    simulator: SimulatorProcess, workers: Sequence["subprocess.Popen[bytes]"], newcomers: Sequence[str]
) -> None:
    stop = threading.Event()
    beat = threading.Thread(target=_tick, args=(stop,))
    beat.start()
    time.sleep(5)  # until every worker has connections and the first readings are behind
    children = [child for worker in workers for child in _family(worker)]
    memory, cpu = _memory(children), _cpu(simulator)
    began_at, began = timezone.now(), time.monotonic()
    firsts = _add_newcomers(newcomers)
    time.sleep(max(SECONDS - (time.monotonic() - began), 0))
    seconds = time.monotonic() - began
    stop.set()
    beat.join()
    _print(began_at, seconds, firsts, (memory, _memory(children)), (_cpu(simulator) - cpu) / seconds)


def _tick(stop: threading.Event) -> None:
    while not stop.wait(TICK):
        dispatch_due_targets()
    connections.close_all()


def _add_newcomers(handles: Sequence[str]) -> list[float]:
    """Seconds from asking for each handle to its profile's first snapshot."""
    waits = []
    for handle in handles:
        asked, began = timezone.now(), time.monotonic()
        request_lookups([handle], asked)
        dispatch_due_targets.delay()
        while not ScrapeRun.objects.filter(handle=handle, outcome="ok").exists() and time.monotonic() - began < 90:
            time.sleep(0.05)
        waits.append(time.monotonic() - began)
    return waits


def _print(
    since: datetime, seconds: float, firsts: Sequence[float], memory: tuple[list[int], list[int]], cores: float
) -> None:
    runs = ScrapeRun.objects.filter(started_at__gte=since.astimezone(UTC), kind=Kind.DISCOVER_VIDEOS, outcome="ok")
    lags = sorted(runs.values_list("waited_ms", flat=True))
    lag = lags[int(len(lags) * 0.95)] / 1000 if lags else float("nan")
    tasks = redis.Redis.from_url(settings.REDIS_URL).llen("scheduled")
    print(f"{WORKERS} workers, {ACCOUNTS} accounts always due, {seconds:.0f} s, load {os.getloadavg()[0]:.1f}:")
    print(f"  {len(lags) / seconds:8.1f} listing readings/s (one page each at least)")
    print(
        f"  {statistics.median(lags or [0]) / 1000:8.1f} s schedule lag (median), p95 {lag:.1f} s, bar {2 * TICK:.0f} s"
    )
    if firsts:
        p95 = sorted(firsts)[int(len(firsts) * 0.95)]
        print(f"  {p95:8.1f} s to a newcomer's first numbers (p95 of {len(firsts)}), bar 60 s")
    print(
        f"  {max(memory[1]) / 2**20:8.0f} MiB in the largest worker; {max(memory[0]) / 2**20:.0f} MiB at the beginning"
    )
    print(f"  {cores:8.2f} cores used by the simulator; {tasks} tasks still wait")
    with connections[history_alias()].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM scraping_postsnapshot")
        print(f"  {cursor.fetchone()[0]:8,} snapshots stored")


def _family(worker: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    process = psutil.Process(worker.pid)
    return [process, *process.children(recursive=True)]


def _memory(processes: Sequence[psutil.Process]) -> list[int]:
    return [process.memory_info().rss for process in processes if process.is_running()]


def _cpu(simulator: SimulatorProcess) -> float:
    (child,) = [one for one in psutil.Process().children() if "scraping.simulator" in " ".join(one.cmdline())]
    times = child.cpu_times()
    return float(times.user + times.system)
