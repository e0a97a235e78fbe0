"""What a number means, written as plainly as possible: the definition that the fast SQL is held to.

A history is what one organization may use of one post or account and one counter. Times are whole seconds (integers),
so that every value is an exact fraction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import floor
from zoneinfo import ZoneInfo

SEEN_EARLY_SECONDS = 172_800


@dataclass(frozen=True)
class History:
    """Snapshots (second, count or None) in any order; those before `since` belong to somebody else.

    `posted_at` is None for an account. `rounds`: counts of 10,000 and more are shown rounded.
    """

    since: int
    posted_at: int | None
    snapshots: tuple[tuple[int, int | None], ...]
    rounds: bool = False

    @cache  # noqa: B019 - for one test run
    def own(self) -> list[tuple[int, int]]:
        """The organization's own known observations, oldest first."""
        return sorted((at, count) for at, count in self.snapshots if count is not None and at >= self.since)

    @cache  # noqa: B019 - for one test run
    def begins_with_a_baseline(self) -> bool:
        """Whether growth before the first own observation is not ours to claim."""
        first = self.own()[0][0]
        return self.posted_at is None or first - self.posted_at > SEEN_EARLY_SECONDS

    @cache  # noqa: B019 - for one test run
    def points(self) -> list[tuple[int, int]]:
        """The observations, with the posting in front where it was seen early enough and not before it."""
        own = self.own()
        if self.begins_with_a_baseline() or self.posted_at is None or own[0][0] <= self.posted_at:
            return own
        return [(self.posted_at, 0), *own]

    def known_from(self) -> int | None:
        """The first point; None if nothing was ever observed."""
        return self.points()[0][0] if self.own() else None

    def value(self, at: int) -> int | None:
        """value(t), rounded toward −∞; None if nothing was ever observed."""
        if not self.own():
            return None
        points = self.points()
        if at < points[0][0]:
            return points[0][1] if self.begins_with_a_baseline() else 0
        if at >= points[-1][0]:
            return points[-1][1]
        for (start, before), (end, after) in pairwise(points):
            if start <= at < end:
                return floor(before + Fraction((after - before) * (at - start), end - start))
        raise AssertionError("every instant lies before, between or after the points")


def total(histories: Sequence[History], at: int) -> int | None:
    """A set's value: rounded per member, then added. None if no member was ever observed."""
    values = [value for history in histories if (value := history.value(at)) is not None]
    return sum(values) if values else None


def is_known(histories: Sequence[History], at: int) -> bool:
    """Whether a bucket that ends here has a number: some member's history begins before it."""
    return any(begin < at for history in histories if (begin := history.known_from()) is not None)


def baselines(histories: Sequence[History]) -> list[int]:
    """When members were first observed, of those observed too late to claim what came before."""
    return sorted(history.own()[0][0] for history in histories if history.own() and history.begins_with_a_baseline())


# Sets, buckets and metrics: what an answer consists of, computed post by post and bucket by bucket.

PARTS = {
    "views": ["view_count"],
    "likes": ["like_count"],
    "comments": ["comment_count"],
    "shares": ["share_count"],
    "saves": ["save_count"],
    "engagement": ["like_count", "comment_count", "share_count", "save_count"],
}
LEVELS = {
    "followers": "follower_count",
    "following": "following_count",
    "total_likes": "total_likes",
    "video_count": "video_count",
}
Number = int | Fraction | None


@dataclass(frozen=True)
class PostHistory:
    """A post's counters, each a History, and when it was posted."""

    id: str
    posted_at: int
    counters: Mapping[str, History]


@dataclass(frozen=True)
class AccountHistory:
    """An account's counters, each a History."""

    id: str
    counters: Mapping[str, History]


@dataclass(frozen=True)
class Members:
    """What an entity stands for: its counting posts and its accounts."""

    posts: tuple[PostHistory, ...]
    accounts: tuple[AccountHistory, ...]


@dataclass(frozen=True)
class Slot:
    """A bucket: its label, its half-open [start, end), and what it needs to know of the range."""

    label: str
    start: int
    end: int
    partial: bool
    days: int
    days_so_far: int
    range_start: int
    is_hour: bool


