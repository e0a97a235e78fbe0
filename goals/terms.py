"""What a goal can ask for: its types, which measures they have, over which periods; and checking it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models

from goals.errors import InvalidGoal

MOST_PERCENT = 100
# Larger than any count of TikTok's, small enough for every column.
MOST = 10**15
DECIMALS = 6
# Goals lie within what calendars and reports can show.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


class GoalType(models.TextChoices):
    """What a goal is about."""

    POSTS = "posts", "Posts"
    VIEWS = "views", "Views"
    ENGAGEMENT = "engagement", "Engagement"
    FOLLOWERS = "followers", "Followers"


class Measure(models.TextChoices):
    """What of it is measured."""

    COUNT = "count", "Number of posts"
    TOTAL = "total", "Total gained"
    PER_VIDEO = "per_video", "Each video"
    RATE = "rate", "Engagement rate by views"
    MILESTONE = "milestone", "Followers reached"
    GAIN = "gain", "Followers gained"


class PeriodKind(models.TextChoices):
    """How long a goal's period is: a calendar day, week or month of the organization's."""

    DAILY = "daily", "Daily"
    WEEKLY = "weekly", "Weekly"
    MONTHLY = "monthly", "Monthly"


MEASURES: dict[str, tuple[Measure, ...]] = {
    GoalType.POSTS: (Measure.COUNT,),
    GoalType.VIEWS: (Measure.TOTAL, Measure.PER_VIDEO),
    GoalType.ENGAGEMENT: (Measure.TOTAL, Measure.RATE),
    GoalType.FOLLOWERS: (Measure.MILESTONE, Measure.GAIN),
}
# Measures that tell a state, of which the whole target is expected at any time.
LEVELS = frozenset({Measure.RATE, Measure.PER_VIDEO, Measure.MILESTONE})
_EACH = {PeriodKind.DAILY: "day", PeriodKind.WEEKLY: "week", PeriodKind.MONTHLY: "month"}


@dataclass(frozen=True, slots=True)
class GoalTerms:
    """What a goal asks for. `target`: percent for `rate`, else a whole number. Both dates are inclusive local days;
    `end_date` None: until it is ended."""

    type: str
    measure: str
    period: str
    target: Decimal
    start_date: date
    end_date: date | None = None


def require_valid(terms: GoalTerms) -> None:
    """Raise InvalidGoal unless these terms make sense together."""
    if terms.type not in MEASURES:
        raise InvalidGoal("type", f"Choose what the goal is about: {', '.join(MEASURES)}.")
    require_measure(terms.type, terms.measure)
    if terms.period not in PeriodKind.values:
        raise InvalidGoal("period", f"Choose a period: {', '.join(PeriodKind.values)}.")
    require_target(terms.measure, terms.target)
    require_dates(terms.start_date, terms.end_date)


def require_measure(type: str, measure: str) -> None:
    """Raise InvalidGoal unless the type has the measure."""
    fitting = MEASURES[type]
    if measure not in fitting:
        raise InvalidGoal("measure", f"A goal for {type} is measured by {' or '.join(fitting)}.")


def require_target(measure: str, target: Decimal) -> None:
    """Raise InvalidGoal unless the target is above 0 and of the kind that the measure needs."""
    if not target.is_finite() or target <= 0:
        raise InvalidGoal("target", "The target must be more than 0.")
    if measure == Measure.RATE:
        if target > MOST_PERCENT:
            raise InvalidGoal("target", f"A rate is a percentage: at most {MOST_PERCENT}.")
        if target != round(target, DECIMALS):
            raise InvalidGoal("target", f"A rate has at most {DECIMALS} decimal places.")
    elif target > MOST:
        raise InvalidGoal("target", f"The target must be at most {MOST:,}.")
    elif target != target.to_integral_value():
        raise InvalidGoal("target", "The target must be a whole number.")


def require_dates(start: date, end: date | None) -> None:
    """Raise InvalidGoal unless the dates are in order and in reach."""
    for field, day in (("start_date", start), ("end_date", end)):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise InvalidGoal(field, f"Choose a day between {FIRST_DAY} and {LAST_DAY}.")
    if end is not None and end < start:
        raise InvalidGoal("end_date", "A goal cannot end before it starts.")


def goal_words(type: str, measure: str, period: str, target: Decimal) -> str:
    """A goal as people say it."""
    each = _EACH[PeriodKind(period)]
    number = f"{target.normalize():f}" if measure == Measure.RATE else f"{int(target):,}"
    match Measure(measure):
        case Measure.COUNT:
            return f"{number} {'post' if target == 1 else 'posts'} a {each}"
        case Measure.TOTAL:
            what = "views" if type == GoalType.VIEWS else "likes, comments, shares and saves"
            return f"{number} {what} a {each}"
        case Measure.PER_VIDEO:
            return f"{number} views on every video of a {each}"
        case Measure.RATE:
            return f"{number}% engagement rate over a {each}"
        case Measure.MILESTONE:
            return f"{number} followers, judged each {each}"
        case _:
            return f"{number} new followers a {each}"
