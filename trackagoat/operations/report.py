"""Everything the health page and the metrics show, read together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from connections.installation import PROVIDER
from orgs.models import OutboxEvent
from orgs.scope import platform_scope
from scraping import health
from scraping.gate import ExitState, shared_gate
from scraping.models import ProviderCheck, ProviderSwitch, SchemaAlert
from scraping.services.partitions import TABLES
from trackagoat.operations import queues, traffic


@dataclass(frozen=True, slots=True)
class Source:
    """One provider of this installation: staff's switch, its exits' breakers, its last checks."""

    name: str
    switch: ProviderSwitch | None
    exits: Sequence[ExitState]
    checks: Sequence[ProviderCheck]
    credits_today: int
    credits_this_month: int

    @property
    def is_on(self) -> bool:
        return self.switch is None or self.switch.is_on

    @property
    def resting(self) -> list[ExitState]:
        """Exits that are left alone for now."""
        return [state for state in self.exits if state.rests_until is not None]


@dataclass(frozen=True, slots=True)
class Outbox:
    """Events that wait to be delivered, and those that were set aside after too many failures."""

    waiting: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Report:
    """The state of the whole installation at one moment."""

    at: datetime
    schedule: health.Schedule
    outcomes: Sequence[health.HourOfOutcomes]
    sources: Sequence[Source]
    queues: Sequence[queues.Queue]
    strikes: health.StrikeCount
    alerts: Sequence[SchemaAlert]
    in_default_partition: Sequence[str]
    outbox: Outbox
    traffic: traffic.Traffic


def report(now: datetime) -> Report:
    """Read everything. Raises DatabaseError and redis.RedisError."""
    used = health.rows_in_default(TABLES)
    return Report(
        at=now,
        schedule=health.schedule_state(now),
        outcomes=health.outcomes_by_hour(now),
        sources=sources(),
        queues=queues.queues(),
        strikes=health.strikes(now),
        alerts=health.open_alerts(),
        in_default_partition=[table for table, has_rows in used.items() if has_rows],
        outbox=outbox(),
        traffic=traffic.last_hour(),
    )


def sources() -> list[Source]:
    """The providers of this installation, in its order; then TikTok's API for accounts that are connected."""
    switches, checks, gate = health.switches(), health.latest_checks(), shared_gate()
    found = []
    names = [*settings.TRACKAGOAT_PROVIDERS, *([PROVIDER] if settings.TIKTOK_CLIENT_KEY else [])]
    for name in names:
        today, month = gate.credits_used(name)
        own = [check for check in checks if check.provider == name]
        found.append(Source(name, switches.get(name), gate.exit_states(name), own, today, month))
    return found


def outbox() -> Outbox:
    """The outbox over all organizations: staff's business, as numbers alone."""
    with platform_scope():
        events = OutboxEvent.objects.filter(delivered_at=None)
        aside = events.exclude(set_aside_at=None).count()
        return Outbox(waiting=events.filter(set_aside_at=None).count(), set_aside=aside)
