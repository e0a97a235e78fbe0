"""What is done to goals that exist: pause, resume, end, delete, and taking that back."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date

from goals import services
from goals.errors import GoalError
from goals.models import Goal
from goals.pages import say_undoable
from goals.views.matrix import asked_of
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page
from projects.pages.filtered import ids_in

GONE = "One of these goals is gone. Nothing was changed: look at the list again."


class Change(Protocol):
    """A service that changes some goals of a project."""

    def __call__(self, *, project_id: UUID, goal_ids: Sequence[UUID], now: datetime) -> list[Goal]: ...


@project_page("POST")
def goals_pause(request: MemberRequest, project: Project) -> HttpResponse:
    """Judge the chosen goals no longer."""
    return _change(request, project, services.goals_pause, "paused", undo="goals_resume")


@project_page("POST")
def goals_resume(request: MemberRequest, project: Project) -> HttpResponse:
    """Judge the chosen goals again."""
    return _change(request, project, services.goals_resume, "resumed", undo="goals_pause")


@project_page("POST")
def goals_delete(request: MemberRequest, project: Project) -> HttpResponse:
    """Hide the chosen goals; their history is kept."""
    return _change(request, project, services.goals_delete, "deleted", undo="goals_restore")


@project_page("POST")
def goals_restore(request: MemberRequest, project: Project) -> HttpResponse:
    """Bring deleted goals back."""
    return _change(request, project, services.goals_restore, "back", undo="goals_delete")


@project_page("POST")
def goals_end(request: MemberRequest, project: Project) -> HttpResponse:
    """Let today be the last day of the chosen goals."""
    goal_ids = _chosen(request, project)
    ends = dict(Goal.objects.in_project(project.id).filter(id__in=goal_ids).values_list("id", "end_date"))

    def as_it_was(goal: Goal) -> str:
        return f"{goal.id}:{ends[goal.id] or ''}"

    return _change(request, project, services.goals_end, "ended", undo="goals_go_on", reference=as_it_was)


@project_page("POST")
def goals_go_on(request: MemberRequest, project: Project) -> HttpResponse:
    """Undo an end: each `goal` is an id and, behind a colon, the last day it had."""
    ends = {goal_id: day for text in _references(request) for goal_id, day in [_with_end(text)] if goal_id}
    try:
        services.goals_go_on(project_id=project.id, ends=ends, now=timezone.now())
    except Goal.DoesNotExist:
        messages.error(request, GONE)
    except GoalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{_counted(len(ends))} on as before.")
    return _back(request, project)


def _change(
    request: MemberRequest,
    project: Project,
    change: Change,
    done: str,
    *,
    undo: str,
    reference: Callable[[Goal], str] = lambda goal: str(goal.id),
) -> HttpResponse:
    """Change the chosen goals and say so, with a way back."""
    try:
        changed = change(project_id=project.id, goal_ids=_chosen(request, project), now=timezone.now())
    except Goal.DoesNotExist:
        messages.error(request, GONE)
        return _back(request, project)
    if changed:
        words = f"{_counted(len(changed))} {done}."
        say_undoable(request, project, words, undo=undo, goals=[reference(goal) for goal in changed])
    else:
        messages.info(request, "Nothing was chosen that could be changed.")
    return _back(request, project)


def _chosen(request: MemberRequest, project: Project) -> list[UUID]:
    """Goals by id (`goal`), or those that the list shows of the chosen creators (`ids`, or all that match)."""
    given = [text.partition(":")[0] for text in _references(request)]
    if given:
        return ids_in(given)
    asked = asked_of(request.GET, project, request.membership.org, timezone.now())
    creators = set(ids_in(request.POST.getlist("ids")))
    everybody = bool(request.POST.get("all_matching"))
    rows = (row for row in asked.rows.rows if everybody or row.creator.id in creators)
    return [cell.goal.id for row in rows for cell in row.cells]


def _references(request: MemberRequest) -> list[str]:
    """What `goal` holds: any number of fields, each with any number of goals between commas, because a form may not
    have as many fields as a project has goals."""
    return [text for field in request.POST.getlist("goal") for text in field.split(",") if text]


def _counted(number: int) -> str:
    return "The goal is" if number == 1 else f"{number:,} goals are"


def _with_end(text: str) -> tuple[UUID | None, date | None]:
    """What `<id>:<day>` says; no id where it says nothing."""
    goal_id, _, day = text.partition(":")
    try:
        end = parse_date(day)
    except ValueError:
        end = None
    return next(iter(ids_in([goal_id])), None), end


def _back(request: MemberRequest, project: Project) -> HttpResponse:
    """To where it was done: a creator's tab (`creator`), or the list as it was."""
    for creator_id in ids_in(request.POST.getlist("creator")):
        return redirect("creator_goals", org_id=project.org_id, project_id=project.id, creator_id=creator_id)
    answer = redirect("goals", org_id=project.org_id, project_id=project.id)
    if request.GET:
        answer["Location"] += f"?{request.GET.urlencode()}"
    return answer
