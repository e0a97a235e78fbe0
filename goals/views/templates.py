"""Templates of a project: terms under a name, to set goals from."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from goals import services
from goals.errors import InvalidGoal
from goals.forms import TemplateForm
from goals.models import GoalTemplate
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page


@project_page("GET", "POST")
def goal_templates(request: MemberRequest, project: Project) -> HttpResponse:
    """All templates of a project, and the form that saves one; the same name replaces what it stood for."""
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=_shown(request, project))
    if request.method == "POST" and form.is_valid():
        try:
            template = services.template_save(
                project_id=project.id,
                name=form.cleaned_data["name"],
                terms=form.terms(start=timezone.localdate()),
            )
        except InvalidGoal as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, f"{template.name} is saved: {template.words}.")
            return redirect("goal_templates", org_id=project.org_id, project_id=project.id)
    templates = GoalTemplate.objects.in_project(project.id).by_name()
    return render(request, "goals/templates.html", {"project": project, "form": form, "templates": templates})


def _shown(request: MemberRequest, project: Project) -> dict[str, Any]:
    """The form as it opens: filled from `?template=` to change that one."""
    template = _found(project, request.GET.get("template", ""))
    return TemplateForm.filled(template) | {"name": template.name} if template else {}


def _found(project: Project, text: str) -> GoalTemplate | None:
    return next((one for one in GoalTemplate.objects.in_project(project.id) if str(one.id) == text), None)


@project_page("POST")
def goal_template_delete(request: MemberRequest, project: Project, template_id: UUID) -> HttpResponse:
    """Take a template away; goals made with it stay."""
    if not GoalTemplate.objects.in_project(project.id).filter(id=template_id).exists():
        raise Http404("no such template in this project")
    template = services.template_delete(template_id=template_id)
    messages.success(request, f"{template.name} is deleted. Goals that were set with it stay.")
    return redirect("goal_templates", org_id=project.org_id, project_id=project.id)
