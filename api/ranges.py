"""Ranges of days as parameters, and questions to analytics: how its errors become the API's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.shortcuts import get_object_or_404
from rest_framework import serializers

from analytics import errors as analytics_errors
from analytics.query import Query as Question
from analytics.query import earliest_allowed, require_retained, span_of
from api.errors import InvalidParams, InvalidQuery, NotFound, RetentionExceeded
from api.parameters import DayField, IdField, Query, WholeNumberField
from orgs.limits import limit
from orgs.models import Organization
from orgs.scope import current_org_id
from projects.models import Project

RETENTION = "stats_history_retention_days"
RETENTION_SCHEMA = {"type": ["integer", "null"], "description": "How many days back the plan shows; null = all."}
RANGE_META: dict[str, Any] = {
    "type": "object",
    "properties": {
        "from": {"type": "string", "format": "date", "description": "The first day."},
        "to": {"type": "string", "format": "date", "description": "The last day: today at the latest."},
        "timezone": {"type": "string", "description": "Whose days they are."},
        "tier_retention_days": RETENTION_SCHEMA,
    },
    "required": ["from", "to", "timezone", "tier_retention_days"],
}


class RangeQuery(Query):
    """`from` and `to`: local days, both inclusive; by default the last 30 days."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        first = DayField(required=False, help_text="The first day. By default 29 days before the last.")
        last = DayField(required=False, help_text="The last day. By default, and at the latest, today.")
        return {**super().get_fields(), "from": first, "to": last}


class ProjectRangeQuery(RangeQuery):
    """A project and a range."""

    project_id = IdField(help_text="The project that is reported on.")


class PagedProjectRangeQuery(ProjectRangeQuery):
    """A project, a range, and which rows of the list."""

    limit = WholeNumberField(default=50, min_value=1, max_value=100, help_text="How many rows at most.")
    offset = WholeNumberField(default=0, min_value=0, help_text="How many rows are passed over first.")


@contextmanager
def questions() -> Iterator[None]:
    """Answer what analytics refuses with the API's errors."""
    try:
        yield
    except analytics_errors.RetentionExceeded as error:
        raise RetentionExceeded(str(error), tier_retention_days=error.days) from error
    except analytics_errors.EntityNotFound as error:
        raise NotFound(str(error)) from error
    except analytics_errors.BadCombination as error:
        raise InvalidQuery(str(error), error.params) from error
    except analytics_errors.BadParameter as error:
        raise InvalidParams(str(error), error.params) from error


class DayRange:
    """The days that a query names. Raises the API's 400s."""

    def __init__(self, query: dict[str, Any], *, now: datetime) -> None:
        org = Organization.objects.get(id=current_org_id())
        self.now, self.retention_days = now, limit(org, RETENTION)
        # What is asked does not matter here, only about which days.
        days = Question("project", org.id, "views", from_=query.get("from"), to=query.get("to"), tz=query.get("tz"))
        with questions():
            self.span = span_of(days, org, now=now)

    def require_retained(self) -> None:
        """Raises RetentionExceeded; after it is known that what is asked for exists."""
        with questions():
            require_retained(self.span, self.retention_days, now=self.now)

    @property
    def earliest(self) -> datetime | None:
        """From when on the plan shows anything; None where it shows everything."""
        day = earliest_allowed(self.retention_days, self.span.timezone, now=self.now)
        return None if day is None else datetime.combine(day, time(), ZoneInfo(self.span.timezone))

    def meta(self) -> dict[str, Any]:
        """The range as it was understood."""
        return {
            "from": self.span.first,
            "to": self.span.last,
            "timezone": self.span.timezone,
            "tier_retention_days": self.retention_days,
        }


class ProjectRange(DayRange):
    """The project and the days that a query names. Raises the API's errors: 400, then 404, then 402."""

    def __init__(self, query: dict[str, Any], *, now: datetime) -> None:
        super().__init__(query, now=now)
        self.project = get_object_or_404(Project.objects.visible(), id=query["project_id"])
        self.require_retained()
