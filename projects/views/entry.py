"""Where somebody lands: their organization, its first project, the project they had open last."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from orgs.forms import OrganizationForm
from orgs.identity import memberships_of
from orgs.models import User
from orgs.pages import MemberRequest, organization_page
from orgs.services import organization_create
from projects.models import Project
from projects.pages import REMEMBERED, project_page

REMEMBERED_ORG = "last_org"


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead a member to the organization they had open last; who belongs to none can make one."""
    assert isinstance(request.user, User)
    org_ids = [membership.org_id for membership in memberships_of(request.user)]
    if org_ids:
        last = request.session.get(REMEMBERED_ORG)
        return redirect("org_home", org_id=next((org_id for org_id in org_ids if str(org_id) == last), org_ids[0]))
    form = OrganizationForm(request.POST or None)
    if form.is_valid():
        org = organization_create(owner=request.user, name=form.cleaned_data["name"])
        return redirect("org_home", org_id=org.id)
    return render(request, "orgs/organization_new.html", {"form": form})


@organization_page("GET")
def org_home(request: MemberRequest) -> HttpResponse:
    """Lead to the project that was open last, else the oldest open one, else to naming the first."""
    org_id = request.membership.org_id
    if request.session.get(REMEMBERED_ORG) != str(org_id):
        request.session[REMEMBERED_ORG] = str(org_id)
    projects = list(Project.objects.open().oldest_first())
    if not projects:
        return redirect("projects" if Project.objects.visible().exists() else "project_new", org_id=org_id)
    last = request.session.get(REMEMBERED)
    project = next((project for project in projects if str(project.id) == last), projects[0])
    return redirect("project_home", org_id=org_id, project_id=project.id)


@project_page("GET")
def project_home(request: MemberRequest, project: Project) -> HttpResponse:
    """A project opens at its creators."""
    return redirect("creators", org_id=project.org_id, project_id=project.id)
