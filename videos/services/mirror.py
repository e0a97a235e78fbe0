"""The mirror: copies what was read into the rows of every organization that tracks it.

It runs after each ingest and, for what a crash left behind, in a sweep every minute (services/sweep). Running it again
from stored state gives the same rows.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from creators.mirror import is_new_to_account, mark_copied, mirror_profiles, organizations_tracking
from creators.models import Creator
from creators.services import schedule_account
from orgs.limits import limit, room
from orgs.models import Organization
from orgs.scope import current_org_id, organization_scope
from scraping.models import Account, Post, ScrapeTarget
from scraping.services.listing import request_listing
from scraping.services.targets import request_now
from videos.models import MirrorState, Video
from videos.services.copies import Copy, copy_of, write_copies
from videos.services.direct import direct_copies, organizations_waiting_for

DIRECT = Video.TrackingStatus.DIRECT_ADD
# Accounts in one transaction: a person who writes to one of them waits for all.
AT_ONCE = 25
TRACKED_VIDEOS = "max_tracked_videos_per_org"
STATUS_BY_MODE = {
    Creator.TrackingMode.AUTO: Video.TrackingStatus.AUTO_TRACKED,
    Creator.TrackingMode.SELECTIVE: Video.TrackingStatus.PENDING_REVIEW,
}


def mirror_everywhere(accounts: Mapping[int, str], now: datetime) -> None:
    """Copy accounts, handles by id, into every organization that tracks them or single posts of them, or waits for
    their handles. Of each organization some are copied at once, in a transaction of their own."""
    found: dict[int, datetime | None] = {}
    for org_id, account_ids in sorted(_followed(accounts).items()):
        ordered = sorted(account_ids)
        for start in range(0, len(ordered), AT_ONCE):
            for account_id, oldest in mirror_into(org_id, ordered[start : start + AT_ONCE]).items():
                found[account_id] = min(filter(None, (found.get(account_id), oldest)), default=None)
    for account_id, oldest in sorted(found.items()):
        schedule_account(account_id, now)
        # Somebody else may track the account already: the newcomer's posts are read afresh, not when next due.
        if oldest is None:
            request_now(account_id, now, kinds=[ScrapeTarget.Kind.DISCOVER_VIDEOS])
        else:
            request_listing(account_id, oldest, now)


def _followed(accounts: Mapping[int, str]) -> dict[UUID, set[int]]:
    """By organization, those of these accounts that are copied into it."""
    found = organizations_tracking(accounts)
    for org_id, account_ids in organizations_waiting_for(accounts).items():
        found[org_id] = found.get(org_id, set()) | account_ids
    return found


def mirror_into(org_id: UUID, account_ids: Collection[int]) -> dict[int, datetime | None]:
    """Copy accounts and their posts into one organization, all or none. Returns those to which a creator, or a post
    that was added by its address, was new, each with the time of the oldest post that has to be read afresh before it
    is shown; None if there is none."""
    with organization_scope(org_id):
        is_capped = _is_capped(org_id)
        states = _locked_states(org_id, account_ids)
        # Not before: what another mirror has copied meanwhile is newer.
        accounts = Account.objects.in_bulk(account_ids)
        creators = mirror_profiles(accounts.values())
        new = {account_id for account_id, own in creators.items() if any(map(is_new_to_account, own))}
        since = {one: -1 if one in new or state.is_waiting else state.seq for one, state in states.items()}
        direct = direct_copies(creators, since=since)
        posts = _posts_since(creators, since)
        waiting = _copy_posts(creators, posts, direct, is_capped=is_capped)
        unread = {account_id: min(_unread(creators[account_id], posts[account_id]), default=None) for account_id in new}
        mark_copied(creators, accounts)
        for account_id, account in accounts.items():
            states[account_id].follow(account.ingested_seq, waiting_posts=waiting[account_id])
        MirrorState.objects.bulk_update(states.values(), ["seq", "waiting_posts", "is_void"])
    found = (one.post.account_id for own in direct.values() for one in own if one.is_found)
    return dict.fromkeys(account_id for account_id in found if account_id is not None) | unread


def _is_capped(org_id: UUID) -> bool:
    """Whether the plan limits how many videos are tracked. Locks the organization then, before everything else: who
    takes a place locks it first everywhere."""
    org = Organization.objects.get(id=org_id)
    if limit(org, TRACKED_VIDEOS) is None:
        return False
    Organization.objects.select_for_update(no_key=True).get(id=org_id)
    return True


def _locked_states(org_id: UUID, account_ids: Collection[int]) -> dict[int, MirrorState]:
    """The states of the organization and these accounts, locked in one order: two mirrors of an account follow each
    other."""
    rows = MirrorState.objects.filter(account_id__in=account_ids).order_by("account_id").select_for_update(no_key=True)
    states = {state.account_id: state for state in rows}
    if missing := sorted(set(account_ids) - states.keys()):
        MirrorState.objects.bulk_create(
            [MirrorState(org_id=org_id, account_id=account_id) for account_id in missing], ignore_conflicts=True
        )
        states |= {state.account_id: state for state in rows.filter(account_id__in=missing)}
    return states


def _posts_since(
    creators: Mapping[int, Sequence[Creator]], since: Mapping[int, int]
) -> defaultdict[int | None, list[Post]]:
    """The posts that were written after each account's sequence in `since`, of those accounts that have creators."""
    tracked = {account_id: since[account_id] for account_id, own in creators.items() if own}
    by_account: defaultdict[int | None, list[Post]] = defaultdict(list)
    for post in Post.objects.changed_since(tracked):
        by_account[post.account_id].append(post)
    return by_account


