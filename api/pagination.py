"""Pages of a list, newest id first. A page starts behind the last row of the one before, so rows that arrive in
between move nothing."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Model, QuerySet
from rest_framework import serializers

from api.parameters import Query, WholeNumberField
from orgs.scope import current_org_id

DEFAULT_LIMIT, MAX_LIMIT = 50, 100
NOT_FILTERS = ("limit", "cursor")

Row = TypeVar("Row", bound=Model)
Shown = dict[str, Any]
# Reads at most so many rows as they are sent, behind the one with an id.
Read = Callable[[UUID | None, int], list[Shown]]
# What a cursor holds: where its page starts, in numbers and text.
Place = list[int | str]


class PagedQuery(Query):
    """The parameters of every list. `limit` may change from page to page, filters may not."""

    limit = WholeNumberField(
        default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT, help_text="How many rows at most."
    )
    cursor = serializers.CharField(
        required=False, help_text="`meta.nextCursor` of the page before, with the same filters."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Adds what pages need: `filters`, those that are given; `place`, what the cursor holds (None on the first
        page); and `cursors`, its signer."""
        given = self.context["request"].query_params
        filters = {name: attrs[name] for name in sorted(given) if name not in NOT_FILTERS}
        cursors = self._cursors(filters)
        try:
            place: Place | None = cursors.unsign_object(attrs["cursor"]) if "cursor" in attrs else None
        except BadSignature:
            raise serializers.ValidationError(
                {"cursor": "This is not a cursor of this list with these filters."}
            ) from None
        return {**attrs, "filters": filters, "place": place, "cursors": cursors}

    def _cursors(self, filters: dict[str, Any]) -> Signer:
        """The signature covers organization, list and filters: a cursor of anything else is a bad one. It names them
        by what clients know, so that cursors outlive every change of this code."""
        path, given = self.context["request"].path, {name: str(value) for name, value in filters.items()}
        return Signer(salt=f"cursor {path} {current_org_id()} {json.dumps(given)}", sep=".")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list as they are sent; `next_cursor` is None on the last page."""

    rows: list[Shown]
    next_cursor: str | None

    @classmethod
    def of(cls, read: Read, query: dict[str, Any], *kept: int) -> Self:
        """The page that a `PagedQuery` asks for. The next page's cursor holds `kept` as well."""
        before = None if query["place"] is None else UUID(query["place"][0])
        found = read(before, query["limit"] + 1)
        shown = found[: query["limit"]]
        if len(found) == len(shown):
            return cls(shown, None)
        return cls(shown, query["cursors"].sign_object([str(shown[-1]["id"]), *kept]))


def newest_first(rows: QuerySet[Row], before: UUID | None) -> QuerySet[Row]:
    """Rows in the order of pages; with `before`, those behind the one with this id."""
    rows = rows.order_by("-pk")
    return rows if before is None else rows.filter(pk__lt=before)
