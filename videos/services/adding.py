"""Adding posts by their addresses. Works in the open scope."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from creators.links import link_wait
from creators.models import Creator, WaitingLink
from orgs import audit
from orgs.limits import LimitReached, count_changed, limit, room
from orgs.models import Organization
from projects.models import Project
from projects.services import require_open
from scraping.grammar import GrammarError, PostReference, ShortLink, parse_post, posted_at_from_id
from scraping.models import Post
from scraping.providers.interface import PostKind
from scraping.services import targets
from scraping.services.bans import banned_handles
from scraping.tasks import dispatch_due_targets
from videos.changes import Change, Kind, record
from videos.models import Video
from videos.services.words import keep_words

MAX_ENTRIES = 50
TRACKED_VIDEOS = "max_tracked_videos_per_org"
DIRECT = Video.TrackingStatus.DIRECT_ADD
AS_DIRECT = {"tracking_status": DIRECT.value}


class AddOutcome(StrEnum):
    """What became of one line of an addition."""

    ADDED = "added"
    BROUGHT_BACK = "brought_back"
    ALREADY_THERE = "already_there"
    RESOLVING = "resolving"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class AddResult:
    """One line of an addition: the video, or in plain words why there is none; `limit` if the plan is the reason.

    `resolving`: a short link, whose post a worker finds out.
    """

    entry: str
    outcome: AddOutcome
    video: Video | None = None
    error: str = ""
    limit: LimitReached | None = None


def videos_add(*, project: Project, entries: Sequence[str], now: datetime) -> list[AddResult]:
    """Track single posts in a project, whoever their authors are; each line is a post's address, at most 50 lines.

    A bad line is reported by line, the rest goes through. TikTok is asked at once. Raises ProjectArchived.
    """
    require_open(project)
    adding = _Adding(project, entries[:MAX_ENTRIES], now)
    results = [adding.take(entry) for entry in entries[:MAX_ENTRIES]]
    results += [
        AddResult(entry, AddOutcome.ERROR, error=f"Only {MAX_ENTRIES} lines at once; add this one next.")
        for entry in entries[MAX_ENTRIES:]
    ]
    overtaken = adding.finish()
    return [_as_found(result, overtaken) for result in results]


def _as_found(result: AddResult, overtaken: Mapping[UUID, Video]) -> AddResult:
    """A line whose video somebody else has made at that moment names theirs."""
    if result.video is None or result.video.id not in overtaken:
        return result
    return AddResult(result.entry, AddOutcome.ALREADY_THERE, overtaken[result.video.id])


class _Adding:
    """One addition: what is known before it, and what it has changed so far."""

    def __init__(self, project: Project, entries: Sequence[str], now: datetime) -> None:
        self.project, self.now = project, now.replace(microsecond=0)
        # Two that add at once follow each other: the same post is never made twice, the cap never passed.
        self.org = Organization.objects.select_for_update(no_key=True).get(id=project.org_id)
        self.places = room(self.org.id, TRACKED_VIDEOS)
        references = [reference for reference in map(_reference, entries) if isinstance(reference, PostReference)]
        post_ids = [reference.post_id for reference in references]
        rows = Video.objects.in_project(project.id).filter(post_id__in=post_ids)
        self.existing = {video.post_id: video for video in rows.select_related("creator", "project")}
        # Known, but shown nowhere because their creator is tracked no longer.
        self.hidden = {video.id for video in rows.exclude(tracking_status="excluded")} - {
            video.id for video in rows.visible()
        }
        self.banned = banned_handles([reference.handle for reference in references if reference.handle])
        self.since = _earlier_begins(post_ids, self.now)
        self.new: list[Video] = []
        self.back: list[Video] = []
        self.changes: list[Change] = []

    def take(self, entry: str) -> AddResult:
        """Add what one line names, unless it cannot be."""
        reference = _reference(entry)
        if isinstance(reference, GrammarError):
            return AddResult(entry, AddOutcome.ERROR, error=str(reference))
        if isinstance(reference, ShortLink):
            link_wait(project=self.project, link=reference, purpose=WaitingLink.Purpose.VIDEO, now=self.now)
            return AddResult(entry, AddOutcome.RESOLVING)
        if reference.handle in self.banned:
            return AddResult(entry, AddOutcome.ERROR, error=f"@{reference.handle} is banned from trackagoat.")
        known = self.existing.get(reference.post_id)
        if known is not None and known.id not in self.hidden:
            return AddResult(entry, AddOutcome.ALREADY_THERE, known)
        if self.places is not None and self.places <= 0:
            return self._no_room(entry)
        if self.places is not None:
            self.places -= 1
        return self._bring_back(entry, known) if known is not None else self._add(entry, reference)

    def _no_room(self, entry: str) -> AddResult:
        cap = limit(self.org, TRACKED_VIDEOS) or 0
        reached = LimitReached(TRACKED_VIDEOS, cap, cap)
        return AddResult(entry, AddOutcome.ERROR, error=f"All {cap:,} videos of your plan are in use.", limit=reached)

    def _add(self, entry: str, reference: PostReference) -> AddResult:
        video = Video(
            org=self.org,
            project=self.project,
            post_id=reference.post_id,
            author_handle=reference.handle or "",
            kind=reference.kind or PostKind.VIDEO,
            # Until TikTok has answered, which says it to the second.
            posted_at=posted_at_from_id(reference.post_id),
            tracking_status=DIRECT,
            tracked_since=self.since.get(reference.post_id, self.now),
        )
        self.existing[video.post_id] = video
        self.new.append(video)
        self.changes.append(Change(video.id, Kind.ADDED, None, AS_DIRECT))
        return AddResult(entry, AddOutcome.ADDED, video)

    def _bring_back(self, entry: str, video: Video) -> AddResult:
        self.back.append(video)
        self.hidden.remove(video.id)
        self.changes.append(Change(video.id, Kind.ADDED, {"tracking_status": video.tracking_status}, AS_DIRECT))
        video.tracking_status, video.tracking_disabled = DIRECT, False
        return AddResult(entry, AddOutcome.BROUGHT_BACK, video)

    def finish(self) -> dict[UUID, Video]:
        """Write everything, and ask TikTok once it is committed. Returns, by the ids of those that are not made, videos
        that the mirror has made of the same posts since they were looked for."""
        if not self.changes:
            return {}
        # Before what is new, as the mirror does it.
        list(
            Video.objects.filter(id__in=[video.id for video in self.back]).order_by("id").select_for_update(no_key=True)
        )
        Video.objects.bulk_update(self.back, ["tracking_status", "tracking_disabled"])
        overtaken = self._make()
        made = [video for video in self.new if video.id not in overtaken]
        keep_words(made)
        changes = (change for change in self.changes if change.video_id not in overtaken)
        record(changes, actor=audit.current_user(), happened_at=self.now)
        count_changed(self.org.id, TRACKED_VIDEOS)
        read_soon([video.post_id for video in (*made, *self.back)], self.now)
        return overtaken

    def _make(self) -> dict[UUID, Video]:
        """Make the new videos but for those that are there by now, which are returned by the ids of these."""
        Video.objects.bulk_create(sorted(self.new, key=lambda video: video.post_id), ignore_conflicts=True)
        rows = Video.objects.in_project(self.project.id).filter(post_id__in=[video.post_id for video in self.new])
        there = {video.post_id: video for video in rows.select_related("creator", "project")}
        return {video.id: there[video.post_id] for video in self.new if there[video.post_id].id != video.id}


def add_from_link(project: Project, address: str, now: datetime) -> str:
    """Add the post that a short link leads to; returns why it could not be added, "" if it is there. Raises
    ProjectArchived."""
    (result,) = videos_add(project=project, entries=[address], now=now)
    return result.error


def read_soon(post_ids: Sequence[int], now: datetime) -> None:
    """Ask TikTok for posts as soon as the transaction is committed."""

    def ask() -> None:
        targets.begin_histories_of(post_ids, now)
        targets.request_posts(post_ids, now)
        dispatch_due_targets.delay()

    transaction.on_commit(ask)


def _reference(entry: str) -> PostReference | ShortLink | GrammarError:
    try:
        return parse_post(entry)
    except GrammarError as error:
        return error


def _earlier_begins(post_ids: Iterable[int], now: datetime) -> dict[int, datetime]:
    """Since when the organization tracks posts already, in another project or with their creator."""
    ids = list(post_ids)
    begins = dict(
        Video.objects.filter(post_id__in=ids).order_by("-tracked_since").values_list("post_id", "tracked_since")
    )
    authors = dict(Post.objects.filter(id__in=ids, seen_at__lte=now).values_list("id", "account_id"))
    rows = Creator.objects.filter(account_id__in=set(authors.values())).order_by("-tracked_since")
    creators = dict(rows.values_list("account_id", "tracked_since"))
    for post_id, account_id in authors.items():
        if account_id in creators:
            begins[post_id] = min(begins.get(post_id, now), creators[account_id])
    return begins
