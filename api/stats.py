"""/videos/{id}/stats and /creators/{id}/stats: what was read, reading by reading, since the organization tracks it."""

from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.readings import (
    own_readings_of_creator,
    own_readings_of_video,
    readings_of_creator,
    readings_of_video,
    views_by_age,
)
from api.envelope import success
from api.errors import InvalidQuery
from api.fields import CountField, TimeField
from api.lists import NEXT_CURSOR
from api.pagination import PagedQuery
from api.parameters import Query, path_id
from api.ranges import RANGE_META, DayRange, RangeQuery
from api.shape import shape_of
from api.views import ApiView
from connections.models import SOURCE
from creators.models import Creator
from videos.models import Video

_DAYS = RANGE_META["properties"]
_OR_NONE = {name: {**_DAYS[name], "type": ["string", "null"]} for name in ("from", "to")}


class ReadingSerializer(serializers.Serializer[Any]):
    """How and when something was read."""

    precision = serializers.ChoiceField(
        read_only=True,
        choices=["exact", "rounded"],
        help_text="`rounded` where TikTok rounded one of the counts.",
    )
    source = serializers.CharField(  # type: ignore[assignment]
        read_only=True,
        help_text="Which source was read; `official`: TikTok itself, which the creator lets this organization ask.",
    )


class VideoReadingSerializer(ReadingSerializer):
    """A video's numbers at one second. Rounding is no growth: within it a count stays what it was."""

    view_count = CountField()
    like_count = CountField()
    comment_count = CountField()
    share_count = CountField()
    save_count = CountField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return _in_order(super().get_fields())


class CreatorReadingSerializer(ReadingSerializer):
    """An account's numbers at one second."""

    follower_count = CountField()
    following_count = CountField()
    total_likes = CountField()
    video_count = CountField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return _in_order(super().get_fields())


def _in_order(fields: dict[str, Any]) -> dict[str, Any]:
    how = {name: fields.pop(name) for name in ("precision", "source")}
    return {"captured_at": TimeField(help_text="When it was read."), **fields, **how}


class AgeSerializer(serializers.Serializer[Any]):
    """A video's views at an age."""

    hours = serializers.IntegerField(read_only=True, help_text="Hours since it was posted.")
    view_count = CountField(help_text="Views then, on the line between two readings; null before the first of them.")


class StatsQuery(RangeQuery, PagedQuery):
    """Days of the organization, and which page."""


class VideoStatsQuery(StatsQuery):
    """Days and page, or the views by age."""

    cohort = serializers.ChoiceField(
        choices=["1"],
        required=False,
        help_text="Instead, all of the video's life at once: `{hours, view_count}` for every hour of the first week "
        "and every day after it. Goes with no other parameter.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        others = [name for name in self.context["request"].query_params if name != "cohort"]
        if "cohort" in attrs and others:
            raise InvalidQuery(f"cohort does not go with {', '.join(others)}.", params=["cohort", *others])
        return super().validate(attrs)


class StatsView(ApiView):
    """Stored readings of the range, oldest first, page by page."""

    answers_many = True
    query_class: ClassVar[type[Query]] = StatsQuery
    meta_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {"nextCursor": NEXT_CURSOR, **_DAYS, **_OR_NONE},
        "required": ["nextCursor", *RANGE_META["required"]],
    }

    def page(self, readings: QuerySet[Any], own: QuerySet[Any], asked: DayRange) -> Response:
        """The page that is asked for, of everybody's readings and those of the creator's own connection, which come
        second within a second. It starts behind the second and the kind that the cursor names."""
        asked.require_retained()
        limit, place = self.query["limit"], self.query["place"]
        if place is not None:
            second, was_own = datetime.fromtimestamp(place[0], UTC), place[1]
            readings = readings.filter(captured_at__gt=second)
            own = own.filter(captured_at__gt=second) if was_own else own.filter(captured_at__gte=second)
        shape = shape_of(self.serializer_class)
        rows = (shape.read(some[: limit + 1]) for some in (readings, own))
        found = list(islice(merge(*rows, key=itemgetter("captured_at")), limit + 1))
        shown = found[:limit]
        cursor = self._cursor(shown[-1]) if len(found) > limit else None
        return success(shown, meta={"nextCursor": cursor, **asked.meta()})

    def _cursor(self, row: dict[str, Any]) -> str:
        second = int(row["captured_at"].timestamp())
        cursor: str = self.query["cursors"].sign_object([second, int(row["source"] == SOURCE)])
        return cursor


def _bounds(asked: DayRange) -> dict[str, datetime]:
    span = asked.span
    return {"start": datetime.fromtimestamp(span.start, UTC), "end": datetime.fromtimestamp(span.end, UTC)}


class VideoStats(StatsView):
    """A video's numbers as they were read since the organization tracks it, by default of the last 30 days.

    Of readings in a row that showed the same only the first and the last are there; in between nothing changed, and
    `stats_updated_at` of the video says when it was read last. Where the creator has connected their account, exact
    rows with the source `official` stand among the others, of equal ones the first; nothing is computed from them.
    With `cohort=1` the views by hours since posting.
    """

    operation_id, summary = "listVideoStats", "List a video's readings"
    query_class = VideoStatsQuery
    serializer_class = VideoReadingSerializer
    other_items = (AgeSerializer,)

    def get(self, request: Request, id: str) -> Response:
        asked = DayRange(self.query, now=timezone.now())
        video = get_object_or_404(Video.objects.visible().in_visible_projects(), id=path_id(id))
        if "cohort" not in self.query:
            bounds = _bounds(asked)
            return self.page(readings_of_video(video, **bounds), own_readings_of_video(video, **bounds), asked)
        ages = views_by_age(video, since=asked.earliest, now=asked.now)
        rows = [{"hours": hours, "view_count": view_count} for hours, view_count in ages]
        return success(rows, meta={"nextCursor": None, **asked.meta(), "from": None, "to": None})


class CreatorStats(StatsView):
    """A creator's numbers as they were read since the organization tracks the account, by default of the last 30 days.

    Of readings in a row that showed the same only the first and the last are there; in between nothing changed, and
    `last_scraped_at` of the creator says when it was read last. Where the creator has connected their account, exact
    rows with the source `official` stand among the others, of equal ones the first; nothing is computed from them.
    """

    operation_id, summary = "listCreatorStats", "List a creator's readings"
    serializer_class = CreatorReadingSerializer

    def get(self, request: Request, id: str) -> Response:
        asked = DayRange(self.query, now=timezone.now())
        creator = get_object_or_404(Creator.objects.visible(), id=path_id(id))
        bounds = _bounds(asked)
        return self.page(readings_of_creator(creator, **bounds), own_readings_of_creator(creator, **bounds), asked)
