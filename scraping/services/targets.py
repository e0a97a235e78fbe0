"""What to read next: asking for it, scheduling it, claiming it, giving it back.

A claim is a lease: only its holder may write a result. A leased target stands in the schedule at its lease's end, so
one that was lost with its worker is due again by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid4

from django.db import connections, router, transaction
from django.db.models import Case, DateTimeField, F, Value, When

from scraping.models import Account, Post, ScrapeTarget
from scraping.outcomes import CONSEQUENCES, Outcome, ScrapeFailure
from scraping.services.bulk import array_literal, binary_cursor

Kind = ScrapeTarget.Kind
Priority = ScrapeTarget.Priority
# Longer than the hard time limit of a task, so that a lease never runs out under a living worker.
LEASE = timedelta(seconds=360)
# How many targets one claim takes unless it says otherwise.
CLAIM = 100
# Until the first profile has been read nobody knows how often it is wanted.
LOOKUP_INTERVAL = timedelta(hours=6)
# A share of the wait that is added at random, so that what was added together does not stay together.
JITTER = 0.1
# Somebody who waits stays ahead of the schedule through this many failures of the source.
PATIENCE = 3


class LeaseLost(Exception):
    """Somebody else holds the target by now, or it is gone: the result must not be written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A target in our hands until the lease runs out; `due_at` is when it should have been read."""

    target_id: UUID
    lease_id: UUID
    due_at: datetime | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a listing has been read that is read in parts: back to `bound` it goes on at `cursor`."""

    cursor: str
    bound: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a claimed target is given back after an attempt begun at `started_at`, and when it is due next."""

    target: ScrapeTarget
    lease_id: UUID
    started_at: datetime
    now: datetime
    due_at: datetime
    outcome: Outcome
    failures: int = 0
    priority: int = Priority.SCHEDULED
    read_back_to: datetime | None = None
    progress: Progress | None = None

    @property
    def ends_target(self) -> bool:
        """A handle that has become an account, or a post that has an author, is read as theirs from now on."""
        return self.target.account_id is None and self.outcome is Outcome.OK


@dataclass(frozen=True, slots=True)
class Wish:
    """How an account is to be read, by everybody who tracks it together.

    `intervals`: what is read and how often; kinds that are left out are read no longer. Posts are wanted from
    `posts_since` on (None: none but `post_ids`), until they are older than `expiry` (None: for ever), but for
    `unwanted_ids`: for these nothing is asked, though a listing may show them.
    """

    intervals: Mapping[Kind, timedelta]
    posts_since: datetime | None
    expiry: timedelta | None = None
    post_ids: tuple[int, ...] = field(default=())
    unwanted_ids: tuple[int, ...] = field(default=())


def history_alias() -> str:
    """The database of the canonical layer."""
    return router.db_for_write(ScrapeTarget)


# --- asking ----------------------------------------------------------------------------------------------------------


def request_lookups(handles: Iterable[str], now: datetime) -> None:
    """Ask for the profiles of handles at once: somebody begins to track whoever owns them."""
    wanted = sorted(set(handles))
    for account_id in Account.objects.filter(handle__in=wanted).order_by("id").values_list("id", flat=True):
        begin_history(account_id, now)
    _request([(ScrapeTarget.id_for(Kind.CREATOR_PROFILES, handle=handle), handle, ()) for handle in wanted], now)


def request_posts(post_ids: Iterable[int], now: datetime) -> None:
    """Ask for posts by id at once, whoever their authors are: somebody added them by address."""
    _request(
        [(ScrapeTarget.id_for(Kind.VIDEO_STATS, post_id=post_id), "", (post_id,)) for post_id in sorted(set(post_ids))],
        now,
    )


def _request(wanted: Sequence[tuple[UUID, str, tuple[int, ...]]], now: datetime) -> None:
    rows = [
        ScrapeTarget(
            id=target_id,
            kind=Kind.VIDEO_STATS if post_ids else Kind.CREATOR_PROFILES,
            handle=handle,
            post_ids=list(post_ids),
            due_at=now,
            requested_at=now,
            priority=Priority.INTERACTIVE,
            interval_seconds=int(LOOKUP_INTERVAL.total_seconds()),
        )
        for target_id, handle, post_ids in wanted
    ]
    ScrapeTarget.objects.bulk_create(rows, ignore_conflicts=True)
    asked = ScrapeTarget.objects.filter(id__in=[row.id for row in rows]).locked_by_id()
    with transaction.atomic(using=history_alias(), savepoint=False):
        asked.update(due_at=_now_unless_leased(now), requested_at=now, priority=Priority.INTERACTIVE, failures=0)
        asked.filter(lease_id=None).update(last_outcome="", last_run_at=None)


def request_now(account_id: int, now: datetime, kinds: Iterable[Kind] = tuple(Kind)) -> None:
    """Make these kinds of an account's targets due at once: somebody is waiting."""
    request_accounts_now([account_id], now, kinds)


