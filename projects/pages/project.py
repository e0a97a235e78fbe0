"""The project that a page's URL names, and what every page of a project promises."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from orgs.pages import MemberRequest, organization_page
from projects.models import Project
from projects.services import ProjectArchived, require_open

REMEMBERED = "last_project"


def project_of(request: HttpRequest, project_id: UUID) -> Project:
    """The project that the URL names, in the open scope; foreign, absent and deleted ones are a 404 alike.

    The session remembers it as the one to open next time.
    """
    project: Project | None = Project.objects.visible().filter(id=project_id).first()
    if project is None:
        raise Http404("no such project")
    if request.session.get(REMEMBERED) != str(project.id):
        request.session[REMEMBERED] = str(project.id)
    return project


def project_page(*methods: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Make a view a page below /o/<org_id>/p/<project_id>/; it gets the project instead of its id.

    An archived project can be read; what would change something in it leads back to it and says so.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @organization_page(*methods)
        @wraps(view)
        def page(request: MemberRequest, project_id: UUID, **arguments: Any) -> HttpResponseBase:
            project = project_of(request, project_id)
            # The membership has just been read with it.
            project.org = request.membership.org
            try:
                if request.method == "POST":
                    require_open(project)
                return view(request, project, **arguments)
            except ProjectArchived as error:
                messages.error(request, str(error))
                return redirect("project_home", org_id=project.org_id, project_id=project.id)

        return page

    return decorate
