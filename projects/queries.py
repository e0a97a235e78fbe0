"""Reads over projects, what is saved in them and what is gone from them, in the open scope."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from orgs.tenancy import OrgScopedQuerySet

if TYPE_CHECKING:
    from projects.models import GoneRow, Project, SavedView


class ProjectQuerySet(OrgScopedQuerySet["Project"]):
    """Named reads over projects."""

    def visible(self) -> Self:
        """Projects that exist for users and API: not in deletion. Archived ones stay readable."""
        return self.filter(deleted_at=None)

    def in_deletion(self) -> Self:
        """Deleted projects whose days of grace are not over, or that the next purge takes."""
        return self.filter(deleted_at__isnull=False)

    def open(self) -> Self:
        """Projects in which work goes on: neither archived nor in deletion; these count toward the plan."""
        return self.visible().filter(archived_at=None)

    def oldest_first(self) -> Self:
        return self.order_by("id")


class GoneRowQuerySet(OrgScopedQuerySet["GoneRow"]):
    """Named reads over what is left of deleted rows."""

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def gone_before(self, when: datetime) -> Self:
        return self.filter(gone_at__lt=when)


class SavedViewQuerySet(OrgScopedQuerySet["SavedView"]):
    """Named reads over saved views."""

    def in_project(self, project_id: UUID) -> Self:
        return self.filter(project_id=project_id)

    def of_list(self, project_id: UUID, list_name: str) -> Self:
        """The saved views of one list, by name."""
        return self.in_project(project_id).filter(list_name=list_name).order_by("name", "id")
