"""What people do with projects: one function per action."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from orgs import audit
from orgs.limits import require_room
from orgs.scope import current_org_id
from projects.models import Project


class ProjectArchived(Exception):
    """The project is archived: it can be read, not changed."""

    def __str__(self) -> str:
        return "This project is archived. Restore it to make changes."


def project_create(*, name: str, description: str = "") -> Project:
    """Make a project in the open scope. Raises LimitReached at the plan's cap."""
    org_id = current_org_id()
    require_room(org_id, "max_projects_per_org")
    project: Project = Project.objects.create(org_id=org_id, name=name, description=description)
    _record("project.created", project, after={"name": name})
    return project


def project_rename(*, project_id: UUID, name: str, description: str) -> Project:
    """Give a project another name and description. Raises Project.DoesNotExist, ProjectArchived."""
    project = Project.objects.visible().select_for_update().get(id=project_id)
    require_open(project)
    before, after = audit.changes(
        {"name": project.name, "description": project.description}, {"name": name, "description": description}
    )
    project.name, project.description = name, description
    project.save(update_fields=["name", "description", "updated_at"])
    if after:
        _record("project.changed", project, before=before, after=after)
    return project


def project_archive(*, project_id: UUID) -> Project:
    """Make a project read-only and free its place in the plan. Raises Project.DoesNotExist."""
    project = Project.objects.visible().select_for_update().get(id=project_id)
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
    project = Project.objects.visible().select_for_update().get(id=project_id)
    project.archived_at = None
    project.save(update_fields=["archived_at", "updated_at"])
    _record("project.restored", project)
    return project


def _record(action: str, project: Project, **change: Any) -> None:
    audit.record(action=action, object_type="project", object_id=project.id, object_label=project.name, **change)


def require_open(project: Project) -> None:
    """Raise ProjectArchived if nothing may change in the project."""
    if project.archived_at is not None:
        raise ProjectArchived
