"""What pages about goals share: the goal an address names, the goals a form is about, toasts that take things back."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from goals.models import Goal
from goals.services import CreateOutcome, CreateResult
from orgs.pages import MemberRequest
from projects.models import Project


def goal_of(project: Project, goal_id: UUID) -> Goal:
    """The goal that the URL names, with its target and its creator; deleted and foreign ones are a 404."""
    goals = Goal.objects.in_project(project.id).listed().with_target().with_versions().select_related("creator")
    goal: Goal | None = goals.filter(id=goal_id).first()
    if goal is None:
        raise Http404("no such goal in this project")
    return goal


def say_undoable(request: HttpRequest, project: Project, words: str, *, undo: str, goals: Sequence[str]) -> None:
    """Tell what was done, with a button that posts `goals` to the route `undo`, which leads back to the creator's tab
    if that is where it was done."""
    context = {
        "project": project,
        "words": words,
        "undo": undo,
        "goals": goals,
        "creator": request.POST.get("creator", ""),
        "token": get_token(request),
    }
    messages.success(request, render_to_string("goals/done.html", context))


def created(request: MemberRequest, project: Project, results: Sequence[CreateResult]) -> HttpResponse:
    """Everything fine: to the matrix, with undo. Otherwise a word on each creator that has no goal now."""
    made = [result.goal for result in results if result.goal and result.outcome == CreateOutcome.CREATED]
    if made:
        words = "The goal is set." if len(made) == 1 else f"The goal is set for {len(made):,} creators."
        say_undoable(request, project, words, undo="goals_delete", goals=[str(goal.id) for goal in made])
    left = [result for result in results if result.outcome != CreateOutcome.CREATED]
    if not left:
        return redirect("goals", org_id=project.org_id, project_id=project.id)
    return render(request, "goals/results.html", {"project": project, "made": made, "left": left})
