"""Pages of a list, newest id first. A page starts behind the last row of the one before, so rows that arrive in
between move nothing."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from rest_framework import serializers

from api.parameters import Query, WholeNumberField
from orgs.scope import current_org_id

DEFAULT_LIMIT, MAX_LIMIT = 50, 100
NOT_FILTERS = ("limit", "cursor")

Shown = dict[str, Any]
# Reads rows as they are sent.
Read = Callable[[QuerySet[Any]], list[Shown]]
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
        """Adds what pages need: `place`, what the cursor holds (None on the first page), and `cursors`, its signer."""
        cursors = self._cursors(attrs)
        try:
            place: Place | None = cursors.unsign_object(attrs["cursor"]) if "cursor" in attrs else None
        except BadSignature:
            raise serializers.ValidationError(
                {"cursor": "This is not a cursor of this list with these filters."}
            ) from None
        return {**attrs, "place": place, "cursors": cursors}

    def _cursors(self, attrs: dict[str, Any]) -> Signer:
        """The signature covers organization, list and filters: a cursor of anything else is a bad one. It names them
        by what clients know, so that cursors outlive every change of this code."""
        request = self.context["request"]
        given = {name: str(attrs[name]) for name in sorted(request.query_params) if name not in NOT_FILTERS}
        return Signer(salt=f"cursor {request.path} {current_org_id()} {json.dumps(given)}", sep=".")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list as they are sent; `next_cursor` is None on the last page."""

    rows: list[Shown]
    next_cursor: str | None

    @classmethod
    def of(cls, rows: QuerySet[Any], query: dict[str, Any], read: Read, *kept: int) -> Self:
        """The page that a `PagedQuery` asks for, in one statement. The next page's cursor holds `kept` as well."""
        if query["place"] is not None:
            rows = rows.filter(pk__lt=UUID(query["place"][0]))
        found = read(rows.order_by("-pk")[: query["limit"] + 1])
        shown = found[: query["limit"]]
        if len(found) == len(shown):
            return cls(shown, None)
        return cls(shown, query["cursors"].sign_object([str(shown[-1]["id"]), *kept]))
