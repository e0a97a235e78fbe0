"""One attempt to read one target: choose a provider, read, write what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import Max, Min

from scraping.models import Account, Post, ScrapeTarget
from scraping.outcomes import CONSEQUENCES, Outcome, ScrapeFailure
from scraping.providers import Providers
from scraping.providers.interface import AccountRef, Capability, PostData, Provider
from scraping.services.failures import ingest_failure
from scraping.services.ingest import Attempt, ingest_posts, ingest_profile
from scraping.services.targets import Claim, LeaseLost
from scraping.signals import account_failed, account_ingested

log = structlog.get_logger(__name__)

# Posts older than this are not read again; organizations' own expiry is at most this.
EXPIRY = timedelta(days=90)
# A listing shows 15 posts a page; nobody needs more than this in one go, what is left is read next time.
MAX_PAGES = 60
MAX_EMPTY_PAGES = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """What reading an account's posts brought: the posts, each once, and whether it reached as far back as wanted."""

    posts: tuple[PostData, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """How an attempt ended, and the account whose rows it changed, if any. `missing`: whom TikTok says is not there."""

    outcome: Outcome
    account: Account | None = None
    missing: ScrapeTarget | None = None


def scrape(claim: Claim, *, providers: Providers, clock: Callable[[], datetime]) -> Outcome | None:
    """Read a claimed target, write the result and announce it; None if the claim was lost to somebody else."""
    reading = read_target(claim, providers=providers, clock=clock)
    if reading is None:
        return None
    if reading.account is not None:
        account = reading.account
        account_ingested.send(sender=Account, account_id=account.id, handle=account.handle, at=clock())
    if reading.missing is not None:
        missing = reading.missing
        account_failed.send(sender=Account, account_id=missing.account_id, handle=missing.handle, at=clock())
    return reading.outcome


def read_target(claim: Claim, *, providers: Providers, clock: Callable[[], datetime]) -> Reading | None:
    """Read a claimed target and write the result, without telling anybody: a sweep will notice.

    None if the claim was lost. `clock` gives the time that snapshots are stamped with. Errors that no provider names
    are not caught: the lease runs out and the target is due again.
    """
    target = ScrapeTarget.objects.filter(id=claim.target_id, lease_id=claim.lease_id).first()
    if target is None:
        return None
    try:
        return _read_and_write(target, claim, providers, clock)
    except LeaseLost:
        log.warning("lease lost", target=str(target))
        return None


def _read_and_write(target: ScrapeTarget, claim: Claim, providers: Providers, clock: Callable[[], datetime]) -> Reading:
    started = clock()
    is_profile = target.kind == ScrapeTarget.Kind.CREATOR_PROFILES
    account = None if target.account_id is None else Account.objects.get(id=target.account_id)
    failure = ScrapeFailure(Outcome.PROVIDER_DOWN, "no provider is switched on for this")
    name = ""
    for provider in providers.able_to(Capability.PROFILE if is_profile else Capability.LISTING):
        name = provider.name
        attempt = Attempt(target, claim, name, started)
        try:
            if account is None or is_profile:
                return _profile(attempt, account, provider, clock)
            return _posts(attempt, account, provider, clock)
        except ScrapeFailure as error:
            failure = error
            if CONSEQUENCES[error.outcome].says_something_about_the_target:
                break
    changed = ingest_failure(Attempt(target, claim, name, started), failure, now=clock())
    return Reading(failure.outcome, changed, target if failure.outcome is Outcome.NOT_FOUND else None)


def _profile(attempt: Attempt, known: Account | None, provider: Provider, clock: Callable[[], datetime]) -> Reading:
    data = provider.fetch_profile(AccountRef(attempt.target.handle) if known is None else _reference(known))
    if known is not None and known.id != data.account_id:
        raise ScrapeFailure(Outcome.NOT_FOUND, f"@{data.handle} belongs to another account now ({data.account_id})")
    account = ingest_profile(attempt, data, now=clock())
    return Reading(Outcome.PRIVATE_ACCOUNT if data.private else Outcome.OK, account)


def _posts(attempt: Attempt, account: Account, provider: Provider, clock: Callable[[], datetime]) -> Reading:
    bound = _read_back_to(attempt.target, account, clock())
    listing = _list(provider, _reference(account), bound)
    reached = bound if listing.complete else None
    account = ingest_posts(attempt, account, listing.posts, read_back_to=reached, now=clock())
    return Reading(Outcome.OK, account)


def _reference(account: Account) -> AccountRef:
    return AccountRef(account.handle, account.id, account.sec_uid)


def _read_back_to(target: ScrapeTarget, account: Account, now: datetime) -> datetime:
    """How far back the listing must be read: to the newest known post, to the oldest one whose numbers are due, and,
    once, to where tracking begins."""
    posts = Post.objects.filter(account_id=account.id)
    newest = posts.aggregate(at=Max("posted_at"))["at"]
    oldest_due = posts.due_for_refresh(now, expiry=EXPIRY).aggregate(at=Min("posted_at"))["at"]
    bounds = [time for time in (newest, oldest_due) if time is not None]
    since = target.posts_since
    if since is not None and (target.read_back_to is None or target.read_back_to > since):
        bounds.append(since)
    return min(bounds, default=now)


def _list(provider: Provider, account: AccountRef, bound: datetime) -> Listing:
    found: dict[int, PostData] = {}
    cursor: str | None = None
    empty = 0
    for _ in range(MAX_PAGES):
        page = provider.list_posts(account, cursor)
        fresh = [post for post in page.posts if post.post_id not in found]
        found.update((post.post_id, post) for post in fresh)
        empty = 0 if fresh else empty + 1
        unpinned = [post.posted_at for post in page.posts if not post.pinned]
        cursor = page.next_cursor
        if cursor is None or empty == MAX_EMPTY_PAGES or (unpinned and min(unpinned) <= bound):
            return Listing(tuple(found.values()), complete=True)
    return Listing(tuple(found.values()), complete=False)