def request_accounts_now(account_ids: Sequence[int], now: datetime, kinds: Iterable[Kind] = tuple(Kind)) -> None:
    """Like `request_now`, for many accounts in one statement."""
    wanted = ScrapeTarget.objects.filter(account_id__in=account_ids, kind__in=list(kinds)).locked_by_id()
    with transaction.atomic(using=history_alias(), savepoint=False):
        wanted.update(due_at=_now_unless_leased(now), requested_at=now, priority=Priority.INTERACTIVE)


def _now_unless_leased(now: datetime) -> Case:
    """Due now; a target in a worker's hands is read again as soon as it is given back."""
    return Case(When(lease_until__gt=now, then=F("due_at")), default=Value(now), output_field=DateTimeField())


def begin_history(account_id: int, now: datetime) -> None:
    """Somebody begins to track an account: the first reading of it and of each of its posts from now on is kept."""
    Account.objects.filter(id=account_id).exclude(begun_at__gte=now).update(begun_at=now)


def begin_histories_of(post_ids: Sequence[int], now: datetime) -> None:
    """Somebody begins to track these posts: the first reading of each from now on is kept."""
    authors = Post.objects.filter(id__in=post_ids).exclude(account_id=None).values_list("account_id", flat=True)
    for account_id in sorted({author for author in authors if author is not None}):
        begin_history(account_id, now)


# --- scheduling ------------------------------------------------------------------------------------------------------


def schedule_account(account_id: int, wish: Wish, *, now: datetime) -> None:
    """Read an account as wished from now on; what is new is due at once."""
    known = {Kind(target.kind): target for target in ScrapeTarget.objects.filter(account_id=account_id)}
    gone = [target.id for kind, target in known.items() if kind not in wish.intervals]
    if gone:
        ScrapeTarget.objects.filter(id__in=gone).locked_by_id().delete()
    for kind in wish.intervals:
        if kind in known:
            _reschedule(known[kind], _wanted(kind, wish), now)
        else:
            _schedule(account_id, kind, _wanted(kind, wish), now)


def _wanted(kind: Kind, wish: Wish) -> dict[str, object]:
    """The columns of a target that say what is wanted of it."""
    about_posts = kind != Kind.CREATOR_PROFILES
    expiry = int(wish.expiry.total_seconds()) if wish.expiry is not None else None
    return {
        "interval_seconds": int(wish.intervals[kind].total_seconds()),
        "posts_since": wish.posts_since if about_posts else None,
        "expiry_seconds": expiry if about_posts else None,
        "post_ids": sorted(wish.post_ids) if kind == Kind.VIDEO_STATS else [],
        "unwanted_ids": sorted(wish.unwanted_ids) if about_posts else [],
    }


def _schedule(account_id: int, kind: Kind, wanted: Mapping[str, object], now: datetime) -> None:
    # The profile has just been read: that is how the account became known. Its posts have not.
    is_listing = kind == Kind.DISCOVER_VIDEOS
    first_due = now if is_listing else now + timedelta(seconds=float(str(wanted["interval_seconds"])))
    ScrapeTarget.objects.get_or_create(
        id=ScrapeTarget.id_for(kind, account_id=account_id),
        defaults={
            **wanted,
            "kind": kind,
            "account_id": account_id,
            "due_at": first_due,
            "requested_at": now,
            "priority": Priority.INTERACTIVE if is_listing else Priority.SCHEDULED,
        },
    )


