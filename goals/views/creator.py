"""A creator's tab "Creator goals": each goal with its progress and what came before."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from creators.models import Creator
from creators.views.detail import head
from creators.views.lists import creator_of
from goals.compliance import compliance_of
from goals.evaluation import state_of
from goals.files import open_files
from goals.history import History, history_of
from goals.models import Goal
from goals.views.rows import Cell
from orgs.pages import MemberRequest
from orgs.timezones import local_date
from projects.models import Project
from projects.pages import project_page


@dataclass(frozen=True)
class Shown:
    """A goal with how it does now, if it is judged, and what came before."""

    cell: Cell
    history: History


@project_page("GET")
def creator_goals(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """The goals of one creator: those that run, then those that are paused or over."""
    creator, now = creator_of(project, creator_id), timezone.now()
    running = [
        Cell(one.goal, one.period, one.compliance)
        for found in compliance_of(project.id, now=now, creator_ids=[creator.id], known=[creator])
        for one in found.goals
    ]
    resting = [Cell(goal) for goal in _resting(creator, {cell.goal.id for cell in running})]
    past = history_of([cell.goal for cell in (*running, *resting)], now=now)
    context: dict[str, Any] = head(project, creator, "goals") | {
        "state": state_of(cell.compliance.state for cell in running if cell.compliance) if running else None,
        "running": [Shown(cell, past[cell.goal.id]) for cell in running],
        "resting": [Shown(cell, past[cell.goal.id]) for cell in resting],
        "today": local_date(now, request.membership.org.timezone),
    }
    return render(request, "goals/creator.html", context)


def _resting(creator: Creator, running: set[UUID]) -> list[Goal]:
    goals = Goal.objects.of_creator(creator.id).listed().with_versions().exclude(id__in=running).order_by("-id")
    return [file.goal for file in open_files(goals, known=[creator])]
