"""What every page of a project shares: the project its URL names, and lists that are searched, sorted and paged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from orgs.pages import MemberRequest, organization_page
from projects.models import Project
from projects.services import ProjectArchived, require_open

PAGE_SIZE = 50
MAX_SEARCH = 200
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
            try:
                if request.method == "POST":
                    require_open(project)
                return view(request, project, **arguments)
            except ProjectArchived as error:
                messages.error(request, str(error))
                return redirect("project_home", org_id=project.org_id, project_id=project.id)

        return page

    return decorate


@dataclass(frozen=True)
class Listing:
    """How a list is asked for in its URL: what is searched, in which order, which page."""

    search: str
    order: str
    number: str

    @classmethod
    def asked(cls, query: QueryDict, *, orders: Sequence[str], default: str) -> "Listing":
        """Read it from a URL's query; what makes no sense counts as not given."""
        order = query.get("sort", "")
        return cls(
            search=query.get("q", "").replace("\x00", "").strip()[:MAX_SEARCH],
            order=order if order.removeprefix("-") in orders else default,
            number=query.get("page", "1"),
        )

    def page(self, rows: "QuerySet[Any] | Sequence[Any]") -> "Page[Any]":
        """The page of these rows; numbers beyond the ends give the first or the last one."""
        return Paginator(rows, PAGE_SIZE).get_page(self.number)