def _reschedule(target: ScrapeTarget, wanted: Mapping[str, object], now: datetime) -> None:
    if all(getattr(target, name) == value for name, value in wanted.items()):
        return
    interval, since = timedelta(seconds=float(str(wanted["interval_seconds"]))), wanted["posts_since"]
    more_posts = isinstance(since, datetime) and (target.posts_since is None or since < target.posts_since)
    due_at = now if more_posts else min(target.due_at, (target.last_run_at or now) + interval)
    ScrapeTarget.objects.filter(id=target.id).update(**wanted)
    ScrapeTarget.objects.filter(id=target.id, lease_id=None).update(due_at=due_at)


def stop_account(account_id: int) -> None:
    """Nobody tracks the account any more: read it no longer. Its history stays."""
    ScrapeTarget.objects.filter(account_id=account_id).locked_by_id().delete()


def stop_posts(post_ids: Sequence[int]) -> None:
    """Nobody waits for these posts, whose authors are unknown, any more."""
    ids = [ScrapeTarget.id_for(Kind.VIDEO_STATS, post_id=post_id) for post_id in post_ids]
    ScrapeTarget.objects.filter(id__in=ids).locked_by_id().delete()


def stop_lookup(handle: str) -> None:
    """Nobody waits for this handle any more."""
    ScrapeTarget.objects.filter(id=ScrapeTarget.id_for(Kind.CREATOR_PROFILES, handle=handle)).delete()


# --- claiming --------------------------------------------------------------------------------------------------------

_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id, due_at FROM scraping_scrapetarget WHERE priority = %(priority)s AND due_at <= %(now)s
    ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE scraping_scrapetarget AS target SET lease_id = %(lease_id)s, lease_until = %(until)s, due_at = %(until)s
FROM due WHERE target.id = due.id RETURNING target.id, due.due_at, target.kind
"""


def claim_due(now: datetime, *, limit: int = CLAIM, priorities: Iterable[int] = (10, 0)) -> list[Claim]:
    """Take up to `limit` due targets, those for whom somebody waits first. Two callers never get the same one."""
    claims: list[Claim] = []
    for priority in priorities:
        if len(claims) < limit:
            claims += _claim(now, limit - len(claims), priority)
    return claims


def _claim(now: datetime, limit: int, priority: int) -> list[Claim]:
    lease_id = uuid4()
    values: dict[str, Any] = {
        "priority": int(priority),
        "now": now,
        "limit": limit,
        "lease_id": lease_id,
        "until": now + LEASE,
    }
    with connections[history_alias()].cursor() as cursor:
        cursor.execute(_CLAIM, values)
        taken = sorted(cursor.fetchall(), key=lambda row: row[1])
    return [Claim(target_id, lease_id, due_at, kind) for target_id, due_at, kind in taken]


def release(claims: Sequence[Claim]) -> None:
    """Give targets back unread: each is due again when it was."""
    for claim in claims:
        held = ScrapeTarget.objects.filter(id=claim.target_id, lease_id=claim.lease_id)
        held.update(lease_id=None, lease_until=None, due_at=claim.due_at or F("requested_at"))


def confirm_lease(claim: Claim) -> None:
    """The first statement of every write of a result: lock the target while it is still ours. Raises LeaseLost."""
    held = ScrapeTarget.objects.filter(id=claim.target_id, lease_id=claim.lease_id)
    if not held.update(lease_until=F("lease_until")):
        raise LeaseLost(f"{claim.target_id} is no longer leased as {claim.lease_id}")


# --- giving back -----------------------------------------------------------------------------------------------------

_HOLD = "SELECT FROM scraping_scrapetarget WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE"
_SETTLE = """
UPDATE scraping_scrapetarget AS target SET lease_id = NULL, lease_until = NULL,
    due_at = CASE WHEN target.requested_at > rows.started_at THEN rows.now ELSE rows.due_at END,
    priority = CASE WHEN target.requested_at > rows.started_at THEN target.priority ELSE rows.priority END,
    failures = rows.failures, last_outcome = rows.last_outcome, last_run_at = rows.now,
    last_ok_at = CASE WHEN rows.last_outcome = 'ok' THEN rows.now ELSE target.last_ok_at END,
    read_back_to = least(target.read_back_to, rows.read_back_to),
    resume_cursor = rows.resume_cursor, resume_bound = rows.resume_bound
