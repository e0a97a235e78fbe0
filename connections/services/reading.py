"""What a worker does about a connected account when its time has come: read it, or give its consent back."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from connections.installation import PROVIDER
from connections.models import ConnectedAccount
from connections.services.connecting import Reader
from connections.services.ending import end, give_consent_back
from connections.services.numbers import keep_readings
from connections.services.tokens import good_token
from creators.models import Creator
from creators.services import interval_of
from orgs.models import Organization
from orgs.scope import organization_scope, platform_scope
from scraping.models import ScrapeTarget
from scraping.outcomes import CONSEQUENCES, Refusal, ScrapeFailure
from scraping.providers.interface import AccountData, AccountRef, PostData, Provider
from scraping.providers.official.consent import Consent
from scraping.services.stumbles import note_stumble
from videos.models import Video

# A worker that died leaves the account to the next one after so long.
LEASE = timedelta(minutes=6)
# Readings are this much further apart than they must be, at random: accounts connected together do not stay together.
JITTER = 0.05
# Giving a consent back is tried so often; then the tokens are forgotten and run out by themselves.
MOST_TRIES = 10

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Work:
    """A connected account in a worker's hands. `posts`: what is to be read of it."""

    org_id: UUID
    connected_id: UUID
    lease: UUID
    account: AccountRef
    is_connected: bool
    posts: tuple[int, ...] = ()


def due_accounts(now: datetime) -> list[tuple[UUID, UUID]]:
    """(organization, connected account) of everything a worker should look at, longest due first."""
    with platform_scope():
        due = ConnectedAccount.objects.due(now).order_by("due_at", "id")
        return list(due.values_list("org_id", "id"))


def attend_to(org_id: UUID, connected_id: UUID, *, consent: Consent, reader: Reader, clock: Clock) -> None:
    """Do what is due for one connected account. Repeatable: what somebody else does, or has done, is passed over."""
    work = _claim(org_id, connected_id, clock())
    if work is None:
        return
    try:
        if work.is_connected:
            _read(work, consent, reader, clock)
        else:
            _give_back(work, consent, clock)
    except ScrapeFailure as failure:
        note_stumble(PROVIDER, failure, now=clock())
        if failure.refusal is Refusal.CONSENT:
            _note_taken_back(work, clock())
        else:
            _put_off(work, failure, clock())


def _claim(org_id: UUID, connected_id: UUID, now: datetime) -> Work | None:
    """Take the account for LEASE; None where it is not due, somebody has it, or nobody may read it at present."""
    with organization_scope(org_id):
        due = ConnectedAccount.objects.due(now).select_for_update(skip_locked=True, of=("self",), no_key=True)
        connected: ConnectedAccount | None = due.select_related("org").filter(id=connected_id).first()
        if connected is None:
            return None
        org, account_id = connected.org, connected.account_id
        is_paused = org.deleted_at is not None or org.suspended_at is not None
        if connected.is_connected and (is_paused or not _is_tracked(account_id)):
            connected.due_at = now + interval_of(org, ScrapeTarget.Kind.VIDEO_STATS)
            connected.save(update_fields=["due_at"])
            return None
        connected.lease, connected.due_at = uuid4(), now + LEASE
        connected.save(update_fields=["lease", "due_at"])
        account = AccountRef(connected.handle, account_id)
        posts = tuple(_posts_to_read(org, account_id, now)) if connected.is_connected else ()
        return Work(org_id, connected_id, connected.lease, account, connected.is_connected, posts)


def _is_tracked(account_id: int) -> bool:
    return Creator.objects.visible().filter(account_id=account_id).exists()


def _posts_to_read(org: Organization, account_id: int, now: datetime) -> list[int]:
    """Every post of the account that the organization still follows, once."""
    followed = Video.objects.counted_toward_plan().of_account(account_id)
    days = org.video_expiry_days
    if days is not None:
        followed = followed.posted_between(now - timedelta(days=days), None)
    return sorted(set(followed.values_list("post_id", flat=True)), reverse=True)


