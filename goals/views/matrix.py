"""The page Goals: all creators and their goals, the non-compliant first, and the same as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from creators.models import Creator
from goals.evaluation import Status
from goals.files import open_files
from goals.history import history_of
from goals.models import Goal
from goals.terms import PeriodKind
from goals.views.rows import Cell, Row, Rows, every_column_name, judged_rows, resting_rows
from goals.wording import KINDS, STATES, STATUSES, kind_key
from orgs.csv import csv_response
from orgs.limits import first_day_shown
from orgs.models import Organization
from orgs.pages import MemberRequest
from orgs.timezones import local_date
from projects.models import Project
from projects.pages import PAGE_SIZE, Choice, Choices, Filter, FilteredListing, KeysetPage, project_page
from projects.pages.filtered import CSV

SHOWN = {"active": "Active", "paused": "Paused", "ended": "Ended"}
FILTERS: tuple[Filter, ...] = (
    Choice(
        name="compliance",
        label="Compliance",
        choices=[(state.value, words) for state, words in STATES.items()],
        narrow=Rows.of_state,
    ),
    Choices(
        name="status",
        label="Goals that are",
        choices=[(status.value, words) for status, words in STATUSES.items()],
        narrow=Rows.of_status,
    ),
    Choice(
        name="kind",
        label="What to reach",
        choices=[(kind_key(kind), words.label) for kind, words in KINDS.items()],
        narrow=Rows.of_kind,
    ),
    Choice(name="period", label="Period", choices=PeriodKind.choices, narrow=Rows.of_period),
)
HEADER = (
    "creator_id", "tiktok_handle", "display_name", "compliance", "goal_id", "type", "measure", "period", "target",
    "start_date", "end_date", "paused", "period_start", "period_end", "actual", "expected", "pace", "projected",
    "status", "streak",
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """The day whose periods are shown. `note`: what is wrong with the one that was asked for."""

    day: date
    today: date
    note: str = ""

    @property
    def is_today(self) -> bool:
        return self.day == self.today


@dataclass(frozen=True)
class Asked:
    """The matrix as its URL asks for it."""

    listing: FilteredListing
    shown: str
    day: Day
    everybody: Rows
    rows: Rows

    @property
    def sorted(self) -> list[Row]:
        return self.rows.sorted_by(self.listing.order)


def asked_of(query: QueryDict, project: Project, org: Organization, now: datetime) -> Asked:
    """Read the matrix that a URL's query asks for."""
    listing = FilteredListing(
        query,
        name="goals",
        orders=("standing", "creator", *every_column_name()),
        default="standing",
        filters=FILTERS,
        kept=("show", "on"),
    )
    shown = query.get("show", "")
    shown = shown if shown in SHOWN else "active"
    day = _day(query.get("on", ""), org, now)
    everybody = _rows(project.id, shown, day, now)
    return Asked(listing, shown, day, everybody, listing.narrow(everybody))


def _rows(project_id: UUID, shown: str, day: Day, now: datetime) -> Rows:
    if shown == "active":
        return judged_rows(project_id, now=now, day=day.day)
    goals = Goal.objects.in_project(project_id).listed().with_versions().order_by("id")
    wanted = goals.paused() if shown == "paused" else goals.over_before(day.today)
    return resting_rows(file.goal for file in open_files(wanted))


def _day(text: str, org: Organization, now: datetime) -> Day:
    today = local_date(now, org.timezone)
    earliest = first_day_shown(org, today)
    try:
        day = parse_date(text) if text else today
    except ValueError:
        day = None
    if day is None:
        return Day(today, today, f"“{text[:40]}” is not a day. Today is shown.")
    if day > today:
        return Day(today, today, "That day is still to come. Today is shown.")
    if earliest is not None and day < earliest:
        return Day(earliest, today, f"Your plan shows numbers from {earliest:%b} {earliest.day}, {earliest.year} on.")
    return Day(day, today)


@project_page("GET")
def goals_matrix(request: MemberRequest, project: Project) -> HttpResponseBase:
    """All creators with goals, how they stand, and what came before; `part=csv` as a download."""
    now = timezone.now()
    asked = asked_of(request.GET, project, request.membership.org, now)
    if asked.listing.part == CSV:
        return csv_response(f"goals-{asked.day.day}.csv", HEADER, _csv_rows(asked, now))
    return _page(request, project, asked, now)


def _page(request: MemberRequest, project: Project, asked: Asked, now: datetime) -> HttpResponse:
    page = Paginator(asked.sorted, PAGE_SIZE).get_page(request.GET.get("page"))
    goals = [cell.goal for row in page.object_list for cell in row.cells]
    listed = Goal.objects.in_project(project.id).listed()
    with_goals = listed.values("creator_id").distinct().count()
    creators = Creator.objects.in_project(project.id).tracked().count()
    context: dict[str, Any] = {
        "project": project,
        "listing": asked.listing,
        "views": asked.listing.saved_views(project),
        "shown": asked.shown,
        "choices": SHOWN,
        "day": asked.day,
        "page": page,
        "ends": KeysetPage([], "more" if page.has_previous() else "", "more" if page.has_next() else ""),
        "columns": asked.rows.columns,
        "counts": asked.everybody.counts(),
        "judged_count": len(asked.everybody.rows),
        "history": history_of(goals, now=now),
        "creator_count": creators,
        "without_goals": creators - with_goals,
    }
    return render(request, "goals/matrix.html", context)


def _csv_rows(asked: Asked, now: datetime) -> Iterator[list[Any]]:
    rows = asked.sorted
    history = history_of([cell.goal for row in rows for cell in row.cells], now=now)
    for row in rows:
        for cell in row.cells:
            yield [*_goal_cells(row, cell), *_result_cells(cell), history[cell.goal.id].streak]


def _goal_cells(row: Row, cell: Cell) -> list[Any]:
    creator, goal = row.creator, cell.goal
    target = goal.target if cell.compliance is None else cell.compliance.target
    return [
        creator.id, creator.tiktok_handle, creator.display_name, row.state, goal.id, goal.type, goal.measure,
        goal.period, number(target), goal.start_date, goal.end_date, goal.paused_at is not None,
    ]  # fmt: skip


def _result_cells(cell: Cell) -> list[Any]:
    result, period = cell.compliance, cell.period
    if result is None or period is None:
        return [None] * 7
    numbers = [number(value) for value in (result.actual, result.expected, result.pace, result.projected)]
    return [period.first, period.last, *numbers, Status(result.status).value]


def number(value: Any) -> Any:
    """An exact number as a cell: a whole one as such, another one to six places."""
    if value is None:
        return None
    return int(value) if value == int(value) else round(float(value), 6)
