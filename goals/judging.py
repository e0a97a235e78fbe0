"""Judging many goals at once: their numbers are read together, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.buckets import seconds
from analytics.windows import FOLLOWERS_AT_END, LOWEST_VIEWS, Window, WindowNumbers, window_numbers
from creators.models import Creator
from creators.services import interval_of
from goals.evaluation import Asked, Compliance, Measured, evaluate
from goals.models import Goal
from goals.periods import Period
from goals.terms import GoalType, Measure
from orgs.models import Organization
from scraping.models import Account, ScrapeTarget

# What each measure is read from; `total` depends on the type.
_NUMBERS: dict[str, tuple[str, ...]] = {
    Measure.COUNT: ("posts",),
    Measure.RATE: ("views", "engagement"),
    Measure.PER_VIDEO: (LOWEST_VIEWS,),
    Measure.MILESTONE: (FOLLOWERS_AT_END,),
    Measure.GAIN: ("followers",),
}
# Under which name `Measured` has each.
_FIELDS = {LOWEST_VIEWS: "lowest_views", FOLLOWERS_AT_END: "followers", "followers": "followers_gained"}


@dataclass(frozen=True, slots=True)
class Case:
    """A goal, with its creator, to be judged in a period; `asked`: its version of that time."""

    goal: Goal
    asked: Asked
    period: Period


class Listings:
    """When the posts of creators were last listed for an organization, and how often they should be."""

    def __init__(self, org: Organization, creators: Iterable[Creator]) -> None:
        own = {creator.id: creator for creator in creators}
        accounts = {creator.account_id for creator in own.values() if creator.account_id is not None}
        read: dict[int | None, datetime | None] = dict(
            Account.objects.filter(id__in=accounts).values_list("id", "posts_seen_at")
        )
        self.interval = interval_of(org, ScrapeTarget.Kind.DISCOVER_VIDEOS) // timedelta(seconds=1)
        self._at = {
            creator_id: _own_listing(creator, read.get(creator.account_id)) for creator_id, creator in own.items()
        }

    def measured(self, creator: Creator, **numbers: int | None) -> Measured:
        """Numbers of a creator, with when its posts were listed last."""
        return Measured(last_listed=self._at[creator.id], interval=self.interval, **numbers)  # type: ignore[arg-type]


def judge(cases: Sequence[Case], listings: Listings, *, now: datetime) -> list[Compliance]:
    """Judge every case as of `now`, in the open scope, in the order given."""
    if not cases:
        return []
    at, zone = seconds(now), cases[0].period.timezone
    creators = list(dict.fromkeys(case.goal.creator_id for case in cases))
    windows = list(dict.fromkeys(_window(case.period) for case in cases))
    names = list(dict.fromkeys(name for case in cases for name in _numbers_of(case.asked)))
    numbers = window_numbers(creators, windows, names, zone=zone, now=at)
    return [evaluate(case.asked, _measured(case, numbers, listings), case.period, now=at) for case in cases]


def _window(period: Period) -> Window:
    return Window(period.start, period.end, period.settled_at)


def _numbers_of(asked: Asked) -> tuple[str, ...]:
    if asked.measure == Measure.TOTAL:
        return ("views",) if asked.type == GoalType.VIEWS else ("engagement",)
    return _NUMBERS[asked.measure]


def _measured(case: Case, numbers: WindowNumbers, listings: Listings) -> Measured:
    window, creator_id = _window(case.period), case.goal.creator_id
    found = {_FIELDS.get(name, name): numbers.number(name, creator_id, window) for name in _numbers_of(case.asked)}
    return listings.measured(case.goal.creator, **found)  # type: ignore[arg-type]


def _own_listing(creator: Creator, listed_at: datetime | None) -> int | None:
    """When the posts were listed last since the organization began to track the account; None = never."""
    if listed_at is None or listed_at < creator.tracked_since:
        return None
    return seconds(listed_at)
