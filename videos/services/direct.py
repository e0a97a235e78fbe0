"""Posts that were added by their address: whom they belong to, and copying what TikTok shows of them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creators.models import Creator
from creators.singles import SinglePosts
from orgs.models import Organization
from orgs.scope import current_org_id, platform_scope
from scraping.models import Account, Post, ScrapeTarget
from videos.models import Video
from videos.services.copies import copy_of, write_copies


def organizations_waiting_for(account_id: int) -> set[UUID]:
    """Organizations that track single posts of an account, or wait for a post that turned out to be its."""
    with platform_scope():
        known = set(Video.objects.direct().filter(account_id=account_id).order_by().values_list("org_id", flat=True))
        unread = list(Video.objects.unread().order_by().values_list("org_id", "post_id"))
    if not unread:
        return known
    own = set(
        Post.objects.filter(id__in={post_id for _, post_id in unread}, account_id=account_id).values_list(
            "id", flat=True
        )
    )
    return known | {org_id for org_id, post_id in unread if post_id in own}


def copy_direct(account_id: int, creators: Sequence[Creator], *, since: int) -> bool:
    """Copy an account's posts that were written after `since` into the open scope's directly added videos, those that
    were read since they were added. Returns whether one of them was not known to be the account's before.

    A video gets the creator that its project tracks by then, and stays a direct add.
    """
    rows = list(Video.objects.direct().filter(account_id=account_id)) + list(Video.objects.unread())
    if not rows:
        return False
    since = -1 if any(row.account_id is None for row in rows) else since
    posts = {
        post.id: post
        for post in Post.objects.changed_since(account_id, since).filter(id__in={row.post_id for row in rows})
    }
    by_project: defaultdict[UUID, list[Video]] = defaultdict(list)
    for row in rows:
        if row.post_id in posts and posts[row.post_id].seen_at >= row.tracked_since:
            by_project[row.project_id].append(row)
    tracked = {creator.project_id: creator for creator in creators}
    for project_id, own in by_project.items():
        _copy(project_id, own, posts, tracked.get(project_id))
    return any(row.account_id is None for own in by_project.values() for row in own)


def _copy(project_id: UUID, rows: Sequence[Video], posts: dict[int, Post], creator: Creator | None) -> None:
    copies = []
    for row in rows:
        copy = copy_of(posts[row.post_id], org_id=current_org_id(), project_id=project_id, creator=creator)
        copy.creator_id = copy.creator_id or row.creator_id
        copy.tracking_status, copy.tracked_since = row.tracking_status, row.tracked_since
        copies.append(copy)
    write_copies(project_id, copies, [posts[row.post_id] for row in rows])


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
