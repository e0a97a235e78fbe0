"""Writing copies of posts into one project's videos. Repeatable: writing them again changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from creators.models import Creator
from scraping.models import Picture, Post
from scraping.services.pictures import ask_for, known_pictures
from videos.changes import Change, Kind, record
from videos.models import Video
from videos.services.words import keep_words

COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
SAID = ("author_handle", "title", "hashtags")
COPIED = (
    "creator",
    "account_id",
    "kind",
    "thumbnail_url",
    "cover_key",
    "duration_seconds",
    "posted_at",
    "music_title",
    "availability",
    "unavailable_reason",
    "counts_precision",
    "stats_updated_at",
    *SAID,
    *COUNTS,
)


def copy_of(post: Post, *, org_id: UUID, project_id: UUID, creator: Creator | None) -> Video:
    """A post as a video of a project, unsaved; whose status and begin of tracking are still to be told."""
    return Video(
        org_id=org_id,
        project_id=project_id,
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
        availability=post.availability,
        unavailable_reason=post.unavailable_reason,
        counts_precision=post.counts_precision,
        stats_updated_at=post.seen_at,
        **{name: getattr(post, name) for name in COUNTS},
    )


@dataclass(frozen=True, slots=True)
class Copy:
    """A post as a video, unsaved. `is_found`: it was added by its address, and whose it is was not known before."""

    video: Video
    post: Post
    is_found: bool = False


def write_copies(project_id: UUID, written: Sequence[Copy]) -> None:
    """Write copies of posts into a project: of what is known already only what TikTok shows, so that it keeps its
    status, its notes and the begin of its history. What is found by and the status history follow."""
    # By id, as people's decisions on many posts lock them, and what is new by post, as people add them: so that who
    # waits for one another never does so in a circle.
    copies = sorted((one.video for one in written), key=lambda video: video.post_id)
    posted = Video.objects.in_project(project_id).filter(post_id__in=[copy.post_id for copy in copies])
    rows = posted.order_by("id").select_for_update(of=("self",), no_key=True)
    known = {video.post_id: video for video in rows.only("post_id", "availability", "unavailable_reason", *SAID)}
    _show_covers(copies)
    Video.objects.bulk_create(
        copies, update_conflicts=True, unique_fields=["org", "project", "post_id"], update_fields=COPIED
    )
    ids = {post_id: video.id for post_id, video in known.items()}
    if len(ids) < len(copies):
        # Not what was just made up: somebody may have added the post by its address at this moment.
        ids = dict(posted.values_list("post_id", "id"))
    for copy in copies:
        copy.id = ids[copy.post_id]
    keep_words([copy for copy in copies if _says_something_new(copy, known.get(copy.post_id))])
    at = {one.post.id: one.post.tried_at or one.post.seen_at for one in written}
    for copy in copies:
        _record_availability(copy, known.get(copy.post_id), at[copy.post_id])


def _show_covers(copies: Sequence[Video]) -> None:
    """Name our own copies of the covers; those that are missing are asked for once the videos are stored."""
    addresses = {copy.post_id: copy.thumbnail_url for copy in copies}
    known = known_pictures(Picture.Kind.COVER, addresses, timezone.now())
    for copy in copies:
        copy.cover_key = known.keys.get(copy.post_id, "")
    if known.missing:
        transaction.on_commit(lambda: ask_for(known.missing))


def _says_something_new(copy: Video, known: Video | None) -> bool:
    return known is None or any(getattr(copy, name) != getattr(known, name) for name in SAID)


def _record_availability(copy: Video, known: Video | None, at: datetime) -> None:
    if known is None or copy.availability == known.availability:
        return
    is_gone = copy.availability == Video.Availability.UNAVAILABLE
    states = [{"availability": one.availability, "unavailable_reason": one.unavailable_reason} for one in (known, copy)]
    change = Change(copy.id, Kind.UNAVAILABLE if is_gone else Kind.CAME_BACK, *states)
    record([change], actor=None, happened_at=at)
