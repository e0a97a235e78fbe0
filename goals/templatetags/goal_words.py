"""How goals, their numbers and what they come to are written and drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from analytics.buckets import seconds
from goals.evaluation import Advisory, Compliance, ComplianceState, Status
from goals.history import History, PastPeriod
from goals.models import Goal
from goals.periods import Period
from goals.templatetags.goal_figures import progress_bar, strip
from goals.terms import Measure
from goals.views.rows import Cell, Column, Row
from goals.wording import KINDS, PERIODS, STATES, STATUSES
from orgs.templatetags.look import icon
from orgs.templatetags.numbers import shortened, unknown
from orgs.templatetags.times import short_date

register = template.Library()

STRIP = 12
# A bar above its target is drawn at most so many times as high.
MOST_SHARE = 2.0
# What the icon of the only advisory that has one says.
SETTLING = Advisory(period_recently_ended=True).messages[0]
TONES = {
    Status.ON_TRACK: "good",
    Status.COMPLETED: "good",
    Status.BEHIND_PACE: "warn",
    Status.AT_RISK: "bad",
    Status.MISSED: "bad",
    Status.NO_DATA: "",
}
STATE_TONES = {ComplianceState.COMPLIANT: "good", ComplianceState.NON_COMPLIANT: "bad", ComplianceState.NO_DATA: ""}
NOTHING_MEASURED = "Nothing was measured yet"


@register.simple_tag
def status_tag(status: str) -> SafeString:
    """A status in its color and its words."""
    return _tag(TONES[Status(status)], STATUSES[Status(status)])


@register.filter
def state_word(state: str) -> str:
    """What a compliance is called."""
    return STATES[ComplianceState(state)]


@register.simple_tag
def compliance_tag(state: str | None, reason: str = "No goal is judged") -> SafeString:
    """What a creator's goals come to; the dash where there is none."""
    if state is None:
        return unknown(reason)
    return _tag(STATE_TONES[ComplianceState(state)], STATES[ComplianceState(state)])


def _tag(tone: str, words: str) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', tone, words)


@register.filter
def tone(status: str) -> str:
    """The class of a status's color."""
    return TONES[Status(status)]


@register.simple_tag
def amount(value: Any, goal: Any, reason: str = NOTHING_MEASURED) -> SafeString:
    """A number of a goal, short, exact on hover: a rate as percent, anything else as a count."""
    if value is None:
        return unknown(reason)
    return format_html('<span class="num" title="{}">{}</span>', exactly(value, goal), _shortly(value, goal))


def exactly(value: Any, goal: Any) -> str:
    """A number of a goal with all its digits that matter: 4.25%, 12,345."""
    if goal.measure == Measure.RATE:
        return f"{float(value):,.4g}%" if value < 1 else f"{float(value):,.2f}".rstrip("0").rstrip(".") + "%"
    return f"{int(value):,}"


def _shortly(value: Any, goal: Any) -> str:
    if goal.measure == Measure.RATE:
        return f"{float(value):,.1f}".removesuffix(".0") + "%"
    return shortened(int(value))


@register.simple_tag
def unit(value: Any, goal: Any) -> str:
    """What is counted: post, posts, views …; nothing for a rate."""
    return KINDS[goal.type, goal.measure].unit(value)


@register.filter
def kind_label(goal: Any) -> str:
    """What a goal measures: Views gained."""
    return KINDS[goal.type, goal.measure].label


@register.filter
def period_noun(goal: Any) -> str:
    """The kind of its period: day, week, month."""
    return PERIODS[goal.period]


@register.filter
def part_over(period: Period) -> str:
    """How much of a running period is over, as a whole percent, cut; "" before and after it."""
    now = seconds(timezone.now())
    if not period.start <= now < period.end:
        return ""
    return f"{(now - period.start) * 100 // (period.end - period.start)}% of it is over"


@register.filter
def percent(share: Fraction | None) -> SafeString:
    """A share as a whole percent, cut, exact to two places on hover."""
    if share is None:
        return unknown(NOTHING_MEASURED)
    exact, whole = f"{float(share) * 100:,.2f}%", f"{int(share * 100):,}%"
    return format_html('<span class="num" title="{}">{}</span>', exact, whole)


