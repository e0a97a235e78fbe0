"""What people do with annotations: one function per action, in the open scope."""

from datetime import date
from uuid import UUID

from analytics.models import Annotation
from orgs.audit import record
from projects.models import Project
from projects.services import require_open


def annotation_create(*, project_id: UUID, date: date, text: str, kind: str) -> Annotation:
    """Write on a day of a project. Raises Project.DoesNotExist, ProjectArchived."""
    project = _open_project(project_id)
    annotation = Annotation.objects.create(org_id=project.org_id, project=project, date=date, text=text, kind=kind)
    _record("annotation.created", annotation, after=_shown(annotation))
    return annotation


def annotation_edit(*, annotation_id: UUID, date: date, text: str, kind: str) -> Annotation:
    """Change an annotation. Raises Annotation.DoesNotExist, ProjectArchived."""
    annotation = _changeable(annotation_id)
    before = _shown(annotation)
    annotation.date, annotation.text, annotation.kind = date, text, kind
    annotation.save(update_fields=["date", "text", "kind", "updated_at"])
    _record("annotation.changed", annotation, before=before, after=_shown(annotation))
    return annotation


def annotation_delete(*, annotation_id: UUID) -> None:
    """Take an annotation away. Raises Annotation.DoesNotExist, ProjectArchived."""
    annotation = _changeable(annotation_id)
    _record("annotation.deleted", annotation, before=_shown(annotation))
    annotation.delete()


def _open_project(project_id: UUID) -> Project:
    project = Project.objects.visible().select_for_update(no_key=True).get(id=project_id)
    require_open(project)
    return project


def _changeable(annotation_id: UUID) -> Annotation:
    annotation = Annotation.objects.filter(project__deleted_at=None).get(id=annotation_id)
    _open_project(annotation.project_id)
    return Annotation.objects.select_for_update(no_key=True).get(id=annotation_id)


def _shown(annotation: Annotation) -> dict[str, str]:
    return {"date": annotation.date.isoformat(), "text": annotation.text, "kind": annotation.kind}


def _record(
    action: str, annotation: Annotation, *, before: dict[str, str] | None = None, after: dict[str, str] | None = None
) -> None:
    record(
        action=action,
        object_type="annotation",
        object_id=annotation.id,
        object_label=annotation.text,
        before=before,
        after=after,
    )
