"""Copying accounts' profiles into the creators that track them. Repeatable: running it again changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
# All that a copy, or coming back, changes of a creator.
_WRITTEN = (
    "account_id",
    "tiktok_handle",
    "nickname",
    "avatar_url",
    "avatar_key",
    "tracked_since",
    "status",
    "removed_at",
    "last_scraped_at",
    "strikes_since",
    "disabled_at",
    "disabled_reason",
    "follower_peak",
    "profile_read_at",
    *COUNTS,
)


def organizations_tracking(handles: Mapping[int, str]) -> dict[UUID, set[int]]:
    """Every organization that tracks one of these accounts or waits for its handle, with the ids of those accounts;
    `handles` by account id."""
    by_handle: defaultdict[str, set[int]] = defaultdict(set)
    for account_id, handle in handles.items():
        by_handle[handle].add(account_id)
    with platform_scope():
        rows = Creator.objects.active().of_accounts(handles).order_by()
        pairs = set(rows.values_list("org_id", "account_id", "tiktok_handle"))
    found: defaultdict[UUID, set[int]] = defaultdict(set)
    for org_id, tracked, handle in pairs:
        found[org_id] |= by_handle[handle] if tracked is None else {tracked}
    return found


def mirror_profiles(accounts: Iterable[Account]) -> dict[int, list[Creator]]:
    """Copy accounts into the open scope's creators and return these by account, unsaved. Each is taken once it has been
    read afresh: a number from before the organization began to track is not shown to it.

    A creator that is returned with no `last_scraped_at` is new to the account: its posts are not copied yet.
    """
    read = {account.id: account for account in accounts if account.seen_at is not None}
    by_handle = {account.handle: account for account in read.values()}
    rows = Creator.objects.active().of_accounts({account.id: account.handle for account in read.values()})
    creators: dict[int, list[Creator]] = {account_id: [] for account_id in read}
    for creator in rows.select_for_update(no_key=True).order_by("id"):
        account = by_handle[creator.tiktok_handle] if creator.account_id is None else read[creator.account_id]
        if account.seen_at is None or creator.tracked_since > account.seen_at:
            continue
        one = creator if creator.account_id is not None else _named(creator, account)
        if one is not None:
            creators[account.id].append(one)
    pairs = [(creator, read[account_id]) for account_id, own in creators.items() for creator in own]
    for creator, account in pairs:
        _copy(account, creator)
    note_milestones(pairs)
    _show_avatars(pairs)
    return creators


def _show_avatars(pairs: Sequence[tuple[Creator, Account]]) -> None:
    """Name our own copies of the avatars, "" while there is none; those that are missing are asked for then."""
    known = known_pictures(
        Picture.Kind.AVATAR, {account.id: account.avatar_url for _, account in pairs}, timezone.now()
    )
    if known.missing:
        transaction.on_commit(lambda: ask_for(known.missing))
    for creator, account in pairs:
        creator.avatar_key = known.keys.get(account.id, "")


def is_new_to_account(creator: Creator) -> bool:
    """Whether the creator's posts have not been copied since it was added, re-added or found on TikTok."""
    return creator.last_scraped_at is None


def mark_copied(creators: Mapping[int, Sequence[Creator]], accounts: Mapping[int, Account]) -> None:
    """Save creators, by account: their numbers and posts are as the accounts were read last."""
    for account_id, own in creators.items():
        account = accounts[account_id]
        read_at = max(time for time in (account.seen_at, account.posts_seen_at) if time is not None)
        for creator in own:
            creator.last_scraped_at = read_at
    # They are locked, so all are there to be written over: one statement instead of one each.
    Creator.objects.bulk_create(
        [creator for own in creators.values() for creator in own],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_WRITTEN,
    )


def _named(waiting: Creator, account: Account) -> Creator | None:
    """Join a handle that turns out to be an account the project knows, tracked or removed, with what is known; None
    where that is copied by itself."""
    known = Creator.objects.filter(project_id=waiting.project_id, account_id=account.id).first()
    if known is None:
        waiting.account_id = account.id
        waiting.tracked_since = _first_tracked(waiting, account)
        return waiting
    waiting.delete()
    if known.removed_at is None and not known.is_disabled:
        return None
    revive(known, account.seen_at or known.tracked_since)
    return known


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
