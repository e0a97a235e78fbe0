"""Lists that can be followed: with `updated_since` they tell what changed and what is gone.

A client reads the list once, keeps `meta.syncedUntil`, and passes it as `updated_since` from then on: with every answer
it has exactly the rows of the list as of that time, whoever was writing meanwhile (projects.horizon).
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.envelope import success
from api.errors import InvalidQuery
from api.fields import TimeField
from api.lists import TableView
from api.pagination import Page, PagedQuery, Place
from api.parameters import Query
from api.shape import shape_of
from api.views import Row
from projects.horizon import horizon
from projects.models import GoneRow
from projects.services import GONE_ROWS_KEPT

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
SYNCED_UNTIL = {
    "type": "string",
    "format": "date-time",
    "description": "Pass it as `updated_since` next time, to hear of what has changed since. A little in the past.",
}


class InstantField(serializers.DateTimeField):
    """An instant with its offset from UTC, such as 2026-01-31T12:00:00Z."""

    def to_internal_value(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(data).astimezone(UTC) if _INSTANT.fullmatch(data) else self._refuse()
        except (ValueError, OverflowError):
            return self._refuse()

    def _refuse(self) -> datetime:
        raise serializers.ValidationError(
            "This is not a time such as 2026-01-31T12:00:00Z (a + in an offset is sent as %2B)."
        )


class SyncedQuery(PagedQuery):
    """The parameters of a list that can be followed."""

    # Filters by what changes without the row: with them nobody could say what left the list.
    not_followed: ClassVar[tuple[str, ...]] = ()

    updated_since = InstantField(
        required=False,
        help_text="Only what changed at this time or later, in the order of its change, numbers included; with "
        "`{id, gone: true}` for what left the list. At most 90 days ago. Pass `meta.syncedUntil` of the answer before.",
    )

    def validate_updated_since(self, since: datetime) -> datetime:
        if since < timezone.now() - GONE_ROWS_KEPT:
            raise serializers.ValidationError(
                f"What left the list is told for {GONE_ROWS_KEPT.days} days: read the whole list anew."
            )
        return since

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unfollowed = [name for name in self.not_followed if name in attrs]
        if "updated_since" in attrs and unfollowed:
            names = ", ".join(unfollowed)
            raise InvalidQuery(f"updated_since does not go with {names}.", params=["updated_since", *unfollowed])
        return super().validate(attrs)


@extend_schema_field({"type": "boolean", "const": True})
class TrueField(serializers.BooleanField):
    """A value that is always true."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)


class GoneSerializer(serializers.Serializer[Any]):
    """A row that left the list: excluded, removed, deleted, or out of sight with its creator or project."""

    id = serializers.UUIDField(read_only=True)
    gone = TrueField(help_text="It is no longer in the list.")


class SyncedListView(TableView[Row]):
    """A list, newest first; with `updated_since` by (updated_at, id) ascending, with what is gone."""

    query_class: ClassVar[type[Query]] = SyncedQuery
    other_items = (GoneSerializer,)
    # The table, how its deleted rows are called, and by which filters the followed rows are narrowed: those by what
    # never changes. A row that the other filters no longer let through has left the list.
    model: ClassVar[type[Model]]
    gone_kind: ClassVar[GoneRow.Kind]
    narrowed_by: ClassVar[tuple[str, ...]] = ("project_id",)
    meta_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {**TableView.meta_schema["properties"], "syncedUntil": SYNCED_UNTIL},
        "required": ["nextCursor", "syncedUntil"],
    }

    def get(self, request: Request, **path: str) -> Response:
        if "updated_since" in self.query:
            return self._changes()
        place = self.query["place"]
        settled = _instant(place[1]) if place else horizon().settled
        # Where somebody is at work whose beginning nobody knows, the next answer tells everything that it can.
        settled = settled or timezone.now() - GONE_ROWS_KEPT + timedelta(days=1)
        page = Page.of(self.read, self.query, _ticks(settled))
        return success(page.rows, meta={"nextCursor": page.next_cursor, "syncedUntil": _text(settled)})

    def _changes(self) -> Response:
        """What changed from `updated_since` up to the moment the first page was asked for, so that pages end; what
        changes meanwhile comes next time."""
        place, limit, rows = self.query["place"], self.query["limit"], self.rows(self.asked)
        if place is None:
            seen = horizon()
            start: tuple[datetime, UUID] | None = None
            until, settled = seen.now, seen.settled or self.query["updated_since"]
        else:
            start = (_instant(place[0]), UUID(str(place[1])))
            until, settled = _instant(place[2]), _instant(place[3])
        keys = self._keys(start, until, limit + 1)
        shown = keys[:limit]
        cursor = None
        if len(keys) > limit:
            last: Place = [_ticks(shown[-1][0]), str(shown[-1][1]), _ticks(until), _ticks(settled)]
            cursor = self.query["cursors"].sign_object(last)
        kept = {
            row["id"]: row
            for row in shape_of(self.serializer_class).read(rows.filter(id__in=[key for _, key in shown]))
        }
        data = [kept.get(str(key), {"id": key, "gone": True}) for _, key in shown]
        return success(data, meta={"nextCursor": cursor, "syncedUntil": _text(settled)})

    def _keys(self, start: tuple[datetime, UUID] | None, until: datetime, number: int) -> list[tuple[datetime, UUID]]:
        """(when, id) of the next changed and deleted rows, whether they are in the list or not."""
        since = self.query["updated_since"]
        narrowed = {name: self.query[name] for name in self.narrowed_by if name in self.query}
        found: list[tuple[datetime, UUID]] = []
        gone = GoneRow.objects.of_kind(self.gone_kind)
        rows: Any = self.model
        for when, changed in (("updated_at", rows.objects.all()), ("gone_at", gone)):
            after = Q(**{f"{when}__gte": since, f"{when}__lte": until})
            if start is not None:
                later, same = {f"{when}__gt": start[0]}, {when: start[0], "id__gt": start[1]}
                after &= Q(**{f"{when}__gte": start[0]}) & (Q(**later) | Q(**same))
            some: QuerySet[Any] = changed.filter(after, **narrowed).order_by(when, "id")
            found += some.values_list(when, "id")[:number]
        return sorted(found)[:number]


def _ticks(instant: datetime) -> int:
    """Microseconds since 1970."""
    return (instant - _EPOCH) // _TICK


def _instant(ticks: int | str) -> datetime:
    return _EPOCH + int(ticks) * _TICK


def _text(instant: datetime) -> str:
    return str(TimeField().to_representation(instant))
