"""The mirror: copies what was read into the rows of every organization that tracks it.

It runs after each ingest and, for what a crash left behind, in a sweep every minute. Running it again from stored
state gives the same rows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from creators.mirror import is_new_to_account, mark_copied, mirror_profile, organizations_tracking
from creators.models import Creator
from creators.services import schedule_account, start_of_tracking
from creators.terms import follow_changed_terms
from orgs.limits import room
from orgs.models import Organization
from orgs.scope import organization_scope, platform_scope
from scraping.models import Account, Post, ScrapeTarget
from scraping.services.targets import request_lookups, request_now
from videos.models import MirrorState, Video

COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
COPIED = (
    "creator",
    "account_id",
    "author_handle",
    "title",
    "kind",
    "thumbnail_url",
    "duration_seconds",
    "posted_at",
    "hashtags",
    "music_title",
    "availability",
    "unavailable_reason",
    "counts_precision",
    "stats_updated_at",
    *COUNTS,
)
STATUS_BY_MODE = {
    Creator.TrackingMode.AUTO: Video.TrackingStatus.AUTO_TRACKED,
    Creator.TrackingMode.SELECTIVE: Video.TrackingStatus.PENDING_REVIEW,
}


def mirror_everywhere(*, account_id: int, handle: str, now: datetime) -> None:
    """Copy an account into every organization that tracks it or waits for its handle."""
    found_anew = False
    for org_id in organizations_tracking(account_id, handle):
        found_anew |= mirror_account(org_id=org_id, account_id=account_id)
    if found_anew:
        schedule_account(account_id, now)
        # Somebody else may track the account already: the newcomer's posts are read afresh, not when next due.
        request_now(account_id, now, kinds=[ScrapeTarget.Kind.DISCOVER_VIDEOS])


def mirror_account(*, org_id: UUID, account_id: int) -> bool:
    """Copy an account and its posts into one organization. True if a creator was new to the account."""
    account = Account.objects.get(id=account_id)
    with organization_scope(org_id):
        org = Organization.objects.get(id=org_id)
        state = _locked_state(org_id, account_id)
        creators = mirror_profile(account)
        new = [creator for creator in creators if is_new_to_account(creator)]
        everything = bool(new or state.waiting_posts)
        posts = list(Post.objects.changed_since(account_id, -1 if everything else state.seq))
        state.waiting_posts = 0
        for creator in creators:
            state.waiting_posts += _copy_posts(org, creator, posts)
        mark_copied(creators, account)
        state.seq = max(state.seq, account.ingested_seq)
        state.save(update_fields=["seq", "waiting_posts"])
    return bool(new)


def _locked_state(org_id: UUID, account_id: int) -> MirrorState:
    """This pair's state, locked: two mirrors of one account follow each other."""
    MirrorState.objects.get_or_create(org_id=org_id, account_id=account_id)
    return MirrorState.objects.select_for_update().get(account_id=account_id)


def _copy_posts(org: Organization, creator: Creator, posts: Sequence[Post]) -> int:
    """Copy posts that were read since the organization began to track and published since tracking starts.

    Returns how many new ones the plan's cap keeps outside; the oldest come in first.
    """
    start = start_of_tracking(creator.tracking_start_date, org.timezone)
    wanted = [post for post in posts if post.posted_at >= start and post.seen_at >= creator.tracked_since]
    rows = Video.objects.in_project(creator.project_id).filter(post_id__in=[post.id for post in wanted])
    known = set(rows.values_list("post_id", flat=True))
    new = sorted((post for post in wanted if post.id not in known), key=lambda post: (post.posted_at, post.id))
    places = room(org.id, "max_tracked_videos_per_org") if new else None
    taken = new if places is None else new[:places]
    copied = [post for post in wanted if post.id in known] + taken
    Video.objects.bulk_create(
        [_row(creator, post) for post in copied],
        update_conflicts=True,
        unique_fields=["org", "project", "post_id"],
        update_fields=COPIED,
    )
    return len(new) - len(taken)


def _row(creator: Creator, post: Post) -> Video:
    return Video(
        org_id=creator.org_id,
        project_id=creator.project_id,
        creator=creator,
        post_id=post.id,
        account_id=post.account_id,
        author_handle=post.author_handle,
        title=post.caption,
        kind=post.kind,
        thumbnail_url=post.cover_url,
        duration_seconds=post.duration_seconds,
        posted_at=post.posted_at,
        hashtags=post.hashtags,
        music_title=post.music_title,
        tracking_status=STATUS_BY_MODE[Creator.TrackingMode(creator.tracking_mode)],
        tracked_since=creator.tracked_since,
        availability=post.availability,
        unavailable_reason=post.unavailable_reason,
        counts_precision=post.counts_precision,
        stats_updated_at=post.seen_at,
        **{name: getattr(post, name) for name in COUNTS},
    )


def sweep(now: datetime) -> int:
    """Mirror what lags behind, schedule what has no targets, ask again for handles nobody asks for; returns how many
    accounts were mirrored. What a crash between two transactions left undone is done here."""
    tracked, unread = _tracked_accounts()
    lagging = _lagging(tracked) | _found_meanwhile(unread)
    for account_id, handle in sorted(lagging):
        mirror_everywhere(account_id=account_id, handle=handle, now=now)
    for account_id in _without_targets({account_id for _, account_id, _ in tracked}):
        schedule_account(account_id, now)
    request_lookups(_unasked(unread), now)
    follow_changed_terms(now)
    return len(lagging)


Tracked = tuple[UUID, int, int]


def _tracked_accounts() -> tuple[list[Tracked], list[tuple[str, datetime]]]:
    """(organization, account, mirrored sequence) of all creators, the sequence -1 where posts wait; and the handles
    that wait for an answer, with the time since when."""
    with platform_scope():
        seqs = {
            (state.org_id, state.account_id): -1 if state.waiting_posts else state.seq
            for state in MirrorState.objects.all()
        }
        pairs = Creator.objects.active().read().values_list("org_id", "account_id").distinct()
        tracked = [
            (org_id, account_id, seqs.get((org_id, account_id), -1)) for org_id, account_id in pairs if account_id
        ]
        unread = list(Creator.objects.unread().values_list("tiktok_handle", "tracked_since"))
    return tracked, unread


def _lagging(tracked: Sequence[Tracked]) -> set[tuple[int, str]]:
    accounts = Account.objects.in_bulk({account_id for _, account_id, _ in tracked})
    return {
        (account_id, accounts[account_id].handle)
        for _, account_id, seq in tracked
        if account_id in accounts and seq < accounts[account_id].ingested_seq
    }


def _found_meanwhile(unread: Iterable[tuple[str, datetime]]) -> set[tuple[int, str]]:
    since = dict(unread)
    accounts = Account.objects.filter(handle__in=since)
    return {
        (account.id, account.handle)
        for account in accounts
        if account.seen_at and account.seen_at >= since[account.handle]
    }


def _without_targets(account_ids: set[int]) -> set[int]:
    scheduled = ScrapeTarget.objects.of_subjects(account_ids=list(account_ids)).values_list("account_id", flat=True)
    return account_ids - set(scheduled)


def _unasked(unread: Iterable[tuple[str, datetime]]) -> set[str]:
    handles = {handle for handle, _ in unread}
    asked = ScrapeTarget.objects.of_subjects(handles=list(handles)).values_list("handle", flat=True)
    return handles - set(asked)
