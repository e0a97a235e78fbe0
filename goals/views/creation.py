"""Setting one goal for many creators: the form, what it would do, and what it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.queries import creators_of
from creators.models import Creator
from goals import services
from goals.errors import InvalidGoal
from goals.evaluation import Asked, Compliance
from goals.forms import CreatorsForm, GoalForm
from goals.judging import Case, Listings, judge
from goals.models import Goal, GoalTemplate
from goals.pages import created
from goals.periods import Calendar, Period
from goals.services import CreateOutcome, CreateResult
from goals.terms import GoalTerms, goal_words
from goals.views.matrix import asked_of
from orgs.models import Organization
from orgs.pages import MemberRequest
from orgs.timezones import local_date
from projects.models import Project
from projects.pages import project_page
from projects.pages.filtered import ids_in

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """What would become of one creator's row, its first period, and how the last whole period before today went."""

    creator: Creator
    result: CreateResult
    first: Period | None
    last: Compliance | None


@project_page("GET", "POST")
def goals_new(request: MemberRequest, project: Project) -> HttpResponse:
    """`step=preview` shows what the form would do, `step=create` does it, `step=edit` goes back to the form."""
    now = timezone.now()
    listed = list(Creator.objects.in_project(project.id).tracked().in_order("tiktok_handle"))
    step = request.POST.get("step", "")
    if step not in {"preview", "create", "edit"}:
        return _form(request, project, _begun(request, project, now), _chosen(request, project, listed, now))
    form, creators = GoalForm(request.POST), CreatorsForm(request.POST, listed=listed)
    if step == "edit" or not (form.is_valid() & creators.is_valid()):
        return _form(request, project, form, creators)
    org = request.membership.org
    chosen: list[UUID] = creators.cleaned_data["creators"]
    begin = form.begin(org, local_date(now, org.timezone))
    terms = form.terms(start=begin, end=form.cleaned_data["end_date"])
    act = services.goals_create if step == "create" else services.goals_preview
    try:
        results = act(project_id=project.id, creator_ids=chosen, terms=terms, now=now)
    except InvalidGoal as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _form(request, project, form, creators)
    if step == "create":
        return created(request, project, results)
    plans = _plans(org, listed, results, terms, now)
    return _preview(request, project, (form, creators), plans, terms)


def _begun(request: MemberRequest, project: Project, now: datetime) -> GoalForm:
    """The form as it opens: filled from a template if one is asked for."""
    today = local_date(now, request.membership.org.timezone)
    initial: dict[str, Any] = {"start_date": today + ONE_DAY}
    for template_id in ids_in(request.GET.getlist("template")):
        template = GoalTemplate.objects.in_project(project.id).filter(id=template_id).first()
        initial |= GoalForm.filled(template) if template else {}
    return GoalForm(initial=initial)


def _chosen(request: MemberRequest, project: Project, listed: Sequence[Creator], now: datetime) -> CreatorsForm:
    """Who is chosen when the form opens: rows of a list, those of a campaign, those without a goal."""
    form = request.POST if request.method == "POST" else request.GET
    if form.get("all_matching"):
        asked = asked_of(request.GET, project, request.membership.org, now)
        chosen = [row.creator.id for row in asked.rows.rows]
    elif form.get("who") == "without":
        busy = set(Goal.objects.in_project(project.id).listed().values_list("creator_id", flat=True))
        chosen = [creator.id for creator in listed if creator.id not in busy]
    else:
        chosen = [*ids_in(form.getlist("ids")), *_of_campaigns(project, form)]
    return CreatorsForm(None, listed=listed, chosen=chosen)


def _of_campaigns(project: Project, form: QueryDict) -> list[UUID]:
    campaigns = Campaign.objects.in_project(project.id).filter(id__in=ids_in(form.getlist("campaign")))
    return [creator.id for campaign in campaigns for creator in creators_of(campaign.id)]


def _form(request: MemberRequest, project: Project, form: GoalForm, creators: CreatorsForm) -> HttpResponse:
    with_goals = Goal.objects.in_project(project.id).listed().values_list("creator_id", flat=True)
    context = {
        "project": project,
        "form": form,
        "creators": creators,
        "with_goals": set(with_goals),
        "templates": GoalTemplate.objects.in_project(project.id).by_name(),
    }
    return render(request, "goals/new.html", context)


def _preview(
    request: MemberRequest,
    project: Project,
    forms: tuple[GoalForm, CreatorsForm],
    plans: Sequence[Planned],
    terms: GoalTerms,
) -> HttpResponse:
    form, creators = forms
    names = {*form.fields, *creators.fields}
    context = {
        "project": project,
        "form": form,
        "filled_in": [(name, value) for name in names for value in request.POST.getlist(name)],
        "plans": plans,
        "terms": terms,
        "words": goal_words(terms.type, terms.measure, terms.period, terms.target),
        "ready": sum(plan.result.outcome == CreateOutcome.CREATED for plan in plans),
    }
    return render(request, "goals/preview.html", context)


def _plans(
    org: Organization, listed: Sequence[Creator], results: Sequence[CreateResult], terms: GoalTerms, now: datetime
) -> list[Planned]:
    """Every result with its first period and the number of the last whole one, read together."""
    by_id = {creator.id: creator for creator in listed}
    calendar, today = Calendar(org.timezone, org.week_start), local_date(now, org.timezone)
    before = calendar.period_of(terms.period, calendar.period_of(terms.period, today).first - ONE_DAY)
    known = [result for result in results if result.creator_id in by_id]
    cases = {
        result.creator_id: Case(_goal(by_id[result.creator_id], terms), _asked(terms), before)
        for result in known
        if by_id[result.creator_id].tracking_start_date <= before.first
    }
    listings = Listings(org, (case.goal.creator for case in cases.values()))
    judged = dict(zip(cases, judge(list(cases.values()), listings, now=now), strict=True))
    return [
        Planned(by_id[one.creator_id], one, _first(calendar, by_id[one.creator_id], terms), judged.get(one.creator_id))
        for one in known
    ]


def _goal(creator: Creator, terms: GoalTerms) -> Goal:
    return Goal(org_id=creator.org_id, creator=creator, type=terms.type, measure=terms.measure, period=terms.period)


def _asked(terms: GoalTerms) -> Asked:
    return Asked(terms.type, terms.measure, terms.target)


def _first(calendar: Calendar, creator: Creator, terms: GoalTerms) -> Period | None:
    begin: date = max(terms.start_date, creator.tracking_start_date)
    return calendar.period_of(terms.period, begin).cut(begin, terms.end_date)