@dataclass(frozen=True)
class Range:
    """Local days of a zone, cut into calendar buckets."""

    first: date
    last: date
    zone: str
    granularity: str
    week_start: str

    @cache  # noqa: B019 - for one test run
    def slots(self, now: int) -> list[Slot]:
        found: dict[str, list[tuple[int, int, date]]] = {}
        for day in self.each_day():
            pieces = self.hours(day) if self.granularity == "hour" else [(self.label(day), *self.day(day))]
            for label, start, end in pieces:
                found.setdefault(label, []).append((start, end, day))
        return [self._slot(label, pieces, now) for label, pieces in found.items()]

    def whole(self, now: int) -> Slot:
        start, end = self.day(self.first)[0], self.day(self.last)[1]
        days = len(self.each_day())
        return Slot("", start, end, end > now, days, days, start, False)

    @cache  # noqa: B019 - for one test run
    def before(self, now: int) -> Slot:
        """The whole calendar bucket that ends where the first one's calendar bucket begins."""
        label = self.slots(now)[0].label
        day, earlier = self.first, []
        # Far enough for the whole month before the one that the range begins in.
        while len(earlier) < 70:
            day -= timedelta(days=1)
            earlier.append(day)
        labels = Range(earlier[-1], earlier[0], self.zone, self.granularity, self.week_start)
        if self.granularity == "hour":
            return Range(earlier[0], earlier[0], self.zone, "hour", self.week_start).slots(now)[-1]
        previous = [slot.label for slot in labels.slots(now) if slot.label < label][-1]
        days = [day for day in earlier if self.label(day) == previous]
        return Range(min(days), max(days), self.zone, self.granularity, self.week_start).slots(now)[0]

    def prior(self) -> "Range":
        """As many days directly before; as many months, if the range is whole months."""
        first, last = self.first, self.first - timedelta(days=1)
        if self.first.day == 1 and (self.last + timedelta(days=1)).day == 1:
            for _ in {(day.year, day.month) for day in self.each_day()}:
                first = (first - timedelta(days=1)).replace(day=1)
        else:
            first -= timedelta(days=len(self.each_day()))
        return Range(first, last, self.zone, self.granularity, self.week_start)

    def each_day(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def day(self, day: date) -> tuple[int, int]:
        zone = ZoneInfo(self.zone)
        start, end = (datetime(d.year, d.month, d.day, tzinfo=zone) for d in (day, day + timedelta(days=1)))
        return int(start.timestamp()), int(end.timestamp())

    def label(self, day: date) -> str:
        if self.granularity == "month":
            return day.replace(day=1).isoformat()
        while self.granularity == "week" and day.strftime("%A").lower() != self.week_start:
            day -= timedelta(days=1)
        return day.isoformat()

    def hours(self, day: date) -> list[tuple[str, int, int]]:
        """The hours that the clocks show on a day, found by looking at them every quarter of an hour."""
        start, end = self.day(day)
        hours: dict[tuple[int, object], list[int]] = {}
        for instant in range(start, end, 900):
            clock = datetime.fromtimestamp(instant, ZoneInfo(self.zone))
            hours.setdefault((clock.hour, clock.utcoffset()), []).append(instant)
        return [
            (datetime.fromtimestamp(looks[0], ZoneInfo(self.zone)).isoformat(), looks[0], looks[-1] + 900)
            for looks in hours.values()
        ]

    def _slot(self, label: str, pieces: list[tuple[int, int, date]], now: int) -> Slot:
        start, end, last = pieces[0][0], pieces[-1][1], pieces[-1][2]
        is_cut = self.granularity in ("week", "month") and (
            self.label(self.first - timedelta(days=1)) == label or self.label(self.last + timedelta(days=1)) == label
        )
        so_far = (last - self.first).days + 1
        is_hour = self.granularity == "hour"
        return Slot(label, start, end, is_cut or end > now, len(pieces), so_far, self.day(self.first)[0], is_hour)


def number(metric: str, mode: str, members: Members, slot: Slot, now: int) -> Number:
    """Any metric but growth, in one bucket."""
    if metric in PARTS:
        return counted([post.counters[c] for post in members.posts for c in PARTS[metric]], mode, slot, now, 0)
    if metric in LEVELS:
        accounts = [account.counters[LEVELS[metric]] for account in members.accounts]
        return counted(accounts, mode, slot, now, None)
    if metric == "posts":
        return published(members, None if mode == "cumulative" else slot.start, slot.end)
    if metric == "posts_per_week":
        return per_week(mode, members, slot)
    if metric == "avg_views_per_post":
        posted = [post for post in members.posts if post.posted_at < slot.end]
        views = counted([post.counters["view_count"] for post in posted], mode, slot, now, None)
        return None if views is None else Fraction(views, len(posted))
    whole, its_mode = ("views", mode) if metric == "engagement_rate_by_views" else ("followers", "cumulative")
    return percent(number("engagement", mode, members, slot, now), number(whole, its_mode, members, slot, now))


def published(members: Members, start: int | None, end: int) -> int:
    """Posts that were posted in [start, end), or any time before the end."""
    return sum(1 for post in members.posts if post.posted_at < end and (start is None or post.posted_at >= start))


def per_week(mode: str, members: Members, slot: Slot) -> Fraction:
    if mode == "cumulative":
        return Fraction(published(members, slot.range_start, slot.end) * 7, slot.days_so_far)
    posts = published(members, slot.start, slot.end)
    return Fraction(posts * 168) if slot.is_hour else Fraction(posts * 7, slot.days)


def counted(histories: Sequence[History], mode: str, slot: Slot, now: int, empty: int | None) -> int | None:
    """What a set gained in a bucket, or how it stands at its end; nothing after now is looked at."""
    if not histories:
        return empty
    if not is_known(histories, slot.end):
        return None
    end = total(histories, min(slot.end, now)) or 0
    return end if mode == "cumulative" else end - (total(histories, min(slot.start, now)) or 0)


def percent(part: Number, whole: Number) -> Number:
    return None if part is None or whole is None or whole <= 0 else Fraction(part) * 100 / whole


def series(metric: str, base: str, mode: str, members: Members, days: Range, now: int) -> list[Number]:
    """A metric's numbers, bucket by bucket."""
    if metric != "growth_rate_pop":
        return [number(metric, mode, members, slot, now) for slot in days.slots(now)]
    values = [number(base, mode, members, slot, now) for slot in [days.before(now), *days.slots(now)]]
    return [change(before, after) for before, after in pairwise(values)]


def change(before: Number, after: Number) -> Number:
    return None if after is None or before is None else percent(after - before, before)


def range_total(metric: str, base: str, mode: str, members: Members, days: Range, now: int) -> Number:
    """A metric over the whole range: the sum of what is known of its buckets; rates from such sums, never averaged."""
    if metric == "growth_rate_pop":
        return change(*(range_total(base, "", mode, members, each, now) for each in (days.prior(), days)))
    if metric in PARTS or metric in LEVELS:
        values = series(metric, "", mode, members, days, now)
        if mode == "cumulative" or all(value is None for value in values):
            return values[-1]
        return sum(value for value in values if value is not None)
    if metric == "engagement_rate_by_views":
        return percent(*(range_total(one, "", mode, members, days, now) for one in ("engagement", "views")))
    if metric == "engagement_rate_by_followers":
        followers = range_total("followers", "", "cumulative", members, days, now)
        return percent(range_total("engagement", "", mode, members, days, now), followers)
    return number(metric, mode, members, days.whole(now), now)


def read_counters(metric: str, members: Members) -> list[History]:
    """The histories that a metric stands on."""
    if metric in PARTS:
        return [post.counters[counter] for post in members.posts for counter in PARTS[metric]]
    if metric in LEVELS:
        return [account.counters[LEVELS[metric]] for account in members.accounts]
    made_of = {
        "engagement_rate_by_views": ["engagement", "views"],
        "engagement_rate_by_followers": ["engagement", "followers"],
        "avg_views_per_post": ["views"],
    }
    return [history for part in made_of.get(metric, []) for history in read_counters(part, members)]


def marks(metric: str, members: Members, days: Range, now: int) -> list[bool]:
    """Which buckets hold a member's baseline snapshot."""
    instants = baselines(read_counters(metric, members))
    return [any(slot.start <= at < slot.end for at in instants) for slot in days.slots(now)]


def approximate(metric: str, mode: str, members: Members, days: Range, now: int) -> list[bool]:
    """Which buckets' numbers stand on a count that may be rounded."""
    rounding = [history for history in read_counters(metric, members) if history.rounds]

    def is_rounded(at: int) -> bool:
        return any((history.value(min(at, now)) or 0) >= 10_000 for history in rounding)

    return [is_rounded(s.end) or (mode == "new" and is_rounded(s.start)) for s in days.slots(now)]


def newest(metric: str, members: Members) -> int | None:
    """The newest snapshot that a metric stands on."""
    return max((history.own()[-1][0] for history in read_counters(metric, members) if history.own()), default=None)
