"""The run itself: moves the clock, lets real workers work, breaks things, and compares with the truth at the end."""

import random
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.soak.chaos.servers import Servers
from tests.soak.chaos.worker import live_in_simulated_time, move_clock

# Ends with a month (31 October) and the end of summer time in New York (1 November) in the middle of it.
MIDDLE = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
TIME_ZONE = "America/New_York"
# Share of TikTok's answers that go wrong, each in its own way.
FAULTS = {
    "http_429": 0.05,
    "http_500": 0.05,
    "empty": 0.03,
    "challenge": 0.03,
    "slow": 0.02,
    "schema_drift": 0.01,
}
WORKERS = ("worker-1", "worker-2")
# Real seconds without any change after which what is still in a worker's hands is given up, and the worker killed.
PATIENCE = 8.0
HANDLES = (
    "mara.cooks",
    "dailydesk",
    "runwithleo",
    "studio.nine",
    "kiki.thrift",
    "potplantpaul",
    "pixelpantry",
    "oddball.audio",
    "lina.lifts",
    "papercuts.club",
    "zahra.kitchen",
    "cents.of.self",
)


@dataclass
class Summary:
    """What happened, and what was found wrong (nothing, it is hoped)."""

    simulated: str = ""
    seconds: float = 0.0
    readings: dict[str, int] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    post_snapshots: int = 0
    account_snapshots: int = 0
    videos: int = 0
    memory_mib: list[float] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def as_table(self) -> str:
        """For people."""
        readings = ", ".join(f"{outcome} {number}" for outcome, number in self.readings.items())
        broken = ", ".join(f"{what} {number}" for what, number in self.broken.items())
        memory = (
            f"{self.memory_mib[0]:.0f} at first, {self.memory_mib[-1]:.0f} at the end, {max(self.memory_mib):.0f} most"
        )
        rows = {
            "simulated time": f"{self.simulated} in {self.seconds:.0f} s",
            "readings": readings,
            "broken on purpose": broken,
            "post snapshots": f"{self.post_snapshots:,}, each compared with the truth of its second",
            "account snapshots": f"{self.account_snapshots:,}, the same",
            "videos": f"{self.videos:,}",
            "MiB per worker process": memory,
            "differences": str(len(self.differences)),
        }
        lines = [f"{name:<24} {value}" for name, value in rows.items()]
        return "\n".join(lines + [f"  {difference}" for difference in self.differences[:20]])


