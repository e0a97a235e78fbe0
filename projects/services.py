"""What people do with projects: one function per action."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orgs import audit
from orgs.limits import require_room
from orgs.models import Organization
from orgs.scope import current_org_id, organization_scope, platform_scope
from orgs.services.purge import prepared_aftermaths
from projects.models import GoneRow, Project


class ProjectArchived(Exception):
    """The project is archived: it can be read, not changed."""

    def __str__(self) -> str:
        return "This project is archived. Restore it to make changes."


GRACE = timedelta(days=14)
# For how long a client may stay away and still hear of what is gone.
GONE_ROWS_KEPT = timedelta(days=90)
# What a project brings back into the plan when it is restored.
BROUGHT_BACK = ("max_creators_per_org", "max_tracked_videos_per_org")


class NameMistyped(Exception):
    """What should confirm a deletion is not the name."""

    def __str__(self) -> str:
        return "This is not the name. Type it as it is shown, so that nothing is deleted by accident."


def project_create(
    *, name: str, description: str = "", start_date: date | None = None, end_date: date | None = None
) -> Project:
    """Make a project in the open scope. Raises LimitReached at the plan's cap."""
    org_id = current_org_id()
    require_room(org_id, "max_projects_per_org")
    project: Project = Project.objects.create(
        org_id=org_id, name=name, description=description, start_date=start_date, end_date=end_date
    )
    _record("project.created", project, after={"name": name})
    return project


def project_rename(
    *,
    project_id: UUID,
    name: str,
    description: str,
    start_date: date | None = None,
    end_date: date | None = None,
) -> Project:
    """Give a project another name, description and dates (None: open). Raises Project.DoesNotExist, ProjectArchived."""
    project = Project.objects.visible().select_for_update(no_key=True).get(id=project_id)
    require_open(project)
    values = {"name": name, "description": description, "start_date": start_date, "end_date": end_date}
    before, after = audit.changes({field: getattr(project, field) for field in values}, values)
    for field, value in after.items():
        setattr(project, field, value)
    project.save(update_fields=[*after, "updated_at"])
    if after:
        _record("project.changed", project, before=before, after=after)
    return project


def project_archive(*, project_id: UUID) -> Project:
    """Make a project read-only and free its place in the plan. Raises Project.DoesNotExist."""
    project = Project.objects.visible().select_for_update(no_key=True).get(id=project_id)
    if project.archived_at is None:
        project.archived_at = timezone.now()
        project.save(update_fields=["archived_at", "updated_at"])
        _record("project.archived", project)
    return project


def project_restore(*, project_id: UUID) -> Project:
    """Open an archived project again. Raises Project.DoesNotExist, LimitReached. An open one needs no place."""
    project = Project.objects.visible().get(id=project_id)
    if project.archived_at is None:
        return project
    # The organization's row is always locked before the project's.
    require_room(current_org_id(), "max_projects_per_org")
    project = Project.objects.visible().select_for_update(no_key=True).get(id=project_id)
    project.archived_at = None
    project.save(update_fields=["archived_at", "updated_at"])
    _record("project.restored", project)
    return project


def project_delete(*, project_id: UUID, typed_name: str, now: datetime) -> Project:
    """Take a project out of sight and out of the plan; after GRACE it is deleted for good, unless it is undeleted.

    Raises Project.DoesNotExist, NameMistyped.
    """
    project = Project.objects.visible().select_for_update(no_key=True).get(id=project_id)
    if typed_name.strip() != project.name.strip():
        raise NameMistyped
    project.deleted_at = now
    project.save(update_fields=["deleted_at", "updated_at"])
    _record("project.deleted", project, after={"deleted_for_good_on": (now + GRACE).date()})
    return project


def end_of_grace(project: Project) -> datetime | None:
    """When a deleted project is deleted for good; None for one that is not deleted."""
    return project.deleted_at and project.deleted_at + GRACE


def project_undelete(*, project_id: UUID) -> Project:
    """Bring a deleted project back as it was. Raises Project.DoesNotExist, LimitReached where the plan has no room for
    it or for what is in it."""
    org_id = current_org_id()
    project = Project.objects.in_deletion().get(id=project_id)
    with transaction.atomic():
        # Before the project's row, whether a place is needed for it or only for what is in it.
        Organization.objects.select_for_update(no_key=True).get(id=org_id)
        if project.archived_at is None:
            require_room(org_id, "max_projects_per_org")
        project = Project.objects.in_deletion().select_for_update(no_key=True).get(id=project_id)
        project.deleted_at = None
        project.save(update_fields=["deleted_at", "updated_at"])
        for key in BROUGHT_BACK:
            require_room(org_id, key, adding=0)
        _record("project.undeleted", project)
    return project


def purge_deleted(now: datetime) -> int:
    """Delete every project whose days of grace are over with all that is in it; returns how many."""
    return sum(_purge(org_id, project_id, now) for org_id, project_id in _over(now))


def forget_gone_rows(now: datetime) -> int:
    """Delete what deleted rows left longer ago than clients may ask for; returns how many."""
    with platform_scope():
        # A day more, for whoever is in the middle of asking.
        forgotten, _ = GoneRow.objects.gone_before(now - GONE_ROWS_KEPT - timedelta(days=1)).delete()
    return forgotten


def _over(now: datetime) -> list[tuple[UUID, UUID]]:
    with platform_scope():
        return list(Project.objects.filter(deleted_at__lte=now - GRACE).values_list("org_id", "id"))


def _purge(org_id: UUID, project_id: UUID, now: datetime) -> bool:
    with organization_scope(org_id):
        # It may have been brought back since it was listed.
        over = Project.objects.select_for_update().filter(id=project_id, deleted_at__lte=now - GRACE).first()
        if over is None:
            return False
        aftermaths = prepared_aftermaths()
        _record("project.purged", over)
        over.delete()
    for aftermath in aftermaths:
        aftermath()
    return True


def _record(action: str, project: Project, **change: Any) -> None:
    audit.record(action=action, object_type="project", object_id=project.id, object_label=project.name, **change)


def require_open(project: Project) -> None:
    """Raise ProjectArchived if nothing may change in the project."""
    if project.archived_at is not None:
        raise ProjectArchived
