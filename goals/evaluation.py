"""Whether a goal is on track: one pure function of what it asks for, what was measured, the period and the time.

- `share`: seconds of the period that are over ÷ all of them, at least one second, at most all.
- `expected`: target × share; for `count` whole posts, rounded down; for the level measures (`rate`, `per_video`,
  `milestone`), which tell a state, the target.
- `pace`: actual ÷ expected, 1 where nothing is expected yet: on track from 1 on, behind from 0.7 on, else at risk.
- `projected`: where the period ends if it goes on like this: actual ÷ share, for a level the level.
- From the local midnight after its last day a period is completed if actual ≥ target, else missed.

Everything is computed exactly; numbers are rounded only where they are shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from goals.periods import SETTLING, Period
from goals.terms import LEVELS, GoalType, Measure

Exact = int | Fraction
ON_TRACK = Fraction(1)
AT_RISK_BELOW = Fraction(7, 10)
# Without a successful listing of posts for so many seconds, or twice its interval, numbers are called stale.
STALE_AFTER = 48 * 3_600


class Status(StrEnum):
    """How a goal does in a period."""

    ON_TRACK = "on_track"
    BEHIND_PACE = "behind_pace"
    AT_RISK = "at_risk"
    COMPLETED = "completed"
    MISSED = "missed"
    NO_DATA = "no_data"


STATUSES = [(status.value, status.value.replace("_", " ").capitalize()) for status in Status]


class ComplianceState(StrEnum):
    """What a status, or all of a creator's, comes to."""

    COMPLIANT = "compliant"
    NON_COMPLIANT = "non_compliant"
    NO_DATA = "no_data"


_STATES = {
    Status.ON_TRACK: ComplianceState.COMPLIANT,
    Status.COMPLETED: ComplianceState.COMPLIANT,
    Status.NO_DATA: ComplianceState.NO_DATA,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a goal's version asks for: type, measure, and the target (percent for `rate`)."""

    type: str
    measure: str
    target: Decimal


@dataclass(frozen=True, slots=True)
class Measured:
    """What a creator's counting posts and account did in a period, up to now; None = unknown.

    `posts`: published in it. `views`, `engagement`: gained in it by all posts, 0 without posts, None while there are
    posts and none is known. `lowest_views`: of the posts published in it, the fewest. `followers`: at its end or now;
    `followers_gained`: in it. `last_listed`: when the creator's posts were listed last, None = never. `interval`: how
    often that should happen, in seconds.
    """

    posts: int = 0
    views: int | None = None
    engagement: int | None = None
    lowest_views: int | None = None
    followers: int | None = None
    followers_gained: int | None = None
    last_listed: int | None = None
    interval: int = 0


@dataclass(frozen=True, slots=True)
class Advisory:
    """What to know about a result; one message per flag."""

    period_in_progress: bool = False
    period_recently_ended: bool = False
    scrape_stale: bool = False
    not_yet_started: bool = False

    @property
    def has_advisory(self) -> bool:
        return bool(self.messages)

    @property
    def messages(self) -> tuple[str, ...]:
        """A sentence for every flag that is set."""
        return tuple(words for flag, words in _MESSAGES.items() if getattr(self, flag))


_MESSAGES = {
    "not_yet_started": "The goal has not started yet.",
    "period_in_progress": "The period is still running, so the result can change.",
    "period_recently_ended": "The period ended less than 48 hours ago; numbers of late posts may still settle.",
    "scrape_stale": "The creator's posts have not been read for a while, so numbers may be missing.",
}


@dataclass(frozen=True, slots=True)
class Compliance:
    """How a goal does in one period; None where nothing was measured. Rates are percents."""

    actual: Exact | None
    target: Exact
    expected: Exact | None
    pace: Exact | None
    projected: Exact | None
    status: Status
    advisory: Advisory

    @property
    def state(self) -> ComplianceState:
        return state_for(self.status)


def evaluate(asked: Asked, measured: Measured, period: Period, *, now: int) -> Compliance:
    """Judge a goal in a period as of `now`, in seconds since 1970."""
    target = exact(asked.target)
    advisory = advisory_of(measured, period, now=now)
    if advisory.not_yet_started:
        return Compliance(None, target, None, None, None, Status.NO_DATA, advisory)
    whole = period.end - period.start
    elapsed = min(max(now - period.start, 1), whole)
    expected = _expected(asked.measure, target, elapsed, whole)
    actual = actual_of(asked, measured)
    if actual is None:
        return Compliance(None, target, expected, None, None, Status.NO_DATA, advisory)
    pace = Fraction(actual) / expected if expected else Fraction(1)
    status = _ended(actual, target) if now >= period.end else _running(pace)
    projected = actual if asked.measure in LEVELS else Fraction(actual * whole, elapsed)
    return Compliance(actual, target, expected, pace, projected, status, advisory)


def actual_of(asked: Asked, measured: Measured) -> Exact | None:
    """The number that the target is held against; None while it cannot be told."""
    has_listed = measured.last_listed is not None
    match Measure(asked.measure):
        case Measure.COUNT:
            return measured.posts if has_listed else None
        case Measure.TOTAL:
            gained = measured.views if asked.type == GoalType.VIEWS else measured.engagement
            return gained if has_listed else None
        case Measure.RATE:
            return _rate(measured)
        case Measure.PER_VIDEO:
            return measured.lowest_views
        case Measure.MILESTONE:
            return measured.followers
        case _:
            return measured.followers_gained


def advisory_of(measured: Measured, period: Period, *, now: int) -> Advisory:
    """What to know about a result in a period as of `now`."""
    stale_after = max(2 * measured.interval, STALE_AFTER)
    return Advisory(
        period_in_progress=period.start <= now < period.end,
        period_recently_ended=period.end <= now < period.end + SETTLING,
        scrape_stale=measured.last_listed is None or now - measured.last_listed > stale_after,
        not_yet_started=now < period.start,
    )


def state_for(status: str) -> ComplianceState:
    """What a status comes to on lists."""
    return _STATES.get(Status(status), ComplianceState.NON_COMPLIANT)


def state_of(states: Iterable[ComplianceState]) -> ComplianceState:
    """What several goals come to: non-compliant if any is, else compliant if any is."""
    found = set(states)
    for state in (ComplianceState.NON_COMPLIANT, ComplianceState.COMPLIANT):
        if state in found:
            return state
    return ComplianceState.NO_DATA


def exact(number: Decimal) -> Exact:
    """A stored number for exact arithmetic: a whole one as an integer."""
    fraction = Fraction(number)
    return fraction.numerator if fraction.denominator == 1 else fraction


def _rate(measured: Measured) -> Fraction | None:
    if measured.views is None or measured.engagement is None or measured.views <= 0:
        return None
    return Fraction(measured.engagement * 100, measured.views)


def _expected(measure: str, target: Exact, elapsed: int, whole: int) -> Exact:
    if measure in LEVELS:
        return target
    expected = Fraction(target * elapsed) / whole
    return int(expected) if measure == Measure.COUNT else expected


def _running(pace: Fraction) -> Status:
    if pace >= ON_TRACK:
        return Status.ON_TRACK
    return Status.BEHIND_PACE if pace >= AT_RISK_BELOW else Status.AT_RISK


def _ended(actual: Exact, target: Exact) -> Status:
    return Status.COMPLETED if actual >= target else Status.MISSED
