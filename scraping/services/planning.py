"""What one attempt should read, from what is known: how far back a listing, and which single posts.

Listings come first: one request brings the numbers of 15 posts. Single posts are asked for where listings no longer
reach, or where so few are due so far down that asking for them one by one takes fewer requests.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, router

from scraping.models import Account, Post, ScrapeTarget
from scraping.services.bulk import array_literal

Kind = ScrapeTarget.Kind
POSTS_PER_PAGE = 15
# Single posts read in one attempt; what is left is due at once again.
MOST_POSTS = 30
# How often a post's numbers are read again, by age: (older than, at least every). Younger ones: at the interval.
REFRESH_BY_AGE = (
    (timedelta(days=30), timedelta(days=7)),
    (timedelta(days=7), timedelta(hours=24)),
    (timedelta(hours=48), timedelta(hours=6)),
)
# Jobs do not start to the second: what would be due within this time is read together with what is due.
SLACK = timedelta(hours=1)
# A post that was asked for in vain is asked for again: often enough to be believed gone, then as one that may return.
AGAIN, AGAIN_UNAVAILABLE = timedelta(hours=6), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read of a target: its account's listing back to `bound`, or single posts; `wait` is until the next one
    of these is due, where that is not the interval."""

    target: ScrapeTarget
    account: Account | None
    bound: datetime | None = None
    post_ids: tuple[int, ...] = ()
    wait: timedelta | None = None


def plan(targets: Sequence[ScrapeTarget], now: datetime) -> list[Plan]:
    """Plan the reading of these targets, in their order; a few queries for all of them."""
    accounts = Account.objects.in_bulk({target.account_id for target in targets if target.account_id is not None})
    bounds = _listing_bounds([target for target in targets if target.kind == Kind.DISCOVER_VIDEOS], now)
    plans = []
    for target in targets:
        account = accounts.get(target.account_id) if target.account_id is not None else None
        if target.kind == Kind.VIDEO_STATS:
            plans.append(_plan_posts(target, account, now))
        else:
            plans.append(Plan(target, account, bounds.get(target.id)))
    return plans


# --- listings --------------------------------------------------------------------------------------------------------

# Of each account's posts, newest first: how many stand before each whose numbers are due; and the newest one's time.
_DUE_IN_LISTING = """
SELECT account_id, posted_at, depth, is_due FROM (
    SELECT post.account_id, post.posted_at,
        row_number() OVER (PARTITION BY post.account_id ORDER BY post.posted_at DESC) - 1 AS depth,
        post.availability = 'available' AND coalesce(post.tried_at <= post.seen_at, true)
            AND post.id <> ALL(%(unwanted)s::bigint[]) AND post.seen_at + {every} <= %(soon)s AS is_due
    FROM (SELECT * FROM unnest(%(ids)s::bigint[], %(oldest)s::timestamptz[], %(intervals)s::int[])
        AS v(account_id, oldest, interval_seconds)) AS wanted
    JOIN scraping_post AS post ON post.account_id = wanted.account_id AND post.posted_at > wanted.oldest
) AS ranked
WHERE is_due OR depth = 0
ORDER BY account_id, depth
"""
# The longest of what the age demands and the interval.
_EVERY = "greatest(wanted.interval_seconds * interval '1 second', CASE {cases} ELSE interval '0' END)".format(
    cases=" ".join(
        f"WHEN post.posted_at <= %(now)s - interval '{age.total_seconds():.0f} seconds'"
        f" THEN interval '{every.total_seconds():.0f} seconds'"
        for age, every in REFRESH_BY_AGE
    )
)


def _listing_bounds(targets: Sequence[ScrapeTarget], now: datetime) -> dict[object, datetime]:
    """How far back each listing must be read: to the newest known post, as deep as it pays for those whose numbers are
    due, and, once, to where tracking begins. A listing that is read in parts keeps the bound it began with, or goes on
    to where tracking begins if that is further back by now."""
    fresh = [target for target in targets if target.resume_bound is None]
    known: dict[int, list[tuple[datetime, int, bool]]] = {}
    for account_id, posted_at, depth, is_due in _select(_DUE_IN_LISTING, fresh, now):
        known.setdefault(account_id, []).append((posted_at, depth, is_due))
    bounds: dict[object, datetime] = {}
    for target in targets:
        posts = known.get(target.account_id or 0, [])
        wanted = [posts[0][0], *_worth_listing(posts)] if posts else []
        if target.resume_bound is not None:
            wanted = [target.resume_bound]
        since = target.posts_since
        if since is not None and (target.read_back_to is None or target.read_back_to > since):
            wanted.append(since)
        bounds[target.id] = min(wanted, default=now)
    return bounds


