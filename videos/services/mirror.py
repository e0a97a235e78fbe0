"""The mirror: copies what was read into the rows of every organization that tracks it.

It runs after each ingest and, for what a crash left behind, in a sweep every minute (services/sweep). Running it again
from stored state gives the same rows.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creators.mirror import is_new_to_account, mark_copied, mirror_profile, organizations_tracking
from creators.models import Creator
from creators.services import schedule_account
from orgs.limits import limit, room
from orgs.models import Organization
from orgs.scope import organization_scope
from scraping.models import Account, Post, ScrapeTarget
from scraping.services.targets import request_now
from videos.models import MirrorState, Video
from videos.services.copies import copy_of, write_copies
from videos.services.direct import copy_direct, organizations_waiting_for

DIRECT = Video.TrackingStatus.DIRECT_ADD
TRACKED_VIDEOS = "max_tracked_videos_per_org"
STATUS_BY_MODE = {
    Creator.TrackingMode.AUTO: Video.TrackingStatus.AUTO_TRACKED,
    Creator.TrackingMode.SELECTIVE: Video.TrackingStatus.PENDING_REVIEW,
}


def mirror_everywhere(*, account_id: int, handle: str, now: datetime) -> None:
    """Copy an account into every organization that tracks it or single posts of it, or waits for its handle."""
    found_anew = False
    orgs = {*organizations_tracking(account_id, handle), *organizations_waiting_for(account_id)}
    for org_id in sorted(orgs):
        found_anew |= mirror_account(org_id=org_id, account_id=account_id)
    if found_anew:
        schedule_account(account_id, now)
        # Somebody else may track the account already: the newcomer's posts are read afresh, not when next due.
        request_now(account_id, now, kinds=[ScrapeTarget.Kind.DISCOVER_VIDEOS])


def mirror_account(*, org_id: UUID, account_id: int) -> bool:
    """Copy an account and its posts into one organization. True if a creator, or a post that was added by its address,
    was new to the account."""
    account = Account.objects.get(id=account_id)
    with organization_scope(org_id):
        is_capped = _is_capped(org_id)
        state = _locked_state(org_id, account_id)
        creators = mirror_profile(account)
        new = [creator for creator in creators if is_new_to_account(creator)]
        since = -1 if new or state.waiting_posts or state.is_void else state.seq
        found = copy_direct(account_id, creators, since=since)
        state.waiting_posts, state.is_void = 0, False
        if creators:
            posts = list(Post.objects.changed_since(account_id, since))
            state.waiting_posts = sum(_copy_posts(creator, posts, is_capped=is_capped) for creator in creators)
            mark_copied(creators, account)
        state.seq = max(state.seq, account.ingested_seq)
        state.save(update_fields=["seq", "waiting_posts", "is_void"])
    return bool(new) or found


def _is_capped(org_id: UUID) -> bool:
    """Whether the plan limits how many videos are tracked. Locks the organization then, before everything else: who
    takes a place locks it first everywhere."""
    org = Organization.objects.get(id=org_id)
    if limit(org, TRACKED_VIDEOS) is None:
        return False
    Organization.objects.select_for_update().get(id=org_id)
    return True


def _locked_state(org_id: UUID, account_id: int) -> MirrorState:
    """This pair's state, locked: two mirrors of one account follow each other."""
    MirrorState.objects.get_or_create(org_id=org_id, account_id=account_id)
    return MirrorState.objects.select_for_update().get(account_id=account_id)


def _copy_posts(creator: Creator, posts: Sequence[Post], *, is_capped: bool) -> int:
    """Copy posts that were read since the organization began to track and published since tracking starts.

    Returns how many new ones the plan's cap keeps outside; the oldest come in first.
    """
    start, since = creator.tracking_starts_at, creator.tracked_since
    wanted = [post for post in posts if post.posted_at >= start and post.seen_at >= since]
    rows = Video.objects.in_project(creator.project_id).filter(post_id__in=[post.id for post in wanted])
    known = dict(rows.values_list("post_id", "tracking_status"))
    new = sorted((post for post in wanted if post.id not in known), key=lambda post: (post.posted_at, post.id))
    places = room(creator.org_id, TRACKED_VIDEOS) if new and is_capped else None
    taken = new if places is None else new[:places]
    # What was added by its address is copied by itself.
    copied = [post for post in wanted if known.get(post.id, DIRECT) != DIRECT] + taken
    write_copies(creator.project_id, [_row(creator, post) for post in copied], copied)
    return len(new) - len(taken)


def _row(creator: Creator, post: Post) -> Video:
    video = copy_of(post, org_id=creator.org_id, project_id=creator.project_id, creator=creator)
    video.tracking_status = STATUS_BY_MODE[Creator.TrackingMode(creator.tracking_mode)]
    video.tracked_since = creator.tracked_since
    return video
