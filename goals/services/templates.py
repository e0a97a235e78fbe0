"""Templates: terms that a project sets again and again."""

from typing import Any
from uuid import UUID

from goals.errors import InvalidGoal
from goals.models import GoalTemplate
from goals.services.locking import locked_project
from goals.terms import GoalTerms, require_valid
from orgs import audit


def template_save(*, project_id: UUID, name: str, terms: GoalTerms) -> GoalTemplate:
    """Keep terms, without their dates, under a name; the same name is overwritten.

    Raises InvalidGoal, Project.DoesNotExist, ProjectArchived.
    """
    require_valid(terms)
    name = " ".join(name.split())
    if not name or len(name) > GoalTemplate.NAME_LENGTH:
        raise InvalidGoal("name", f"Give the template a name of at most {GoalTemplate.NAME_LENGTH} characters.")
    project = locked_project(project_id)
    kept = {"type": terms.type, "measure": terms.measure, "period": terms.period, "target": terms.target}
    template, _ = GoalTemplate.objects.update_or_create(
        org_id=project.org_id, project=project, name=name, defaults=kept
    )
    _note("saved", template, after={"name": name, "goal": template.words})
    return template


def template_delete(*, template_id: UUID) -> GoalTemplate:
    """Take a template away; goals made with it stay. Raises GoalTemplate.DoesNotExist, ProjectArchived."""
    project_id = GoalTemplate.objects.values_list("project_id", flat=True).get(id=template_id)
    locked_project(project_id)
    template: GoalTemplate = GoalTemplate.objects.select_for_update(no_key=True).get(id=template_id)
    _note("deleted", template, before={"name": template.name, "goal": template.words})
    template.delete()
    return template


def _note(action: str, template: GoalTemplate, **change: Any) -> None:
    audit.record(
        action=f"goal_template.{action}",
        object_type="goal_template",
        object_id=template.id,
        object_label=template.name,
        **change,
    )
