"""Whether a worker's memory stays flat: one process does a worker's work task by task.

`python -m bench memory`; BENCH_TASKS=10000 is the full number."""

import os
import time
from datetime import timedelta

import psutil
from django.utils import timezone

from scraping.models import Account, ScrapeTarget
from scraping.providers import Options, build_providers
from scraping.services.batch import Batch
from scraping.services.targets import Kind, Wish, claim_due, request_lookups, schedule_account
from scraping.simulator.process import SimulatorProcess
from scraping.simulator.world import World

TASKS = int(os.environ.get("BENCH_TASKS", "500"))
ACCOUNTS = 50
LIMIT_MIB = 200


def main() -> None:
    """Print memory after a tenth of the tasks and after all of them."""
    with SimulatorProcess(seed=7, accounts=ACCOUNTS) as simulator:
        providers = build_providers(["simulator"], options=Options(simulator_url=simulator.url))
        world = World(seed=7, accounts=ACCOUNTS)
        now = timezone.now()
        request_lookups([world.handle(number, 0) for number in range(1, ACCOUNTS + 1)], now)
        Batch(providers, timezone.now).run(claim_due(now))
        for account_id in _accounts():
            schedule_account(account_id, Wish({Kind.DISCOVER_VIDEOS: timedelta(hours=1)}, now), now=now)
        process, began = psutil.Process(), time.perf_counter()
        early = 0
        for number in range(TASKS):
            ScrapeTarget.objects.filter(lease_id=None).update(due_at=now)
            Batch(providers, timezone.now).run(claim_due(timezone.now(), limit=1))
            if number == TASKS // 10:
                early = process.memory_info().rss
        rate = TASKS / (time.perf_counter() - began)
        late = process.memory_info().rss
        providers.close()
    print(f"memory of one process over {TASKS:,} tasks ({rate:.0f} tasks/s, each a target of its own):")
    print(f"  {early / 2**20:6.0f} MiB after a tenth, {late / 2**20:.0f} MiB at the end, bar {LIMIT_MIB} MiB")


def _accounts() -> list[int]:
    return list(Account.objects.exclude(sec_uid="").values_list("id", flat=True))
