"""From TikTok's answer to a connected account: whose consent it is, and its first reading."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from connections.errors import NotConsented, TikTokAway, TooLittleConsented, WrongAccount
from connections.installation import PROVIDER
from connections.links import Asked, require_usable, usable_link
from connections.models import ConnectedAccount, ConnectionLink
from connections.sealing import sealed
from connections.services.ending import give_consent_back
from connections.services.numbers import keep_readings
from connections.work import attend_soon
from creators.models import Creator
from orgs import audit
from orgs.scope import organization_scope
from scraping.models import Post
from scraping.outcomes import Refusal, ScrapeFailure
from scraping.providers.interface import AccountData, AccountRef, PostData, Provider
from scraping.providers.official.consent import SCOPES, Consent, Grant
from scraping.services.stumbles import note_stumble
from videos.models import Video

Reader = Callable[[str, AccountRef], Provider]


@dataclass(frozen=True, slots=True)
class Answered:
    """What the account that gave its consent shows of itself."""

    profile: AccountData
    posts: Sequence[PostData]


def connect(
    asked: Asked, code: str, *, consent: Consent, reader: Reader, redirect_uri: str, now: datetime
) -> ConnectedAccount:
    """Exchange the code that TikTok led back with, make sure whose account it is, keep the consent and read at once.

    Raises LinkUnusable, NotConsented, TooLittleConsented, WrongAccount, TikTokAway; then nothing is stored, and a
    consent that was given by the wrong person or for too little is given back.
    """
    creator = usable_link(asked, now).creator
    try:
        grant = consent.exchange(code, redirect_uri=redirect_uri)
    except ScrapeFailure as failure:
        note_stumble(PROVIDER, failure, now=now)
        raise NotConsented if failure.refusal is Refusal.CONSENT else TikTokAway from failure
    try:
        answered = _answer(grant, creator, reader, now)
        return _keep(asked, grant, answered, now)
    except Exception:
        # Whatever went wrong, a consent that nobody keeps is given back.
        give_consent_back(grant.open_id, grant.access_token, consent=consent)
        raise


def _answer(grant: Grant, creator: Creator, reader: Reader, now: datetime) -> Answered:
    """What the account shows, if it is the creator's."""
    if not grant.scopes >= set(SCOPES):
        raise TooLittleConsented
    account = AccountRef(creator.tiktok_handle, creator.account_id)
    provider = reader(grant.access_token, account)
    try:
        answered = Answered(provider.fetch_profile(account), provider.list_posts(account).posts)
    except ScrapeFailure as failure:
        note_stumble(PROVIDER, failure, now=now)
        raise TikTokAway from failure
    finally:
        provider.close()
    if not _is_the_creators(answered, creator):
        raise WrongAccount(creator.tiktok_handle, answered.profile.handle)
    return answered


def _is_the_creators(answered: Answered, creator: Creator) -> bool:
    """The API names no account's id, but its posts': whose they are is known where they were read before, and cannot
    pass on. A handle can; it decides only where none of the posts is known."""
    ids = [post.post_id for post in answered.posts]
    authors = set(Post.objects.filter(id__in=ids).values_list("account_id", flat=True)) - {None}
    if authors:
        return authors == {creator.account_id}
    return answered.profile.handle == creator.tiktok_handle


def _keep(asked: Asked, grant: Grant, answered: Answered, now: datetime) -> ConnectedAccount:
    second = now.replace(microsecond=0)
    with organization_scope(asked.org_id):
        links = ConnectionLink.objects.select_related("creator__project", "org").select_for_update(
            of=("self",), no_key=True
        )
        link = require_usable(links.filter(id=asked.link_id).first(), asked, now)
        link.used_at = now
        link.save(update_fields=["used_at"])
        account_id = answered.profile.account_id
        connected: ConnectedAccount
        connected, _ = ConnectedAccount.objects.update_or_create(
            org_id=asked.org_id,
            account_id=account_id,
            defaults={
                **tokens_of(grant),
                "open_id": grant.open_id,
                "handle": answered.profile.handle,
                "scopes": sorted(grant.scopes),
                "state": ConnectedAccount.State.CONNECTED,
                "asked_by": link.made_by,
                "connected_at": now,
                "ended_at": None,
                "last_read_at": second,
                "failures": 0,
                "failure": "",
                # The posts that its first page does not show are read by a worker.
                "due_at": now,
                "lease": None,
            },
        )
        tracked = set(Video.objects.of_account(account_id).values_list("post_id", flat=True))
        keep_readings(answered.profile, [post for post in answered.posts if post.post_id in tracked], at=second)
        audit.record(
            action="connection.connected",
            object_type="creator",
            object_id=link.creator_id,
            object_label=str(link.creator),
            after={"tiktok_handle": answered.profile.handle, "link_of": _name_of(link)},
        )
        attend_soon(asked.org_id, connected.id)
    return connected


def tokens_of(grant: Grant) -> dict[str, object]:
    """A grant's tokens as they are stored."""
    return {
        "access_token": sealed(grant.access_token),
        "refresh_token": sealed(grant.refresh_token),
        "access_expires_at": grant.access_expires_at,
        "refresh_expires_at": grant.refresh_expires_at,
    }


def _name_of(link: ConnectionLink) -> str | None:
    return link.made_by.email if link.made_by is not None else None