class Run:
    """One faults run with its servers started."""

    def __init__(self, servers: Servers, options: Namespace) -> None:
        self.servers = servers
        self.step = timedelta(minutes=options.step)
        self.begin = MIDDLE - timedelta(days=options.days / 2)
        self.end = MIDDLE + timedelta(days=options.days / 2)
        self.handles = HANDLES[: options.accounts]
        self.chance = random.Random(options.seed)
        self.now = self.begin
        self.every, self.settle = options.every, timedelta(hours=options.settle)
        self.steps = 0
        self.broken = {"workers killed": 0, "redis restarted": 0, "postgres restarted": 0, "given up": 0}
        self.memory: list[float] = []

    def whole(self) -> Summary:
        """Everything, from an empty database to the comparison."""
        started = time.monotonic()
        self._at(self.begin)
        live_in_simulated_time()
        self._make_tables()
        for worker in WORKERS:
            self.servers.start_worker(worker)
        self._begin_tracking()
        for fault, share in FAULTS.items():
            # Breakers count real seconds, of which a simulated hour has a few: a wish to wait is as short.
            self.servers.simulator.fault(fault, share=share, seconds=1.5, retry_after=1)
        while self.now < self.end:
            self._live_a_step()
        self.servers.simulator.clear_faults()
        # What was put off for hours comes back now, and everything is read once more.
        for _ in range(int(self.settle / self.step)):
            self._at(self.now + self.step)
            self._work()
        return self._compare(time.monotonic() - started)

    def _at(self, now: datetime) -> None:
        self.now = now
        move_clock(now)
        self.servers.simulator.set_clock(now)

    def _make_tables(self) -> None:
        import os
        import subprocess
        import sys

        owner = dict(os.environ, DATABASE_ROLE="owner")
        for command in (["migrate", "-v0"], ["upkeep"]):
            subprocess.run([sys.executable, "manage.py", *command], env=owner, check=True, capture_output=True)

    def _begin_tracking(self) -> None:
        from creators.adding import creators_add
        from orgs.models import Organization, User
        from orgs.scope import organization_scope
        from orgs.services import organization_create
        from projects.services import project_create

        user = User.objects.create_user("soak@trackagoat.example", "correct horse battery")
        org = organization_create(owner=user, name="Soak", time_zone=TIME_ZONE)
        with organization_scope(org.id):
            Organization.objects.update(creator_profiles_hours=6, discover_videos_hours=1, video_stats_hours=1)
            project = project_create(name="Soak")
            creators_add(project=project, entries=list(self.handles), now=self.now)
        self.org_id = org.id

    def _live_a_step(self) -> None:
        self._at(self.now + self.step)
        self._work(self._accident())
        self.memory += [max(self.servers.memory(worker), default=0.0) for worker in WORKERS[:1]]

    def _accident(self) -> Callable[[], None] | None:
        """What goes wrong in the middle of this step, if anything: each kind of accident in its turn."""
        self.steps += 1
        if self.steps % self.every:
            return None
        accidents = (
            lambda: self._kill_worker(WORKERS[0]),
            lambda: self._restart("redis"),
            lambda: self._restart("postgres"),
            lambda: self._kill_worker(WORKERS[1]),
        )
        return accidents[self.steps // self.every % len(accidents)]

    def _kill_worker(self, worker: str) -> None:
        self.servers.kill_worker(worker)
        self.servers.start_worker(worker)
        self.broken["workers killed"] += 1

    def _restart(self, server: str) -> None:
        self.servers.restart(server)
        self.broken[f"{server} restarted"] += 1

    def _work(self, accident: Callable[[], None] | None = None) -> None:
        """Let the workers do what is due, as beat would ask them to, until nothing is left or nothing moves."""
        from creators.tasks import judge_missing_accounts
        from videos.tasks import sweep_mirror

        self._ask(sweep_mirror, judge_missing_accounts)
        last, changed_at = None, time.monotonic()
        while True:
            self._ask_for_due()
            if accident is not None:
                time.sleep(self.chance.random() * 0.3)
                accident()
                accident, changed_at = None, time.monotonic()
            time.sleep(0.1)
            state = self._unfinished()
            if not state:
                return
            if state != last:
                last, changed_at = state, time.monotonic()
            elif time.monotonic() - changed_at > PATIENCE:
                # Nobody may write later what was read at this moment: a lease outlives this step, a worker does not.
                self.broken["given up"] += 1
                for worker in WORKERS:
                    self._kill_worker(worker)
                    self.broken["workers killed"] -= 1
                return

    def _ask_for_due(self) -> None:
        from scraping.tasks import dispatch_due_targets

        self._ask(dispatch_due_targets)

    def _ask(self, *tasks: Any) -> None:
        from kombu.exceptions import OperationalError

        for task in tasks:
            try:
                task.apply_async(expires=10, retry=False)
            except OperationalError:
                return  # Redis is away for a moment; the next ask finds it

    def _unfinished(self) -> list[tuple[Any, ...]]:
        from django.db import DatabaseError, connection
        from django.db.models import Q

        from scraping.models import ScrapeTarget

        try:
            open_targets = ScrapeTarget.objects.filter(Q(due_at__lte=self.now) | Q(lease_until__gt=self.now))
            return list(open_targets.order_by("id").values_list("id", "lease_id", "due_at"))
        except DatabaseError:
            connection.close()
            return [("the database is away", time.monotonic())]

    def _compare(self, seconds: float) -> Summary:
        from django.db.models import Count

        from orgs.scope import organization_scope
        from scraping.models import Account, AccountSnapshot, Post, PostSnapshot, ScrapeRun
        from tests.soak.chaos import truth
        from videos.models import Video
        from videos.services.sweep import sweep

        sweep(self.now)
        accounts = dict(Account.objects.filter(handle__in=self.handles).values_list("id", "handle"))
        differences = [f"@{handle} has no account" for handle in set(self.handles) - set(accounts.values())]
        differences += truth.wrong_post_snapshots()
        differences += truth.wrong_account_snapshots(self.servers.simulator, accounts)
        differences += truth.missing_posts(self.servers.simulator, accounts, self.begin)
        differences += truth.lost_targets(list(accounts), self.now)
        differences += truth.stale_series(list(accounts), self.now)
        with organization_scope(self.org_id):
            mirrored = dict(Video.objects.values_list("post_id", "view_count"))
        known = dict(Post.objects.filter(id__in=mirrored).values_list("id", "view_count"))
        differences += [
            f"video {post_id} shows another number" for post_id in mirrored if mirrored[post_id] != known[post_id]
        ]
        twice = (
            PostSnapshot.objects.values("post_id", "captured_at").annotate(n=Count("post_id")).filter(n__gt=1).count()
        )
        differences += [f"{twice} snapshots are there twice"] if twice else []
        outcomes = ScrapeRun.objects.values_list("outcome").annotate(n=Count("id")).order_by("-n")
        return Summary(
            simulated=f"{self.begin:%Y-%m-%d %H:%M} to {self.now:%Y-%m-%d %H:%M}",
            seconds=seconds,
            readings=dict(outcomes),
            broken=self.broken,
            post_snapshots=PostSnapshot.objects.count(),
            account_snapshots=AccountSnapshot.objects.count(),
            videos=len(mirrored),
            memory_mib=[round(value, 1) for value in self.memory if value],
            differences=differences,
        )
