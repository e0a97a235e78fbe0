"""The whole way under full load: claim, HTTP on loopback, parse, ingest; with real workers in processes of their own.

`python -m bench pipeline`; the sizes are BENCH_ACCOUNTS (a full schedule), BENCH_SECONDS, BENCH_WORKERS and
BENCH_NEWCOMERS (handles added while the schedule is full). First more is due than can be read: that shows the speed,
and how long newcomers wait behind it. Then as much is due as nine tenths of that speed can read: that shows the lag.
What each part costs of a core is printed, so that the simulator, which runs beside the workers, can be told apart."""

import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psutil
import redis
from django.conf import settings
from django.db import connections
from django.utils import timezone

from creators.adding import creators_add
from creators.models import Creator
from orgs.models import Organization, User
from orgs.scope import organization_scope
from orgs.services import organization_create
from projects.services import project_create
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
# How much of the measured speed the schedule asks for while its lag is measured.
SHARE = 0.9
SIMULATOR = "simulator"
_SPREAD = """
UPDATE scraping_scrapetarget SET interval_seconds = %(interval)s,
    due_at = CASE WHEN lease_id IS NULL THEN %(now)s + random() * make_interval(secs => %(interval)s) ELSE due_at END
"""
# Parts of what runs, and how their command lines are told apart.
SIGNS = {SIMULATOR: "scraping.simulator", "workers": "celery", "PostgreSQL": "postgres", "Redis": "-server"}


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
            _measure(workers, newcomers)
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


def _measure(workers: Sequence["subprocess.Popen[bytes]"], newcomers: Sequence[str]) -> None:
    stop = threading.Event()
    beat = threading.Thread(target=_tick, args=(stop,))
    beat.start()
    time.sleep(5)  # until every worker has connections and the first readings are behind
    children = [child for worker in workers for child in _family(worker)]
    memory, cpu = _memory(children), _cpu()
    began_at, began = timezone.now(), time.monotonic()
    firsts = _add_newcomers(newcomers)
    time.sleep(max(SECONDS - (time.monotonic() - began), 0))
    seconds = time.monotonic() - began
    spent = {part: used - cpu.get(part, 0.0) for part, used in _cpu().items()}
    pages = len(_lags(began_at))
    _print(pages, seconds, firsts, (memory, _memory(children)), spent)
    lags = _lags_at_capacity(SHARE * pages / seconds)
    stop.set()
    beat.join()
    _print_lags(lags)


def _tick(stop: threading.Event) -> None:
    while not stop.wait(TICK):
        dispatch_due_targets()
    connections.close_all()


def _lags_at_capacity(rate: float) -> list[int]:
    """Fill the schedule with `rate` readings a second, let it settle, and return how late each was in milliseconds."""
    interval = max(round(ACCOUNTS / rate), 1)
    with connections[history_alias()].cursor() as cursor:
        cursor.execute(_SPREAD, {"interval": interval, "now": timezone.now()})
    # What is in workers' hands is given back once more under the interval before.
    time.sleep(interval + TICK)
    settled = timezone.now()
    time.sleep(SECONDS)
    return _lags(settled)


def _lags(since: datetime) -> list[int]:
    """How late each listing was read that was begun since then, in milliseconds, sorted."""
    runs = ScrapeRun.objects.filter(started_at__gte=since.astimezone(UTC), kind=Kind.DISCOVER_VIDEOS, outcome="ok")
    return sorted(runs.values_list("waited_ms", flat=True))


def _add_newcomers(handles: Sequence[str]) -> list[float]:
    """Seconds from pasting each handle into a project until the organization's own row has numbers: what its page
    shows."""
    org = organization_create(owner=User.objects.create_user("pipeline@bench.example"), name="Bench")
    with organization_scope(org.id):
        project = project_create(name="Bench")
    waits = []
    for handle in handles:
        began = time.monotonic()
        with organization_scope(org.id):
            creators_add(project=project, entries=[handle], now=timezone.now())
        while not _is_shown(org, handle) and time.monotonic() - began < 90:
            time.sleep(0.05)
        waits.append(time.monotonic() - began)
    return waits


def _is_shown(org: Organization, handle: str) -> bool:
    """Whether the page of a creator has numbers, or says that there are none to be had."""
    with organization_scope(org.id):
        if Creator.objects.filter(tiktok_handle=handle).exclude(last_scraped_at=None).exists():
            return True
    return ScrapeRun.objects.filter(handle=handle).exclude(outcome="ok").exists()


def _print(
    pages: int, seconds: float, firsts: Sequence[float], memory: tuple[list[int], list[int]], spent: dict[str, float]
) -> None:
    tasks = redis.Redis.from_url(settings.REDIS_URL).llen("scheduled")
    print(f"{WORKERS} workers, {ACCOUNTS} accounts always due, {seconds:.0f} s, load {os.getloadavg()[0]:.1f}:")
    print(f"  {pages / seconds:8.1f} listing readings/s (one page each at least), bar 100")
    parts = ", ".join(f"{part} {1000 * used / max(pages, 1):.1f}" for part, used in sorted(spent.items()))
    ours = sum(used for part, used in spent.items() if part != SIMULATOR)
    print(f"  {1000 * ours / max(pages, 1):8.1f} ms of a core a reading, simulator aside ({parts})")
    if firsts:
        p95 = sorted(firsts)[int(len(firsts) * 0.95)]
        print(f"  {p95:8.1f} s to a newcomer's first numbers on its page (p95 of {len(firsts)}), bar 60 s")
    print(
        f"  {max(memory[1]) / 2**20:8.0f} MiB in the largest worker; {max(memory[0]) / 2**20:.0f} MiB at the beginning"
    )
    with connections[history_alias()].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM scraping_postsnapshot")
        print(f"  {cursor.fetchone()[0]:8,} snapshots stored; {tasks} tasks still wait")


def _print_lags(lags: Sequence[int]) -> None:
    """The lag where the schedule asks for nine tenths of what was read a second before."""
    if not lags:
        sys.exit("nothing was read")
    median, p95 = statistics.median(lags) / 1000, lags[int(len(lags) * 0.95)] / 1000
    print(f"the schedule full to {SHARE:.0%} of that speed, {len(lags) / SECONDS:.1f} readings/s:")
    print(f"  {median:8.1f} s schedule lag (median), p95 {p95:.1f} s, bar {2 * TICK:.0f} s")


def _family(worker: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    process = psutil.Process(worker.pid)
    return [process, *process.children(recursive=True)]


def _memory(processes: Sequence[psutil.Process]) -> list[int]:
    return [process.memory_info().rss for process in processes if process.is_running()]


def _cpu() -> dict[str, float]:
    """Seconds of a core used so far by each part of what this bench has started."""
    used: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            times, line = process.cpu_times(), " ".join(process.cmdline())
            part = next((name for name, sign in SIGNS.items() if sign in line), "other")
            # Those that have ended, such as PostgreSQL's sessions, are counted by their parents.
            used[part] = used.get(part, 0.0) + sum(times[:4])
    return used
