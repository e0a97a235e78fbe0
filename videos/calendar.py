"""The content calendar: the weeks of a month, how much went up on each day, and what apps above have to say of a day.

An app above announces a marker with `marks`; nothing here knows any of them.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from videos.queries import VideoQuerySet

FIRST_DAYS = {"monday": 0, "saturday": 5, "sunday": 6}
# TikTok began in September 2016; nothing was posted before.
FIRST_MONTH = date(2016, 9, 1)
LEVELS = 4


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, named by its first day."""

    first: date

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.replace(day=1))

    @property
    def next(self) -> "Month":
        return Month.of(self.first + timedelta(days=31))

    @property
    def previous(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    def weeks(self, week_start: str) -> list[list[date]]:
        """The whole weeks that hold the month, with the days of its neighbours that belong to them."""
        monday = self.first - timedelta(days=(self.first.weekday() - FIRST_DAYS[week_start]) % 7)
        weeks = []
        while monday <= self.last:
            weeks.append([monday + timedelta(days=number) for number in range(7)])
            monday += timedelta(days=7)
        return weeks

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Mark:
    """What an app has to say of a day: a few words, how serious it is (neutral, good, warn, bad), where to read on."""

    words: str
    tone: str = "neutral"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days of which project marks are asked for; of one creator, where the calendar shows only that one's."""

    project_id: UUID
    first: date
    last: date
    creator_id: UUID | None = None


Marker = Callable[[Asked], Mapping[date, Sequence[Mark]]]
_markers: dict[str, Marker] = {}


def marks(name: str) -> Callable[[Marker], Marker]:
    """Register what says something of days; call it in AppConfig.ready(). Asked once a page, in an open scope."""

    def register(marker: Marker) -> Marker:
        _markers[name] = marker
        return marker

    return register


def marks_of(asked: Asked) -> dict[date, list[Mark]]:
    """Everything that is said of the days."""
    found: defaultdict[date, list[Mark]] = defaultdict(list)
    for name in sorted(_markers):
        for day, said in _markers[name](asked).items():
            found[day] += said
    return dict(found)


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the calendar: how many posts went up, of how many accounts; `level` is 0 without any, else 1 to LEVELS
    by its share of the month's fullest day."""

    day: date
    posts: int
    accounts: int
    level: int
    marks: Sequence[Mark]


def month_days(
    videos: VideoQuerySet, month: Month, *, week_start: str, zone: str, said: Mapping[date, Sequence[Mark]]
) -> list[list[Day]]:
    """The weeks of a month with what the videos show on each day."""
    weeks = month.weeks(week_start)
    days = [day for week in weeks for day in week]
    counts = {day: (posts, accounts) for day, posts, accounts in videos.by_day(days, zone)}
    fullest = max((posts for day, (posts, _) in counts.items() if Month.of(day) == month), default=1)
    return [[_day(day, *counts.get(day, (0, 0)), fullest, said.get(day, ())) for day in week] for week in weeks]


def _day(day: date, posts: int, accounts: int, fullest: int, said: Sequence[Mark]) -> Day:
    level = min(-(-posts * LEVELS // fullest), LEVELS)
    return Day(day, posts, accounts, level, said)
