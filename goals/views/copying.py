"""Copying goals of one creator to others: which ones, from when, for whom."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from creators.models import Creator
from creators.views.lists import creator_of
from goals import services
from goals.errors import InvalidGoal
from goals.forms import CreatorsForm, day_input
from goals.models import Goal
from goals.pages import created
from goals.periods import next_period_start
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page


class CopyForm(forms.Form):
    """Which goals, and from which day on."""

    goals = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one goal.",
            "invalid_choice": "One of the chosen goals is gone. Choose again.",
        },
    )
    start_date = forms.DateField(
        label="First day",
        widget=day_input(),
        help_text="If that is within a period, the first one is shorter, its target the same.",
        error_messages={"required": "Say on which day they begin."},
    )

    def __init__(self, data: object, goals: Sequence[Goal], *, begin: date | None) -> None:
        super().__init__(data, initial={"goals": [str(goal.id) for goal in goals], "start_date": begin})  # type: ignore[arg-type]
        self.fields["goals"].choices = [(str(goal.id), goal.words) for goal in goals]  # type: ignore[attr-defined]


@project_page("GET", "POST")
def creator_goals_copy(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Set some of a creator's goals for others too."""
    creator = creator_of(project, creator_id)
    goals = list(Goal.objects.of_creator(creator.id).listed().with_target().order_by("id"))
    others = [
        other
        for other in Creator.objects.in_project(project.id).tracked().in_order("tiktok_handle")
        if other.id != creator.id
    ]
    data = request.POST if request.method == "POST" else None
    org = request.membership.org
    begin = next_period_start(goals[0].period, today=timezone.localdate(), week_start=org.week_start) if goals else None
    form, creators = CopyForm(data, goals, begin=begin), CreatorsForm(data, listed=others)
    if data is not None and form.is_valid() & creators.is_valid():
        chosen: list[UUID] = creators.cleaned_data["creators"]
        try:
            results = services.goals_copy(
                project_id=project.id,
                goal_ids=[UUID(goal_id) for goal_id in form.cleaned_data["goals"]],
                creator_ids=chosen,
                start_date=form.cleaned_data["start_date"],
                now=timezone.now(),
            )
        except InvalidGoal as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return created(request, project, results)
    with_goals = set(Goal.objects.in_project(project.id).listed().values_list("creator_id", flat=True))
    context = {
        "project": project,
        "creator": creator,
        "goals": goals,
        "form": form,
        "creators": creators,
        "with_goals": with_goals,
    }
    return render(request, "goals/copy.html", context)
