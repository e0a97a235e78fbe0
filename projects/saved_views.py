"""Keeping a list as it is shown, and giving that up again."""

from uuid import UUID

from orgs.audit import current_user
from projects.models import Project, SavedView
from projects.services import require_open

MAX_PER_LIST = 50


class TooManyViews(Exception):
    """The list has as many saved views as it may."""

    def __str__(self) -> str:
        return f"This list has {MAX_PER_LIST} saved views. Delete one that nobody needs first."


def saved_view_save(*, project: Project, list_name: str, name: str, query: str) -> SavedView:
    """Keep a list's query under a name, for everybody in the project; a view of that name is replaced.

    Raises ProjectArchived, TooManyViews.
    """
    Project.objects.select_for_update(no_key=True).get(id=project.id)
    require_open(project)
    views = SavedView.objects.of_list(project.id, list_name)
    if len(views.exclude(name=name)) >= MAX_PER_LIST:
        raise TooManyViews
    view: SavedView
    view, _ = SavedView.objects.update_or_create(
        org_id=project.org_id,
        project_id=project.id,
        list_name=list_name,
        name=name,
        defaults={"query": query, "made_by": current_user()},
    )
    return view


def saved_view_delete(*, project: Project, view_id: UUID) -> SavedView:
    """Give a saved view up; returns what it was. Raises SavedView.DoesNotExist, ProjectArchived."""
    require_open(project)
    view: SavedView = SavedView.objects.in_project(project.id).select_for_update(no_key=True).get(id=view_id)
    view.delete()
    return view