@register.filter
def cells_of(row: Row, column: Column) -> list[Cell]:
    """A row's goals in a column."""
    return [cell for cell in row.cells if cell.column == column.key]


@register.filter
def lookup(words: Mapping[Any, Any], key: Any) -> Any:
    """What stands under a key."""
    return words.get(key)


@register.simple_tag
def goal_bar(goal: Goal, compliance: Compliance) -> SafeString:
    """Progress toward a goal's target with the line where it should be by now, in words for those who do not see it."""
    words = f"{_in_words(compliance.actual, goal)} of {exactly(compliance.target, goal)}"
    if compliance.expected is not None and compliance.expected != compliance.target:
        words += f", {exactly(compliance.expected, goal)} expected by now"
    tone = TONES[compliance.status]
    return progress_bar(compliance.actual, compliance.target, compliance.expected, tone, words)


def _in_words(value: Any, goal: Any) -> str:
    return "nothing measured" if value is None else exactly(value, goal)


@register.simple_tag
def history_strip(goal: Goal, history: History) -> SafeString:
    """The last periods of a goal as small bars."""
    drawn = [(past.status, share_of(past), past_words(past, goal)) for past in history.periods]
    return strip(drawn, STRIP, _summary(history))


def _summary(history: History) -> str:
    if not history.periods:
        return "No period has ended yet"
    statuses = [past.status for past in history.periods]
    counts = {"completed": Status.COMPLETED, "missed": Status.MISSED, "without data": Status.NO_DATA}
    parts = [f"{number} {word}" for word, status in counts.items() if (number := statuses.count(status))]
    number = len(statuses)
    return f"Last {number} periods: {', '.join(parts)}" if number > 1 else f"Last period: {parts[0]}"


def share_of(past: PastPeriod) -> float:
    """How much of its target a period reached; 0 where nothing was measured."""
    return 0.0 if past.actual is None else float(past.actual) / float(past.target)


@register.simple_tag
def settling_sign() -> SafeString:
    """The only advisory with an icon: the period ended so recently that late posts may still settle."""
    return format_html('<span class="settling" title="{}">{}</span>', SETTLING, icon("clock", SETTLING))


@register.inclusion_tag("goals/periods.html")
def history_bars(goal: Goal, history: History) -> dict[str, Any]:
    """The last periods of a goal as bars against their targets."""
    return {"bars": [PeriodBar.of(past, goal) for past in history.periods], "length": STRIP}


@dataclass(frozen=True)
class PeriodBar:
    """One past period, drawn: where its top and its target's line stand, both from the top of a drawing 100 high."""

    past: PastPeriod
    words: str
    top: float
    line: float
    drawn: bool

    @classmethod
    def of(cls, past: PastPeriod, goal: Goal) -> "PeriodBar":
        """On a scale whose end is the target or, if more was reached, twice the target at most."""
        share = min(share_of(past), MOST_SHARE)
        scale = max(share, 1.0)
        return cls(past, past_words(past, goal), *_places(share, scale), past.actual is not None)

    @property
    def height(self) -> float:
        return round(100 - self.top, 1)


def _places(share: float, scale: float) -> tuple[float, float]:
    top = 100 - max(share, 0.0) / scale * 100
    return round(min(top, 97.0), 1), round(100 - 100 / scale, 1)


@register.simple_tag
def past_words(past: PastPeriod, goal: Goal) -> str:
    """One past period in words: Nov 9 – Nov 15: 4 of 5, missed."""
    days = period_days(past.period_start, past.period_end)
    if past.actual is None:
        return f"{days}: no data"
    reached = f"{exactly(past.actual, goal)} of {exactly(past.target, goal)}"
    settling = "" if past.is_settled else ", may still settle"
    return f"{days}: {reached}, {STATUSES[past.status].lower()}{settling}"


@register.simple_tag
def period_days(first: Any, last: Any) -> str:
    """The days of a period: Nov 9 – Nov 15, or the only one."""
    today = timezone.localdate()
    words = short_date(first, today)
    return words if first == last else f"{words} – {short_date(last, today)}"
