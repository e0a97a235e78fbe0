"""Reads over videos in the open scope."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Count,
    DateTimeField,
    F,
    Func,
    IntegerField,
    OrderBy,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Collate, Concat, Extract

from orgs.tenancy import OrgScopedQuerySet
from orgs.timezones import midnight
from videos.words import query_for, query_for_hashtag

if TYPE_CHECKING:
    from videos.models import Decision, MirrorState, Video, VideoChange

COUNTING_STATUSES = ("auto_tracked", "included", "direct_add")
UNDECIDED_STATUSES = ("auto_tracked", "pending_review")
# Seconds since 1970, in the year 2286: what is left until then has ten digits for every post there is.
LATEST = 9_999_999_999
# Up to so many videos that have a word are found one by one, whatever else is asked of them.
FREQUENT = 2_000
_HOW_MANY = "SELECT count(*) FROM (SELECT videos_matching(%s::tsquery) LIMIT %s) AS found"
ORDERS = (
    "posted_at",
    "view_count",
    "like_count",
    "comment_count",
    "share_count",
    "save_count",
)


def _taken_in() -> Q:
    """Added directly, or posted by a creator that is not removed since its tracking starts."""
    is_in_time = Q(creator__removed_at=None, posted_at__gte=F("creator__tracking_starts_at"))
    return Q(tracking_status="direct_add") | Q(creator=None) | is_in_time


def _is_frequent(query: str) -> bool:
    """Whether more than FREQUENT videos of the open scope have these words; read at once, and no further than that."""
    with connection.cursor() as cursor:
        cursor.execute(_HOW_MANY, [query, FREQUENT + 1])
        return bool(cursor.fetchone()[0] > FREQUENT)


class VideoQuerySet(OrgScopedQuerySet["Video"]):
    """Named reads over videos."""

    def visible(self) -> Self:
        """What lists and the API show: never excluded ones; of creators, unless added directly, only what was posted
        since tracking starts, and nothing once they are removed."""
        return self.with_excluded().exclude(tracking_status="excluded")

    def with_excluded(self) -> Self:
        """Like `visible`, with the excluded ones: what people of the organization may look for."""
        return self.filter(_taken_in())

    def switched_off_by(self, user_id: UUID, at: datetime) -> Self:
        """Videos whose tracking somebody switched off at one moment."""
        return self.filter(changes__kind="tracking_disabled", changes__happened_at=at, changes__actor_id=user_id)

    def expired(self, now: datetime, days: int | None) -> Self:
        """Videos that are read no longer because they were posted more than so many days ago; None: never."""
        return self.none() if days is None else self.filter(posted_at__lte=now - timedelta(days=days))

    def counting(self) -> Self:
        """The videos that count in every number: shown, their status counts, tracking not disabled."""
        return self.filter(_taken_in(), tracking_status__in=COUNTING_STATUSES, tracking_disabled=False)

    def counted_toward_plan(self) -> Self:
        """Tracked videos: all but excluded and disabled ones and those of removed creators or projects in deletion."""
        return self.visible().in_visible_projects().using_plan()

    def using_plan(self) -> Self:
        """Those that use up the plan while they are shown: neither excluded nor disabled."""
        return self.exclude(tracking_status="excluded").filter(tracking_disabled=False)

    def discovered(self) -> Self:
        """Videos found on their creator's account, not added directly."""
        return self.exclude(tracking_status="direct_add")

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

    def by_day(self, days: Sequence[date], zone: str) -> list[tuple[date, int, int]]:
        """(day, posts, accounts that posted them) of every one of these consecutive calendar days of a time zone on
        which something was posted. Days begin where `midnight` says, however long they are."""
        edges = [midnight(day, zone) for day in (*days, days[-1] + timedelta(days=1))]
        edge_array = Value(edges, output_field=ArrayField(DateTimeField()))
        number = Func(F("posted_at"), edge_array, function="width_bucket", output_field=IntegerField())
        rows = self.posted_between(edges[0], edges[-1]).order_by().annotate(day_number=number).values_list("day_number")
        counted = rows.annotate(Count("id"), Count("account_id", distinct=True))
        return sorted((days[day_number - 1], posts, accounts) for day_number, posts, accounts in counted)

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
        """Through the one function that may look at words behind the wall: it answers for the open scope alone. Where
        it finds many, each video is asked for its own words instead: few have to be, until a page of a list is full."""
        from videos.models import VideoText

        if not query:
            return self.none()
        if not _is_frequent(query):
            return self.filter(id__in=RawSQL("SELECT videos_matching(%s::tsquery)", [query]))
        has_words = RawSQL("document @@ %s::tsquery", [query], BooleanField())
        return self.filter(Subquery(VideoText.objects.filter(video=OuterRef("pk")).values_list(has_words)))

    def by_creator(self) -> Self:
        """With `by_creator` to sort by: together what one creator posted, the newest first."""
        newest_first = Value(LATEST) - Cast(Extract("posted_at", "epoch"), BigIntegerField())
        key = Concat("creator__tiktok_handle", Value(" "), Cast(newest_first, CharField()), output_field=CharField())
        # Byte by byte: other orders overlook the space between handle and time.
        return self.annotate(by_creator=Collate(key, "C"))

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


class MirrorStateQuerySet(OrgScopedQuerySet["MirrorState"]):
    """Named reads over how far copies follow."""

    def waiting(self) -> Self:
        """Those with something to copy although nothing new was read."""
        return self.filter(Q(waiting_posts__gt=0) | Q(is_void=True))


class VideoChangeQuerySet(OrgScopedQuerySet["VideoChange"]):
    """Named reads over the status history."""

    def of_video(self, video_id: UUID) -> Self:
        return self.filter(video_id=video_id)

    def newest_first(self) -> Self:
        return self.order_by("-happened_at", "-id")
