"""Writing what was read: any number of readings in one transaction of set-based statements, fenced by their leases.

The first statement gives the targets back under their leases; a reading whose lease is lost is left out. The second
advances the accounts' `ingested_seq`, which tenants' mirrors follow, and holds their rows until the commit, so that
what is known of their posts cannot change meanwhile. Failures are written in `failures`.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

from scraping.models import Account, ScrapeTarget
from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.interface import AccountData, PostData
from scraping.services.accounts import note_posts, write_profiles
from scraping.services.attempts import Attempt, Run, write_runs
from scraping.services.failures import note_missing_posts
from scraping.services.observations import seconds
from scraping.services.posts import PostReadings, note_tried, write_posts
from scraping.services.targets import (
    Claim,
    LeaseLost,
    Progress,
    Settlement,
    after_failure,
    after_reading,
    history_alias,
    settle,
)

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class ProfileRead:
    """A profile as it was shown at `at`."""

    attempt: Attempt
    data: AccountData
    at: datetime


@dataclass(frozen=True, slots=True)
class PostsRead:
    """Posts as they were shown at `at`: of one account's listing or, `account` None, single ones of anybody.

    `read_back_to`: the listing was read as far back as this without a gap; `progress`: it goes on there. `wait`: the
    target is due again then instead of after its interval. `missing`: posts that were asked for in vain, and why. An
    attempt without a provider found nothing to read.
    """

    attempt: Attempt
    account: Account | None
    posts: tuple[PostData, ...]
    at: datetime
    read_back_to: datetime | None = None
    progress: Progress | None = None
    wait: timedelta | None = None
    missing: Mapping[int, ScrapeFailure] = field(default_factory=dict)

    @property
    def is_listing(self) -> bool:
        """Whether it shows an account's posts from the newest on, and with them that the account is public."""
        return self.attempt.target.kind == ScrapeTarget.Kind.DISCOVER_VIDEOS


Read = ProfileRead | PostsRead


def ingest(reads: Sequence[Read]) -> dict[Claim, list[Account]]:
    """Write these readings. Returns, by claim, the accounts whose rows they changed; a claim whose lease was lost is
    left out, and nothing of it is written."""
    for _ in range(ATTEMPTS - 1):
        try:
            return _ingest(reads)
        except OperationalError as error:
            # Another worker may lock the same accounts in another order.
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    return _ingest(reads)


def _ingest(reads: Sequence[Read]) -> dict[Claim, list[Account]]:
    with _uncollected(), transaction.atomic(using=history_alias()):
        held = settle([_settlement(read) for read in reads])
        kept = [read for read in reads if read.attempt.target.id in held]
        profiles = [read for read in kept if isinstance(read, ProfileRead)]
        listings = [read for read in kept if isinstance(read, PostsRead)]
        changed = write_profiles([(read.attempt, read.data, read.at) for read in profiles])
        changed |= note_posts([read for read in listings if read.attempt.provider])
        known = write_posts([_post_readings(read) for read in listings], changed)
        for read in (read for read in listings if read.missing):
            note_missing_posts(read.missing, provider=read.attempt.provider, now=read.at)
            note_tried(read.missing, read.at)
        write_runs([_run_of(read, known) for read in kept if read.attempt.provider])
    return {read.attempt.claim: _accounts_of(read, changed) for read in kept}


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows are made by the ten thousand here and none of them holds another: looking for cycles among them again and
    again would take a quarter of the time. What is done with is freed all the same."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _post_readings(read: PostsRead) -> PostReadings:
    return PostReadings(read.posts, read.attempt.provider, seconds(read.at), read.account)


def _settlement(read: Read) -> Settlement:
    attempt = read.attempt
    target, lease_id, started_at = attempt.target, attempt.claim.lease_id, attempt.started_at
    if isinstance(read, PostsRead):
        return after_reading(
            target,
            lease_id,
            started_at=started_at,
            now=read.at,
            read_back_to=read.read_back_to,
            progress=read.progress,
            wait=read.wait,
        )
    if read.data.private and target.account_id is not None:
        failure = ScrapeFailure(Outcome.PRIVATE_ACCOUNT)
        return after_failure(target, lease_id, failure, started_at=started_at, now=read.at)
    return after_reading(target, lease_id, started_at=started_at, now=read.at)


def _accounts_of(read: Read, changed: dict[int, Account]) -> list[Account]:
    if isinstance(read, ProfileRead):
        return [changed[read.data.account_id]]
    if read.account is not None:
        return [changed[read.account.id]] if read.account.id in changed else []
    authors = {post.account_id for post in read.posts}
    return [changed[account_id] for account_id in sorted(filter(None, authors)) if account_id in changed]


def _run_of(read: Read, known: set[int]) -> Run:
    if isinstance(read, ProfileRead):
        return Run(read.attempt, Outcome.PRIVATE_ACCOUNT if read.data.private else Outcome.OK, read.at)
    new = sum(1 for post in read.posts if post.post_id not in known)
    return Run(read.attempt, Outcome.OK, read.at, seen=len(read.posts), new=new)


def ingest_one(read: Read) -> list[Account]:
    """Write one reading; returns the accounts whose rows it changed. Raises LeaseLost, and then nothing is written."""
    written = ingest([read])
    if read.attempt.claim not in written:
        raise LeaseLost(f"{read.attempt.target.id} is no longer leased as {read.attempt.claim.lease_id}")
    return written[read.attempt.claim]
