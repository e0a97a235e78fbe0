"""Copying an account's profile into the creators that track it. Repeatable: running it again changes nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from creators.changes import Kind, record
from creators.milestones import note_milestones
from creators.models import Creator
from orgs import audit
from orgs.scope import platform_scope
from scraping.models import Account, Picture
from scraping.services.pictures import ask_for, known_pictures

COUNTS = ("follower_count", "following_count", "total_likes", "video_count")


def organizations_tracking(account_id: int, handle: str) -> list[UUID]:
    """Every organization that tracks an account or waits for its handle."""
    with platform_scope():
        rows = Creator.objects.active().of_account(account_id, handle)
        return list(rows.order_by("org_id").values_list("org_id", flat=True).distinct())


def mirror_profile(account: Account) -> list[Creator]:
    """Copy an account into the open scope's creators and return these. Each is taken once it has been read afresh: a
    number from before the organization began to track is not shown to it.

    A creator in the list whose `last_scraped_at` was None before is new to the account: its posts are not copied yet.
    """
    if account.seen_at is None:
        return []
    waiting = Creator.objects.active().of_account(account.id, account.handle).filter(tracked_since__lte=account.seen_at)
    creators = _one_per_project(waiting.select_for_update().order_by("id"), account)
    avatar_key = _avatar_key(account) if creators else ""
    for creator in creators:
        _copy(account, creator)
        creator.avatar_key = avatar_key
    return creators


def _avatar_key(account: Account) -> str:
    """The key of our own copy of the avatar, "" while there is none; it is asked for then."""
    known = known_pictures(Picture.Kind.AVATAR, {account.id: account.avatar_url}, timezone.now())
    if known.missing:
        transaction.on_commit(lambda: ask_for(known.missing))
    return known.keys.get(account.id, "")


def is_new_to_account(creator: Creator) -> bool:
    """Whether the creator's posts have not been copied since it was added, re-added or found on TikTok."""
    return creator.last_scraped_at is None


def mark_copied(creators: Sequence[Creator], account: Account) -> None:
    """Note that the creators' numbers and posts are as the account was read last."""
    read_at = max(time for time in (account.seen_at, account.posts_seen_at) if time is not None)
    for creator in creators:
        creator.last_scraped_at = read_at
        creator.save()


def _one_per_project(waiting: Iterable[Creator], account: Account) -> list[Creator]:
    """Join a handle that turns out to be an account the project knows, tracked or removed, with what is known."""
    found: list[Creator] = []
    for creator in waiting:
        if creator.account_id is not None:
            found.append(creator)
            continue
        known = Creator.objects.filter(project_id=creator.project_id, account_id=account.id).first()
        if known is None:
            creator.account_id = account.id
            creator.tracked_since = _first_tracked(creator, account)
            found.append(creator)
            continue
        creator.delete()
        if known.removed_at is not None or known.is_disabled:
            revive(known, account.seen_at or known.tracked_since)
            found.append(known)
    return found


def revive(creator: Creator, now: datetime) -> None:
    """Let a removed or auto-disabled creator be read again, judged by looks from now on alone; logs it for nobody."""
    before = {"status": creator.status}
    if creator.is_disabled:
        creator.status = Creator.Status.ACTIVE
    creator.removed_at = creator.disabled_at = None
    creator.disabled_reason = ""
    creator.strikes_since = now
    # Makes the mirror copy everything again, what was posted in between included.
    creator.last_scraped_at = None
    record(
        creator,
        Kind.REACTIVATED,
        before=before,
        after={"status": creator.status},
        actor=audit.current_user(),
        happened_at=now,
    )


def _first_tracked(creator: Creator, account: Account) -> datetime:
    others = Creator.objects.filter(account_id=account.id).order_by("tracked_since")
    earliest = others.values_list("tracked_since", flat=True).first()
    return min(creator.tracked_since, earliest) if earliest else creator.tracked_since


def _copy(account: Account, creator: Creator) -> None:
    _log_changes(account, creator)
    creator.tiktok_handle = account.handle
    creator.nickname = account.nickname
    creator.avatar_url = account.avatar_url
    creator.status = Creator.Status(account.state)
    if account.state != Account.State.PRIVATE:
        for name in COUNTS:
            setattr(creator, name, getattr(account, name))
    note_milestones(creator, account)


def _log_changes(account: Account, creator: Creator) -> None:
    """Log in which way the account is another than when the organization read it last; the first reading is none."""
    if creator.profile_read_at is None:
        return
    read_at = max(filter(None, (account.seen_at, account.posts_seen_at)))
    if creator.tiktok_handle != account.handle:
        handles = ({"tiktok_handle": creator.tiktok_handle}, {"tiktok_handle": account.handle})
        record(creator, Kind.HANDLE_CHANGED, before=handles[0], after=handles[1], happened_at=read_at)
    if creator.status != account.state:
        kind = Kind.WENT_PRIVATE if account.state == Account.State.PRIVATE else Kind.CAME_BACK
        record(
            creator,
            kind,
            before={"status": creator.status},
            after={"status": account.state},
            happened_at=read_at,
        )
