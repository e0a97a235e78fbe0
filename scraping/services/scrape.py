"""One attempt to read one target: choose a provider, read, write what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from scraping.models import Account, ScrapeTarget
from scraping.outcomes import CONSEQUENCES, Outcome, ScrapeFailure
from scraping.providers import Providers
from scraping.providers.interface import AccountRef, Capability, Provider
from scraping.services.attempts import Attempt, Run, write_runs
from scraping.services.failures import ingest_failure
from scraping.services.identity import read_known_profile
from scraping.services.ingest import PostsRead, ProfileRead, Read, ingest_one
from scraping.services.listing import read_listing
from scraping.services.opinions import completed, foremost, with_second_opinions
from scraping.services.planning import Plan, plan
from scraping.services.stumbles import note_stumble
from scraping.services.targets import Claim, LeaseLost
from scraping.signals import account_failed, account_ingested

log = structlog.get_logger(__name__)


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
    announce(reading, clock())
    return reading.outcome


def announce(reading: Reading, at: datetime) -> None:
    """Tell whoever copies accounts what an attempt changed."""
    if reading.account is not None:
        account = reading.account
        account_ingested.send(sender=Account, account_id=account.id, handle=account.handle, at=at)
    if reading.missing is not None:
        missing = reading.missing
        account_failed.send(sender=Account, account_id=missing.account_id, handle=missing.handle, at=at)


def read_target(claim: Claim, *, providers: Providers, clock: Callable[[], datetime]) -> Reading | None:
    """Read a claimed target and write the result, without telling anybody: a sweep will notice.

    None if the claim was lost. `clock` gives the time that snapshots are stamped with. Errors that no provider names
    are not caught: the lease runs out and the target is due again.
    """
    target = ScrapeTarget.objects.filter(id=claim.target_id, lease_id=claim.lease_id).first()
    if target is None:
        return None
    (planned,) = plan([target], clock())
    try:
        return write(read(planned, claim, providers=providers, clock=clock), now=clock())
    except LeaseLost:
        log.warning("lease lost", target=str(target))
        return None


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that brought nothing, and why."""

    attempt: Attempt
    failure: ScrapeFailure


def write(result: Read | Failed, *, now: datetime) -> Reading:
    """Write one attempt's result. Raises LeaseLost, and then nothing is written."""
    target = result.attempt.target
    if isinstance(result, Failed):
        changed = ingest_failure(result.attempt, result.failure, now=now)
        outcome = result.failure.outcome
        return Reading(outcome, changed, target if outcome is Outcome.NOT_FOUND else None)
    accounts = ingest_one(result)
    is_private = isinstance(result, ProfileRead) and result.data.private
    return Reading(Outcome.PRIVATE_ACCOUNT if is_private else Outcome.OK, accounts[0] if accounts else None)


CAPABILITIES = {
    ScrapeTarget.Kind.CREATOR_PROFILES: Capability.PROFILE,
    ScrapeTarget.Kind.DISCOVER_VIDEOS: Capability.LISTING,
    ScrapeTarget.Kind.VIDEO_STATS: Capability.POSTS,
}


def read(planned: Plan, claim: Claim, *, providers: Providers, clock: Callable[[], datetime]) -> Read | Failed:
    """Read what was planned from the first provider that delivers; writes nothing."""
    started, target = clock(), planned.target
    if target.kind == ScrapeTarget.Kind.VIDEO_STATS and not planned.post_ids:
        return PostsRead(Attempt(target, claim, "", started), planned.account, (), clock(), wait=planned.wait)
    failures: list[tuple[str, ScrapeFailure]] = []
    for provider in providers.able_to(CAPABILITIES[ScrapeTarget.Kind(target.kind)]):
        attempt = Attempt(target, claim, provider.name, started)
        try:
            result = with_second_opinions(_read_from(provider, planned, attempt, clock), providers)
            _record_stumbles(Attempt(target, claim, "", started), failures, clock())
            return result
        except ScrapeFailure as error:
            failures.append((provider.name, error))
            note_stumble(provider.name, error, now=clock())
            if not CONSEQUENCES[error.outcome].asks_next:
                break
    name, failure = foremost(failures)
    _record_stumbles(Attempt(target, claim, name, started), failures, clock())
    return Failed(Attempt(target, claim, name, started), failure)


def _record_stumbles(attempt: Attempt, failures: Sequence[tuple[str, ScrapeFailure]], now: datetime) -> None:
    """Leave a record of every provider that was asked in vain before the one whose result is written."""
    runs = [
        Run(replace(attempt, provider=name), failure.outcome, now, failure.detail or failure.path or "")
        for name, failure in failures
        if name != attempt.provider and not failure.unasked
    ]
    write_runs(runs)


def _read_from(provider: Provider, planned: Plan, attempt: Attempt, clock: Callable[[], datetime]) -> Read:
    if planned.target.kind == ScrapeTarget.Kind.VIDEO_STATS:
        return completed(_posts(provider, planned, attempt, clock))
    if planned.account is None or planned.target.kind == ScrapeTarget.Kind.CREATOR_PROFILES:
        return _profile(provider, planned.account, attempt, clock)
    bound = planned.bound or attempt.started_at
    listing = read_listing(provider, _reference(planned.account), planned.target, bound)
    reached = bound if listing.progress is None else None
    return completed(
        PostsRead(
            attempt, planned.account, listing.posts, _second(clock), read_back_to=reached, progress=listing.progress
        )
    )


def _profile(provider: Provider, known: Account | None, attempt: Attempt, clock: Callable[[], datetime]) -> ProfileRead:
    if known is None:
        data = provider.fetch_profile(AccountRef(attempt.target.handle))
    else:
        data = read_known_profile(provider, _reference(known))
    return ProfileRead(attempt, data, _second(clock))


def _posts(provider: Provider, planned: Plan, attempt: Attempt, clock: Callable[[], datetime]) -> PostsRead:
    """Single posts, each with its own answer. Where the source failed for all of them, that is the attempt's failure;
    where only some are missing these are noted."""
    answers = provider.fetch_posts(planned.post_ids)
    found = tuple(answer for answer in answers.values() if not isinstance(answer, ScrapeFailure))
    missing = {post_id: answer for post_id, answer in answers.items() if isinstance(answer, ScrapeFailure)}
    unanswered = [
        error for error in missing.values() if not CONSEQUENCES[error.outcome].says_something_about_the_target
    ]
    if unanswered and not found:
        raise unanswered[0]
    if missing and not found and planned.account is None:
        raise next(iter(missing.values()))
    about_posts = {post_id: error for post_id, error in missing.items() if error not in unanswered}
    wait = planned.wait if not unanswered else timedelta(seconds=CONSEQUENCES[unanswered[0].outcome].wait(1) or 0)
    return PostsRead(attempt, planned.account, found, _second(clock), wait=wait, missing=about_posts)


def _second(clock: Callable[[], datetime]) -> datetime:
    """Now; snapshots are stamped to the second."""
    return clock().replace(microsecond=0)


def _reference(account: Account) -> AccountRef:
    return AccountRef(account.handle, account.id, account.sec_uid)
