"""Changing one goal: what holds from the current period on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from goals import services
from goals.errors import GoalError, InvalidGoal
from goals.forms import EditForm
from goals.history import history_of
from goals.models import Goal
from goals.pages import goal_of
from goals.periods import Calendar
from orgs.pages import MemberRequest
from orgs.timezones import local_date
from projects.models import Project
from projects.pages import project_page


@project_page("GET", "POST")
def goal_edit(request: MemberRequest, project: Project, goal_id: UUID) -> HttpResponse:
    """A goal's target, from the current period on, and its last day; its first one while that is still open."""
    goal, now = goal_of(project, goal_id), timezone.now()
    current = _current_first_day(request, goal, now)
    data = request.POST if request.method == "POST" else None
    form = EditForm.of(goal, data, can_begin_anew=goal.start_date >= current)
    if request.method == "POST" and form.is_valid():
        try:
            services.goal_edit(goal_id=goal.id, now=now, **form.cleaned_data)
        except InvalidGoal as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except GoalError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The goal is changed.")
            return redirect("creator_goals", org_id=project.org_id, project_id=project.id, creator_id=goal.creator_id)
    return render(request, "goals/edit.html", _context(project, goal, form, current, now))


def _current_first_day(request: MemberRequest, goal: Goal, now: datetime) -> date:
    org = request.membership.org
    return Calendar(org.timezone, org.week_start).period_of(goal.period, local_date(now, org.timezone)).first


def _context(project: Project, goal: Goal, form: EditForm, current: date, now: datetime) -> dict[str, Any]:
    return {
        "project": project,
        "goal": goal,
        "creator": goal.creator,
        "form": form,
        "applies_from": max(current, goal.start_date),
        "past": history_of([goal], now=now)[goal.id],
    }
