"""The sweep: finds what a crash between two transactions left undone, and does it.

Every minute it looks at what was written since the last time, at what waits, and at nothing else. What no name of a
change tells of (rows that somebody lost or restored) is found by a walk over all accounts, some at a time, that begins
every six hours.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from math import inf
from time import monotonic
from uuid import UUID

from creators.models import Creator
from creators.services import schedule_account
from creators.terms import follow_changed_terms
from orgs.limits import room
from orgs.scope import organization_scope, platform_scope
from scraping.models import Account, ScrapeTarget
from scraping.services.changes import changes, forget, sequences, without_targets
from scraping.services.targets import request_lookups, request_posts
from videos.models import MirrorState, Video
from videos.queries import VideoQuerySet
from videos.services.direct import authors_found, unasked_posts
from videos.services.mirror import TRACKED_VIDEOS, mirror_everywhere

# Names of changes that are looked at together, and accounts in one step of the walk over all.
NAMES, WALKED = 500, 5_000


def sweep(now: datetime, *, until: float = inf) -> int:
    """Mirror what lags behind, schedule what has no targets, ask again for handles and posts nobody asks for; returns
    how many accounts were mirrored. After `until` (monotonic) the rest of what changed is left to the next sweep."""
    unread = _unread_handles()
    lagging = dict(_found_meanwhile(unread) | authors_found())
    mirror_everywhere(lagging, now)
    waiting = {account_id: handle for account_id, (handle, _) in sequences(_waiting_accounts()).items()}
    mirror_everywhere(waiting, now)
    mirrored = len(lagging) + len(waiting)
    request_lookups(_unasked(unread), now)
    request_posts(unasked_posts(), now)
    follow_changed_terms(now)
    while (seen := changes(NAMES)).names:
        mirrored += _look_after(seen.account_ids, now)
        forget(seen)
        if monotonic() > until:
            break
    return mirrored


def walk(now: datetime, *, after: int = 0) -> int | None:
    """Look after the next accounts that somebody tracks, those with ids above `after`, whatever is known of changes.
    Returns after which account to go on, None at the end."""
    with platform_scope():
        creators = Creator.objects.active().read().filter(account_id__gt=after)
        ids = set(creators.order_by("account_id").values_list("account_id", flat=True).distinct()[:WALKED])
        direct = _direct_videos().filter(account_id__gt=after)
        ids |= set(direct.order_by("account_id").values_list("account_id", flat=True).distinct()[:WALKED])
    step = sorted(account_id for account_id in ids if account_id is not None)[:WALKED]
    _look_after(step, now)
    return step[-1] if len(step) == WALKED else None


def _look_after(account_ids: Collection[int], now: datetime) -> int:
    """Of these accounts mirror those that lag in some organization, and schedule those that are tracked and that nobody
    reads; returns how many were mirrored."""
    followed = _followed(account_ids)
    known = sequences(followed)
    lagging = {account_id: handle for account_id, (handle, seq) in known.items() if followed[account_id] < seq}
    mirror_everywhere(lagging, now)
    for account_id in without_targets(list(followed)):
        schedule_account(account_id, now)
    return len(lagging)


def _followed(account_ids: Collection[int]) -> dict[int, int]:
    """Those of these accounts that are tracked, or posts of which were added by their address, with the sequence that
    the furthest behind of the organizations has mirrored; -1 where it has mirrored nothing."""
    ids = list(account_ids)
    with platform_scope():
        pairs = set(Creator.objects.active().filter(account_id__in=ids).values_list("account_id", "org_id"))
        pairs |= set(_direct_videos().filter(account_id__in=ids).values_list("account_id", "org_id"))
        rows = MirrorState.objects.filter(account_id__in=ids).values_list("account_id", "org_id", "seq")
        seqs = {(account_id, org_id): seq for account_id, org_id, seq in rows}
    followed: dict[int, int] = {}
    for account_id, org_id in pairs:
        if account_id is not None:
            seq = seqs.get((account_id, org_id), -1)
            followed[account_id] = min(seq, followed.get(account_id, seq))
    return followed


def _direct_videos() -> VideoQuerySet:
    return Video.objects.direct().filter(tracking_disabled=False).in_visible_projects()


def _waiting_accounts() -> set[int]:
    """Accounts that are to be copied anew, and those whose posts wait for room that there is by now."""
    with platform_scope():
        rows = list(MirrorState.objects.waiting().values_list("account_id", "org_id", "waiting_posts"))
    full = {org_id for org_id in {org_id for _, org_id, waiting in rows if waiting} if _is_full(org_id)}
    return {account_id for account_id, org_id, waiting in rows if not waiting or org_id not in full}


def _is_full(org_id: UUID) -> bool:
    with organization_scope(org_id):
        return room(org_id, TRACKED_VIDEOS) == 0


def _unread_handles() -> dict[str, datetime]:
    """Handles that wait for an answer, and since when."""
    with platform_scope():
        return dict(Creator.objects.unread().values_list("tiktok_handle", "tracked_since"))


def _found_meanwhile(unread: dict[str, datetime]) -> set[tuple[int, str]]:
    accounts = Account.objects.filter(handle__in=unread)
    return {
        (account.id, account.handle)
        for account in accounts
        if account.seen_at and account.seen_at >= unread[account.handle]
    }


def _unasked(handles: Iterable[str]) -> set[str]:
    wanted = list(handles)
    asked = ScrapeTarget.objects.of_subjects(handles=wanted).values_list("handle", flat=True)
    return set(wanted) - set(asked)
