"""Saving a list as it is shown, and deleting such a view."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from orgs.pages import MemberRequest
from projects.forms import SavedViewForm
from projects.models import Project, SavedView
from projects.pages import project_page
from projects.saved_views import TooManyViews, saved_view_delete, saved_view_save


@project_page("POST")
def saved_view_new(request: MemberRequest, project: Project) -> HttpResponse:
    """Keep what a list shows under a name, or replace the view of that name."""
    form = SavedViewForm(request.POST)
    query = QueryDict(request.POST.get("query", "")).urlencode()
    address = _address(project, request.POST.get("list", ""))
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return redirect(f"{address}?{query}")
    values = form.cleaned_data
    try:
        view = saved_view_save(project=project, list_name=values["list"], name=values["name"], query=values["query"])
    except TooManyViews as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{view.name}” is saved. Everybody in the project finds it under Views.")
    return redirect(f"{address}?{query}")


@project_page("POST")
def saved_view_remove(request: MemberRequest, project: Project, view_id: UUID) -> HttpResponse:
    """Delete a saved view; the toast can save it again."""
    try:
        view = saved_view_delete(project=project, view_id=view_id)
    except SavedView.DoesNotExist as error:
        raise Http404("no such view in this project") from error
    undo = {"view": view, "project": project, "token": get_token(request)}
    messages.success(request, render_to_string("projects/view_deleted.html", undo))
    return redirect(_address(project, view.list_name))


def _address(project: Project, list_name: str) -> str:
    """The list's address in a project; the project's own where there is no such list."""
    place = {"org_id": project.org_id, "project_id": project.id}
    try:
        return reverse(list_name, kwargs=place)
    except NoReverseMatch:
        return reverse("project_home", kwargs=place)