FROM (
    SELECT * FROM unnest(
        %s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::smallint[], %s::smallint[],
        %s::varchar[], %s::timestamptz[], %s::varchar[], %s::timestamptz[]
    ) AS v(id, lease_id, started_at, now, due_at, priority, failures, last_outcome, read_back_to, resume_cursor,
        resume_bound)
) AS rows
WHERE target.id = rows.id AND target.lease_id = rows.lease_id
RETURNING target.id
"""
_END = """
DELETE FROM scraping_scrapetarget AS target
USING (SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS v(id, lease_id, started_at)) AS rows
WHERE target.id = rows.id AND target.lease_id = rows.lease_id AND target.requested_at <= rows.started_at
RETURNING target.id
"""


def settle(settlements: Sequence[Settlement]) -> set[UUID]:
    """Give targets back, in one statement; returns those that were still ours: only their results may be written."""
    if len(settlements) > 1:
        with binary_cursor(ScrapeTarget) as cursor:
            cursor.execute(_HOLD, [array_literal(settlement.target.id for settlement in settlements)])
    ending = [settlement for settlement in settlements if settlement.ends_target]
    held = _settled(_END, [(s.target.id, s.lease_id, s.started_at) for s in ending])
    # What was asked for again while it was read stays, due at once.
    staying = [settlement for settlement in settlements if settlement.target.id not in held]
    return held | _settled(_SETTLE, [_row(settlement) for settlement in staying])


def _settled(statement: str, rows: Sequence[tuple[object, ...]]) -> set[UUID]:
    if not rows:
        return set()
    with binary_cursor(ScrapeTarget) as cursor:
        cursor.execute(statement, [array_literal(column) for column in zip(*rows, strict=True)])
        return {target_id for (target_id,) in cursor.fetchall()}


def _row(s: Settlement) -> tuple[object, ...]:
    cursor, bound = (s.progress.cursor, s.progress.bound) if s.progress is not None else ("", None)
    failures = min(s.failures, 32_000)
    times = (s.started_at, s.now, s.due_at)
    return (s.target.id, s.lease_id, *times, int(s.priority), failures, s.outcome, s.read_back_to, cursor, bound)


def after_reading(
    target: ScrapeTarget,
    lease_id: UUID,
    *,
    started_at: datetime,
    now: datetime,
    read_back_to: datetime | None = None,
    progress: Progress | None = None,
    wait: timedelta | None = None,
) -> Settlement:
    """Due again after its interval (or `wait`); at once, behind those who wait, if the listing goes on."""
    interval = timedelta(seconds=target.interval_seconds) if wait is None else wait
    due_at = now if progress is not None else now + _spread(target, interval, now)
    return Settlement(
        target, lease_id, started_at, now, due_at, Outcome.OK, read_back_to=read_back_to, progress=progress
    )


def after_failure(
    target: ScrapeTarget, lease_id: UUID, failure: ScrapeFailure, *, started_at: datetime, now: datetime
) -> Settlement:
    """Due again as the outcome says, never sooner than the source asks; a listing goes on where it stopped."""
    failures = target.failures + 1
    consequence = CONSEQUENCES[failure.outcome]
    seconds = max(float(consequence.wait(failures) or target.interval_seconds), failure.retry_after or 0.0)
    patient = failures <= PATIENCE and not consequence.says_something_about_the_target
    progress = Progress(target.resume_cursor, target.resume_bound) if target.resume_bound is not None else None
    return Settlement(
        target,
        lease_id,
        started_at,
        now,
        now + _spread(target, timedelta(seconds=seconds), now),
        failure.outcome,
        failures=failures,
        priority=target.priority if patient else Priority.SCHEDULED,
        progress=progress,
    )


def _spread(target: ScrapeTarget, wait: timedelta, now: datetime) -> timedelta:
    """The wait and a share of it that is this target's own, this time."""
    dice = blake2b(b"%s%r" % (target.id.bytes, now.timestamp()), digest_size=4).digest()
    return wait * (1 + int.from_bytes(dice, "big") / 2**32 * JITTER)


def finish_failed(target: ScrapeTarget, failure: ScrapeFailure, *, now: datetime) -> datetime:
    """Give a target back, under its lease, that could not be read. Returns the next due time."""
    if target.lease_id is None:
        raise LeaseLost(f"{target.id} is not leased")
    settlement = after_failure(target, target.lease_id, failure, started_at=now, now=now)
    if not settle([settlement]):
        raise LeaseLost(f"{target.id} is no longer leased as {target.lease_id}")
    return settlement.due_at