def _worth_listing(posts: Iterable[tuple[datetime, int, bool]]) -> list[datetime]:
    """The time of the deepest due post that is cheaper to reach by listing pages than by asking for each by itself."""
    due = [(posted_at, depth) for posted_at, depth, is_due in posts if is_due]
    pages = [depth // POSTS_PER_PAGE + 1 for _, depth in due]
    # Requests needed when the listing ends with due post number i: its pages, and one for each due post further down.
    costs = [count + len(due) - 1 - number for number, count in enumerate(pages)]
    cheapest = min([*costs, len(due) + 1], default=0)
    return [posted_at for (posted_at, _), cost in zip(due, costs, strict=True) if cost == cheapest][-1:]


# --- single posts ----------------------------------------------------------------------------------------------------

_WANTED_POSTS = """
SELECT id, greatest(
    post.seen_at + {every},
    post.tried_at + CASE WHEN post.availability = 'available' THEN {again} ELSE {again_unavailable} END
) AS due_at
FROM scraping_post AS post, (SELECT %(interval)s::int AS interval_seconds) AS wanted
WHERE post.posted_at > %(oldest)s AND post.id <> ALL(%(unwanted)s) AND (
    post.id = ANY(%(ids)s)
    OR post.account_id = %(account_id)s AND post.posted_at >= %(since)s AND post.seen_at < %(listed_at)s
)
ORDER BY due_at, id LIMIT %(limit)s
"""


def _plan_posts(target: ScrapeTarget, account: Account | None, now: datetime) -> Plan:
    """The posts to ask for one by one: those wanted by id, and those that the account's last listing did not show."""
    if account is None:
        known = Post.objects.filter(id__in=target.post_ids).exclude(account_id=None)
        author = known.values_list("account_id", flat=True).first()
        account = Account.objects.filter(id=author).first() if author is not None else None
        return Plan(target, account, post_ids=tuple(target.post_ids))
    statement = _WANTED_POSTS.format(
        every=_EVERY,
        again=f"interval '{AGAIN.total_seconds():.0f} seconds'",
        again_unavailable=f"interval '{AGAIN_UNAVAILABLE.total_seconds():.0f} seconds'",
    )
    values: dict[str, Any] = {
        "now": now,
        "interval": target.interval_seconds,
        "oldest": _oldest(target, now),
        "ids": list(target.post_ids),
        "account_id": account.id,
        "since": target.posts_since,
        "unwanted": list(target.unwanted_ids),
        "listed_at": None if _is_being_listed(account) else account.posts_seen_at,
        "limit": MOST_POSTS + 1,
    }
    with connections[router.db_for_read(Post)].cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    due = [post_id for post_id, due_at in rows if due_at <= now + SLACK]
    if len(due) > MOST_POSTS:
        return Plan(target, account, post_ids=tuple(due[:MOST_POSTS]), wait=timedelta())
    later = [due_at for _, due_at in rows[len(due) :]]
    interval = timedelta(seconds=target.interval_seconds)
    return Plan(target, account, post_ids=tuple(due), wait=max([interval, *(at - now for at in later[:1])]))


def _is_being_listed(account: Account) -> bool:
    """Whether the account's listing is read in parts right now: what it has not shown yet may still come."""
    listing = ScrapeTarget.objects.filter(id=ScrapeTarget.id_for(Kind.DISCOVER_VIDEOS, account_id=account.id))
    return listing.exclude(resume_bound=None).exists()


def _select(statement: str, targets: Sequence[ScrapeTarget], now: datetime) -> list[tuple[int, datetime, int, bool]]:
    values: dict[str, Any] = {
        "now": now,
        "soon": now + SLACK,
        "ids": array_literal(target.account_id for target in targets),
        "oldest": array_literal(_oldest(target, now) for target in targets),
        "intervals": array_literal(target.interval_seconds for target in targets),
        "unwanted": array_literal(post_id for target in targets for post_id in target.unwanted_ids),
    }
    with connections[router.db_for_read(Post)].cursor() as cursor:
        cursor.execute(statement.format(every=_EVERY), values)
        return list(cursor.fetchall())


def _oldest(target: ScrapeTarget, now: datetime) -> datetime:
    """Posts from before are expired."""
    if target.expiry_seconds is None:
        return datetime.min.replace(year=2016, tzinfo=now.tzinfo)
    return now - timedelta(seconds=target.expiry_seconds)
