"""What to read next: asking for it, scheduling it, claiming it. A claim is a lease; only its holder writes results."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid4

from django.db import router, transaction
from django.db.models import F

from scraping.models import ScrapeTarget
from scraping.outcomes import CONSEQUENCES, ScrapeFailure

Kind = ScrapeTarget.Kind
# Longer than the hard time limit of a task, so that a lease never runs out under a living worker.
LEASE = timedelta(seconds=360)
# Targets in workers' hands at a time; what is due beyond that waits in the table, not in the broker.
MAX_IN_FLIGHT = 32
# Until the first profile has been read nobody knows how often it is wanted.
LOOKUP_INTERVAL = timedelta(hours=6)
# A share of the wait that is added at random, so that what was added together does not stay together.
JITTER = 0.1


class LeaseLost(Exception):
    """Somebody else holds the target by now, or it is gone: the result must not be written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A target in our hands until the lease runs out."""

    target_id: UUID
    lease_id: UUID


def history_alias() -> str:
    """The database of the canonical layer."""
    return router.db_for_write(ScrapeTarget)


def request_lookups(handles: Iterable[str], now: datetime) -> None:
    """Ask for the profiles of handles that nobody has read, at once: somebody is waiting."""
    kind = Kind.CREATOR_PROFILES
    wanted = [
        ScrapeTarget(
            id=ScrapeTarget.id_for(kind, handle=handle),
            kind=kind,
            handle=handle,
            due_at=now,
            requested_at=now,
            priority=ScrapeTarget.Priority.INTERACTIVE,
            interval_seconds=int(LOOKUP_INTERVAL.total_seconds()),
        )
        for handle in sorted(set(handles))
    ]
    ScrapeTarget.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["due_at", "requested_at", "priority", "failures", "last_outcome", "last_run_at"],
    )


def schedule_account(
    account_id: int, intervals: Mapping[Kind, timedelta], *, posts_since: datetime, now: datetime
) -> None:
    """Read an account at these intervals from now on, its posts back to `posts_since`; what is new is due at once."""
    with transaction.atomic(using=history_alias()):
        known = {target.kind: target for target in ScrapeTarget.objects.filter(account_id=account_id)}
        for kind, interval in intervals.items():
            since = posts_since if kind == Kind.DISCOVER_VIDEOS else None
            if kind in known:
                _reschedule(known[kind], interval, since, now)
            else:
                _schedule(account_id, kind, interval, since, now)


def _schedule(account_id: int, kind: Kind, interval: timedelta, posts_since: datetime | None, now: datetime) -> None:
    # The profile has just been read: that is how the account became known. Its posts have not.
    first_due = now if kind == Kind.DISCOVER_VIDEOS else now + interval
    ScrapeTarget.objects.get_or_create(
        id=ScrapeTarget.id_for(kind, account_id=account_id),
        defaults={
            "kind": kind,
            "account_id": account_id,
            "due_at": first_due,
            "requested_at": now,
            "priority": ScrapeTarget.Priority.INTERACTIVE,
            "interval_seconds": int(interval.total_seconds()),
            "posts_since": posts_since,
        },
    )


def _reschedule(target: ScrapeTarget, interval: timedelta, posts_since: datetime | None, now: datetime) -> None:
    seconds = int(interval.total_seconds())
    earlier_posts = posts_since is not None and target.posts_since is not None and posts_since < target.posts_since
    if seconds == target.interval_seconds and posts_since == target.posts_since:
        return
    due_at = now if earlier_posts else min(target.due_at, (target.last_run_at or now) + interval)
    ScrapeTarget.objects.filter(id=target.id).update(interval_seconds=seconds, posts_since=posts_since, due_at=due_at)


def stop_account(account_id: int) -> None:
    """Nobody tracks the account any more: read it no longer. Its history stays."""
    ScrapeTarget.objects.filter(account_id=account_id).delete()


def stop_lookup(handle: str) -> None:
    """Nobody waits for this handle any more."""
    ScrapeTarget.objects.filter(id=ScrapeTarget.id_for(Kind.CREATOR_PROFILES, handle=handle)).delete()


def request_now(account_id: int, now: datetime, kinds: Iterable[Kind] = tuple(Kind)) -> None:
    """Make these kinds of an account's targets due at once: somebody is waiting."""
    ScrapeTarget.objects.filter(account_id=account_id, kind__in=kinds).update(
        due_at=now, requested_at=now, priority=ScrapeTarget.Priority.INTERACTIVE
    )


def claim_due(now: datetime, *, limit: int = MAX_IN_FLIGHT) -> list[Claim]:
    """Take up to `limit` due targets, the most urgent first, fewer if many are in hands already. Two callers never get
    the same one."""
    with transaction.atomic(using=history_alias()):
        in_flight = ScrapeTarget.objects.filter(lease_until__gt=now).count()
        room = min(limit, MAX_IN_FLIGHT - in_flight)
        if room <= 0:
            return []
        due = ScrapeTarget.objects.claimable(now).select_for_update(skip_locked=True)
        ids = list(due.values_list("id", flat=True)[:room])
        lease_id = uuid4()
        ScrapeTarget.objects.filter(id__in=ids).update(lease_id=lease_id, lease_until=now + LEASE)
    return [Claim(target_id, lease_id) for target_id in ids]


def confirm_lease(claim: Claim) -> None:
    """The first statement of every write of a result: lock the target while it is still ours. Raises LeaseLost."""
    held = ScrapeTarget.objects.filter(id=claim.target_id, lease_id=claim.lease_id)
    if not held.update(lease_until=F("lease_until")):
        raise LeaseLost(f"{claim.target_id} is no longer leased as {claim.lease_id}")


def finish_read(target: ScrapeTarget, *, started_at: datetime, now: datetime) -> None:
    """Give a successfully read target back: due again after its interval. A handle that has become an account is done,
    unless somebody asked for it while it was being read."""
    if target.account_id is None:
        asked_meanwhile = ScrapeTarget.objects.filter(id=target.id, requested_at__gt=started_at)
        if asked_meanwhile.update(lease_id=None, lease_until=None, due_at=now):
            return
        ScrapeTarget.objects.filter(id=target.id).delete()
        return
    _give_back(target, timedelta(seconds=target.interval_seconds), failures=0, outcome="ok", now=now, last_ok_at=now)


def finish_failed(target: ScrapeTarget, failure: ScrapeFailure, *, now: datetime) -> datetime:
    """Give a target back that could not be read: due again as its outcome says, never sooner than the source asks.
    Returns the next due time."""
    failures = target.failures + 1
    wait = CONSEQUENCES[failure.outcome].wait(failures) or target.interval_seconds
    seconds = max(float(wait), failure.retry_after or 0.0)
    return _give_back(target, timedelta(seconds=seconds), failures=failures, outcome=failure.outcome, now=now)


def _give_back(
    target: ScrapeTarget, wait: timedelta, *, failures: int, outcome: str, now: datetime, **times: datetime
) -> datetime:
    jitter = Random(f"{target.id}{now.isoformat()}").random() * JITTER  # noqa: S311 - spreads load, guards nothing
    due_at = now + wait * (1 + jitter)
    ScrapeTarget.objects.filter(id=target.id).update(
        lease_id=None,
        lease_until=None,
        priority=ScrapeTarget.Priority.SCHEDULED,
        failures=min(failures, 32_000),
        last_outcome=outcome,
        last_run_at=now,
        due_at=due_at,
        **times,
    )
    return due_at
