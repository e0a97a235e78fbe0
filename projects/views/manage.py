"""Pages on which projects are listed, made, renamed, archived and restored."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from creators.models import Creator
from orgs.limits import LimitReached, limit
from orgs.pages import MemberRequest, organization_page
from projects import services
from projects.forms import ProjectForm
from projects.models import Project
from projects.pages import project_of
from projects.services import ProjectArchived


@organization_page("GET")
def project_list(request: MemberRequest) -> HttpResponse:
    """Every project of the organization, open ones first."""
    return _projects(request)


def _projects(request: MemberRequest, reached: LimitReached | None = None) -> HttpResponse:
    projects = list(Project.objects.visible().oldest_first())
    tracked = dict(Creator.objects.tracked().values_list("project_id").annotate(Count("id")).order_by())
    rows = [(project, tracked.get(project.id, 0)) for project in projects]
    open_rows = [row for row in rows if row[0].archived_at is None]
    context = {
        "open_rows": open_rows,
        "deleted": [(project, services.end_of_grace(project)) for project in Project.objects.in_deletion()],
        "archived_rows": [row for row in rows if row[0].archived_at is not None],
        "allowed": limit(request.membership.org, "max_projects_per_org"),
        "reached": reached,
    }
    return render(request, "projects/list.html", context)


@organization_page("GET", "POST")
def project_new(request: MemberRequest) -> HttpResponse:
    """Name a project; the very first one is part of setting up."""
    form, reached = ProjectForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            project = services.project_create(**form.cleaned_data)
        except LimitReached as error:
            reached = error
        else:
            return redirect("project_home", org_id=project.org_id, project_id=project.id)
    first = not Project.objects.visible().exists()
    template = "projects/first.html" if first else "projects/new.html"
    return render(request, template, {"form": form, "reached": reached})


@organization_page("GET", "POST")
def project_edit(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Rename and describe a project, archive or restore it."""
    project = project_of(request, project_id)
    shown = {field: getattr(project, field) for field in ProjectForm.base_fields}
    form = ProjectForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST" and form.is_valid():
        try:
            services.project_rename(project_id=project.id, **form.cleaned_data)
        except ProjectArchived as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Project saved.")
            return redirect("project_edit", org_id=project.org_id, project_id=project.id)
    return render(request, "projects/edit.html", {"project": project, "form": form})


@organization_page("POST")
def project_archive(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Make a project read-only."""
    project = project_of(request, project_id)
    services.project_archive(project_id=project.id)
    messages.success(request, f"{project.name} is archived: it can be read, not changed.")
    return redirect("projects", org_id=project.org_id)


@organization_page("GET", "POST")
def project_delete(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Say what deleting a project means, and do it once its name was typed."""
    project, mistyped = project_of(request, project_id), ""
    if request.method == "POST":
        typed = request.POST.get("name", "")
        try:
            services.project_delete(project_id=project.id, typed_name=typed, now=timezone.now())
        except services.NameMistyped as error:
            mistyped = str(error)
        else:
            messages.success(request, f"{project.name} is deleted. It can be restored for {services.GRACE.days} days.")
            return redirect("projects", org_id=project.org_id)
    context = {"project": project, "mistyped": mistyped, "days": services.GRACE.days}
    return render(request, "projects/delete.html", context)


@organization_page("POST")
def project_undelete(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Bring a deleted project back, if the plan has room for it."""
    try:
        project = services.project_undelete(project_id=project_id)
    except Project.DoesNotExist:
        raise Http404("no such project in deletion") from None
    except LimitReached as error:
        return _projects(request, error)
    messages.success(request, f"{project.name} is back as it was.")
    return redirect("projects", org_id=project.org_id)


@organization_page("POST")
def project_restore(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Open an archived project again, if the plan has room for it."""
    project = project_of(request, project_id)
    try:
        services.project_restore(project_id=project.id)
    except LimitReached as error:
        return _projects(request, error)
    messages.success(request, f"{project.name} is open again.")
    return redirect("project_home", org_id=project.org_id, project_id=project.id)
