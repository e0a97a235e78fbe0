"""Reads over videos in the open scope."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import F, OrderBy, Q
from django.db.models.expressions import RawSQL

from orgs.tenancy import OrgScopedQuerySet
from videos.words import query_for, query_for_hashtag

if TYPE_CHECKING:
    from videos.models import Decision, Video, VideoChange

COUNTING_STATUSES = ("auto_tracked", "included", "direct_add")
UNDECIDED_STATUSES = ("auto_tracked", "pending_review")
ORDERS = (
    "posted_at",
    "view_count",
    "like_count",
    "comment_count",
    "share_count",
    "save_count",
)


class VideoQuerySet(OrgScopedQuerySet["Video"]):
    """Named reads over videos."""

    def visible(self) -> Self:
        """What lists and the API show: never excluded ones, nor those of removed creators unless added directly."""
        gone = Q(creator__removed_at__isnull=False) & ~Q(tracking_status="direct_add")
        return self.exclude(tracking_status="excluded").exclude(gone)

    def counting(self) -> Self:
        """The videos that count in every number: status counts, tracking not disabled, creator not removed."""
        kept = Q(creator=None) | Q(creator__removed_at=None) | Q(tracking_status="direct_add")
        return self.filter(kept, tracking_status__in=COUNTING_STATUSES, tracking_disabled=False)

    def counted_toward_plan(self) -> Self:
        """Tracked videos: all but excluded and disabled ones and those of removed creators or projects in deletion."""
        return self.visible().in_visible_projects().filter(tracking_disabled=False)

    def in_visible_projects(self) -> Self:
        """Videos of projects that are not in deletion."""
        return self.filter(project__deleted_at=None)

    def in_project(self, project_id: UUID) -> Self:
        return self.filter(project_id=project_id)

    def of_creator(self, creator_id: UUID) -> Self:
        return self.filter(creator_id=creator_id)

    def of_account(self, account_id: int) -> Self:
        return self.filter(account_id=account_id)

    def with_status(self, tracking_status: str) -> Self:
        return self.filter(tracking_status=tracking_status)

    def in_inbox(self) -> Self:
        """Posts that wait for a decision."""
        return self.visible().filter(tracking_status="pending_review")

    def posted_between(self, start: datetime | None, end: datetime | None) -> Self:
        """Videos posted from `start` on and before `end`; None leaves that side open."""
        rows = self if start is None else self.filter(posted_at__gte=start)
        return rows if end is None else rows.filter(posted_at__lt=end)

    def direct(self) -> Self:
        """Videos that were added by their address."""
        return self.filter(tracking_status="direct_add")

    def unread(self) -> Self:
        """Directly added videos whose author nobody knows yet, because TikTok has not answered for them."""
        return self.direct().filter(account_id=None)

    def search(self, text: str) -> Self:
        """Videos with a word beginning with each word of the text in caption, hashtags or author (videos/words.py)."""
        return self if not text.strip() else self._matching(query_for(text))

    def with_hashtag(self, tag: str) -> Self:
        """Videos with exactly this hashtag, with or without its #, whatever its case."""
        return self._matching(query_for_hashtag(tag))

    def _matching(self, query: str) -> Self:
        """Through the one function that may look at words behind the wall: it answers for the open scope alone."""
        if not query:
            return self.none()
        return self.filter(id__in=RawSQL("SELECT videos_matching(%s::tsquery)", [query]))

    def in_order(self, order: str) -> Self:
        """Sorted by one of ORDERS, a leading "-" for descending; unknown numbers last, ties by id."""
        name = order.removeprefix("-")
        if name not in ORDERS:
            raise ValueError(f"videos cannot be ordered by {name!r}")
        return self.order_by(OrderBy(F(name), descending=order.startswith("-"), nulls_last=True), "id")


class DecisionQuerySet(OrgScopedQuerySet["Decision"]):
    """Named reads over decisions."""

    def undoable(self, project_id: UUID, user_id: UUID, since: datetime) -> Self:
        """What somebody decided in a project from `since` on and has not undone, the newest first."""
        made = self.filter(project_id=project_id, made_by_id=user_id, made_at__gte=since, undone_at=None)
        return made.order_by("-made_at", "-id")


class VideoChangeQuerySet(OrgScopedQuerySet["VideoChange"]):
    """Named reads over the status history."""

    def of_video(self, video_id: UUID) -> Self:
        return self.filter(video_id=video_id)

    def newest_first(self) -> Self:
        return self.order_by("-happened_at", "-id")
