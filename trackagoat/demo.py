"""The demo organization: 90 days of history, made by the real pipeline as the simulator's clock moves through them."""

import secrets
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context

from django.conf import settings
from django.db import connections
from django.db.models import Count

from creators.adding import creators_add
from creators.models import Creator
from creators.modes import creators_set_mode
from creators.services import schedule_account
from goals.services.upkeep import judge_organization
from orgs.identity import memberships_of
from orgs.limits import Tier
from orgs.models import Organization, User
from orgs.scope import organization_scope
from orgs.services import api_key_create, organization_create
from projects.models import Project
from projects.services import project_create
from scraping.models import Account
from scraping.providers import Providers, build_providers
from scraping.services.scrape import read_target
from scraping.services.targets import Claim, claim_due, request_now
from scraping.simulator.process import SimulatorControl
from trackagoat.demo_campaigns import make_annotations, make_campaigns
from trackagoat.demo_connections import connect_largest
from trackagoat.demo_goals import make_goals
from videos.models import Video
from videos.services.sweep import sweep

EMAIL = "demo@trackagoat.example"
HISTORY = timedelta(days=90)
# The demo's past is read every day and a half, at whatever hour falls due: within 48 hours of posting, so that no post
# is found late. Its present is read at the plan's own pace.
STEP = timedelta(hours=6)
STEPS_BETWEEN_SWEEPS = 28
# Some creators' posts wait for a decision: those found in the last days.
SELECTIVE, SELECTIVE_SINCE = 2, timedelta(days=5)
# One more than the cores of a small machine: a reader waits for the simulator and the database half of its time.
READERS = 3
PAST_HOURS = {"creator_profiles_hours": 36, "discover_videos_hours": 36}
PRESENT_HOURS = {"creator_profiles_hours": 6, "discover_videos_hours": 1}

# Each reader process's own, with its open connections.
_providers: Providers


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """What somebody needs to use the demo."""

    base_url: str
    email: str
    password: str
    api_key: str
    org_id: str
    project_id: str
    simulator_url: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class DemoCounts:
    """What the demo holds."""

    creators: int
    videos: int
    scrapes: int


def demo_exists() -> bool:
    """Whether the demo user is there already."""
    return User.objects.filter(email=EMAIL).exists()


def remove_demo() -> None:
    """Take the demo user and their organizations away, as after a first start that was cut off."""
    user = User.objects.get(email=EMAIL)
    for membership in memberships_of(user):
        with organization_scope(membership.org_id):
            Organization.objects.get(id=membership.org_id).delete()
    user.delete()


def seed_demo(*, base_url: str, simulator_url: str, now: datetime) -> tuple[DemoLogin, DemoCounts]:
    """Make the demo organization and fill it. The simulator must be running and have nobody else's clock."""
    simulator = SimulatorControl(simulator_url)
    begin = (now - HISTORY).replace(microsecond=0)
    simulator.set_clock(begin)
    password = secrets.token_urlsafe(9)
    user = User.objects.create_user(EMAIL, password, verified=True, name="Demo")
    org = organization_create(owner=user, name="Northwind Beauty", tier=Tier.ULTRA, time_zone="Europe/Berlin")
    with organization_scope(org.id):
        Organization.objects.filter(id=org.id).update(**PAST_HOURS)
        project = project_create(name="Q4 Always-On", description="Creators who post about us all year round.")
        _, key = api_key_create(by=memberships_of(user)[0], name="Demo key")
    scrapes = _live_through(simulator, project, begin, now)
    simulator.follow_real_time()
    with organization_scope(org.id):
        Organization.objects.filter(id=org.id).update(**PRESENT_HOURS)
        make_campaigns(project, now)
        make_annotations(project, now)
        make_goals(project, now)
        accounts = list(Creator.objects.tracked().values_list("account_id", flat=True))
        counts = DemoCounts(len(accounts), Video.objects.counting().aggregate(n=Count("id"))["n"], scrapes)
    judge_organization(org.id, now=now)
    for account_id in filter(None, accounts):
        schedule_account(account_id, now)
    if settings.TIKTOK_IS_SIMULATED:
        connect_largest(project, simulator, now)
    login = DemoLogin(base_url, EMAIL, password, key, str(org.id), str(project.id), simulator_url)
    return login, counts


def _live_through(simulator: SimulatorControl, project: Project, begin: datetime, now: datetime) -> int:
    """Move the simulator's clock from `begin` to `now` and read whatever falls due on the way; returns how often.

    The mirror follows by its sweep: nobody looks at the organization's rows before the end.
    """
    handles = [account["handle"] for account in simulator.accounts() if account["group"] == "demo"]
    with organization_scope(project.org_id):
        creators_add(project=project, entries=handles, now=begin)
    scrapes = 0
    with ProcessPoolExecutor(READERS, get_context("fork"), _start_reader, (simulator.url,)) as readers:
        # The first call forks the readers: none may inherit an open connection.
        connections.close_all()
        readers.submit(int).result()
        _write_without_waiting()
        for number, moment in enumerate(_moments(begin, now)):
            simulator.set_clock(moment)
            if moment - STEP < max(begin, now - SELECTIVE_SINCE) <= moment:
                _hold_posts_back(project, moment)
            if moment == now:
                _read_everybody_once_more(now)
            scrapes += _read_what_is_due(readers, moment)
            if number % STEPS_BETWEEN_SWEEPS == 0 or moment == now:
                sweep(moment)
                scrapes += _read_what_is_due(readers, moment)
    sweep(now)
    return scrapes


def _hold_posts_back(project: Project, now: datetime) -> None:
    """Let the new posts of those who post most wait for a decision."""
    with organization_scope(project.org_id):
        busiest = Creator.objects.in_project(project.id).tracked().in_order("-video_count")[:SELECTIVE]
        creators_set_mode(
            project=project,
            creator_ids=[creator.id for creator in busiest],
            tracking_mode=Creator.TrackingMode.SELECTIVE,
            now=now,
        )


def _read_everybody_once_more(now: datetime) -> None:
    for account_id in Account.objects.values_list("id", flat=True):
        request_now(account_id, now)


def _moments(begin: datetime, end: datetime) -> Iterator[datetime]:
    moment = begin
    while moment < end:
        yield moment
        moment += STEP
    yield end


def _read_what_is_due(readers: Executor, moment: datetime) -> int:
    scrapes = 0
    while claims := claim_due(moment):
        # Consumed whole, so that an error in a reader ends the demo.
        scrapes += sum(1 for _ in readers.map(partial(_read, moment=moment), claims))
    return scrapes


def _start_reader(simulator_url: str) -> None:
    global _providers  # noqa: PLW0603 - one per reader process
    _providers = build_providers(["simulator"], simulator_url=simulator_url)
    _write_without_waiting()


def _write_without_waiting() -> None:
    """Let commits return before they are on disk: a crash costs the demo its last moments, and it is made anew then."""
    for connection in connections.all():
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")


def _read(claim: Claim, *, moment: datetime) -> None:
    read_target(claim, providers=_providers, clock=lambda: moment)
