"""Reads for the people who run the product: how reading TikTok goes, in a few set-based statements each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections, router
from django.db.models import Avg, Count, ExpressionWrapper, F, FloatField, Max, Min, Q
from django.db.models.functions import Extract, TruncHour

from scraping.models import ProviderCheck, ProviderSwitch, SchemaAlert, ScrapeRun, ScrapeTarget, Strike

# A reading that comes later than this many intervals after the one before is late.
LATE_AFTER_INTERVALS = 2


@dataclass(frozen=True, slots=True)
class HourOfOutcomes:
    """How many attempts of a provider ended in one way in one hour of UTC, and how long they took on average."""

    hour: datetime
    provider: str
    outcome: str
    runs: int
    mean_ms: float


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is to be read. `oldest_due_at` is None where nothing waits; `failing`: the last reading brought nothing."""

    targets: int
    due: int
    oldest_due_at: datetime | None
    in_hands: int
    failing: int
    fresh: int
    late: int
    never_read: int

    @property
    def fresh_share(self) -> float | None:
        """Of the targets that have been read, the share that is not late; None where none has been read."""
        read = self.fresh + self.late
        return self.fresh / read if read else None


def outcomes_by_hour(now: datetime, *, hours: int = 24) -> list[HourOfOutcomes]:
    """The attempts of the last hours, newest hour first, then by provider and outcome."""
    runs = ScrapeRun.objects.filter(started_at__gt=now - timedelta(hours=hours), started_at__lte=now)
    rows = runs.annotate(hour=TruncHour("started_at")).values("hour", "provider", "outcome")
    rows = rows.annotate(runs=Count("id"), mean_ms=Avg("duration_ms")).order_by("-hour", "provider", "outcome")
    return [HourOfOutcomes(**row) for row in rows]


def schedule_state(now: datetime) -> Schedule:
    """The schedule in one statement. Only listings and profiles count as fresh or late: single posts slow with age."""
    age = ExpressionWrapper(Extract(now - F("last_ok_at"), "epoch"), output_field=FloatField())
    is_late = Q(age__gt=LATE_AFTER_INTERVALS * F("interval_seconds"))
    regular = Q(account_id__isnull=False) & ~Q(kind=ScrapeTarget.Kind.VIDEO_STATS)
    due = Q(due_at__lte=now)
    counts = ScrapeTarget.objects.annotate(age=age).aggregate(
        targets=Count("id"),
        due=Count("id", filter=due),
        oldest_due_at=Min("due_at", filter=due),
        in_hands=Count("id", filter=Q(lease_until__gt=now)),
        failing=Count("id", filter=Q(failures__gt=0)),
        fresh=Count("id", filter=regular & Q(last_ok_at__isnull=False) & ~is_late),
        late=Count("id", filter=regular & Q(last_ok_at__isnull=False) & is_late),
        never_read=Count("id", filter=regular & Q(last_ok_at=None)),
    )
    return Schedule(**counts)


@dataclass(frozen=True, slots=True)
class StrikeCount:
    """Accounts, handles and posts that TikTok has said in the last days are not there."""

    accounts: int
    handles: int
    posts: int


def strikes(now: datetime, *, days: int = 7) -> StrikeCount:
    """How many different targets were looked at in vain."""
    recent = Strike.objects.filter(struck_at__gt=now - timedelta(days=days))
    found = recent.aggregate(
        accounts=Count("account_id", distinct=True),
        handles=Count("handle", distinct=True, filter=~Q(handle="")),
        posts=Count("post_id", distinct=True),
    )
    return StrikeCount(**found)


def open_alerts() -> list[SchemaAlert]:
    """Changed shapes that nobody has resolved, the newest first."""
    return list(SchemaAlert.objects.filter(resolved_at=None).order_by("-last_seen_at"))


def latest_checks() -> list[ProviderCheck]:
    """The last canary check of each provider and capability."""
    newest = ProviderCheck.objects.order_by("provider", "capability", "-checked_at")
    return list(newest.distinct("provider", "capability"))


def switches() -> dict[str, ProviderSwitch]:
    """Staff's word on providers, by name; one that is absent is on."""
    return {switch.provider: switch for switch in ProviderSwitch.objects.all()}


def last_success() -> datetime | None:
    """When anything was read last."""
    newest: datetime | None = ScrapeTarget.objects.aggregate(at=Max("last_ok_at"))["at"]
    return newest


def rows_in_default(tables: Sequence[str]) -> dict[str, bool]:
    """Whether the DEFAULT partition of each table holds rows: a month was missing when they came."""
    found = {}
    with connections[router.db_for_read(ScrapeRun)].cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table}_default)")  # noqa: S608 - our own tables
            (found[table],) = cursor.fetchone()
    return found
