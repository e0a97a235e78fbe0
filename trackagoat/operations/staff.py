"""Staff's health page: by provider, outcome and hour; queues, breakers, strikes, changed shapes, the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from scraping.health import HourOfOutcomes
from scraping.outcomes import CONSEQUENCES, Outcome
from trackagoat.operations.report import report

HOURS = 24


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One provider's one outcome over the last hours, oldest first; `tone`: good, neutral (about the target), bad."""

    provider: str
    outcome: str
    sentence: str
    tone: str
    total: int
    mean_ms: float
    cells: Sequence[int]

    @property
    def most(self) -> int:
        return max(self.cells, default=0)


def health_page(request: HttpRequest) -> HttpResponse:
    """The page, under Django's admin and its rules about who may see it."""
    now = timezone.now()
    found = report(now)
    hours = [_hour(now) - timedelta(hours=back) for back in reversed(range(HOURS))]
    context = {
        **admin.site.each_context(request),
        "report": found,
        "hours": hours,
        "rows": outcome_rows(found.outcomes, hours),
    }
    return render(request, "operations/health.html", context)


def outcome_rows(outcomes: Sequence[HourOfOutcomes], hours: Sequence[datetime]) -> list[OutcomeRow]:
    """One row per provider and outcome, with a cell for each of the hours."""
    grouped: dict[tuple[str, str], dict[datetime, HourOfOutcomes]] = {}
    for one in outcomes:
        grouped.setdefault((one.provider, one.outcome), {})[one.hour] = one
    return [_row(provider, outcome, found, hours) for (provider, outcome), found in sorted(grouped.items())]


def _row(provider: str, outcome: str, found: dict[datetime, HourOfOutcomes], hours: Sequence[datetime]) -> OutcomeRow:
    total = sum(one.runs for one in found.values())
    mean = sum(one.runs * one.mean_ms for one in found.values()) / total
    consequence = CONSEQUENCES[Outcome(outcome)]
    about_target = "neutral" if consequence.says_something_about_the_target else "bad"
    tone = "good" if outcome == Outcome.OK else about_target
    cells = [found[hour].runs if hour in found else 0 for hour in hours]
    return OutcomeRow(provider or "none", outcome, consequence.sentence, tone, total, mean, cells)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