def _unread(creators: Sequence[Creator], posts: Sequence[Post]) -> Iterator[datetime]:
    """When those posts were published that a newcomer among these creators takes in once they are read afresh."""
    for creator in filter(is_new_to_account, creators):
        yield from (
            post.posted_at
            for post in posts
            if post.posted_at >= creator.tracking_starts_at and post.seen_at < creator.tracked_since
        )


def _copy_posts(
    creators: Mapping[int, Sequence[Creator]],
    posts: Mapping[int | None, Sequence[Post]],
    direct: Mapping[UUID, Sequence[Copy]],
    *,
    is_capped: bool,
) -> Counter[int]:
    """Copy posts, by account, into the projects of these creators, and with them, so that a project's videos are locked
    together, those that were added by their address.

    Returns by account how many new ones the plan's cap keeps outside; the oldest come in first.
    """
    wanted: defaultdict[UUID, list[tuple[Creator, Post]]] = defaultdict(list)
    for account_id, own in creators.items():
        for creator in own:
            wanted[creator.project_id] += [(creator, post) for post in posts[account_id] if _wants(creator, post)]
    waiting: Counter[int] = Counter()
    for project_id in sorted(wanted.keys() | direct.keys()):
        waiting += _copy_into(project_id, wanted[project_id], direct.get(project_id, ()), is_capped=is_capped)
    return waiting


def _wants(creator: Creator, post: Post) -> bool:
    """Posts that were read since the organization began to track, and published since tracking starts."""
    return post.posted_at >= creator.tracking_starts_at and post.seen_at >= creator.tracked_since


def _copy_into(
    project_id: UUID, pairs: Sequence[tuple[Creator, Post]], direct: Sequence[Copy], *, is_capped: bool
) -> Counter[int]:
    rows = Video.objects.in_project(project_id).filter(post_id__in=[post.id for _, post in pairs])
    known = dict(rows.values_list("post_id", "tracking_status"))
    new = sorted((pair for pair in pairs if pair[1].id not in known), key=lambda pair: (pair[1].posted_at, pair[1].id))
    places = room(current_org_id(), TRACKED_VIDEOS) if new and is_capped else None
    # What was added by its address is copied by itself.
    copied = [pair for pair in pairs if known.get(pair[1].id, DIRECT) != DIRECT] + new[:places]
    write_copies(project_id, [Copy(_row(creator, post), post) for creator, post in copied] + list(direct))
    left = [] if places is None else new[places:]
    return Counter(post.account_id for _, post in left if post.account_id is not None)


def _row(creator: Creator, post: Post) -> Video:
    video = copy_of(post, org_id=creator.org_id, project_id=creator.project_id, creator=creator)
    video.tracking_status = STATUS_BY_MODE[Creator.TrackingMode(creator.tracking_mode)]
    video.tracked_since = creator.tracked_since
    return video
