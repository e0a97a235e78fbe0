"""Reads over annotations in the open scope."""

from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from orgs.tenancy import OrgScopedQuerySet

if TYPE_CHECKING:
    from analytics.models import Annotation


class AnnotationQuerySet(OrgScopedQuerySet["Annotation"]):
    """Named reads over annotations."""

    def in_project(self, project_id: UUID) -> Self:
        """A project's annotations, the newest day first."""
        return self.filter(project_id=project_id).order_by("-date", "-id")

    def between(self, project_id: UUID, first: date, last: date) -> Self:
        """A project's annotations of these days, both inclusive, oldest first."""
        return self.filter(project_id=project_id, date__gte=first, date__lte=last).order_by("date", "id")