def _read(work: Work, consent: Consent, reader: Reader, clock: Clock) -> None:
    token = good_token(work.org_id, work.connected_id, consent=consent, now=clock())
    if token is None:
        return
    try:
        read = _numbers(work, token, reader)
    except ScrapeFailure as failure:
        if failure.refusal is not Refusal.CONSENT:
            raise
        # It should be good for longer: perhaps a newer consent has taken its place.
        renewed = good_token(work.org_id, work.connected_id, consent=consent, now=clock(), refused=token)
        if renewed is None:
            return
        read = _numbers(work, renewed, reader)
    _write(work, *read, clock())


def _numbers(work: Work, token: str, reader: Reader) -> tuple[AccountData, list[PostData]]:
    provider = reader(token, work.account)
    try:
        profile = provider.fetch_profile(work.account)
        return profile, _shown(provider, work.posts)
    finally:
        provider.close()


def _shown(provider: Provider, post_ids: tuple[int, ...]) -> list[PostData]:
    """The posts that the API shows. What it does not show says nothing: only that it gave no number."""
    found: list[PostData] = []
    for answer in provider.fetch_posts(post_ids).values():
        if isinstance(answer, PostData):
            found.append(answer)
        elif not CONSEQUENCES[answer.outcome].says_something_about_the_target:
            raise answer
    return found


def _write(work: Work, profile: AccountData, posts: list[PostData], now: datetime) -> None:
    second = now.replace(microsecond=0)
    with organization_scope(work.org_id):
        connected = _still_ours(work)
        if connected is None or not connected.is_connected:
            return
        keep_readings(profile, posts, at=second)
        interval = interval_of(connected.org, ScrapeTarget.Kind.VIDEO_STATS)
        connected.handle, connected.last_read_at = profile.handle, second
        connected.failures, connected.failure = 0, ""
        connected.due_at = now + interval * (1 + JITTER * random.random())  # noqa: S311 - guards nothing
        connected.lease = None
        connected.save(update_fields=["handle", "last_read_at", "failures", "failure", "due_at", "lease"])


def _give_back(work: Work, consent: Consent, clock: Clock) -> None:
    token = good_token(work.org_id, work.connected_id, consent=consent, now=clock())
    with organization_scope(work.org_id):
        connected = _still_ours(work)
        if connected is None or connected.is_connected:
            return
        if token is None or _is_given_back(connected, token, consent):
            connected.forget_tokens()
        else:
            connected.failures += 1
            connected.due_at = clock() + timedelta(minutes=2**connected.failures)
        connected.save()


def _is_given_back(connected: ConnectedAccount, token: str, consent: Consent) -> bool:
    return connected.failures >= MOST_TRIES or give_consent_back(connected.open_id, token, consent=consent)


def _note_taken_back(work: Work, now: datetime) -> None:
    """Even a new token opens nothing: the owner has taken the consent back, or a part of it."""
    with organization_scope(work.org_id):
        connected = _still_ours(work)
        if connected is not None:
            end(connected, ConnectedAccount.State.REVOKED, now)
            connected.forget_tokens()
            connected.save()


def _put_off(work: Work, failure: ScrapeFailure, now: datetime) -> None:
    """Note what went wrong, and when to try again."""
    consequence = CONSEQUENCES[failure.outcome]
    with organization_scope(work.org_id):
        connected = _still_ours(work)
        if connected is None:
            return
        connected.failures += 1
        connected.failure = consequence.sentence
        wait = max(consequence.wait(connected.failures) or 0, failure.retry_after or 0, 60)
        connected.due_at, connected.lease = now + timedelta(seconds=wait), None
        if not connected.is_connected and connected.failures >= MOST_TRIES:
            connected.forget_tokens()
        connected.save(update_fields=["failures", "failure", "due_at", "lease", "access_token", "refresh_token"])


def _still_ours(work: Work) -> ConnectedAccount | None:
    """The row, locked, unless somebody else has taken it meanwhile."""
    held = ConnectedAccount.objects.select_for_update(of=("self",), no_key=True).select_related("org")
    found: ConnectedAccount | None = held.filter(id=work.connected_id, lease=work.lease).first()
    return found
