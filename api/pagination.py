"""Pages of a list, newest id first. A page starts behind the last row of the one before, so rows that arrive in
between move nothing."""

from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Model, QuerySet
from rest_framework import serializers

from api.authentication import key_of
from api.parameters import Query, WholeNumberField

DEFAULT_LIMIT, MAX_LIMIT = 50, 100

Row = TypeVar("Row", bound=Model)


class PagedQuery(Query):
    """The parameters of every list. `limit` may change from page to page, filters may not."""

    limit = WholeNumberField(
        default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT, help_text="How many rows at most."
    )
    cursor = serializers.CharField(
        required=False, help_text="`meta.nextCursor` of the page before, with the same filters."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Adds what `Page` needs: `after`, the id that the page starts behind, and `cursors`, the signer of this query.

        The cursor's signature covers organization, list and filters: a cursor of anything else is a bad one.
        """
        filters = {name: str(value) for name, value in sorted(attrs.items()) if name not in ("limit", "cursor")}
        key = key_of(self.context["request"])
        cursors = Signer(salt=f"{type(self).__qualname__} {key.org_id} {filters}", sep=".")
        try:
            after = UUID(cursors.unsign_object(attrs["cursor"])) if "cursor" in attrs else None
        except BadSignature:
            raise serializers.ValidationError(
                {"cursor": "This is not a cursor of this list with these filters."}
            ) from None
        return {**attrs, "after": after, "cursors": cursors}


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list; `next_cursor` is None on the last page."""

    rows: list[Row]
    next_cursor: str | None

    @classmethod
    def of(cls, rows: QuerySet[Row], query: dict[str, Any]) -> Self:
        """The page that a `PagedQuery` asks for, in one statement."""
        if query["after"] is not None:
            rows = rows.filter(pk__lt=query["after"])
        found = list(rows.order_by("-pk")[: query["limit"] + 1])
        shown = found[: query["limit"]]
        return cls(shown, query["cursors"].sign_object(shown[-1].pk.hex) if len(found) > len(shown) else None)
