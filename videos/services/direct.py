"""Posts that were added by their address: whom they belong to, and copying what TikTok shows of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from creators.models import Creator
from creators.singles import SinglePosts
from orgs.models import Organization
from orgs.scope import current_org_id, platform_scope
from scraping.models import Account, Post, ScrapeTarget
from videos.models import Video
from videos.services.copies import Copy, copy_of


def organizations_waiting_for(account_ids: Collection[int]) -> dict[UUID, set[int]]:
    """Organizations that track single posts of these accounts, or wait for a post that turned out to be one's, with the
    ids of those accounts."""
    with platform_scope():
        direct = Video.objects.direct().filter(account_id__in=account_ids).order_by()
        pairs = set(direct.values_list("org_id", "account_id"))
        unread = list(Video.objects.unread().order_by().values_list("org_id", "post_id"))
    if unread:
        posts = Post.objects.filter(id__in={post_id for _, post_id in unread}, account_id__in=account_ids)
        authors = dict(posts.values_list("id", "account_id"))
        pairs |= {(org_id, authors[post_id]) for org_id, post_id in unread if post_id in authors}
    found: defaultdict[UUID, set[int]] = defaultdict(set)
    for org_id, account_id in pairs:
        if account_id is not None:
            found[org_id].add(account_id)
    return found


def direct_copies(creators: Mapping[int, Sequence[Creator]], *, since: Mapping[int, int]) -> dict[UUID, list[Copy]]:
    """By project, copies of posts that the open scope added by their address, unsaved: of these accounts' posts that
    were written after the sequence each has in `since`, and read since they were added.

    A video gets the creator, of those by account in `creators`, that its project tracks by then, and stays a direct
    add.
    """
    rows = list(Video.objects.direct().filter(account_id__in=since)) + list(Video.objects.unread())
    if not rows:
        return {}
    written = Post.objects.changed_since(since).filter(
        id__in={row.post_id for row in rows if row.account_id is not None}
    )
    # A post that nobody has copied yet may have been written long before.
    found = Post.objects.filter(id__in={row.post_id for row in rows if row.account_id is None}, account_id__in=since)
    posts = {post.id: post for post in (*written, *found)}
    tracked: dict[tuple[UUID, int | None], Creator] = {
        (one.project_id, account_id): one for account_id, own in creators.items() for one in own
    }
    by_project: defaultdict[UUID, list[Copy]] = defaultdict(list)
    for row in rows:
        post = posts.get(row.post_id)
        if post is not None and post.seen_at >= row.tracked_since:
            creator = tracked.get((row.project_id, post.account_id))
            by_project[row.project_id].append(Copy(_copy(row, post, creator), post, is_found=row.account_id is None))
    return by_project


def _copy(row: Video, post: Post, creator: Creator | None) -> Video:
    copy = copy_of(post, org_id=current_org_id(), project_id=row.project_id, creator=creator)
    copy.creator_id = copy.creator_id or row.creator_id
    copy.tracking_status, copy.tracked_since = row.tracking_status, row.tracked_since
    return copy


def single_posts(account_id: int) -> SinglePosts:
    """What is wanted of an account's posts one by one, over all organizations; in the platform's scope."""
    rows = Video.objects.of_account(account_id).in_visible_projects()
    wanted = list(rows.direct().filter(tracking_disabled=False).order_by().values_list("post_id", "org_id"))
    orgs = Organization.objects.filter(id__in={org_id for _, org_id in wanted})
    return SinglePosts(frozenset(post_id for post_id, _ in wanted), tuple(orgs), _switched_off(account_id))


def _switched_off(account_id: int) -> frozenset[int]:
    """Posts that are switched off wherever they are tracked."""
    rows = Video.objects.of_account(account_id)
    off: defaultdict[int, int] = defaultdict(int)
    for post_id in rows.filter(tracking_disabled=True).order_by().values_list("post_id", flat=True):
        off[post_id] += 1
    if not off:
        return frozenset()
    on = rows.filter(post_id__in=off, tracking_disabled=False).order_by().values_list("post_id", flat=True)
    followers = Creator.objects.active().filter(account_id=account_id).count()
    return frozenset(post_id for post_id, number in off.items() if number >= followers) - set(on)


def authors_found() -> set[tuple[int, str]]:
    """Accounts, with their handles, whose posts somebody waits for that were read meanwhile."""
    waiting = dict(_unread())
    posts = Post.objects.filter(id__in=waiting).exclude(account_id=None).values_list("id", "account_id", "seen_at")
    found = {account_id for post_id, account_id, seen_at in posts if account_id and seen_at >= waiting[post_id]}
    return set(Account.objects.filter(id__in=found).values_list("id", "handle"))


def unasked_posts() -> set[int]:
    """Posts that somebody waits for and nobody asks TikTok for."""
    waiting = {post_id for post_id, _ in _unread()}
    ids = {ScrapeTarget.id_for(ScrapeTarget.Kind.VIDEO_STATS, post_id=post_id): post_id for post_id in waiting}
    asked = {ids[found] for found in ScrapeTarget.objects.filter(id__in=ids).values_list("id", flat=True)}
    return (
        waiting - asked - set(Post.objects.filter(id__in=waiting).exclude(account_id=None).values_list("id", flat=True))
    )


def _unread() -> list[tuple[int, datetime]]:
    """Posts that were added by their address and not read since, and since when, over all organizations."""
    with platform_scope():
        rows = Video.objects.unread().in_visible_projects().filter(tracking_disabled=False)
        return list(rows.order_by("-tracked_since").values_list("post_id", "tracked_since"))
